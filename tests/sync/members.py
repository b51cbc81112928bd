"""Peers on one simulated clock, each with a clock of its own that may be wrong, that can be killed or lose their power at any instant."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from console.comms.interest import Interest
from console.comms.wire import Wants
from console.models.event import Origin, Stream, Vector
from console.models.journal import Journal
from console.models.journal.faults import DiskFullFault
from tests.comms.stations import NOW_MS, Station

_FULL = 2  # PRAGMA synchronous


class Post(NamedTuple):
    """One peer of the roster. `vouched`: who enrols it; `late`: not before the story runs."""

    name: str
    role: str
    area: str
    vouched: str = ""
    late: bool = False


ROSTER = (
    Post("prefecture", "node", "6527"),
    Post("west", "node", "652701", "prefecture"),
    Post("east", "node", "652722", "prefecture"),
    Post("desk", "console", "6527", "prefecture"),
    Post("laptop", "console", "652701", "west"),
    Post("scout", "unit", "652701", "west"),
    Post("truck", "unit", "652722", "east"),
    Post("latecomer", "unit", "652722", "east", late=True),
)
"""A prefecture, two county nodes, a console each at the prefecture and the first county, three units."""

UPSTREAM = tuple((post.name, post.vouched) for post in ROSTER if post.vouched)
"""(who dials, node): the links that are there when all is well."""
DIRECT = (("scout", "laptop"), ("laptop", "desk"), ("desk", "west"))
"""Links past the node above: a laptop that leads a unit, consoles that found each other, a desk that dials a county."""


class Time:
    """Real time, ms. `began_ms` is when every story starts."""

    def __init__(self) -> None:
        self.ms = NOW_MS


class SyncedJournal(Journal):
    """`synced_bytes`: so much of its write-ahead log a power cut leaves for certain. `full`: the disk takes nothing more."""

    synced_bytes = 0
    full = False

    @property
    def log(self) -> Path:
        return Path(f"{self.path}-wal")

    @contextmanager
    def _transaction(self, synchronous: int) -> Iterator[None]:
        if self.full:
            raise DiskFullFault(f"the disk of {self.path} is full.")
        with super()._transaction(synchronous):
            yield
        if synchronous == _FULL:
            self.synced_bytes = self.log.stat().st_size


class Member(Station):
    """`skew_ms`: its clock less real time. `inbound`: who is connected to it, by origin (kept by `links`)."""

    journals = SyncedJournal
    journal: SyncedJournal

    def __init__(self, root: Path, post: Post, time: Time) -> None:
        self.time = time
        self.skew_ms = 0
        self.lives = 0
        super().__init__(root, 1 + ROSTER.index(post), post.name, post.role, post.area)

    def open(self) -> None:
        self.inbound: dict[Origin, object] = {}
        super().open()
        self.journal.synced_bytes = self.journal.log.stat().st_size if self.journal.log.exists() else 0

    def _wall(self) -> int:
        return self.time.ms + self.skew_ms

    def _monotonic_s(self) -> float:
        return self.time.ms / 1000

    @property
    def origin(self) -> Origin:
        return self.signer.origin

    @property
    def interest(self) -> Wants:
        return Interest(self.role, self.area).wants()

    def wants(self, stream: Stream) -> bool:
        """Whether this peer is to hold a stream in the end: what it may have, and its own."""
        return stream.origin == self.origin or self.interest.covers(stream.topic)

    def die(self, *, power: bool, torn: int = 0) -> None:
        """Killed: only what is in the file is left. `power`: of that, what was not synced is lost too, but for `torn` bytes."""
        journal, held = self.journal, self.journal.vector()
        log = journal.log.read_bytes() if journal.log.exists() else b""
        kept = log[: journal.synced_bytes + torn] if power else log
        self.lives += 1
        heir = journal.path.with_name(f"{self.name}.{self.lives}.db")
        shutil.copyfile(journal.path, heir)
        Path(f"{heir}-wal").write_bytes(kept)
        self.close()
        journal.path.unlink()
        self.path = heir
        self.open()
        self._check_survived(held, power=power)

    def _check_survived(self, held: Vector, *, power: bool) -> None:
        """What it said it holds, it holds after a kill; after a power cut all of it but telemetry of others."""
        after = self.journal.vector()
        for stream, seq in held.items():
            if not power or stream.origin == self.origin or not stream.topic.endswith("/telemetry"):
                assert after.get(stream, 0) >= seq, f"{self.name} lost {stream.topic} {after.get(stream, 0) + 1} to {seq}"


def found(root: Path) -> None:
    """Write the journals that every story begins with: everybody enrolled but who comes late. Copied from there."""
    time = Time()
    members = {post.name: Member(root, post, time) for post in ROSTER}
    for post in ROSTER:
        if post.vouched and not post.late:
            enrol(members, post)
    for member in members.values():
        member.close()


def enrol(members: dict[str, Member], post: Post) -> None:
    """As a token does: the node vouches for the peer, the peer believes the node and those above it."""
    node, member = members[post.vouched], members[post.name]
    node.vouch(member)
    for grant in list(node.journal.trust.grants.values()):
        if node.journal.trust.is_root(grant.origin) and grant.origin != node.origin:
            member.journal.add_root(grant.origin, grant.sign_key, grant.name, grant.role, grant.area, grant.curve_key)
