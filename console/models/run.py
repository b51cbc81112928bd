"""Runs: contiguous events of one stream, as they are read from a journal, carried, and appended to another."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from console.models.event import (
    HEAD_BYTES,
    MAX_BODY_BYTES,
    MAX_KIND_CHARS,
    MAX_SUBJECT_CHARS,
    ORIGIN_BYTES,
    SIGNATURE_BYTES,
    Event,
    Stream,
)

MAX_AGE_MS = (1 << 48) - 1
"""Older is told as this old."""


class Entry(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One event of a run. `age_ms`: how long it has existed by now, counted by each holder for the time it was with them,
    so that a receiver knows how old it is whatever its author's clock says. `prev`, `signature`: empty on telemetry. `erased`: the stream's
    head after it, when its words were destroyed (`console.models.journal.erasing`)."""

    hlc: Annotated[int, Meta(ge=0, le=(1 << 63) - 1)]
    kind: Annotated[str, Meta(min_length=1, max_length=MAX_KIND_CHARS)]
    subject: Annotated[str, Meta(max_length=MAX_SUBJECT_CHARS)]
    body: Annotated[bytes, Meta(max_length=MAX_BODY_BYTES)]
    age_ms: Annotated[int, Meta(ge=0, le=MAX_AGE_MS)] = 0
    prev: Annotated[bytes, Meta(max_length=HEAD_BYTES)] = b""
    signature: Annotated[bytes, Meta(max_length=SIGNATURE_BYTES)] = b""
    erased: Annotated[bytes, Meta(max_length=HEAD_BYTES)] = b""


class Run(msgspec.Struct, frozen=True, array_like=True):
    """Events `first_seq`, `first_seq + 1`, ... of stream (origin, topic). `base`: the stream's head before them, told when the sender no
    longer holds what was before (old telemetry, `console.models.journal.retention`)."""

    origin: Annotated[bytes, Meta(min_length=ORIGIN_BYTES, max_length=ORIGIN_BYTES)]
    topic: Annotated[str, Meta(max_length=32)]
    first_seq: Annotated[int, Meta(ge=1, lt=1 << 62)]
    entries: Annotated[list[Entry], Meta(min_length=1, max_length=10_000)]
    base: Annotated[bytes, Meta(max_length=HEAD_BYTES)] = b""

    @property
    def stream(self) -> Stream:
        return Stream(self.origin, self.topic)

    @property
    def last_seq(self) -> int:
        return self.first_seq + len(self.entries) - 1

    def event(self, index: int) -> Event:
        entry = self.entries[index]
        return Event(
            self.origin, self.topic, self.first_seq + index, entry.hlc, entry.kind, entry.subject, entry.body, entry.prev, entry.signature
        )
