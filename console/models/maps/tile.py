"""A tile of a web map (EPSG:3857): what it is, by its own bytes, before anybody draws it."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from console.models.maps.vectortile import layers_of

MAX_TILE_BYTES = 4 * 1024 * 1024
MAX_OPENED_BYTES = 16 * 1024 * 1024
"""Of a vector tile, decompressed."""
MAX_SIDE_PX = 2048
MAX_ZOOM = 30
VECTOR = "application/vnd.mapbox-vector-tile"
RASTER_KIND, VECTOR_KIND = "raster", "vector"
_GZIP = b"\x1f\x8b"


@dataclass(frozen=True)
class TileInfo:
    """`kind`: "raster" or "vector". `approval`: the map's approval number (审图号), as the file or the operator gives it; "" where it has
    none. `bounds`: (west, south, east, north), WGS 84 degrees. `covers`: nothing shows through it: a whole map, not a layer of things."""

    name: str
    kind: str
    datum: str
    approval: str
    attribution: str
    min_zoom: int
    max_zoom: int
    bounds: tuple[float, float, float, float] | None
    covers: bool = True


class TileArchive(Protocol):
    """Tiles by zoom, column and row. Safe from any thread."""

    @property
    def path(self) -> Path: ...

    @property
    def info(self) -> TileInfo: ...

    def tile(self, zoom: int, column: int, row: int) -> bytes | None:
        """The tile at `zoom`, `column`, `row` counted from the north, as `sound` gives it; None where there is none. Raises Fault on a
        damaged file."""

    def close(self) -> None: ...


def inside(zoom: int, column: int, row: int) -> bool:
    """Whether the world has such a tile."""
    return 0 <= zoom <= MAX_ZOOM and 0 <= column < 1 << zoom and 0 <= row < 1 << zoom


def sound(data: object) -> bytes | None:
    """The tile as it may be handed to the page, None when it is none: a picture of a bearable size, or an open vector tile."""
    if not isinstance(data, bytes) or not data or len(data) > MAX_TILE_BYTES:
        return None
    opened = opened_of(data) if data.startswith(_GZIP) else data
    return opened if opened is not None and mime_of(opened) else None


def complete(tile: bytes) -> bool:
    """Whether a picture has its end: a server that was cut off may send half of one under a whole length."""
    if tile.startswith(b"\x89PNG"):
        return b"IEND" in tile[-64:]
    return not tile.startswith(b"\xff\xd8\xff") or b"\xff\xd9" in tile[-4096:]


def mime_of(data: bytes) -> str:
    """The type of an open tile by its content, "" when it is none that the map shows."""
    picture = _picture(data)
    if picture is not None:
        mime, width, height = picture
        return mime if 0 < width <= MAX_SIDE_PX and 0 < height <= MAX_SIDE_PX else ""
    return "" if layers_of(data) is None else VECTOR


def opened_of(data: bytes, most: int = MAX_OPENED_BYTES) -> bytes | None:
    """What is in gzip, None when it is damaged or more than `most` bytes."""
    opener = zlib.decompressobj(wbits=31)
    try:
        opened = opener.decompress(data, most)
    except zlib.error:
        return None
    return opened if opener.eof else None


def _picture(data: bytes) -> tuple[str, int, int] | None:
    """Type, width and height in px of PNG, JPEG and WebP; None for anything else."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return ("image/png", *_pair(">II", data, 16))
    if data.startswith(b"\xff\xd8\xff"):
        return ("image/jpeg", *_jpeg_size(data))
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return ("image/webp", *_webp_size(data))
    return None


def _pair(form: str, data: bytes, at: int) -> tuple[int, int]:
    if len(data) < at + struct.calcsize(form):
        return 0, 0
    one, other = struct.unpack_from(form, data, at)
    return one, other


def _jpeg_size(data: bytes) -> tuple[int, int]:
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = _pair(">HH", data, at + 5)
            return width, height
        at += 1 if marker == 0xFF else 2 + max(2, int.from_bytes(data[at + 2 : at + 4], "big"))
    return 0, 0


def _webp_size(data: bytes) -> tuple[int, int]:
    form = data[12:16]
    if form == b"VP8X" and len(data) >= 30:
        return int.from_bytes(data[24:27], "little") + 1, int.from_bytes(data[27:30], "little") + 1
    if form == b"VP8L" and len(data) >= 25:
        bits = int.from_bytes(data[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    width, height = _pair("<HH", data, 26)
    return width & 0x3FFF, height & 0x3FFF
