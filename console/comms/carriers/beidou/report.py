"""The satellite as it is shown: `local.messages.Satellite` of a carrier."""

from __future__ import annotations

from collections.abc import Callable

from console.comms.carriers.beidou.carrier import Carrier
from console.comms.carriers.beidou.courier import Passed
from console.comms.carriers.beidou.partner import Partner
from console.comms.carriers.beidou.queue import Entry
from console.comms.local.messages import Consigned, Satellite, ShortMessage
from console.models.event import Origin

WAITING_TOLD = 50
RECENT_TOLD = 20


def report(carrier: Carrier, shift_ms: int) -> Satellite:
    """`shift_ms`: from the loop's steady clock to UTC."""
    courier = carrier.courier
    card, signal = courier.card, courier.signal
    waiting = _waiting(carrier, shift_ms)
    return Satellite(
        port=carrier.port,
        state=carrier.state,
        why=carrier.why,
        dialect=carrier.dialect,
        card=card.number,
        level=card.level,
        rate_s=card.rate_s,
        content_bytes=card.content_bytes if card.number else 0,
        bars=None if signal is None else signal.bars,
        ready_ms=card.ready_ms + shift_ms if card.ready_ms else 0,
        refusal=card.refusal,
        by_hand_ms=courier.by_hand_until_ms + shift_ms if courier.by_hand_until_ms else 0,
        partners=len(courier.partners),
        waiting=waiting[:WAITING_TOLD],
        waiting_count=len(waiting),
        counts=dict(courier.counts),
        refused=dict(courier.refusals) | ({"unreadable": carrier.terminal.unreadable} if carrier.terminal.unreadable else {}),
        recent=[_short(passed, carrier.name_of, shift_ms) for passed in list(courier.recent)[-RECENT_TOLD:]],
    )


def _waiting(carrier: Carrier, shift_ms: int) -> list[Consigned]:
    """Of those that would be written to now; what waits for a peer that a network reaches goes there."""
    found = [
        (entry.ware.rule.urgency, entry.ware.event.hlc, _consigned(entry, partner, carrier.name_of, shift_ms))
        for partner in carrier.courier.partners.values()
        if not partner.linked or carrier.courier.by_hand
        for entry in partner.queue.entries()
    ]
    return [consigned for _, _, consigned in sorted(found, key=lambda each: each[:2])]


def _consigned(entry: Entry, partner: Partner, name_of: Callable[[Origin], str], shift_ms: int) -> Consigned:
    left = [piece for piece in entry.pieces if not piece.done]
    return Consigned(
        peer=partner.origin.hex(),
        name=name_of(partner.origin),
        kind=entry.ware.event.kind,
        urgency=entry.ware.rule.urgency,
        since_ms=entry.ware.heard_ms + shift_ms,
        tries=max((piece.tries for piece in left), default=0),
        parts=len(entry.pieces),
        done=len(entry.pieces) - len(left),
        due_ms=min((piece.due_ms + shift_ms for piece in left if piece.due_ms), default=0),
    )


def _short(passed: Passed, name_of: Callable[[Origin], str], shift_ms: int) -> ShortMessage:
    name = name_of(passed.partner) if passed.partner else ""
    return ShortMessage(
        at_ms=passed.at_ms + shift_ms, what=passed.what, name=name, kinds=list(passed.kinds), code=passed.code, bytes=passed.size
    )
