"""All that goes by one card: who is written to next, what came in, what became of it. No I/O: the desk does it.

Times are milliseconds of one steady clock near UTC, the same as those of the wares.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator, Sequence
from typing import NamedTuple, Protocol

import msgspec

from console.comms.carriers.beidou.card import Card
from console.comms.carriers.beidou.codebook import Between, read_event
from console.comms.carriers.beidou.dialects import Answer, CardInfo, Feedback, Incoming, Signal
from console.comms.carriers.beidou.message import Ack, Told, read_items
from console.comms.carriers.beidou.packing import CodeError
from console.comms.carriers.beidou.partner import Draft, Partner
from console.comms.carriers.beidou.queue import Ware
from console.comms.carriers.beidou.rules import Rules
from console.comms.carriers.beidou.seal import OVERHEAD_BYTES, Opened, SealError
from console.errors import Fault
from console.models.event import Origin
from console.models.journal.early import Early

RECENT = 50
KEEP_AGAIN_MS = 5000
LEAST_ROOM_BYTES = 32
"""A card whose messages leave less than this for what is said is of no use here."""


class Passed(NamedTuple):
    """One thing that happened, for a person. `what`: sent, received, acknowledged, repeated or refused; `kinds`: of the events concerned;
    `code`: of a refusal; `size`: bytes of the message."""

    at_ms: int
    what: str
    partner: Origin
    kinds: Sequence[str] = ()
    code: str = ""
    size: int = 0


class Desk(Protocol):
    def transmit(self, to: str, content: bytes) -> None:
        """Hand one message to the terminal."""
        ...

    def keep(self) -> None:
        """Make what partners keep durable. Raises Fault."""
        ...

    def store(self, events: Sequence[Early], via: Origin) -> bool:
        """Make events durable and show them; whether all of them were believed. Raises Fault."""
        ...

    def author(self, prefix: bytes) -> Origin | None:
        """The enrolled peer whose origin begins so."""
        ...


class Courier:
    """`partners`: by origin, set by the owner. `counts`: what happened, by `Passed.what`; `refusals`: by code."""

    def __init__(self, rules: Rules, own: Origin, desk: Desk) -> None:
        self._rules, self._own, self._desk = rules, own, desk
        self.card = Card(rules)
        self.signal: Signal | None = None
        self.partners: dict[Origin, Partner] = {}
        self.by_hand_until_ms = 0
        self.counts: Counter[str] = Counter()
        self.refusals: Counter[str] = Counter()
        self.recent: deque[Passed] = deque(maxlen=RECENT)
        self._pending: tuple[Partner, Draft] | None = None

    @property
    def room(self) -> int:
        """Bytes for what is said in one message."""
        return self.card.content_bytes - OVERHEAD_BYTES

    @property
    def usable(self) -> bool:
        return bool(self.card.number) and self.room >= LEAST_ROOM_BYTES

    def send_by_hand(self, now_ms: int) -> None:
        """Also to those that a network reaches, for a while."""
        self.by_hand_until_ms = now_ms + round(self._rules.sending.by_hand_s * 1000)

    @property
    def by_hand(self) -> bool:
        return self.by_hand_until_ms > 0

    # -- out ---------------------------------------------------------------------------------------------------------------

    def turn(self, now_ms: int) -> None:
        """Send what may be sent."""
        if self.card.overdue(now_ms):
            self._note(now_ms, "refused", code="unanswered")
            self._pending = None  # it may have gone out: what it said is repeated if nobody acknowledges it
        if now_ms >= self.by_hand_until_ms:
            self.by_hand_until_ms = 0
        for partner in self.partners.values():
            partner.queue.drop(lambda ware: now_ms - ware.heard_ms > ware.rule.hours * 3_600_000)
        if self.usable and self.card.may_send(now_ms):
            self._send(now_ms)

    def _send(self, now_ms: int) -> None:
        room = self.room
        able = [partner for partner in self.partners.values() if not partner.linked or self.by_hand]
        urgencies = [(urgency, partner) for partner in able if (urgency := partner.urgency(now_ms, room)) is not None]
        if not urgencies:
            return
        partner = min(urgencies, key=lambda pair: pair[0])[1]
        draft = partner.draft(now_ms, self.card.content_bytes)
        if draft is None:
            return
        try:
            self._desk.keep()  # the number must never be used again
        except Fault:
            partner.kept.sent -= 1
            self.card.ready_ms = now_ms + KEEP_AGAIN_MS
            raise
        content = partner.keys.out.seal(draft.number, draft.body, asks=draft.asks)
        self.card.began(now_ms)
        partner.began(draft, now_ms, self.card.interval_ms)
        self._pending = (partner, draft)
        self._desk.transmit(partner.number, content)

    def gone(self) -> None:
        """The terminal is gone: what it had may not have been sent."""
        self.card.lost()
        self.signal = None
        self._pending = None

    # -- in -----------------------------------------------------------------------------------------------------------------

    def said(self, answer: Answer, now_ms: int) -> bool:
        """Something from the terminal; whether it is news of the card."""
        if isinstance(answer, CardInfo):
            return self.card.told(answer)
        if isinstance(answer, Signal):
            self.signal = answer
        elif isinstance(answer, Feedback):
            self._answered(answer, now_ms)
        else:
            self._received(answer, now_ms)
        return False

    def _answered(self, feedback: Feedback, now_ms: int) -> None:
        self.card.answered(feedback, now_ms)
        if self._pending is None:
            return
        (partner, draft), self._pending = self._pending, None
        kinds = [piece.entry.ware.event.kind for piece in draft.pieces]
        if not feedback.sent:
            partner.refused(draft, now_ms)
            self._note(now_ms, "refused", partner, kinds, f"terminal_{feedback.reason}")
            return
        partner.sent(draft, now_ms)
        repeated = any(piece.tries > 1 for piece in draft.pieces)
        self._note(now_ms, "repeated" if repeated else "sent", partner, kinds, size=len(draft.body) + OVERHEAD_BYTES)

    def _received(self, incoming: Incoming, now_ms: int) -> None:
        """Several peers may claim a card; whose seal it is, its key shows."""
        code = "card"
        for partner in [partner for partner in self.partners.values() if partner.number == incoming.sender]:
            try:
                opened = partner.keys.into.open(incoming.content)
                if partner.heard.holds(opened.number):
                    raise SealError("replay")
            except SealError as error:
                code = error.code
                continue
            self._take(partner, opened, len(incoming.content), now_ms)
            return
        self._note(now_ms, "refused", code=code, size=len(incoming.content))

    def _take(self, partner: Partner, opened: Opened, size: int, now_ms: int) -> None:
        """All of a message or nothing of it: what is not durable and believed is not acknowledged."""
        before, code = partner.kept.opened, "store"
        events: list[Early] = []
        try:
            events = [self._event(told, partner) for told in self._told(partner, opened.body, now_ms)]
            code = "" if not events or self._desk.store(events, partner.origin) else "trust"
        except CodeError:
            code = "code"
        finally:
            if code:
                partner.kept.opened = before
                self._note(now_ms, "refused", partner, code=code, size=size)
        if not code:
            partner.took(opened.number, now_ms, asks=opened.asks)
            self._desk.keep()
            if opened.asks or events:
                self._note(now_ms, "received", partner, [event.kind for event in events], size=size)

    def _told(self, partner: Partner, body: bytes, now_ms: int) -> Iterator[Told]:
        """The events that a message holds or completes."""
        for item in list(read_items(body)):
            if isinstance(item, Ack):
                self._acknowledged(partner, partner.acknowledged(item), now_ms)
            elif isinstance(item, Told):
                yield item
            elif (whole := partner.take_part(item)) is not None:
                yield whole

    def _event(self, told: Told, partner: Partner) -> Early:
        early = read_event(told.code, Between(partner.origin, self._own), self._desk.author)
        return msgspec.structs.replace(early, age_ms=told.age_s * 1000)

    def _acknowledged(self, partner: Partner, arrived: Sequence[Ware], now_ms: int) -> None:
        if arrived:
            self._note(now_ms, "acknowledged", partner, [ware.event.kind for ware in arrived])

    def _note(
        self, now_ms: int, what: str, partner: Partner | None = None, kinds: Sequence[str] = (), code: str = "", size: int = 0
    ) -> None:
        self.counts[what] += max(1, len(kinds)) if what == "acknowledged" else 1
        if code:
            self.refusals[code] += 1
        self.recent.append(Passed(now_ms, what, b"" if partner is None else partner.origin, kinds, code, size))
