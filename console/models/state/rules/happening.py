"""An event as a rule sees it, and how a rule writes."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import msgspec
from msgspec import UNSET

from console.models import kinds
from console.models.event import Origin
from console.models.state.rows import Row, Rows, Stamp

encode = msgspec.msgpack.Encoder().encode


class Mark(StrEnum):
    """How an event counts. `EARLY`: it came ahead of its stream, the event itself will follow and then stands. `HELD`: its author's clock is
    far ahead of ours; until its time comes it fills only what nobody else has written. `ERASED`: its words were destroyed, its body has none."""

    NONE = ""
    EARLY = "early"
    HELD = "held"
    ERASED = "erased"


_HELD_HLC = 1
"""Of a held event's stamp: every other write is later, but for what was early of such an event."""


class Happening(msgspec.Struct, frozen=True, gc=False):
    """An event as a rule sees it: who said it, about what, when by its author and by this machine, and its body. `taken_ms`: when it
    arrived here; `held`: far ahead of this machine's clock, whatever else it is."""

    origin: Origin
    topic: str
    area: str
    seq: int
    hlc: int
    heard_ms: int
    kind: str
    subject: str
    raw: bytes
    body: kinds.Body
    taken_ms: int = 0
    mark: Mark = Mark.NONE
    held: bool = False

    @property
    def stamp(self) -> Stamp:
        """By which its writes win or lose: the event itself always wins over what was early or held of it."""
        hlc = _HELD_HLC if self.held else self.hlc
        return (hlc - (self.mark is Mark.EARLY), self.origin)


def write(rows: Rows, table: str, row_id: str, at: Happening, **fields: Any) -> Row:
    row = rows.get(table, row_id)
    stamp = at.stamp
    if at.held or at.mark is Mark.EARLY:
        row.glimpse(stamp[0], at.area)
    else:
        row.touch(stamp, at.area)
    row.write(stamp, again=at.mark is Mark.ERASED, **fields)
    return row


def given(body: kinds.Body, *names: str) -> dict[str, Any]:
    """The named fields that are set, by name."""
    return {name: value for name in names if (value := getattr(body, name)) is not UNSET}
