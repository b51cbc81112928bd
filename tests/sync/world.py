"""All peers of the roster, the links between them, and what everybody said: one small world, moved by whoever holds it."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from console.comms.peer.hub import RELEASE_MS
from console.comms.peer.intake import GATHER_MS, RETRY_MS
from console.errors import Fault
from console.models.clock import ms_of
from console.models.event import LANES_BY_URGENCY, Event, Stream, Vector
from console.models.journal import NewEvent, RunOutcome
from console.models.journal.early import Early
from console.models.run import Run
from console.models.trust import Refused
from tests.sync.links import Connection
from tests.sync.members import DIRECT, ROSTER, UPSTREAM, Member, Time, enrol

PAIRS = UPSTREAM + DIRECT
_TURNS = 10_000


class World:
    """`said`: how far each author's streams go, by what `author` returned, and `events`: what was said since the beginning; `links`: by
    pair, the newest connection last; `parted`: pairs with no way between them."""

    def __init__(self, root: Path, founded: Path) -> None:
        for file in founded.glob("*.db"):
            shutil.copyfile(file, root / file.name)
        self.time = Time()
        self.members = {post.name: Member(root, post, self.time) for post in ROSTER}
        self.links: dict[tuple[str, str], list[Connection]] = {pair: [] for pair in PAIRS}
        self.parted: set[tuple[str, str]] = set()
        self.events: list[Event] = []
        self.said: Vector = {stream: seq for member in self.members.values() for stream, seq in self._own(member).items()}

    @staticmethod
    def _own(member: Member) -> Vector:
        return {stream: seq for stream, seq in member.journal.vector().items() if stream.origin == member.origin}

    @property
    def connections(self) -> list[Connection]:
        return [connection for held in self.links.values() for connection in held]

    # -- writing -----------------------------------------------------------------------------------------------------------

    def write(self, who: str, drafts: Sequence[NewEvent]) -> None:
        """A full disk refuses, and then nothing was written."""
        member = self.members[who]
        before = member.journal.vector()
        try:
            events = member.hub.author(drafts)
        except Fault:
            assert member.journal.full
            assert member.journal.vector() == before
            return
        for event in events:
            self.said[event.stream] = event.seq
        self.events += events

    def enrol_latecomers(self) -> None:
        for post in ROSTER:
            node, member = self.members.get(post.vouched), self.members[post.name]
            if post.late and node and not node.journal.trust.grant(member.origin) and not (node.journal.full or member.journal.full):
                enrol(self.members, post)
                self.said.update(self._own(node))

    # -- links ---------------------------------------------------------------------------------------------------------------

    def may_connect(self, pair: tuple[str, str]) -> bool:
        """Whether both know each other's grant."""
        dialler, node = (self.members[name] for name in pair)
        return bool(dialler.journal.trust.grant(node.origin) and node.journal.trust.grant(dialler.origin))

    def connect(self, pair: tuple[str, str]) -> None:
        """Dial anew. The dialler gives up the connection it had; the node may still take that one for whole."""
        if self.may_connect(pair):
            held = self.links[pair]
            for earlier in held:
                earlier.up.drop()
                earlier.broken = True
            held[:] = [earlier for earlier in held if not earlier.idle]
            held.append(Connection(*(self.members[name] for name in pair)))

    def redial(self) -> None:
        """As diallers do of themselves: every link that is not cut and is not taken to stand is tried again."""
        for pair, held in self.links.items():
            if pair not in self.parted and all(connection.up.over for connection in held):
                self.connect(pair)

    def cut(self, pair: tuple[str, str], *, up: int, down: int, up_notices: bool, down_notices: bool) -> None:
        """The way between them is gone until it is healed."""
        self.parted.add(pair)
        for connection in self.links[pair]:
            connection.cut(up=up, down=down, up_notices=up_notices, down_notices=down_notices)

    def die(self, who: str, *, power: bool, torn: int) -> None:
        """Its links end for it at once; the other sides learn it from silence, or when it connects anew."""
        member = self.members[who]
        for connection in self.connections:
            for end in (connection.up, connection.down):
                if end.member is member:
                    end.over = True
                    connection.broken = True
        member.die(power=power, torn=torn)

    # -- time ----------------------------------------------------------------------------------------------------------------

    def tick(self) -> None:
        for member in self.members.values():
            for line in list(member.lines):
                line.take(member.hub.tick(None))
        for connection in self.connections:
            for end in (connection.up, connection.down):
                if end.line is not None and end.line.over:
                    end.leave()

    def commit(self) -> None:
        for member in self.members.values():
            member.hub.commit()

    def flow(self) -> None:
        """Carry and commit until nothing moves and nothing waits for its commit."""
        for _ in range(_TURNS):
            moved = sum(each.carry_up(len(each.up.out)) + each.carry_down(len(each.down.out)) for each in self.connections)
            self.commit()
            if not moved and not self._gathering():
                return
            self.time.ms += GATHER_MS if not moved else 1
        raise AssertionError("the peers never come to rest")

    def _gathering(self) -> bool:
        return any(member.hub.wait_ms(member.hub.now_ms()) is not None for member in self.members.values() if not member.journal.full)

    def settle(self, rounds: int = 60) -> None:
        """Everything is mended: disks, clocks, links (those that stand are left alone); then seconds pass until all is told, and hours
        until the time has come of what clocks far ahead have said."""
        for member in self.members.values():
            member.journal.full = False
            member.skew_ms = 0
        self.enrol_latecomers()
        self.time.ms += RETRY_MS
        for _ in range(rounds):
            self._mend()
            self.tick()
            self.flow()
            if not self.lacking():
                break
            self.time.ms += 1000
        self.time.ms = RELEASE_MS + max([self.time.ms, *(ms_of(member.journal.clock.last) for member in self.members.values())])
        self.flow()

    def _mend(self) -> None:
        for pair in UPSTREAM:
            if not any(connection.whole for connection in self.links[pair]):
                self.connect(pair)

    def lacking(self) -> list[str]:
        """What somebody wants and has not, or has and may not have."""
        return [
            f"{name} holds {held.get(stream, 0)} of {self.said[stream]} of {self.name_of(stream)}"
            for name, member in self.members.items()
            for held in [member.journal.vector()]
            for stream in self.said
            if held.get(stream, 0) != (self.said[stream] if member.wants(stream) else 0)
        ]

    def name_of(self, stream: Stream) -> str:
        author = next((member.name for member in self.members.values() if member.origin == stream.origin), stream.origin.hex()[:12])
        return f"{author} {stream.topic}"

    # -- carried by hand -------------------------------------------------------------------------------------------------------

    def bundle(self, sender: str, receiver: str, known: Vector) -> list[Run]:
        """What `receiver` may have and is not known to hold, most urgent first."""
        wants = self.members[receiver].interest
        journal = self.members[sender].journal
        return [run for lane in LANES_BY_URGENCY for run in journal.read(known, lane, wants.of(lane), max_bytes=1 << 20)]

    def take(self, receiver: str, sender: str, runs: list[Run]) -> list[RunOutcome]:
        member = self.members[receiver]
        if member.journal.full or not runs:
            return []
        return member.hub.carry(runs, self.members[sender].origin)

    def signal(self, receiver: str, early: Early) -> list[Refused]:
        """A short message arrives; it may be told of nobody who is not known here."""
        member = self.members[receiver]
        return [] if member.journal.full else member.hub.take_early([early])

    def close(self) -> None:
        for member in self.members.values():
            member.close()
