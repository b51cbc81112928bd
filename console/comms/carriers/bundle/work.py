"""Does what an order asks for: the same inside a running peer and in a command on a data directory whose peer is at rest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from console.comms.carriers.bundle import taking
from console.comms.carriers.bundle.choice import Ask, Choice, can_receive, receiver_named
from console.comms.carriers.bundle.making import Maker
from console.comms.carriers.bundle.opened import Owner
from console.comms.carriers.bundle.orders import Make, Plan, Planned, Receiver, Receivers, Result, Show, Take, Whom, Work
from console.comms.carriers.bundle.progress import Progress
from console.comms.carriers.bundle.taking import Desk
from console.comms.peer.holdings import Holdings
from console.comms.security.keys import Keys
from console.models.event import Origin, Vector
from console.models.identity import Signer
from console.models.journal import Journal, RunOutcome
from console.models.journal.early import Early
from console.models.journal.reading import Reader
from console.models.run import Run
from console.models.trust import Grant, Refused


class Shop(NamedTuple):
    """What a job works with. `hlc`: our clock; `now_ms`: what the journal's ages are counted by; the journal is read beside its writer."""

    journal: Path
    signer: Signer
    desk: Desk
    hlc: Callable[[], int]
    now_ms: Callable[[], int]


def perform(order: Work, shop: Shop, progress: Progress) -> Result:
    """Raises Fault, with the reason for a person."""
    if isinstance(order, Show):
        return taking.show(order.files, shop.desk)
    if isinstance(order, Take):
        return taking.take(order.files, shop.desk, progress)
    owner = shop.desk.owner()
    if isinstance(order, Whom):
        able = [grant for grant in owner.trust.grants.values() if grant.origin != owner.origin and can_receive(grant)]
        return Receivers([Receiver(grant.origin.hex(), grant.label, grant.role, grant.area) for grant in able])
    receiver = receiver_named(owner.trust, owner.origin, order.peer)
    with closing(Reader(shop.journal)) as reader:
        choice = Choice(reader, owner.origin, owner.trust, Ask(receiver, order.incident), shop.now_ms)
        if isinstance(order, Plan):
            return _planned(choice, receiver)
        return _make(order, choice, receiver, shop, progress)


def _planned(choice: Choice, receiver: Grant) -> Planned:
    early = sum(len(run.entries) for run in choice.early())
    who = (receiver.origin.hex(), receiver.label, receiver.role, receiver.area)
    return Planned(*who, choice.counts(), early, choice.most_bytes(), choice.known_ms, choice.title)


def _make(order: Make, choice: Choice, receiver: Grant, shop: Shop, progress: Progress) -> Result:
    maker = Maker(choice, receiver, shop.signer, Path(order.out), volume_bytes=order.volume_bytes, replace=order.replace, hlc=shop.hlc())
    return maker.make(progress, order.incident)


class JournalDesk:
    """The `Desk` of a journal that this process has opened itself."""

    def __init__(self, journal: Journal, keys: Keys, wall: Callable[[], int]) -> None:
        self._journal, self._keys, self._wall = journal, keys, wall
        self._holdings = Holdings(journal, wall)

    def owner(self) -> Owner:
        return Owner(self._keys.signer.origin, self._keys.curve, self._journal.trust)

    def vector(self) -> Vector:
        return self._journal.vector()

    def wall_ms(self) -> int:
        return self._wall()

    def skew_ms(self, peer: Origin) -> int:
        known = self._journal.known_of(peer)
        return 0 if known is None else known.skew_ms or 0

    def store(self, runs: Sequence[Run], via: Origin) -> Sequence[RunOutcome]:
        return self._journal.append(runs, via).outcomes

    def store_early(self, events: Sequence[Early], via: Origin) -> Sequence[Refused]:
        return self._journal.append_early(events, via)[1]

    def learn(self, peer: Origin, holds: Vector, said_hlc: int) -> None:
        self._holdings.learn(peer, holds, said_hlc)
