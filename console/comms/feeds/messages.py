"""What the window and the video process say to each other on its standard input and output: length (4 bytes, little-endian), then msgpack.

A player process opens what the operator opened, decodes it and sends pictures of the size asked for; the next picture of a tile only after
`Took`, so that a window that is busy gets no backlog. A tile is a number of the window's; `turn` counts how often it was opened, so that what
is late of a former opening is told from what is meant. The input's end is the sign to end. Addresses with secrets go this way and no other:
never in arguments, logs or files.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from typing import Any, Generic, TypeVar

import msgspec

MAX_BYTES = 64 * 1024 * 1024
_LENGTH = struct.Struct("<I")
T = TypeVar("T")


class Message(msgspec.Struct, tag=True, kw_only=True, gc=False):
    """Base of all."""


# -- window to process ----------------------------------------------------------------------------------------------


class Open(Message):
    """Play `url` in a tile. `period_s`: above 0 asks `url` for single pictures so often. `feed`: under which its last picture is kept.
    `tries`: how often it was opened in vain before."""

    tile: int
    turn: int
    url: str
    feed: str = ""
    period_s: float = 0.0
    tries: int = 0


class Close(Message):
    tile: int


class Show(Message):
    """Send pictures of at most this size and so many per second; `per_s` 0: none, it is not in view."""

    tile: int
    width: int
    height: int
    per_s: float


class Took(Message):
    """The picture was taken over."""

    tile: int


class Snap(Message):
    """Save the newest picture, whole. Answered by Saved or Unsaved with the same `number`."""

    tile: int
    number: int


class SaveRing(Message):
    """Save the last seconds. Answered as Snap is."""

    tile: int
    number: int


class Record(Message):
    """Record from now on, answered by Recording when it began; `on` False ends it, and Saved or Unsaved comes with the `number` it began with."""

    tile: int
    number: int
    on: bool


# -- process to window ----------------------------------------------------------------------------------------------


class Started(Message):
    """It is ready to be told what to open."""


class TileBeat(msgspec.Struct, array_like=True, gc=False):
    """`frames` since it was opened; the newest came `age_s` ago, and every one has been the same for `same_s`."""

    tile: int
    turn: int
    frames: int
    age_s: float
    same_s: float
    width: int
    height: int
    recording_s: float


class Beat(Message):
    """Several times a second: it lives. Tiles that have frames."""

    tiles: list[TileBeat]


class Picture(Message):
    """`pixels`: rows of 4 bytes B G R X, without padding. `age_s`: of it when it was sent."""

    tile: int
    turn: int
    width: int
    height: int
    age_s: float
    pixels: bytes


class Trouble(Message):
    """It gave up. `reason`: ended, refused, unreadable, unreachable, denied, not_found or error; `detail`: what the library said, without secrets."""

    tile: int
    turn: int
    reason: str
    detail: str = ""


class Recording(Message):
    number: int


class Saved(Message):
    """A file in the media folder. `taken_ms`: of its first picture, UTC; `span_s`: how long it is."""

    number: int
    mime: str
    sha256: str
    size: int
    taken_ms: int
    span_s: float
    preview: bytes


class Unsaved(Message):
    """`reason`: for a person."""

    number: int
    reason: str


ToProcess = Open | Close | Show | Took | Snap | SaveRing | Record
FromProcess = Started | Beat | Picture | Trouble | Recording | Saved | Unsaved
_encoder = msgspec.msgpack.Encoder()


def encode(message: Message) -> bytes:
    body = _encoder.encode(message)
    return _LENGTH.pack(len(body)) + body


class Splitter(Generic[T]):
    """Bytes as they come, to messages of `kind` (a message, or several as one type). Raises ValueError for what is no message."""

    def __init__(self, kind: Any) -> None:
        self._decode: Callable[[Any], T] = msgspec.msgpack.Decoder(kind).decode
        self._held = bytearray()

    def feed(self, data: bytes) -> Iterator[T]:
        self._held += data
        at = 0
        while len(self._held) - at >= _LENGTH.size:
            (size,) = _LENGTH.unpack_from(self._held, at)
            if size > MAX_BYTES:
                raise ValueError(f"a message of {size} bytes")
            if len(self._held) - at - _LENGTH.size < size:
                break
            start = at + _LENGTH.size
            yield self._decode(memoryview(self._held)[start : start + size])
            at = start + size
        if at:
            del self._held[:at]
