"""PMTiles version 3 (github.com/protomaps/PMTiles, spec/v3): one file, tiles found through directories. Read by position, never mapped
into memory: a file on a stick that is pulled out must not take the window with it."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from pmtiles.tile import (
    Compression,
    Entry,
    MagicNumberNotFound,
    SpecVersionUnsupported,
    TileType,
    deserialize_header,
    find_tile,
    zxy_to_tileid,
)

from console.errors import Fault
from console.models.maps.sample import described, words_of
from console.models.maps.tile import MAX_TILE_BYTES, TileInfo, inside, opened_of, sound

HEADER_BYTES = 127
MAX_DIRECTORY_BYTES = 8 * 1024 * 1024
MAX_ENTRIES = 500_000
MAX_DEPTH = 4
KEPT_ENTRIES = 500_000
"""About 60 MB. A leaf of a file that was made well has some thousands."""
SAMPLE = 64
_TYPES = (TileType.MVT, TileType.PNG, TileType.JPEG, TileType.WEBP)
_OPEN = (Compression.NONE, Compression.GZIP)


class PmTiles:
    """Attributes: `path`, `info`. Safe from any thread. Raises Fault, naming the file and what to do, when it cannot be used."""

    def __init__(self, path: Path, datum: str = "", approval: str = "") -> None:
        self.path = path
        self._lock = threading.Lock()
        self._directories: OrderedDict[tuple[int, int], list[Entry]] = OrderedDict()
        try:
            self._file: BinaryIO = path.open("rb")
        except OSError as error:
            raise Fault(f"{path}: cannot be read ({error.strerror}). Choose the map file again.") from error
        try:
            self._header = self._read_header()
            self.info = self._describe(datum, approval)
        except BaseException as error:
            self._file.close()
            if isinstance(error, OSError | ValueError):
                raise self._damaged(error) from error
            raise

    def close(self) -> None:
        with self._lock:
            self._file.close()

    def tile(self, zoom: int, column: int, row: int) -> bytes | None:
        if not inside(zoom, column, row):
            return None
        try:
            with self._lock:
                return sound(self._find(zxy_to_tileid(zoom, column, row)))
        except (OSError, ValueError) as error:
            raise self._damaged(error) from error

    def _damaged(self, error: Exception) -> Fault:
        return Fault(f"{self.path}: not a readable PMTiles file ({error}). Get the file again from where it came from.")

    def _read_header(self) -> dict[str, Any]:
        try:
            header: dict[str, Any] = dict(deserialize_header(self._read(0, HEADER_BYTES)))
        except (MagicNumberNotFound, UnicodeDecodeError) as error:
            raise ValueError("it does not begin as PMTiles does") from error
        except SpecVersionUnsupported as error:
            raise Fault(f"{self.path}: PMTiles of another version than 3. Ask for version 3.") from error
        if header["internal_compression"] not in _OPEN or header["tile_compression"] not in _OPEN:
            raise Fault(f"{self.path}: compressed in a way this program does not open (Brotli or Zstandard). Ask for PMTiles with gzip.")
        if header["tile_type"] not in _TYPES:
            raise Fault(
                f"{self.path}: its tiles are neither PNG, JPEG or WebP pictures nor vector tiles. Ask for another MBTiles or PMTiles file."
            )
        return header

    def _describe(self, datum: str, approval: str) -> TileInfo:
        header = self._header
        held = words_of(self._opened(header["metadata_offset"], header["metadata_length"]))
        bounds = [header[name] / 1e7 for name in ("min_lon_e7", "min_lat_e7", "max_lon_e7", "max_lat_e7")]
        zooms = (header["min_zoom"], header["max_zoom"])
        return described(self.path, self._sample(), zooms, held | {"bounds": bounds}, datum, approval)

    def _sample(self) -> Iterator[bytes]:
        entries = self._directory(self._header["root_offset"], self._header["root_length"])
        for _ in range(MAX_DEPTH):
            if not entries or entries[0].run_length:
                break
            entries = self._directory(self._header["leaf_directory_offset"] + entries[0].offset, entries[0].length)
        step = max(1, len(entries) // SAMPLE)
        return (self._read(self._header["tile_data_offset"] + one.offset, one.length) for one in entries[::step] if one.run_length)

    def _find(self, tile_id: int) -> bytes | None:
        at, length = self._header["root_offset"], self._header["root_length"]
        for _ in range(MAX_DEPTH):
            found = find_tile(self._directory(at, length), tile_id)
            if found is None:
                return None
            if found.run_length:
                return self._read(self._header["tile_data_offset"] + found.offset, found.length)
            at, length = self._header["leaf_directory_offset"] + found.offset, found.length
        raise ValueError("its directories go too deep")

    def _directory(self, at: int, length: int) -> list[Entry]:
        key = (at, length)
        held = self._directories.get(key)
        if held is None:
            held = self._directories[key] = _entries(self._opened(at, length))
            while len(self._directories) > 1 and sum(map(len, self._directories.values())) > KEPT_ENTRIES:
                self._directories.popitem(last=False)
        self._directories.move_to_end(key)
        return held

    def _opened(self, at: int, length: int) -> bytes:
        data = self._read(at, length, MAX_DIRECTORY_BYTES)
        if self._header["internal_compression"] is Compression.NONE or not data:
            return data
        opened = opened_of(data, MAX_DIRECTORY_BYTES)
        if opened is None:
            raise ValueError("a directory is damaged or too large")
        return opened

    def _read(self, at: int, length: int, most: int = MAX_TILE_BYTES) -> bytes:
        if length > most:
            raise ValueError(f"a part of {length} bytes is too large")
        self._file.seek(at)
        data = self._file.read(length)
        if len(data) < length:
            raise ValueError("it is cut short")
        return data


def _entries(data: bytes) -> list[Entry]:
    """A directory (PMTiles 3, section 4.2): how many, then ids, runs, lengths and offsets, each as a column of varints."""
    numbers = _varints(data)
    count = next(numbers)
    if count > min(MAX_ENTRIES, len(data)):
        raise ValueError("a directory says it has more entries than it holds")
    try:
        ids, runs, lengths, offsets = ([next(numbers) for _ in range(count)] for _ in range(4))
    except RuntimeError as error:
        raise ValueError("a directory is cut short") from error
    entries: list[Entry] = []
    tile_id = end = 0
    for step, run, length, offset in zip(ids, runs, lengths, offsets, strict=True):
        tile_id += step
        begin = end if offset == 0 and entries else offset - 1
        entries.append(Entry(tile_id, begin, length, run))
        end = begin + length
    return entries


def _varints(data: bytes) -> Iterator[int]:
    value = shift = 0
    for byte in data:
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            yield value
            value = shift = 0
        else:
            shift += 7
            if shift > 63:
                raise ValueError("a number in a directory is too long")
    raise ValueError("a directory is cut short")
