"""The bundle's format. This docstring is its specification, version 1.

A bundle is one or more *volumes*, files of at most a chosen size. Each volume stands alone: it names its receiver, has a key of its
own, and says what is in it. Volumes may be taken in any order, and twice.

    8 bytes   "FSBUNDLE"
    1 byte    VERSION
    2 bytes   length of the head, big-endian (as all lengths)
    head      msgpack of `Head`, in clear: whom it is for, and this volume's one-time X25519 key
    part      `About`: who made it, when, which volume this is
    part      one for each event: `record`, the events of `Contents.segments` one after another
    part      `Contents`: what is in it, and what its maker holds
    part      Ed25519 signature (64 bytes) by the maker over `signed(...)`
    8 bytes   where the part of the contents begins, from the start of the file
    8 bytes   "FSBUNEND"

A *part* is 4 bytes of length and then so many sealed bytes: ChaCha20-Poly1305 (RFC 8439) with a key that HKDF-SHA256 (RFC 5869)
makes of the X25519 agreement (RFC 7748) of the one-time key and the receiver's CURVE key. Its salt is the SHA-256 of everything
before the first part, so the head cannot be changed either. The nonce is 4 bytes of kind of part and 8 bytes of its number, so no part
can stand in the place of another. `About`, `Contents` and records are deflated before they are sealed.

An event's part alone tells whether that event was altered; every other byte belongs to the beginning, the contents list, the
signature or the end mark, and is named so. Only who has the receiver's or the one-time secret key could have sealed the records, and
the maker's signature covers the one-time key, the contents list and the about: nobody else made them.

A new version may add fields at the end of a struct, with a default, without another version number; a reader ignores those it does
not know. Another VERSION is another layout: a reader keeps the readers of all older ones.
"""

from __future__ import annotations

import hashlib
from typing import Annotated, TypeVar

import msgspec
from msgspec import Meta

from console.comms.wire import Hlc, KeyBytes, OriginBytes, TopicText
from console.models.event import HEAD_BYTES, MAX_BODY_BYTES, MAX_KIND_CHARS, SIGNATURE_BYTES, Stream, Vector
from console.models.form import ready

MAGIC = b"FSBUNDLE"
END_MAGIC = b"FSBUNEND"
VERSION = 1
SUFFIX = ".fsb"

TAG_BYTES = 16
LENGTH_BYTES = 4
PREAMBLE_BYTES = len(MAGIC) + 3
END_BYTES = 8 + len(END_MAGIC)
SIGNATURE_PART_BYTES = LENGTH_BYTES + SIGNATURE_BYTES + TAG_BYTES
MAX_HEAD_BYTES = 4096
MAX_ABOUT_BYTES = 64 * 1024
MAX_RECORD_BYTES = MAX_BODY_BYTES + 4096
"""Of one event, sealed or opened."""
MIN_RECORD_BYTES = LENGTH_BYTES + TAG_BYTES + 1
MAX_CONTENTS_BYTES = 8 << 20
MAX_LISTED_BYTES = 32 << 20
"""What the contents are when they are inflated again."""
MAX_SEGMENTS = 40_000
MAX_SEGMENT_EVENTS = 2000
MAX_VECTOR = 100_000
FURTHEST = (1 << 62) - 1
MAX_NAMES = 20_000
MAX_KINDS = 64

Words = Annotated[str, Meta(max_length=200)]
Millis = Annotated[int, Meta(ge=0, lt=1 << 53)]
Size = Annotated[int, Meta(ge=0, lt=1 << 53)]
Count = Annotated[int, Meta(ge=1, le=MAX_SEGMENT_EVENTS)]
KindText = Annotated[str, Meta(max_length=MAX_KIND_CHARS)]
T = TypeVar("T")


class Head(msgspec.Struct, frozen=True, array_like=True):
    """`receiver`, `key`: the peer and its CURVE key that this was made for; `once`: the volume's one-time public key."""

    receiver: OriginBytes
    key: KeyBytes
    once: KeyBytes


class About(msgspec.Struct, frozen=True, array_like=True):
    """`bundle`: one random number for all volumes; `made_ms`, `hlc`: the maker's clock; `incident`, `title`: what it is about, ""
    for all that the receiver was not known to have."""

    sign_key: KeyBytes
    bundle: Annotated[bytes, Meta(min_length=16, max_length=16)]
    volume: Annotated[int, Meta(ge=1, le=10_000)]
    made_ms: Millis
    hlc: Hlc
    incident: Words = ""
    title: Words = ""


class Segment(msgspec.Struct, frozen=True, array_like=True):
    """`count` events of one stream from `first_seq` on, in `size` bytes of the file. `first_ms`, `last_ms`: author time of the earliest
    and latest. `early`: they may be shown before what comes before them in their stream is here. `base`: as in `run.Run`, when the maker
    no longer holds what comes before them."""

    origin: OriginBytes
    topic: TopicText
    first_seq: Annotated[int, Meta(ge=1, lt=1 << 62)]
    count: Count
    size: Size
    kinds: Annotated[dict[KindText, Count], Meta(max_length=MAX_KINDS)]
    first_ms: Millis
    last_ms: Millis
    early: bool = False
    base: Annotated[bytes, Meta(max_length=HEAD_BYTES)] = b""

    @property
    def stream(self) -> Stream:
        return Stream(self.origin, self.topic)

    @property
    def last_seq(self) -> int:
        return self.first_seq + self.count - 1


class Holding(msgspec.Struct, frozen=True, array_like=True):
    """Of streams of one topic: who made them, and how far they are held."""

    topic: TopicText
    ends: Annotated[list[tuple[OriginBytes, Annotated[int, Meta(ge=0, lt=1 << 62)]]], Meta(max_length=MAX_VECTOR)]


class Contents(msgspec.Struct, frozen=True, array_like=True):
    """`holds`: what the maker held of all that the receiver may have; `names`: of the authors; `last`: no volume follows."""

    segments: Annotated[list[Segment], Meta(max_length=MAX_SEGMENTS)]
    holds: Annotated[list[Holding], Meta(max_length=MAX_VECTOR)]
    names: Annotated[dict[OriginBytes, Words], Meta(max_length=MAX_NAMES)]
    last: bool


_encode = msgspec.msgpack.Encoder().encode


def encode(value: msgspec.Struct) -> bytes:
    return _encode(value)


def decode(content: bytes, of: type[T]) -> T:
    """Raises ValueError, whatever the bytes."""
    try:
        return msgspec.msgpack.decode(content, type=ready(of))
    except (msgspec.MsgspecError, OverflowError, RecursionError, MemoryError) as error:
        raise ValueError(str(error)[:200]) from error


def beginning(head: Head) -> bytes:
    """Everything before the first part."""
    content = encode(head)
    return MAGIC + bytes([VERSION]) + len(content).to_bytes(2, "big") + content


def signed(beginning_bytes: bytes, about: bytes, contents: bytes) -> bytes:
    """What the maker signs: the beginning, and the sealed parts of the about and the contents."""
    return b"fengsui bundle 1\0" + b"".join(hashlib.sha256(part).digest() for part in (beginning_bytes, about, contents))


def to_holds(vector: Vector) -> list[Holding]:
    """For `Contents`; of more than MAX_VECTOR streams the first ones (of the others the receiver may send what is held)."""
    topics: dict[str, list[tuple[bytes, int]]] = {}
    for stream, seq in list(vector.items())[:MAX_VECTOR]:
        topics.setdefault(stream.topic, []).append((stream.origin, seq))
    return [Holding(topic, ends) for topic, ends in topics.items()]


def to_vector(holds: list[Holding]) -> Vector:
    return {Stream(origin, holding.topic): seq for holding in holds for origin, seq in holding.ends}


def room(holds: Vector, max_bytes: int) -> int:
    """How many bytes of a volume of `max_bytes` its events and their listing may take; 0 when none."""
    closing = SIGNATURE_PART_BYTES + END_BYTES + 1024 + len(encode(Contents([], to_holds(holds), {}, last=False)))
    return max(0, max_bytes - closing)
