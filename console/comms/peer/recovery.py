"""What this peer said itself and no longer holds, because its journal was lost or damaged, or an older copy of it was put back.

Nodes above still hold it and send it first of all (`console.comms.wire`, Session). Until it is here nothing may be written: the next
event of a stream would get a number that another peer knows with another content. What is written meanwhile waits, and fails when the
link to those nodes ends first, or nothing has come for a while. Only nodes above are believed: anybody else could hold us up for nothing.
A node with nobody above believes whom it enrolled, for a while: what they claim and do not send holds it up no longer than that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Future
from typing import Any

import msgspec

from console.comms.wire import Root
from console.errors import Fault
from console.models.event import Origin, Stream, Vector
from console.models.identity import origin_of
from console.models.journal import Identity, Journal
from console.models.journal.rebuild import Remembered
from console.models.trust import Grant

MAX_WAITING = 1000
PATIENCE_MS = 30_000


class Member(msgspec.Struct, frozen=True):
    """Who this peer was enrolled as, and by whom: what a journal made anew has to be told."""

    name: str
    role: str
    area: str
    roots: list[Root]


def member_of(journal: Journal) -> Member | None:
    """None as long as this peer has no name. `roots` is empty when nobody is above it."""
    identity = journal.identity
    if identity is None:
        return None
    roots = [Root(grant.sign_key, grant.curve_key, grant.name, grant.role, grant.area) for grant in _above(journal)]
    return Member(identity.name, identity.role, identity.area, roots)


def _above(journal: Journal) -> list[Grant]:
    trust = journal.trust
    return [grant for grant in trust.grants.values() if trust.is_root(grant.origin) and grant.origin != journal.signer.origin]


def remembered(member: Member | None, origin: Origin) -> Remembered | None:
    """The same, for a journal that is too damaged to say it itself."""
    if member is None:
        return None
    roots = [Grant(origin_of(root.sign_key), root.name, root.role, root.area, root.sign_key, root.curve_key) for root in member.roots]
    return Remembered(Identity(origin, member.name, member.role, member.area), roots)


def restore(journal: Journal, member: Member) -> None:
    """Make a new journal know again who this peer is and whom it believes."""
    journal.set_identity(member.name, member.role, member.area)
    for root in member.roots:
        journal.add_root(origin_of(root.sign_key), root.sign_key, root.name, root.role, root.area, root.curve_key)


class Recovery:
    """`awaited`: the journal is known to be lost, or its end, and no node above was heard since, so nobody knows what was said. `asked`: how
    many telemetry events that others hold were missing when each of them was first heard."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self.awaited = False
        self._claims: dict[Origin, Vector] = {}
        self._waiting: list[tuple[Callable[[], None], Future[Any]]] = []
        self._missing = 0
        self._came_ms: int | None = None
        self._hopeless = ""
        self.asked = 0
        self._first: dict[Stream, int] = {}

    @property
    def holding(self) -> bool:
        """Whether nothing may be written."""
        return self.awaited or bool(self._claims)

    @property
    def text(self) -> str:
        """For a person; "" when all is well."""
        if not self.holding:
            return ""
        if self.awaited:
            whom = "the node above" if _above(self._journal) else "a peer that this one enrolled"
            return f"recovering own events: the journal was lost or damaged. What is written waits until {whom} was heard."
        return f"recovering own events: {self._missing} of them are held elsewhere and not here yet. {self._hopeless or 'What is written waits.'}"

    def heard(self, peer: Origin, vector: Vector) -> None:
        """A peer holds these for good: of its Hello, or an acknowledgement."""
        held, own = self._journal.heads(), self._journal.signer.origin
        self._ask(vector)
        if not self._believes(peer):
            return
        self.awaited = False
        ahead = {stream: seq for stream, seq in vector.items() if stream.origin == own and seq > held.get(stream, (0,))[0]}
        if ahead:
            self._claims.setdefault(peer, {}).update(ahead)
            self._missing, self._came_ms = self._count(), None

    def _believes(self, peer: Origin) -> bool:
        trust = self._journal.trust
        return trust.is_root(peer) or (self.awaited and not _above(self._journal) and trust.grant(peer) is not None)

    def _ask(self, vector: Vector) -> None:
        held = self._journal.heads()
        for stream, seq in vector.items():
            if stream not in self._first and stream.topic.endswith("/telemetry"):
                self._first[stream] = seq
                self.asked += max(0, seq - held.get(stream, (0,))[0])

    def wait(self, work: Callable[[], None], future: Future[Any]) -> None:
        """Do `work`, which settles `future`, when that may be. Raises Fault when it cannot be told whether it ever may."""
        if self._hopeless or len(self._waiting) >= MAX_WAITING:
            raise Fault(f"not written: {self.text}")
        self._waiting.append((work, future))

    def turn(self, now_ms: int, here: Iterable[Origin]) -> None:
        """Look what has come; then do what waited, or let it fail. `here`: who is connected."""
        if not self.holding and not self._waiting:
            return
        missing = self._count()
        if missing != self._missing or self._came_ms is None:
            self._missing, self._came_ms = missing, now_ms
        if not self.holding:
            self._hopeless = ""
            self._do()
        elif not self.awaited:
            self._despair(now_ms, set(here))

    def _count(self) -> int:
        """How many are missing; a claim that is met is dropped."""
        held = self._journal.heads()
        claims: dict[Origin, Vector] = {}
        for peer, vector in self._claims.items():
            ahead = {stream: seq for stream, seq in vector.items() if seq > held.get(stream, (0,))[0]}
            if ahead:
                claims[peer] = ahead
        self._claims = claims
        furthest: Vector = {}
        for vector in claims.values():
            for stream, seq in vector.items():
                furthest[stream] = max(seq, furthest.get(stream, 0))
        return sum(seq - held.get(stream, (0,))[0] for stream, seq in furthest.items())

    def _despair(self, now_ms: int, here: set[Origin]) -> None:
        self._hopeless = ""
        if self._came_ms is not None and now_ms - self._came_ms >= PATIENCE_MS:
            self._claims = {peer: vector for peer, vector in self._claims.items() if self._journal.trust.is_root(peer)}
            if not self._claims:
                return
        if here.isdisjoint(self._claims):
            self._hopeless = "The link to the node that has them is down: nothing can be written until it is up."
        elif self._came_ms is not None and now_ms - self._came_ms >= PATIENCE_MS:
            self._hopeless = "They do not come. Ask for a new token and join from another data directory."
        if self._hopeless:
            self.fail(Fault(f"not written: {self.text}"))

    def _do(self) -> None:
        waiting, self._waiting = self._waiting, []
        for work, future in waiting:
            try:
                work()
            except Exception as error:  # noqa: BLE001 - who asked is told; the loop goes on
                if not future.done():
                    future.set_exception(error)

    def fail(self, fault: Fault) -> None:
        """What waits is not written."""
        waiting, self._waiting = self._waiting, []
        for _, future in waiting:
            if not future.done():
                future.set_exception(fault)
