"""Events too long for one message: split, and put together again, whatever is lost, repeated or out of order."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from console.comms.carriers.beidou.message import Part, Told

MAX_OPEN = 8
"""Events of one sender that may be incomplete at a time: the one longest untouched makes room."""


class Open(msgspec.Struct):
    """An event of which parts are missing. `parts`: place -> data."""

    series: int
    total: int
    parts: dict[int, bytes]

    def belongs(self, part: Part) -> bool:
        """A series comes round again after 256 events: what does not match what is kept is a new event."""
        return part.series == self.series and part.total == self.total and self.parts.get(part.place, part.data) == part.data


class Taken(NamedTuple):
    """The events put together by now, the parts that are missing others, and the event if the part completed it."""

    opened: list[Open]
    whole: Told | None


def split(code: bytes, series: int, room: int) -> list[Part]:
    """Parts of `room` bytes and less; ages are filled in when they are sent."""
    pieces = [code[at : at + room] for at in range(0, len(code), room)]
    return [Part(series, place, len(pieces), 0, piece) for place, piece in enumerate(pieces)]


def take(opened: list[Open], part: Part) -> Taken:
    """One more part, into a changed copy of what was kept."""
    kept = [each for each in opened if each.series != part.series]
    held = next((each for each in opened if each.belongs(part)), None)
    parts = {**(held.parts if held is not None else {}), part.place: part.data}
    if len(parts) == part.total:
        return Taken(kept, Told(b"".join(parts[place] for place in range(part.total)), part.age_s))
    return Taken([*kept, Open(part.series, part.total, parts)][-MAX_OPEN:], None)
