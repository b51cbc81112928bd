"""Peers with real journals and real sessions, joined by cables that a test holds in its hand: nothing moves but by `carry`."""

from __future__ import annotations

import itertools
from collections import deque
from pathlib import Path

from console.comms.interest import Interest, limit_for, shared_with, wanted_from
from console.comms.peer.hub import Hub
from console.comms.peer.line import Line
from console.comms.peer.record import Record
from console.comms.session import Dropped, Received, Session, Side
from console.models import kinds
from console.models.event import Event
from console.models.identity import Signer, owned_subject
from console.models.journal import Journal, NewEvent
from console.models.trust import Grant

NOW_MS = 1_790_000_000_000


class Station:
    """A peer without sockets. `reopen` is what a kill and a new start leave. `journals`: what opens its file."""

    journals: type[Journal] = Journal

    def __init__(self, root: Path, seed: int, name: str, role: str, area: str) -> None:
        self.path = root / f"{name}.db"
        self.signer = Signer(bytes([seed]) * 32)
        self.name, self.role, self.area = name, role, area
        self.lines: list[Line] = []
        self._clock_ms = NOW_MS
        self._seconds = itertools.count()
        self.open()
        if self.journal.identity is None:
            self.journal.set_identity(name, role, area)

    def open(self) -> None:
        self.journal = self.journals.open(self.path, self.signer, wall=self._wall)
        self.hub = Hub(self.journal, self._wall, lambda changes: None, self._monotonic_s)
        self.hub.lines = lambda: list(self.lines)

    def _monotonic_s(self) -> float:
        return next(self._seconds)

    def _wall(self) -> int:
        self._clock_ms += 1
        return self._clock_ms

    def reopen(self) -> None:
        self.close()
        self.open()

    def lose(self) -> None:
        """The journal is gone, the keys and whom to believe are not: as `Network` starts then."""
        roots = [grant for grant in self.journal.trust.grants.values() if self.journal.trust.is_root(grant.origin)]
        self.close()
        for path in self.path.parent.glob(f"{self.path.name}*"):
            path.unlink()
        self.open()
        for root in roots:
            if root.origin != self.signer.origin:
                self.journal.add_root(root.origin, root.sign_key, root.name, root.role, root.area, root.curve_key)
        self.journal.set_identity(self.name, self.role, self.area)
        self.hub.recovery.awaited = True

    def close(self) -> None:
        self.journal.close()
        self.lines = []

    @property
    def grant(self) -> Grant:
        return Grant(self.signer.origin, self.name, self.role, self.area, self.signer.public_key, bytes([1]) * 32)

    def vouch(self, other: Station) -> None:
        """Enrol `other`, and make this its root."""
        body = kinds.PeerEnrolled(
            name=other.name, role=other.role, area=other.area, sign_key=other.signer.public_key, curve_key=bytes([len(other.name)]) * 32
        )
        self.write("peer.enrolled", other.signer.origin.hex(), body, area=other.area)
        other.journal.add_root(self.signer.origin, self.signer.public_key, self.name, self.role, self.area, bytes(32))

    def own(self, local: str) -> str:
        return owned_subject(self.signer.origin, local)

    def write(self, kind: str, subject: str, body: kinds.Body, area: str = "") -> list[Event]:
        return self.hub.author([NewEvent(area, kind, subject, kinds.encode_body(body))])

    def report(self, text: str) -> Event:
        return self.write("unit.report", self.own("u"), kinds.UnitReport(text=text))[0]

    def move(self, lon: float = 82.0) -> Event:
        return self.write("unit.position", self.own("u"), kinds.UnitPosition(lon=lon, lat=44.0))[0]

    def order(self, unit: str, text: str = "go", area: str = "") -> Event:
        return self.write("task.assigned", self.own(text), kinds.TaskAssigned(unit=unit, text=text), area)[0]


class End:
    """One end of a cable: the transport of a line."""

    def __init__(self) -> None:
        self.out: deque[bytes] = deque()
        self.closed = self.barred = False
        self.line: Line

    def send(self, frame: bytes) -> None:
        self.out.append(frame)

    def close(self, *, bar: bool) -> None:
        self.closed, self.barred = True, bar


class Cable:
    """Between a node and who dials it. Frames wait in `up.out` (to the node) and `down.out` until they are carried."""

    def __init__(self, node: Station, dialler: Station) -> None:
        self.node, self.dialler = node, dialler
        self.up, self.down = End(), End()
        self.carried: list[bytes] = []
        self.up.line = self._line(
            dialler, self.up, node.grant, Interest(dialler.role, dialler.area).wants(), dialler.journal.vector(), "out"
        )
        vector = shared_with(dialler.grant, node.journal.vector())
        self.down.line = self._line(node, self.down, dialler.grant, wanted_from(dialler.area), vector, "in")

    @staticmethod
    def _line(station: Station, end: End, other: Grant, wants: object, vector: dict[object, int], direction: str) -> Line:
        side = Side(station.signer.origin, station.role, station.name, station.area, wants)  # type: ignore[arg-type]
        session = Session(side, other.origin, limit_for(other))
        line = Line(session, other.origin, Record(direction, direction), end, station.hub)
        station.lines.append(line)
        line.take(station.hub.greeting(vector))  # type: ignore[arg-type]
        return line

    def carry_up(self, count: int = 1, *, keep: bool = False) -> None:
        """So many frames to the node; `keep` leaves a copy on its way, to arrive again."""
        self._carry(self.up.out, self.down.line, count, keep=keep)

    def carry_down(self, count: int = 1, *, keep: bool = False) -> None:
        self._carry(self.down.out, self.up.line, count, keep=keep)

    def _carry(self, frames: deque[bytes], to: Line, count: int, *, keep: bool) -> None:
        for _ in range(min(count, len(frames))):
            frame = frames.popleft()
            self.carried.append(frame)
            to.take(Received(frame))
            if keep:
                to.take(Received(frame))

    def settle(self) -> None:
        """Carry and commit until nothing moves."""
        while self.up.out or self.down.out:
            self.carry_up(len(self.up.out))
            self.node.hub.commit()
            self.carry_down(len(self.down.out))
            self.dialler.hub.commit()

    def cut(self) -> None:
        """What was on its way is lost."""
        for station, end in ((self.node, self.down), (self.dialler, self.up)):
            end.out.clear()
            end.line.take(Dropped("cut"))
            if end.line in station.lines:
                station.lines.remove(end.line)
