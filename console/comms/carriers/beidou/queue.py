"""What waits to be sent to one peer, most urgent first.

An event waits as one piece, or as several where it did not fit into a message. A piece that was sent and not acknowledged in time waits
again, behind those of its urgency that were tried less often.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from console.comms.carriers.beidou.message import MAX_PARTS, Part, Told, code_room, part_room, write_item
from console.comms.carriers.beidou.parts import MAX_OPEN, split
from console.comms.carriers.beidou.rules import KindRule
from console.models.event import Event, Stream, Vector

Matter = tuple[str, str, bytes]
"""Kind, subject and author."""
SPLIT_AT_A_TIME = MAX_OPEN // 2
"""Events sent in parts that may be under way: well below what a receiver keeps incomplete."""


class Ware(NamedTuple):
    """An event to be sent. `heard_ms`: when it was said, by this machine's UTC clock; `code`: as in `codebook`."""

    event: Event
    rule: KindRule
    heard_ms: int
    code: bytes

    @property
    def key(self) -> tuple[Stream, int]:
        return self.event.stream, self.event.seq


@dataclass(eq=False)
class Piece:
    """`part` None: the whole event. `due_ms`: not before; `tries`: how often it was sent; `done`: acknowledged."""

    entry: Entry
    part: Part | None = None
    due_ms: int = 0
    tries: int = 0
    done: bool = False

    def item(self, now_ms: int) -> bytes:
        age_s = max(0, now_ms - self.entry.ware.heard_ms) // 1000
        return write_item(Told(self.entry.ware.code, age_s) if self.part is None else self.part._replace(age_s=age_s))

    @property
    def order(self) -> tuple[int, int, int, int]:
        ware = self.entry.ware
        return (ware.rule.urgency, self.tries, ware.event.hlc, 0 if self.part is None else self.part.place)


@dataclass(eq=False)
class Entry:
    """One event that waits. `pieces`: none until it is first sent, when the room of a message is known; `begin_ms`: not sent before."""

    ware: Ware
    begin_ms: int = 0
    pieces: list[Piece] = field(default_factory=list)

    @property
    def split(self) -> bool:
        return len(self.pieces) > 1

    @property
    def begun(self) -> bool:
        return any(piece.tries for piece in self.pieces)


class Queue:
    """Of one peer. Times are UTC milliseconds of this machine's."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._entries: dict[tuple[Stream, int], Entry] = {}
        self._series = 0
        self._sent_ms: dict[Matter, int] = {}  # when the next of it may go

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, key: tuple[Stream, int]) -> bool:
        return key in self._entries

    def entries(self) -> list[Entry]:
        """In the order in which they would be sent."""
        return sorted(self._entries.values(), key=lambda entry: (entry.ware.rule.urgency, entry.ware.event.hlc))

    def put(self, ware: Ware) -> None:
        """Of a kind of which only the newest counts, it takes the place of the older ones of its subject."""
        if ware.rule.newest:
            rivals = [entry.ware for entry in self._entries.values() if _matter(entry.ware.event) == _matter(ware.event)]
            if any(rival.event.hlc > ware.event.hlc for rival in rivals):
                return
            for rival in rivals:
                del self._entries[rival.key]
        self._entries.setdefault(ware.key, Entry(ware, self._sent_ms.get(_matter(ware.event), 0)))
        if len(self._entries) > self._limit:
            del self._entries[min(self._entries.values(), key=_dispensable).ware.key]

    def note_sent(self, piece: Piece, now_ms: int) -> None:
        """Of what is not sent oftener than in some time, the next one waits."""
        ware = piece.entry.ware
        if ware.rule.every_s:
            self._sent_ms = {matter: ms for matter, ms in self._sent_ms.items() if ms > now_ms}
            next_ms = self._sent_ms[_matter(ware.event)] = now_ms + round(ware.rule.every_s * 1000)
            for entry in self._entries.values():
                if entry is not piece.entry and _matter(entry.ware.event) == _matter(ware.event):
                    entry.begin_ms, entry.pieces = next_ms, []

    def drop(self, unwanted: Callable[[Ware], bool]) -> None:
        self._entries = {key: entry for key, entry in self._entries.items() if not unwanted(entry.ware)}

    def drop_held(self, vector: Vector) -> None:
        """What the other side holds by whatever way."""
        self.drop(lambda ware: ware.event.seq <= vector.get(ware.event.stream, 0))

    def settle(self, piece: Piece) -> Ware | None:
        """It was acknowledged; the event, if that was its last piece."""
        piece.done = True
        entry = piece.entry
        if self._entries.get(entry.ware.key) is not entry or not all(each.done for each in entry.pieces):
            return None
        del self._entries[entry.ware.key]
        return entry.ware

    def due(self, now_ms: int, room: int) -> Iterator[Piece]:
        """What may be sent now in messages with bodies of `room` bytes, most urgent first."""
        ready = [
            piece for entry in self._entries.values() for piece in self._pieces(entry, room) if not piece.done and piece.due_ms <= now_ms
        ]
        yield from sorted(ready, key=lambda piece: piece.order)

    def _pieces(self, entry: Entry, room: int) -> list[Piece]:
        if not entry.pieces:
            entry.pieces = self._cut(entry, room)
        return entry.pieces

    def _cut(self, entry: Entry, room: int) -> list[Piece]:
        code = entry.ware.code
        if len(code) <= code_room(room):
            return [Piece(entry, due_ms=entry.begin_ms)]
        under_way = sum(each.split for each in self._entries.values())
        if part_room(room) <= 0 or len(code) > MAX_PARTS * part_room(room) or under_way >= SPLIT_AT_A_TIME:
            return []
        self._series = (self._series + 1) % 256
        return [Piece(entry, part) for part in split(code, self._series, part_room(room))]


def _matter(event: Event) -> Matter:
    return event.kind, event.subject, event.origin


def _dispensable(entry: Entry) -> tuple[int, int]:
    """The least urgent, of these the oldest, sorts first."""
    return (-entry.ware.rule.urgency, entry.ware.event.hlc)
