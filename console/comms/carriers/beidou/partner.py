"""One peer that is written to by short message: its keys, the numbers of messages both ways, what waits, what is acknowledged."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from console.comms.carriers.beidou import parts
from console.comms.carriers.beidou.message import ACK_BITS, ACK_BYTES, Ack, Part, Told, write_item
from console.comms.carriers.beidou.parts import Open
from console.comms.carriers.beidou.queue import Piece, Queue, Ware
from console.comms.carriers.beidou.rules import Rules
from console.comms.carriers.beidou.seal import MAX_NUMBER, OVERHEAD_BYTES, Heard, Keys
from console.models.clock import hlc_from_ms
from console.models.event import Event, Origin, Stream, Vector

REMEMBERED = 64
"""Messages of which a late acknowledgement still counts."""
CARRIED = 1000
"""Events acknowledged by short message that are remembered until a wide link shows them held."""
ACK_URGENCY = 2
"""Of an acknowledgement that travels alone: as warnings and their answers."""


class Kept(msgspec.Struct):
    """What must outlive this process. `sent`: number of the last message; `newest`, `bits`: as `Heard`; `opened`: events of which parts are
    missing; `carried`: (origin, topic, seq) acknowledged by short message."""

    sent: int = 0
    newest: int = 0
    bits: int = 0
    opened: list[Open] = []
    carried: list[tuple[bytes, str, int]] = []


class Draft(NamedTuple):
    """A message to be sent. `asks` for an acknowledgement; `acknowledges`: it brings one."""

    number: int
    body: bytes
    asks: bool
    acknowledges: bool
    pieces: Sequence[Piece]


class Partner:
    """`number`: of its card; `linked`: reached over a network by now; `heard_ms`: when it last wrote by short message. `kept` is changed in
    place: whoever owns it writes it to disk before a message leaves and before one is acknowledged."""

    def __init__(self, origin: Origin, keys: Keys, number: str, rules: Rules, kept: Kept) -> None:
        self.origin, self.keys, self.number, self.kept = origin, keys, number, kept
        self.linked = False
        self.heard_ms: int | None = None
        self.queue = Queue(rules.sending.waiting)
        self.owed_since_ms: int | None = None
        self._rules = rules
        self._under_way: OrderedDict[int, Sequence[Piece]] = OrderedDict()
        self._held: Vector = {}
        self._carried = {(Stream(origin, topic), seq) for origin, topic, seq in kept.carried}

    # -- out ---------------------------------------------------------------------------------------------------------------

    def offer(self, ware: Ware) -> None:
        """One more event, unless the other side has it."""
        if self.lacks(ware.event):
            self.queue.put(ware)

    def lacks(self, event: Event) -> bool:
        """The other side is not known to hold it, by whatever way."""
        return event.seq > self._held.get(event.stream, 0) and (event.stream, event.seq) not in self._carried

    def urgency(self, now_ms: int, room: int) -> tuple[int, int, int] | None:
        """Of the most urgent that may go now, smaller goes first; None when nothing may."""
        first = next(self.queue.due(now_ms, room), None)
        urgencies = [] if first is None else [first.order[:3]]
        if self._ack_due(now_ms):
            urgencies.append((ACK_URGENCY, 0, hlc_from_ms(self.owed_since_ms or 0)))
        return min(urgencies, default=None)

    def draft(self, now_ms: int, content_bytes: int) -> Draft | None:
        """The next message: as many pieces as fit, most urgent first, and an acknowledgement where there is room or it is due."""
        room = content_bytes - OVERHEAD_BYTES
        due = list(self.queue.due(now_ms, room))
        alone = self._ack_due(now_ms) and (not due or due[0].order[0] > ACK_URGENCY)
        body = self._ack() if alone else b""
        pieces: list[Piece] = []
        for piece in due:
            item = piece.item(now_ms)
            if len(body) + len(item) <= room:
                body += item
                pieces.append(piece)
        along = self.owed_since_ms is not None and not alone and len(body) + ACK_BYTES <= room
        body += self._ack() if along else b""
        if not body or self.kept.sent >= MAX_NUMBER:
            return None
        self.kept.sent += 1
        asks = any(piece.entry.ware.rule.acknowledged for piece in pieces)
        return Draft(self.kept.sent, body, asks, alone or along, pieces)

    def began(self, draft: Draft, now_ms: int, interval_ms: int) -> None:
        """It was handed to the terminal."""
        for piece in draft.pieces:
            piece.tries += 1
            piece.due_ms = now_ms + self._patience_ms(piece.tries, interval_ms)
        self._under_way[draft.number] = draft.pieces
        while len(self._under_way) > REMEMBERED:
            self._under_way.popitem(last=False)

    def sent(self, draft: Draft, now_ms: int) -> None:
        """The terminal says that it went out."""
        for piece in draft.pieces:
            self.queue.note_sent(piece, now_ms)
            if not piece.entry.ware.rule.acknowledged:
                self.queue.settle(piece)
        if draft.acknowledges:
            self.owed_since_ms = None

    def refused(self, draft: Draft, now_ms: int) -> None:
        """It did not leave: its pieces wait as before."""
        self._under_way.pop(draft.number, None)
        for piece in draft.pieces:
            piece.tries -= 1
            piece.due_ms = now_ms

    def _patience_ms(self, tries: int, interval_ms: int) -> int:
        sending = self._rules.sending
        first_ms = sending.retry_intervals * interval_ms + sending.retry_s * 1000
        return round(min(first_ms * float(1 << min(tries - 1, 16)), max(sending.longest_retry_s * 1000, first_ms)))

    # -- in -----------------------------------------------------------------------------------------------------------------

    @property
    def heard(self) -> Heard:
        return Heard(self.kept.newest, self.kept.bits)

    def take_part(self, part: Part) -> Told | None:
        """Keep a part; the event it completes, if it does."""
        taken = parts.take(self.kept.opened, part)
        self.kept.opened = taken.opened
        return taken.whole

    def took(self, number: int, now_ms: int, *, asks: bool) -> None:
        """A message is durable here, all of it."""
        self.kept.newest, self.kept.bits = self.heard.with_number(number)
        self.heard_ms = now_ms
        if asks and self.owed_since_ms is None:
            self.owed_since_ms = now_ms

    def acknowledged(self, ack: Ack) -> list[Ware]:
        """The events of which the last piece is acknowledged by this."""
        arrived: list[Ware] = []
        for number in ack.numbers(iter(list(self._under_way))):
            settled = [self.queue.settle(piece) for piece in self._under_way.pop(number)]
            arrived += [ware for ware in settled if ware is not None]
        for ware in arrived:
            self.kept.carried.append((*ware.event.stream, ware.event.seq))
            self._carried.add(ware.key)
        del self.kept.carried[:-CARRIED]
        return arrived

    def _ack(self) -> bytes:
        return write_item(Ack(self.kept.newest, self.kept.bits >> 1 & ((1 << ACK_BITS) - 1)))

    def _ack_due(self, now_ms: int) -> bool:
        return self.owed_since_ms is not None and now_ms >= self.owed_since_ms + self._rules.sending.acknowledge_s * 1000

    # -- what it holds by other ways ------------------------------------------------------------------------------------------

    def link_up(self, *, up: bool, online: bool) -> None:
        """`up`: a network reaches it, or did until just now; `online`: it does at present, and tells of itself what it holds."""
        self.linked = up
        if online:
            self.owed_since_ms = None

    def holds(self, vector: Vector) -> None:
        """What it is known to hold of all streams, now or when it was last heard over a network."""
        self._held = vector
        self.queue.drop_held(vector)
        self._carried = {key for key in self._carried if key[1] > vector.get(key[0], 0)}
        self.kept.carried = [(*stream, seq) for stream, seq in self._carried]
