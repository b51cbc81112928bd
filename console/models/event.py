"""The event: one immutable thing that happened, and the streams that events form.

A *stream* is all events of one origin on one topic, numbered from 1 without a gap. Every stream has a *head*, a hash that
commits to every event in it::

    head(0) = 32 zero bytes
    head(n) = SHA-256(head(n-1) || canonical(event n))

so two peers hold the same events of a stream exactly when they hold the same head. On the command and report lanes the event
carries `prev` = head(n-1) and an Ed25519 signature by its origin over head(n): tampering shows on whatever carrier brought it.
Telemetry is not signed (it is believed because of the link it came over) but is chained all the same.
"""

from __future__ import annotations

import hashlib
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

import msgspec

ORIGIN_BYTES = 16
HEAD_BYTES = 32
SIGNATURE_BYTES = 64
MAX_BODY_BYTES = 64 * 1024
MAX_SUBJECT_CHARS = 128
MAX_KIND_CHARS = 64
GENESIS = bytes(HEAD_BYTES)

Origin = bytes
"""16 bytes: the first 16 of SHA-256 of the peer's Ed25519 public key."""
Head = bytes


class Lane(StrEnum):
    """How much an event matters, which decides its durability and its place in every queue."""

    COMMAND = "command"
    REPORT = "report"
    TELEMETRY = "telemetry"

    @property
    def signed(self) -> bool:
        return self is not Lane.TELEMETRY


LANES_BY_URGENCY = (Lane.COMMAND, Lane.REPORT, Lane.TELEMETRY)


class Topic(NamedTuple):
    """`<area>/<lane>`; the area is a GB/T 2260 code: 2, 4, 6 or 9 digits, each level a prefix of the next."""

    area: str
    lane: Lane

    def __str__(self) -> str:
        return f"{self.area}/{self.lane.value}"

    @classmethod
    @lru_cache(maxsize=4096)
    def parse(cls, text: str) -> Topic:
        """Raises ValueError when `text` is not `<2 to 12 digits>/<lane>`."""
        area, slash, lane = text.partition("/")
        if not slash or not valid_area(area):
            raise ValueError(f"not a topic: {text[:40]!r}")
        return cls(area, Lane(lane))


def valid_area(area: str) -> bool:
    return 2 <= len(area) <= 12 and area.isascii() and area.isdigit()


class Stream(NamedTuple):
    origin: Origin
    topic: str


Vector = dict[Stream, int]
"""Highest contiguous seq held of each stream: what a peer has."""


class Event(msgspec.Struct, frozen=True, gc=False):
    """One event. `body` is the msgpack of the kind's struct in `console.models.kinds` (unknown kinds are carried untouched)."""

    origin: Origin
    topic: str
    seq: int
    hlc: int
    kind: str
    subject: str
    body: bytes
    prev: Head = b""
    signature: bytes = b""

    @property
    def stream(self) -> Stream:
        return Stream(self.origin, self.topic)

    @property
    def lane(self) -> Lane:
        return Lane(self.topic.rpartition("/")[2])


_encode = msgspec.msgpack.Encoder().encode


def chain(head: Head, origin: Origin, topic: str, seq: int, hlc: int, kind: str, subject: str, body: bytes) -> Head:
    """The stream's head after the event with these fields, given the head before it."""
    return hashlib.sha256(head + _encode((origin, topic, seq, hlc, kind, subject, body))).digest()


def next_head(head: Head, event: Event) -> Head:
    """The stream's head after `event`, given the head before it."""
    return chain(head, event.origin, event.topic, event.seq, event.hlc, event.kind, event.subject, event.body)


def vector_digest(heads: dict[Stream, tuple[int, Head]]) -> str:
    """One hex hash over {stream: (seq, head)}: equal exactly when the same events are held. Empty streams do not count."""
    digest = hashlib.sha256()
    for (origin, topic), (seq, head) in sorted(heads.items()):
        if seq:
            digest.update(_encode((origin, topic, seq, head)))
    return digest.hexdigest()
