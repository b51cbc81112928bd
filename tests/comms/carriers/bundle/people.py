"""People with a data directory each, real keys and a real journal, who hand each other files. No process, no socket."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TypeVar

import pytest

from console.comms.carriers.bundle.orders import Made, Make, Plan, Planned, Show, Shown, Take, Taken
from console.comms.carriers.bundle.progress import Progress
from console.comms.carriers.bundle.work import JournalDesk, Shop, perform
from console.comms.security.keys import CurvePair, Keys, write_private
from console.models import kinds
from console.models.event import Event
from console.models.identity import Signer, owned_subject
from console.models.journal import Journal, NewEvent
from console.models.journal.known import Known
from console.models.paths import DataDir

T = TypeVar("T")
NOW_MS = 1_790_000_000_000
AREA, BELOW = "6527", "652701"


def keys_of(seed: int) -> Keys:
    """The same seed is the same peer."""
    pairs = [CurvePair.of_secret(bytes([seed + index]) * 32) for index in range(3)]
    return Keys(Signer(bytes([seed]) * 32), *pairs)


class Person:
    """`clock_ms`: what this one's clock says; it moves by a millisecond with each look."""

    def __init__(self, root: Path, seed: int, name: str, role: str, area: str) -> None:
        self.name, self.role, self.area = name, role, area
        self.data, self.keys = DataDir(root / name), keys_of(seed)
        self.clock_ms = NOW_MS
        self.data.root.mkdir(parents=True)
        self.open()
        self.journal.set_identity(name, role, area)

    def open(self) -> None:
        self.journal = Journal.open(self.data.journal, self.keys.signer, wall=self.wall)
        self.desk = JournalDesk(self.journal, self.keys, self.wall)

    def wall(self) -> int:
        self.clock_ms += 1
        return self.clock_ms

    @property
    def origin(self) -> bytes:
        return self.keys.signer.origin

    @property
    def shop(self) -> Shop:
        return Shop(self.data.journal, self.keys.signer, self.desk, self.journal.clock.now, self.wall)

    def vouch(self, other: Person, *, root: bool = True) -> None:
        """Enrol `other`; `root`: and be believed by it, as by a token."""
        body = kinds.PeerEnrolled(
            name=other.name,
            role=other.role,
            area=other.area,
            sign_key=other.keys.signer.public_key,
            curve_key=other.keys.curve.public,
        )
        self.write("peer.enrolled", other.origin.hex(), body, other.area)
        if root:
            other.journal.add_root(self.origin, self.keys.signer.public_key, self.name, self.role, self.area, self.keys.curve.public)

    def revoke(self, other: Person) -> None:
        self.write("peer.revoked", other.origin.hex(), kinds.PeerRevoked(why="lost"), other.area)

    def own(self, local: str = "u") -> str:
        return owned_subject(self.origin, local)

    def write(self, kind: str, subject: str, body: kinds.Body, area: str = "") -> Event:
        return self.journal.author([NewEvent(area, kind, subject, kinds.encode_body(body))])[0][0]

    def report(self, text: str, incident: str = "", area: str = "") -> Event:
        return self.write("unit.report", self.own(), kinds.UnitReport(text=text, incident=incident), area)

    def reports(self, text: str, count: int, area: str = BELOW) -> None:
        """Many at once."""
        bodies = [kinds.encode_body(kinds.UnitReport(text=f"{text} {number}")) for number in range(count)]
        self.journal.author([NewEvent(area, "unit.report", self.own(), body) for body in bodies])

    def move(self, lon: float = 82.0, unit: str = "u") -> Event:
        return self.write("unit.position", self.own(unit), kinds.UnitPosition(lon=lon, lat=44.0))

    def order(self, unit: str, text: str = "go") -> Event:
        return self.write("task.assigned", self.own(text), kinds.TaskAssigned(unit=unit, text=text))

    def open_incident(self, title: str = "滑坡", local: str = "slide") -> str:
        subject = self.own(local)
        self.write("incident.opened", subject, kinds.IncidentOpened(title=title))
        return subject

    def plan(self, peer: str, incident: str = "") -> Planned:
        return _as(Planned, perform(Plan(peer, incident), self.shop, Progress()))

    def make(self, peer: str, out: Path, *, incident: str = "", volume_bytes: int = 0, replace: bool = False) -> list[Path]:
        made = _as(Made, perform(Make(peer, str(out), incident, volume_bytes, replace), self.shop, Progress()))
        return [Path(file) for file, _ in made.files]

    def show(self, *files: Path) -> Shown:
        return _as(Shown, perform(Show([str(file) for file in files]), self.shop, Progress()))

    def take(self, *files: Path) -> Taken:
        return _as(Taken, perform(Take([str(file) for file in files]), self.shop, Progress()))

    def knows(self, other: Person) -> None:
        """As if both had been linked: what `other` holds now is known."""
        self.journal.learn({other.origin: Known.of(other.journal.vector(), other.journal.clock.now(), self.clock_ms, 0)})

    def keep_keys(self) -> None:
        """As files, for processes on this data directory."""
        self.data.keys.mkdir(mode=0o700, exist_ok=True)
        pairs = (self.keys.curve, self.keys.local_server, self.keys.local_client)
        for name, key in zip(("curve", "local-server", "local-client"), (pair.secret for pair in pairs), strict=True):
            write_private(self.data.keys / f"{name}.key", key.hex().encode() + b"\n")
        write_private(self.data.keys / "sign.key", self.keys.signer.private_key.hex().encode() + b"\n")

    def close(self) -> None:
        self.journal.close()


def _as(kind: type[T], result: object) -> T:
    assert isinstance(result, kind)
    return result


class Company:
    """`node` vouches for everybody; its area is AREA."""

    def __init__(self, root: Path, stack: ExitStack) -> None:
        self.root, self._stack, self._seed = root, stack, 10
        self.node = self.person("node", "node", AREA, root=False)

    def person(self, name: str, role: str, area: str = BELOW, *, root: bool = True) -> Person:
        self._seed += 10
        person = Person(self.root, self._seed, name, role, area)
        self._stack.callback(person.close)
        if root:
            self.node.vouch(person)
        return person


@pytest.fixture
def company(tmp_path: Path) -> Iterator[Company]:
    with ExitStack() as stack:
        yield Company(tmp_path, stack)
