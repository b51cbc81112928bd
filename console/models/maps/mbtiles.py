"""MBTiles (MBTiles Specification 1.3), raster or vector: one SQLite file, opened read-only, whoever wrote it."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from console.errors import Fault
from console.models.maps.sample import described, words_of
from console.models.maps.tile import MAX_TILE_BYTES, TileInfo, inside, sound

SAMPLE = 64
"""So many tiles of a file are looked at before it is believed."""
MAX_WORD, MAX_WORDS = 1_000_000, 64
"""Characters of a value in the metadata, and how many of them are read."""
_STEP = 100_000
_MAX_STEPS = 3000
"""SQLite's own instructions a query may take, in steps: a view in the file may be made never to end."""


class MbTiles:
    """Attributes: `path`, `info`. Safe from any thread.

    Raises Fault, naming the file and what to do, when it cannot be used: not MBTiles, damaged, empty, unknown datum or tiles.
    """

    def __init__(self, path: Path, datum: str = "", approval: str = "") -> None:
        self.path = path
        self._lock = threading.Lock()
        self._steps = 0
        try:
            self._database = _connect(path)
            try:
                self._database.set_progress_handler(self._step, _STEP)
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
        if not inside(zoom, column, row):
            return None
        where = (zoom, column, (1 << zoom) - 1 - row)  # MBTiles counts rows from the south (TMS)
        try:
            with self._lock:
                found = self._ask("SELECT tile_data FROM tiles WHERE zoom_level=? AND tile_column=? AND tile_row=? LIMIT 1", where)
        except sqlite3.Error as error:
            raise Fault(f"{self.path}: damaged at tile {zoom}/{column}/{row} ({error}). Get the file again.") from error
        return sound(found[0][0]) if found else None

    def _ask(self, query: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        self._steps = 0
        return self._database.execute(query, values).fetchall()

    def _step(self) -> int:
        self._steps += 1
        return self._steps > _MAX_STEPS

    def _describe(self, datum: str, approval: str) -> TileInfo:
        words = self._ask("SELECT name, substr(value, 1, ?) FROM metadata LIMIT ?", (MAX_WORD, MAX_WORDS))
        held = {str(name): str(value) for name, value in words}
        zooms = (self._ask("SELECT min(zoom_level) FROM tiles")[0][0], self._ask("SELECT max(zoom_level) FROM tiles")[0][0])
        sample = (data for (data,) in self._database.execute("SELECT tile_data FROM tiles LIMIT ?", (SAMPLE,)))
        return described(
            self.path, sample, zooms, held | {"vector_layers": words_of(held.get("json", "")).get("vector_layers")}, datum, approval
        )


def _connect(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, check_same_thread=False)
    database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 2 * MAX_TILE_BYTES)
    database.execute("PRAGMA trusted_schema = OFF")
    database.execute("PRAGMA cell_size_check = ON")
    return database
