"""Features into a file of ours: for each range of zooms what can be seen there, with an index by place. In the child only.

At a zoom where a thing is smaller than a pixel a point stands for it, and of points in one cell of a few pixels one: so a layer of 100,000
hazard points shows where they lie from far away, at the price of the screen and not of the file.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import msgspec
import numpy as np
import shapely
from numpy.typing import NDArray

from console.models.maps.overlay.formats import APPLICATION_ID, LEVELS, VERSION
from console.models.maps.overlay.reading import Features, Shapes

CELL_PX = 5
"""One point in so many pixels, both ways."""
_PIXEL_DEG = 360 / 256
"""Of longitude at zoom 0."""


def write(to: Path, features: Features, told: dict[str, str]) -> None:
    database = sqlite3.connect(to)
    try:
        database.execute("PRAGMA journal_mode = OFF")
        database.execute("PRAGMA synchronous = OFF")
        database.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        database.execute(f"PRAGMA user_version = {VERSION}")
        with database:
            database.execute("CREATE TABLE told (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID")
            database.execute("CREATE TABLE feature (id INTEGER PRIMARY KEY, name TEXT NOT NULL, about BLOB NOT NULL)")
            database.executemany("INSERT INTO told VALUES (?, ?)", told.items())
            rows = enumerate(zip(features.names, features.about, strict=True))
            database.executemany(
                "INSERT INTO feature VALUES (?, ?, ?)", ((at, name, msgspec.json.encode(words)) for at, (name, words) in rows)
            )
            for level, zoom in enumerate(LEVELS):
                _write_level(database, level, features.shapes if zoom == LEVELS[-1] else None, zoom, features.shapes)
    finally:
        database.close()


def _write_level(database: sqlite3.Connection, level: int, whole: Shapes | None, zoom: int, shapes: Shapes) -> None:
    database.execute(
        f"CREATE TABLE shape_{level} (id INTEGER PRIMARY KEY, feature INTEGER NOT NULL, points INTEGER NOT NULL, wkb BLOB NOT NULL)"
    )
    database.execute(f"CREATE VIRTUAL TABLE place_{level} USING rtree(id, west, east, south, north)")
    ids, drawn = (np.arange(len(shapes)), whole) if whole is not None else _seen(shapes, zoom)
    bounds = shapely.bounds(drawn)
    rows = zip(ids.tolist(), shapely.get_num_coordinates(drawn).tolist(), shapely.to_wkb(drawn).tolist(), strict=True)
    database.executemany(f"INSERT INTO shape_{level} VALUES (?, ?, ?, ?)", ((at, *row) for at, row in enumerate(rows)))
    boxes: Iterator[list[float]] = iter(bounds[:, [0, 2, 1, 3]].tolist())
    database.executemany(f"INSERT INTO place_{level} VALUES (?, ?, ?, ?, ?)", ((at, *box) for at, box in enumerate(boxes)))


def _seen(shapes: Shapes, zoom: int) -> tuple[NDArray[np.intp], Shapes]:
    """Which features, and what is drawn of each at `zoom`."""
    pixel = _PIXEL_DEG / 2**zoom
    bounds = shapely.bounds(shapes)
    small = (bounds[:, 2:] - bounds[:, :2]).max(axis=1) < pixel
    large = np.flatnonzero(~small)
    drawn = shapely.simplify(shapes[large], 0.6 * pixel, preserve_topology=False)
    gone = shapely.is_empty(drawn) | shapely.is_missing(drawn)
    tiny = np.concatenate([np.flatnonzero(small), large[gone]])
    middles = (bounds[tiny, :2] + bounds[tiny, 2:]) / 2
    cells = np.floor(middles / (CELL_PX * pixel)).astype(np.int64)
    _, first = np.unique(cells, axis=0, return_index=True)
    return np.concatenate([large[~gone], tiny[first]]), np.concatenate([drawn[~gone], shapely.points(middles[first])])
