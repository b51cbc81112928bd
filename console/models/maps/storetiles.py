"""What the store of online maps holds of one source, as a map like any other: named by the path of the store and the source's id."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

from console.errors import Fault
from console.models.maps.tile import RASTER_KIND, VECTOR, VECTOR_KIND, TileInfo, inside, mime_of, sound
from console.models.maps.tilestore import STORE_NAME, TileStore


def is_stored(path: Path) -> bool:
    return path.parent.name == STORE_NAME


def file_of(path: Path) -> Path:
    """The file in which the map at `path` lies."""
    return path.parent if is_stored(path) else path


class StoreTiles:
    """Attributes: `path`, `info`. Safe from any thread."""

    def __init__(self, path: Path, datum: str = "", approval: str = "") -> None:
        self.path = path
        self._lock = threading.Lock()
        self._store = TileStore(path.parent, reading=True)
        try:
            source = self._store.source(path.name)
            low, high, box = self._store.extent(source.id)
            first = self._store.sample(source.id) or b""
        except BaseException:
            self._store.close()
            raise
        kind = VECTOR_KIND if first and mime_of(first) == VECTOR else RASTER_KIND
        self.info = TileInfo(
            source.name, kind, datum or source.datum, approval or source.approval, source.attribution, low, max(high, low), box
        )

    def close(self) -> None:
        with self._lock:
            self._store.close()

    def tile(self, zoom: int, column: int, row: int) -> bytes | None:
        if not inside(zoom, column, row):
            return None
        try:
            with self._lock:
                return sound(self._store.tile(self.path.name, zoom, column, row))
        except sqlite3.Error as error:
            raise Fault(
                f"{self.path.parent}: damaged at tile {zoom}/{column}/{row} ({error}). Remove the file and fill it again."
            ) from error
