"""Two couriers and the sky between them, on a clock that a test holds: nothing here waits or opens a port."""

from __future__ import annotations

import heapq
import itertools
import random
from collections.abc import Sequence
from typing import Any

from console.comms.carriers.beidou.codebook import Between, write_event
from console.comms.carriers.beidou.courier import Courier
from console.comms.carriers.beidou.dialects import CardInfo, Feedback, Incoming
from console.comms.carriers.beidou.message import messages_for
from console.comms.carriers.beidou.partner import Kept, Partner
from console.comms.carriers.beidou.queue import Ware
from console.comms.carriers.beidou.rules import load_rules
from console.comms.carriers.beidou.seal import keys_between
from console.comms.security.keys import CurvePair
from console.models.event import Event, Origin
from console.models.journal.early import Early
from tests.comms.carriers.beidou.material import AT_MS, NAMED, NODE, UNIT

RULES = load_rules()
NUMBERS = {UNIT: "0242287", NODE: "0242286"}
PAIRS = {origin: CurvePair.of_secret(bytes([index]) * 32) for index, origin in enumerate((UNIT, NODE), start=1)}


class End:
    """One courier and what it stores. `believes`: whether what comes is believed; `full`: the disk is full."""

    def __init__(self, world: World, own: Origin, other: Origin, *, rate_s: int, level: int) -> None:
        self.world, self.own, self.other = world, own, other
        self.rate_s, self.level = rate_s, level
        self.stored: list[Early] = []
        self.believes, self.kept = True, 0
        self.refuse: list[Feedback] = []
        self.begin(Kept(sent=1000))

    def begin(self, kept: Kept) -> None:
        """As after a start of the process: what is kept is all that there is."""
        self.courier = Courier(RULES, self.own, self)
        keys = keys_between(PAIRS[self.own].secret, self.own, PAIRS[self.other].public, self.other)
        assert keys is not None
        self.partner = Partner(self.other, keys, NUMBERS[self.other], RULES, kept)
        self.courier.partners = {self.other: self.partner}
        self.courier.said(CardInfo(NUMBERS[self.own], self.rate_s, self.level), self.world.now_ms)

    def offer(self, event: Event) -> None:
        room = self.courier.room
        code = write_event(event, Between(self.own, self.other), lambda size: messages_for(size, room), RULES.sending.parts)
        self.partner.offer(Ware(event, RULES.by_kind[event.kind], self.world.now_ms, code))

    @property
    def seqs(self) -> list[int]:
        return [early.seq for early in self.stored]

    # -- the desk

    def transmit(self, to: str, content: bytes) -> None:
        self.world.transmit(self, to, content)

    def keep(self) -> None:
        self.kept += 1

    def store(self, events: Sequence[Early], via: Origin) -> bool:
        assert via == self.other
        if self.believes:
            self.stored += events
        return self.believes

    def author(self, prefix: bytes) -> Origin | None:
        return NAMED.get(prefix)


class World:
    """`loss`, `repeat`: of 0 to 1. `air`: (sender, to, content) of all that was sent."""

    def __init__(
        self, seed: int = 1, loss: float = 0.0, repeat: float = 0.0, delay_s: float = 2.0, rate_s: int = 60, level: int = 3
    ) -> None:
        self.now_ms = AT_MS
        self.loss, self.repeat, self.delay_s = loss, repeat, delay_s
        self._chance = random.Random(seed)
        self._due: list[tuple[int, int, End, Any]] = []
        self._count = itertools.count()
        self.air: list[tuple[Origin, str, bytes]] = []
        self.unit = End(self, UNIT, NODE, rate_s=rate_s, level=level)
        self.node = End(self, NODE, UNIT, rate_s=rate_s, level=level)

    def transmit(self, sender: End, to: str, content: bytes) -> None:
        if sender.refuse:
            self._later(10, sender, sender.refuse.pop(0))
            return
        self.air.append((sender.own, to, content))
        self._later(10, sender, Feedback(True, 0, sender.rate_s))
        receiver = self.node if sender is self.unit else self.unit
        if self._chance.random() >= self.loss:
            for _ in range(1 + (self._chance.random() < self.repeat)):
                self._later(round(self._chance.uniform(500, 1000 * self.delay_s + 500)), receiver, Incoming(NUMBERS[sender.own], content))

    def _later(self, ms: int, end: End, answer: Any) -> None:
        heapq.heappush(self._due, (self.now_ms + ms, next(self._count), end, answer))

    def run(self, seconds: float) -> None:
        ends_ms = self.now_ms + round(seconds * 1000)
        while self.now_ms < ends_ms:
            self.now_ms += 1000
            while self._due and self._due[0][0] <= self.now_ms:
                _, _, end, answer = heapq.heappop(self._due)
                end.courier.said(answer, self.now_ms)
            for end in (self.unit, self.node):
                end.courier.turn(self.now_ms)
