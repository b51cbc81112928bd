"""A layer that was taken in (`levels.py`): what of it is in view, and what is known of one thing. Safe from any thread."""

from __future__ import annotations

import sqlite3
import struct
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from console.errors import Fault
from console.models.maps.overlay.formats import APPLICATION_ID, LEVELS, VERSION

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MAX_VIEW_POINTS = 60_000
MAX_VIEW_SHAPES = 12_000
POINT, LINE, AREA = 0, 1, 2
MAX_LOOKED_AT = 20 * MAX_VIEW_POINTS
"""Points of the shapes that are cut to the view, before they are."""
_BOX = "p.west <= ? AND p.east >= ? AND p.south <= ? AND p.north >= ?"
_IN_BOX = f"FROM place_{{level}} p JOIN shape_{{level}} s ON s.id = p.id JOIN feature f ON f.id = s.feature WHERE {_BOX}"

Box = tuple[float, float, float, float]
"""(west, south, east, north), WGS 84 degrees."""


@dataclass(frozen=True)
class OverlayInfo:
    """`features`: how many there are; `skipped`: how many of the file's cannot be drawn; `crs`: of the file; `datum`: as the operator said."""

    name: str
    path: Path
    datum: str
    crs: str
    features: int
    skipped: int
    bounds: Box | None


class View(NamedTuple):
    """`shapes`: (feature, kind, points of each part); `flat`: (n, 2) degrees, in the same order; `names`: of the features that have one."""

    shapes: list[tuple[int, int, list[int]]]
    flat: NDArray[np.float64]
    names: dict[int, str]

    @property
    def points(self) -> int:
        return len(self.flat)


class OverlayFile:
    """Attributes: `path`, `info`. Raises Fault when it is no such file, or one of a newer version."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        try:
            self._database = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, check_same_thread=False)
            try:
                self.info = self._read_info()
            except BaseException:
                self._database.close()
                raise
        except (sqlite3.Error, KeyError, ValueError) as error:
            raise Fault(f"{path}: not a layer of this program ({error}). Load the map file again.") from error

    def close(self) -> None:
        with self._lock:
            self._database.close()

    def within(self, zoom: int, box: Box) -> bytes:
        """What is drawn of it in `box` at `zoom`: a header of JSON, its length before it (u32), padded to 4 bytes, then f32 pairs.

        Header: `origin` [lon, lat], to which the pairs are added; `level`; `thinned`, whether there was more than could be shown;
        `shapes`, each [feature, kind, [points of each part]]; kind 0 a point, 1 a line, 2 an area (rings); `names` by feature.
        """
        level = next((at for at, most in enumerate(LEVELS) if zoom <= most), len(LEVELS) - 1)
        while True:
            shapes, points = self._size(level, box)
            if level == 0 or (shapes <= MAX_VIEW_SHAPES and points <= MAX_LOOKED_AT):
                view = self._view(level, box)
                if level == 0 or view.points <= MAX_VIEW_POINTS:
                    return _packed(box, level, view, thinned=shapes > MAX_VIEW_SHAPES)
            level -= 1

    def about(self, feature: int) -> dict[str, Any] | None:
        """{"name", "fields": {field: value}} of one thing."""
        found = self._ask("SELECT name, about FROM feature WHERE id = ?", (feature,))
        return {"name": found[0][0], "fields": msgspec.json.decode(found[0][1])} if found else None

    def _ask(self, query: str, values: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        try:
            with self._lock:
                return self._database.execute(query, values).fetchall()
        except sqlite3.Error as error:
            raise Fault(f"{self.path}: damaged ({error}). Load the map file again.") from error

    def _read_info(self) -> OverlayInfo:
        kind, version = (self._database.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version"))
        if kind != APPLICATION_ID or version != VERSION:
            raise ValueError(f"its kind and version are {kind}, {version}")
        told = dict(self._database.execute("SELECT name, value FROM told"))
        last = len(LEVELS) - 1
        bounds = self._database.execute(f"SELECT min(west), min(south), max(east), max(north) FROM place_{last}").fetchone()
        return OverlayInfo(
            told["name"],
            Path(told["path"]),
            told["datum"],
            told["crs"],
            int(told["features"]),
            int(told["skipped"]),
            None if None in bounds else bounds,
        )

    def _size(self, level: int, box: Box) -> tuple[int, int]:
        """How many shapes reach into the box (at most one more than is shown), and of how many points they are as a whole."""
        ((shapes,),) = self._ask(
            f"SELECT count(*) FROM (SELECT 1 FROM place_{level} p WHERE {_BOX} LIMIT {MAX_VIEW_SHAPES + 1})", _order(box)
        )
        if shapes > MAX_VIEW_SHAPES:
            return int(shapes), 0  # too many in any case
        ((points,),) = self._ask(f"SELECT total(s.points) {_IN_BOX.format(level=level)}", _order(box))
        return int(shapes), int(points)

    def _view(self, level: int, box: Box) -> View:
        import numpy as np
        import shapely

        query = f"SELECT s.feature, f.name, s.wkb {_IN_BOX.format(level=level)} LIMIT {MAX_VIEW_SHAPES}"
        rows = self._ask(query, _order(box))
        held = shapely.from_wkb(np.array([row[2] for row in rows], object))
        try:
            cut = shapely.clip_by_rect(held, *box)
        except shapely.errors.GEOSException:  # areas that cross themselves
            cut = held
        return _view(cut, np.array([row[0] for row in rows], int), {feature: name for feature, name, _ in rows if name})


def _order(box: Box) -> tuple[float, float, float, float]:
    west, south, east, north = box
    return east, west, north, south


def _view(cut: Any, features: Any, names: dict[int, str]) -> View:
    """Taken apart into points, lines and areas, all at once: a view has thousands."""
    import numpy as np
    import shapely

    parts, index = shapely.get_parts(cut, return_index=True)
    parts, inner = shapely.get_parts(parts, return_index=True)  # what is in a collection may have parts itself
    owners, kinds = features[index[inner]], shapely.get_type_id(parts)
    shapes: list[tuple[int, int, list[int]]] = []
    flat = []
    for kind, types in ((POINT, (0,)), (LINE, (1, 2))):
        chosen = np.flatnonzero(np.isin(kinds, types))
        counts = shapely.get_num_coordinates(parts[chosen]).tolist()
        shapes += [(owner, kind, [count]) for owner, count in zip(owners[chosen].tolist(), counts, strict=True)]
        flat.append(shapely.get_coordinates(parts[chosen]))
    areas = np.flatnonzero(kinds == 3)
    rings, of = shapely.get_rings(parts[areas], return_index=True)
    counts = shapely.get_num_coordinates(rings)
    ends = np.searchsorted(of, np.arange(len(areas)), side="right")
    for owner, one in zip(owners[areas].tolist(), np.split(counts, ends[:-1]) if len(areas) else [], strict=True):
        shapes.append((owner, AREA, one.tolist()))
    flat.append(shapely.get_coordinates(rings))
    return View(shapes, np.concatenate(flat), names)


def _packed(box: Box, level: int, view: View, *, thinned: bool) -> bytes:
    origin = (box[0], box[1])
    held = {
        "origin": origin,
        "level": level,
        "thinned": thinned,
        "shapes": view.shapes,
        "names": {str(at): name for at, name in view.names.items()},
    }
    header = msgspec.json.encode(held)
    header += b" " * (-len(header) % 4)
    return struct.pack("<I", len(header)) + header + (view.flat - origin).astype("<f4").tobytes()
