"""Sentences between this machine and a satellite terminal: `$NAME,field,...*hh` and a line end, `hh` the XOR of what is between `$` and `*`.

The frame is that of NMEA 0183; names and fields are in `dialects`. Whatever the bytes, nothing here raises but `SentenceError`, and a
splitter never holds more than one sentence of the longest length.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import reduce
from operator import xor
from typing import NamedTuple

MAX_BYTES = 4096
"""No sentence is longer: the longest content (14,000 bits, as 3,500 digits) and its fields."""
_SHAPE = re.compile(rb"\$([A-Z0-9]{3,8}(?:,[^$*\r\n]*)?)\*([0-9A-Fa-f]{2})\Z")
_ENDS = re.compile(rb"[\r\n]+")


class SentenceError(Exception):
    """Bytes that are no sentence. `code`: shape, checksum or fields."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(f"{code}: {text}")
        self.code = code


class Sentence(NamedTuple):
    name: str
    fields: tuple[str, ...] = ()


def checksum(inside: bytes) -> int:
    return reduce(xor, inside, 0)


def write(sentence: Sentence) -> bytes:
    """With its checksum and line end. Fields must be free of `$`, `*`, commas and line ends."""
    inside = ",".join((sentence.name, *sentence.fields)).encode("ascii")
    return b"$%b*%02X\r\n" % (inside, checksum(inside))


def read(line: bytes) -> Sentence:
    """One sentence without its line end. Raises SentenceError."""
    if len(line) > MAX_BYTES:
        raise SentenceError("shape", f"{len(line)} bytes")
    found = _SHAPE.match(line)
    if found is None:
        raise SentenceError("shape", repr(line[:40]))
    inside = found[1]
    if checksum(inside) != int(found[2], 16):
        raise SentenceError("checksum", f"{found[2]!r} where {checksum(inside):02X} was expected")
    name, *fields = inside.decode("latin-1").split(",")
    return Sentence(name, tuple(fields))


class Splitter:
    """Bytes as they come from a port, in; whole lines that begin with `$`, out. `lost`: bytes that belonged to no sentence."""

    def __init__(self) -> None:
        self._held = b""
        self.lost = 0

    def feed(self, data: bytes) -> Iterator[bytes]:
        *lines, self._held = _ENDS.split(self._held + data)
        if len(self._held) > MAX_BYTES:
            self.lost += len(self._held)
            self._held = b""
        for line in lines:
            begin = line.find(b"$")
            self.lost += len(line) if begin < 0 else begin
            if begin >= 0:
                yield line[begin:]
