"""A clip of pictures as an AVI file of Motion JPEG (RIFF AVI 1.0, Microsoft "AVI RIFF File Reference"): any player opens it, and so does this one.

Written as it grows, closed with the true number of pictures and an index; never above 2 GiB. No sound.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import BinaryIO

from console.models.feeds.keeping import opened_for_owner

MOST_BYTES = 2_000_000_000
_HAS_INDEX, _KEY_FRAME = 0x10, 0x10


class Clip:
    """`shape`: width, height, pictures per second. Raises OSError where the disk does. `add` until it says that no more fits, then `close`."""

    def __init__(self, path: Path, width: int, height: int, per_s: float) -> None:
        self.path, self.pictures, self.size = path, 0, 0
        self.shape = (width, height, per_s)
        self._index: list[tuple[int, int]] = []
        self._largest = 0
        self._file: BinaryIO = opened_for_owner(path)
        self._file.write(self._head())
        self._movi_at = self._file.tell() - 4

    def add(self, jpeg: bytes) -> bool:
        """False when it would become too large: nothing was added."""
        at = self._file.tell()
        if at + len(jpeg) + 16 * (len(self._index) + 4) > MOST_BYTES:
            return False
        self._file.write(struct.pack("<4sI", b"00dc", len(jpeg)) + jpeg + b"\0" * (len(jpeg) % 2))
        self._index.append((at - self._movi_at, len(jpeg)))
        self._largest = max(self._largest, len(jpeg))
        self.pictures += 1
        return True

    def close(self) -> None:
        end = self._file.tell()
        index = b"".join(struct.pack("<4sIII", b"00dc", _KEY_FRAME, at, size) for at, size in self._index)
        self._file.write(struct.pack("<4sI", b"idx1", len(index)) + index)
        self.size = self._file.tell()
        self._file.seek(0)
        self._file.write(self._head(riff=self.size - 8, movi=end - self._movi_at))
        self._file.close()

    def _head(self, riff: int = 0, movi: int = 4) -> bytes:
        width, height, per_s = self.shape
        rate, count = round(per_s * 1000), self.pictures
        avih = struct.pack(
            "<14I", round(1e6 / per_s), self._largest * rate // 1000, 0, _HAS_INDEX, count, 0, 1, self._largest, width, height, *(0,) * 4
        )
        strh = struct.pack(
            "<4s4sIHHIIIIIIIIHHHH", b"vids", b"MJPG", 0, 0, 0, 0, 1000, rate, 0, count, self._largest, 0xFFFFFFFF, 0, 0, 0, width, height
        )
        strf = struct.pack("<IiiHH4sIiiII", 40, width, height, 1, 24, b"MJPG", width * height * 3, 0, 0, 0, 0)
        stream = _chunk(b"LIST", b"strl" + _chunk(b"strh", strh) + _chunk(b"strf", strf))
        headers = _chunk(b"LIST", b"hdrl" + _chunk(b"avih", avih) + stream)
        return struct.pack("<4sI4s", b"RIFF", riff, b"AVI ") + headers + struct.pack("<4sI4s", b"LIST", movi, b"movi")


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack("<4sI", name, len(body)) + body
