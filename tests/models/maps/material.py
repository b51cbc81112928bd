"""Small map files, good and bad, made by the tests."""

from __future__ import annotations

import gzip
import json
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer

from console.models.maps.overlay import limits

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360f8cfc0f01f0005000103"
    "ff8e9f2b6c0000000049454e44ae426082"
)


def make_mbtiles(path: Path, tiles: list[tuple[Any, int, int, Any]], metadata: dict[str, str]) -> Path:
    database = sqlite3.connect(path)
    with database:
        database.execute("CREATE TABLE metadata (name text, value text)")
        database.execute("CREATE TABLE tiles (zoom_level integer, tile_column integer, tile_row integer, tile_data blob)")
        database.executemany("INSERT INTO metadata VALUES (?, ?)", metadata.items())
        database.executemany("INSERT INTO tiles VALUES (?, ?, ?, ?)", tiles)
    database.close()
    return path


def make_pmtiles(path: Path, tiles: list[tuple[int, int, int, bytes]], metadata: dict[str, Any], kind: TileType = TileType.PNG) -> Path:
    """`tiles`: zoom, column, row from the north, data."""
    with path.open("wb") as file:
        writer = Writer(file)
        for tile_id, data in sorted((zxy_to_tileid(zoom, column, row), data) for zoom, column, row, data in tiles):
            writer.write_tile(tile_id, data)
        compression = Compression.GZIP if kind is TileType.MVT else Compression.NONE
        writer.finalize({"tile_type": kind, "tile_compression": compression, "center_zoom": 0}, metadata)
    return path


def varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def field(number: int, data: bytes | int) -> bytes:
    if isinstance(data, int):
        return varint(number << 3) + varint(data)
    return varint(number << 3 | 2) + varint(len(data)) + data


def vector_tile(layer: str = "water", geometry: list[int] | None = None, kind: int = 3, name: str = "") -> bytes:
    """One layer with one feature; the square of the whole tile unless `geometry` gives the commands (Vector Tile 2.1, 4.3)."""
    zigzag = lambda value: (value << 1) ^ (value >> 63)  # noqa: E731
    commands = geometry or [9, 0, 0, 26, zigzag(4096), 0, 0, zigzag(4096), zigzag(-4096), 0, 15]
    tags = field(2, varint(0) + varint(0)) if name else b""
    feature = tags + field(3, kind) + field(4, b"".join(map(varint, commands)))
    held = field(1, layer.encode()) + field(2, feature)
    if name:
        held += field(3, b"name") + field(4, field(1, name.encode()))
    return field(3, held + field(5, 4096) + field(15, 2))


def packed(tile: bytes) -> bytes:
    return gzip.compress(tile, mtime=0)


def feature(geometry: Any, **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def save(path: Path, features: Any) -> Path:
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8-sig")
    return path


SQUARE = {"type": "Polygon", "coordinates": [[[82, 44], [83, 44], [83, 45], [82, 44]]]}


def read_all(paths: list[Path], folder: Path) -> list[dict[str, Any]]:
    """The answers of one child that is asked for file after file (of one format: it leaves one driver in GDAL); it must end well."""
    requests = []
    for at, path in enumerate(paths):
        (folder / f"taking{at}").mkdir()
        one = {
            "path": str(path),
            "to": str(folder / f"laid{at}"),
            "folder": str(folder / f"taking{at}"),
            "datum": "",
            "most": limits.most(),
        }
        requests.append(json.dumps(one))
    words = [sys.executable, "-m", "console.models.maps.overlay.child"]
    done = subprocess.run(words, input="\n".join(requests), capture_output=True, text=True, timeout=100, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]
