"""Rows out of a SQLite file that SQLite itself may not open any more: every readable page is looked at for itself.

Format: https://www.sqlite.org/fileformat2.html, sections 1.3 (header), 1.5-1.6 (b-tree pages), 2.1 (records), 4.1-4.3 (write-ahead log).
Nothing is written, and nothing here trusts what it reads: a page, a cell or a record that makes no sense is passed over.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

MAGIC = b"SQLite format 3\x00"
DEFAULT_PAGE_BYTES = 4096
WAL_HEADER_BYTES, FRAME_HEADER_BYTES = 32, 24
_WAL_MAGICS = frozenset({0x377F0682, 0x377F0683})
_FILE_HEADER_BYTES = 100
_LEAF_TABLE, _LEAF_INDEX, _INTERIOR_INDEX = 0x0D, 0x0A, 0x02
_MAX_PAYLOAD_BYTES = 1 << 20
_INT_BYTES = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8}

Value = int | float | str | bytes | None
Record = list[Value]


class Cell(NamedTuple):
    """A row of a table by its rowid, or an entry of an index or of a table without rowid (`rowid` None)."""

    rowid: int | None
    record: Record


class Frame(NamedTuple):
    """One page in a write-ahead log: `number` of the frame from 1, the page it is, whether it ends a transaction, where its bytes lie."""

    number: int
    page: int
    commits: bool
    offset: int


class Log:
    """The write-ahead log as it lies on disk, to be closed. `frames`: all of its present generation, whether or not SQLite would still
    believe them."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb") if path.exists() else io.BytesIO()
        raw = _bytes(self._file, 0, WAL_HEADER_BYTES)
        header = struct.unpack(">8I", raw) if len(raw) == WAL_HEADER_BYTES else (0,) * 8
        sound = header[0] in _WAL_MAGICS and _page_size_ok(header[2])
        self.page_bytes = header[2] if sound else DEFAULT_PAGE_BYTES
        self.frames = list(self._frames(raw[16:24] if sound else b""))

    def _frames(self, salts: bytes) -> Iterator[Frame]:
        """While the salts are those of the header or, should it be damaged, of the first frame. One odd frame among them is passed over."""
        step = FRAME_HEADER_BYTES + self.page_bytes
        size = self._file.seek(0, io.SEEK_END)
        misses = 0
        for number, start in enumerate(range(WAL_HEADER_BYTES, size - step + 1, step), 1):
            header = _bytes(self._file, start, 16).ljust(16, b"\0")
            page, pages = struct.unpack_from(">2I", header)
            salts = salts or header[8:]
            misses = 0 if header[8:] == salts else misses + 1
            if misses > 2:
                return
            if page and not misses:
                yield Frame(number, page, bool(pages), start + FRAME_HEADER_BYTES)

    @property
    def last_commit(self) -> int:
        """The number of the last frame that ends a transaction, 0 when none does."""
        return max((frame.number for frame in self.frames if frame.commits), default=0)

    def page(self, frame: Frame) -> bytes:
        return _bytes(self._file, frame.offset, self.page_bytes)

    def close(self) -> None:
        self._file.close()


def _bytes(file: BinaryIO, offset: int, count: int) -> bytes:
    """What a failing disk does not give is passed over."""
    try:
        file.seek(offset)
        return file.read(count)
    except OSError:
        return b""


class Pages:
    """Every version of every page of a database file and its log, the file's first, then the log's in order of writing. To be closed.
    `count`: pages of the file; `unreadable`: how often the disk did not give one.

    `path`: None for what is in the log alone. Never of a file that this process has open through SQLite: closing it would take SQLite's
    locks away (https://www.sqlite.org/howtocorrupt.html section 2.2). The log itself bears no locks.
    """

    def __init__(self, path: Path | None, log: Log) -> None:
        self._file = path.open("rb") if path is not None and path.exists() else io.BytesIO()
        self._log = log
        header = _bytes(self._file, 0, _FILE_HEADER_BYTES).ljust(_FILE_HEADER_BYTES, b"\0")
        self.page_bytes = _page_bytes(header) or log.page_bytes
        self.unreadable = 0
        self._usable = self.page_bytes - (header[20] if header[:16] == MAGIC else 0)
        self.count = self._file.seek(0, io.SEEK_END) // self.page_bytes
        self._newest = {frame.page: frame for frame in log.frames}

    def close(self) -> None:
        self._file.close()

    def cells(self, after_frame: int = 0) -> Iterator[Cell]:
        """Of all pages; with `after_frame` of what the log holds after that frame alone."""
        if not after_frame:
            for number in range(1, self.count + 1):
                yield from self._cells(self._from_file(number), number)
        for frame in self._log.frames:
            if frame.number > after_frame:
                yield from self._cells(self._log.page(frame), frame.page)

    def _from_file(self, number: int) -> bytes:
        page = _bytes(self._file, (number - 1) * self.page_bytes, self.page_bytes)
        self.unreadable += not page and 0 < number <= self.count
        return page

    def _versions(self, number: int) -> Iterator[bytes]:
        newest = self._newest.get(number)
        if newest is not None:
            yield self._log.page(newest)
        yield self._from_file(number)

    def _cells(self, page: bytes, number: int) -> Iterator[Cell]:
        start = _FILE_HEADER_BYTES if number == 1 else 0
        if len(page) < self.page_bytes or page[start] not in (_LEAF_TABLE, _LEAF_INDEX, _INTERIOR_INDEX):
            return
        kind = page[start]
        (count,) = struct.unpack_from(">H", page, start + 3)
        pointers = start + (12 if kind == _INTERIOR_INDEX else 8)
        for index in range(min(count, (len(page) - pointers) // 2)):
            (offset,) = struct.unpack_from(">H", page, pointers + 2 * index)
            try:
                yield self._cell(page, kind, offset)
            except (ValueError, IndexError, struct.error, OverflowError):
                continue

    def _cell(self, page: bytes, kind: int, offset: int) -> Cell:
        if kind == _INTERIOR_INDEX:
            offset += 4
        size, offset = varint(page, offset)
        rowid = None
        if kind == _LEAF_TABLE:
            rowid, offset = varint(page, offset)
        return Cell(rowid, record_of(self._payload(page, kind, offset, size)))

    def _payload(self, page: bytes, kind: int, offset: int, size: int) -> bytes:
        """A cell's content, with what of it lies on overflow pages. Raises ValueError when that cannot be."""
        if size > _MAX_PAYLOAD_BYTES:
            raise ValueError("no row of a journal is so long")
        usable = self._usable
        most = usable - 35 if kind == _LEAF_TABLE else (usable - 12) * 64 // 255 - 23
        least = (usable - 12) * 32 // 255 - 23
        part = least + (size - least) % (usable - 4)
        local = size if size <= most else part if part <= most else least
        if offset + local > len(page):
            raise ValueError("a cell that leaves its page")
        if local == size:
            return page[offset : offset + size]
        (overflow,) = struct.unpack_from(">I", page, offset + local)
        return page[offset : offset + local] + self._overflow(overflow, size - local)

    def _overflow(self, number: int, size: int) -> bytes:
        """From the newest version of each page; rows of a journal are not written twice."""
        parts = []
        while size > 0:
            page = next((version for version in self._versions(number) if len(version) == self.page_bytes), None)
            if page is None:
                raise ValueError("an overflow page that is not there")
            parts.append(page[4 : 4 + min(size, self._usable - 4)])
            size -= len(parts[-1])
            (number,) = struct.unpack_from(">I", page)
        return b"".join(parts)


def _page_bytes(header: bytes) -> int:
    """What a database's header says, 0 when it does not make sense."""
    (size,) = struct.unpack_from(">H", header, 16)
    size = 65536 if size == 1 else size
    return size if header[:16] == MAGIC and _page_size_ok(size) else 0


def _page_size_ok(size: int) -> bool:
    return 512 <= size <= 65536 and size & (size - 1) == 0


def varint(data: bytes, offset: int) -> tuple[int, int]:
    """(value, offset after it)."""
    first = data[offset]
    if first < 0x80:
        return first, offset + 1
    value = first & 0x7F
    for position in range(offset + 1, offset + 8):
        byte = data[position]
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, position + 1
    value = value << 8 | data[offset + 8]
    return (value - (1 << 64) if value >> 63 else value), offset + 9


def record_of(payload: bytes) -> Record:
    """The values of a record. Raises ValueError, IndexError or struct.error for what is none."""
    header_bytes, offset = varint(payload, 0)
    at = header_bytes
    values: Record = []
    while offset < header_bytes:
        serial, offset = varint(payload, offset)
        value, at = _value(payload, serial, at)
        values.append(value)
    if at != len(payload):
        raise ValueError("a record of another length than it says")
    return values


def _value(payload: bytes, serial: int, at: int) -> tuple[Value, int]:
    if serial >= 12:
        size = (serial - 12) // 2
        raw = payload[at : at + size]
        return (raw.decode("utf-8") if serial % 2 else raw), at + size
    if serial in _INT_BYTES:
        size = _INT_BYTES[serial]
        return int.from_bytes(payload[at : at + size], "big", signed=True), at + size
    if serial == 7:
        value: float = struct.unpack_from(">d", payload, at)[0]
        return value, at + 8
    if serial == 0:
        return None, at
    if serial in (8, 9):
        return serial - 8, at
    raise ValueError("a serial type that is reserved")
