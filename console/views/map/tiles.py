"""An office's own map as MBTiles (MBTiles Specification 1.3): checked before use, read tile by tile. No Qt."""

from __future__ import annotations

import sqlite3
import threading
from dataclasses import dataclass
from pathlib import Path

from console.errors import Fault

WGS84, GCJ02 = "WGS-84", "GCJ-02"
DATUMS = (WGS84, GCJ02)
MAX_TILE_BYTES = 4 * 1024 * 1024
SAMPLE = 64
"""So many tiles of a file are looked at before it is believed."""
_SIGNATURES = ((b"\x89PNG\r\n\x1a\n", "image/png"), (b"\xff\xd8\xff", "image/jpeg"))


@dataclass(frozen=True)
class TileInfo:
    """`approval`: the map's approval number (审图号), as the file or the operator gives it; "" where it has none."""

    name: str
    datum: str
    approval: str
    attribution: str
    min_zoom: int
    max_zoom: int
    bounds: tuple[float, float, float, float] | None


class TileFile:
    """Raster tiles in one SQLite file, opened read-only. Attributes: `path`, `info`. Safe from any thread.

    Raises Fault, naming the file and what to do, when it cannot be used: not MBTiles, damaged, empty, vector tiles, unknown datum.
    """

    def __init__(self, path: Path, datum: str = "", approval: str = "") -> None:
        self.path = path
        self._lock = threading.Lock()
        if not path.is_file():
            raise Fault(f"{path}: there is no such file. Choose the map file again.")
        try:
            self._database = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, check_same_thread=False)
            try:
                self._check()
                self.info = self._describe(datum, approval)
            except BaseException:
                self._database.close()
                raise
        except sqlite3.Error as error:
            raise Fault(f"{path}: not a readable MBTiles file ({error}). Get the file again from where it came from.") from error

    def close(self) -> None:
        with self._lock:
            self._database.close()

    def tile(self, zoom: int, column: int, row: int) -> bytes | None:
        """The picture at `zoom`, `column`, `row` counted from the north; None where the file has none. Raises Fault on a damaged file."""
        if not 0 <= zoom <= 30 or not 0 <= row < 1 << zoom:
            return None
        where = (zoom, column, (1 << zoom) - 1 - row)  # MBTiles counts rows from the south (TMS)
        try:
            with self._lock:
                query = "SELECT tile_data FROM tiles WHERE zoom_level=? AND tile_column=? AND tile_row=?"
                found = self._database.execute(query, where).fetchone()
        except sqlite3.Error as error:
            raise Fault(f"{self.path}: damaged at tile {zoom}/{column}/{row} ({error}). Get the file again.") from error
        data = found[0] if found else None
        return data if isinstance(data, bytes) and len(data) <= MAX_TILE_BYTES and mime_of(data) else None

    def _check(self) -> None:
        sample = self._database.execute("SELECT tile_data FROM tiles LIMIT ?", (SAMPLE,)).fetchall()
        kinds = {mime_of(data) for (data,) in sample if isinstance(data, bytes) and data}
        if not kinds:
            raise Fault(f"{self.path}: holds no tiles. Ask for a file that covers your area.")
        if "" in kinds:
            raise Fault(f"{self.path}: its tiles are not PNG, JPEG or WebP pictures (vector tiles?). Ask for a raster MBTiles file.")

    def _describe(self, datum: str, approval: str) -> TileInfo:
        held = {str(name): str(value) for name, value in self._database.execute("SELECT name, value FROM metadata")}
        low, high = self._database.execute("SELECT min(zoom_level), max(zoom_level) FROM tiles").fetchone()
        if not (isinstance(low, int) and isinstance(high, int) and 0 <= low <= high <= 30):
            raise Fault(f"{self.path}: zoom levels {low!r} to {high!r} are not 0 to 30. Get the file again.")
        known = datum or held.get("datum", WGS84)
        if known not in DATUMS:
            raise Fault(f"{self.path}: unknown datum {known!r}: one of {', '.join(DATUMS)} is needed.")
        return TileInfo(
            held.get("name") or self.path.stem,
            known,
            approval or held.get("approval", ""),
            held.get("attribution", ""),
            low,
            high,
            _bounds(held.get("bounds", "")),
        )


def mime_of(data: bytes) -> str:
    """The picture's type by its first bytes, "" when it is none that the map shows."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    return next((mime for start, mime in _SIGNATURES if data.startswith(start)), "")


def _bounds(text: str) -> tuple[float, float, float, float] | None:
    try:
        west, south, east, north = (float(word) for word in text.split(","))
    except ValueError:
        return None
    sound = -180 <= west < east <= 180 and -90 <= south < north <= 90
    return (west, south, east, north) if sound else None
