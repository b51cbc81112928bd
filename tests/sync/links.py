"""Connections as TCP makes them, without a socket: frames arrive in order and once, or the connection breaks.

When it breaks, of what was under way a tail is lost, and each side learns of it when it does: at once, from silence, or because the other
side connects anew. Until then it goes on, and its frames go nowhere. What the listener's side had already received it may still read
later, when the next connection is long up.
"""

from __future__ import annotations

from collections import deque

from console.comms.interest import Interest, limit_for, shared_with, wanted_from
from console.comms.peer.line import Line
from console.comms.peer.record import Record
from console.comms.session import Dropped, Received, Session, Side
from console.comms.wire import Wants
from console.models.trust import Grant
from tests.sync.members import Member

HARMLESS = frozenset({"duplicate", "unknown-origin", "relay", "clock"})
"""What a link may refuse. All but the first are for events ahead of their streams; were an event itself refused so, its stream would stand still, and
the end of the story would tell."""


class End:
    """One side of a connection, the transport of its line. `out`: what it sent and the other side has not read. `over`: it knows that
    the connection has ended, or its process has."""

    def __init__(self, connection: Connection, member: Member) -> None:
        self._connection, self.member = connection, member
        self.out: deque[bytes] = deque()
        self.line: Line | None = None
        self.over = False
        self.record = Record("", "")

    def open(self, other: Member, wants: Wants, grant: Grant) -> Line:
        member = self.member
        side = Side(member.origin, member.role, member.name, member.area, wants)
        self.line = Line(Session(side, other.origin, limit_for(grant)), other.origin, self.record, self, member.hub)
        member.lines.append(self.line)
        return self.line

    def send(self, frame: bytes) -> None:
        if not self._connection.broken:
            self.out.append(frame)

    def close(self, *, bar: bool) -> None:
        self.leave()

    def leave(self) -> None:
        """Nothing more is read or said here."""
        self.over = True
        if self.line is not None and self.line in self.member.lines:
            self.member.lines.remove(self.line)
            self.member.hub.linked()

    def drop(self) -> None:
        """It learns that the connection is gone."""
        if not self.over:
            if self.line is not None:
                self.line.take(Dropped("gone"))
            self.leave()

    def read(self, frame: bytes) -> None:
        if not self.over:
            if self.line is None:
                self._connection.accept()
            assert self.line is not None
            self.line.take(Received(frame))
            strange = set(self.record.refused) - HARMLESS
            assert not strange, f"{self.member.name} refused {self.record.refused}: {self.line.session.reason}"


class Connection:
    """From who dials (`up`) to a node (`down`). Both must know each other's grant."""

    def __init__(self, dialler: Member, node: Member) -> None:
        self.broken = False
        self.up, self.down = End(self, dialler), End(self, node)
        grant = dialler.journal.trust.grant(node.origin)
        assert grant is not None
        line = self.up.open(node, Interest(dialler.role, dialler.area).wants(), grant)
        line.take(dialler.hub.greeting(dialler.journal.vector()))

    @property
    def whole(self) -> bool:
        return not (self.broken or self.up.over or self.down.over)

    @property
    def idle(self) -> bool:
        """Nothing will ever come of it any more."""
        return not self.whole and not self.up.out and not self.down.out and self.up.over and (self.down.over or self.down.line is None)

    def accept(self) -> None:
        """The node reads the first frame: as `Listener`, one connection a key, the newest."""
        node, dialler = self.down.member, self.up.member
        earlier = node.inbound.get(dialler.origin)
        if isinstance(earlier, End):
            earlier.drop()
        node.inbound[dialler.origin] = self.down
        grant = node.journal.trust.grant(dialler.origin)
        assert grant is not None
        line = self.down.open(dialler, wanted_from(grant.area), grant)
        line.take(node.hub.greeting(shared_with(grant, node.journal.vector())))

    def carry_up(self, count: int) -> int:
        return _carry(self.up, self.down, count)

    def carry_down(self, count: int) -> int:
        return _carry(self.down, self.up, count)

    def cut(self, *, up: int, down: int, up_notices: bool, down_notices: bool) -> None:
        """`up`, `down`: so many of the frames under way still arrive."""
        self.broken = True
        for end, kept in ((self.up, up), (self.down, down)):
            while len(end.out) > kept:
                end.out.pop()
        for end, notices in ((self.up, up_notices), (self.down, down_notices)):
            if notices:
                end.drop()


def _carry(sender: End, reader: End, count: int) -> int:
    count = min(count, len(sender.out))
    for _ in range(count):
        reader.read(sender.out.popleft())
    return count
