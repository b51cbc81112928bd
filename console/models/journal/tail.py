"""The end of a stream, as the journal keeps it in memory."""

from __future__ import annotations

from typing import NamedTuple

from console.models.event import Head


class Tail(NamedTuple):
    """The end of a stream: its row id, last seq, head after it and hlc of the last event; and its `floor`: events up to it are no longer
    held here, `floor_head` is the head after it."""

    id: int
    seq: int
    head: Head
    hlc: int
    floor: int = 0
    floor_head: Head = b""
