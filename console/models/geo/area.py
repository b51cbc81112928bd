"""A surface on the earth: what lies in it, its edge included.

Edges are straight in longitude and latitude, as GeoJSON has them (RFC 7946, 3.1.1), and go the short way round: an area may lie across
the antimeridian. One that goes round a pole is refused. Holes belong to the surface no more than what is outside.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from console.errors import Fault

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ring = Sequence[tuple[float, float]]
MOST_CORNERS = 200_000
TURNS_DEG = (-360.0, 0.0, 360.0)


class Area:
    """Attributes: `shape`, a shapely surface in degrees with longitudes that run on past 180; `mended`: the outline crossed itself."""

    def __init__(self, polygons: Sequence[Sequence[Ring]]) -> None:
        """`polygons`: each its outline and then its holes, (lon, lat) corners, closed or not. Raises Fault for what is no surface."""
        if sum(len(ring) for polygon in polygons for ring in polygon) > MOST_CORNERS:
            raise Fault(f"The area has more than {MOST_CORNERS} corners. Simplify it first.")
        drawn = [_polygon(rings) for rings in polygons if rings]
        self.mended = not all(polygon.is_valid for polygon in drawn)
        self.shape = _surface(shapely.union_all([shapely.make_valid(polygon) for polygon in drawn]))
        if not self.shape.area > 0:
            raise Fault("The outline has no surface: it needs three corners that are not in one line.")
        shapely.prepare(self.shape)

    @classmethod
    def of_shape(cls, shape: Any) -> Area:
        """Of a shapely polygon or multipolygon in degrees. Raises Fault for anything else."""
        surface = _surface(shape)
        parts = getattr(surface, "geoms", [surface])
        return cls([[list(ring.coords) for ring in (part.exterior, *part.interiors)] for part in parts if not part.is_empty])

    @cached_property
    def turns(self) -> tuple[float, ...]:
        """What is added to a longitude of -180 to 180 to find it in the area: more than one number where the area lies across 180."""
        west, _, east, _ = self.shape.bounds
        return tuple(turn for turn in TURNS_DEG if west - turn <= 180.0 and east - turn >= -180.0)

    def candidates(self, bounds: Floats, turn: float = 0.0) -> Bools:
        """Which boxes, rows of (west, south, east, north), come near when turned; a row of nan never does."""
        west, south, east, north = self.shape.bounds
        near: Bools = (bounds[:, 0] + turn <= east) & (bounds[:, 2] + turn >= west) & (bounds[:, 1] <= north) & (bounds[:, 3] >= south)
        return near

    def covers(self, lon: Floats, lat: Floats) -> Bools:
        """Whether each position is in the area or on its edge. Longitudes of -180 to 180; nan is nowhere."""
        inside = np.zeros(len(lon), bool)
        for turn in self.turns:
            inside |= shapely.intersects_xy(self.shape, lon + turn, lat)
        return inside

    def meets(self, shapes: Sequence[Any]) -> Bools:
        """Whether each shapely geometry, in degrees, has any part in the area or on its edge."""
        found = np.zeros(len(shapes), bool)
        for turn in TURNS_DEG:
            turned = shapes if not turn else [_turned(shape, turn) for shape in shapes]
            found |= shapely.intersects(self.shape, np.asarray(turned, object))
        return found

    def polygons(self) -> list[list[list[tuple[float, float]]]]:
        """As it is given to be made: each polygon its outline and then its holes."""
        parts = getattr(self.shape, "geoms", [self.shape])
        return [[[(x, y) for x, y in ring.coords] for ring in (part.exterior, *part.interiors)] for part in parts]

    def rings(self) -> list[list[tuple[float, float]]]:
        """Every outline and hole, for drawing."""
        return [ring for polygon in self.polygons() for ring in polygon]


def run_on(points: Ring) -> Floats:
    """(n, 2) with longitudes that run on past 180, each step the short way round. Raises Fault for what is no position."""
    held = np.array([point[:2] for point in points], np.float64).reshape(-1, 2)
    if not np.isfinite(held).all() or (np.abs(held[:, 1]) > 90).any() or (np.abs(held[:, 0]) > 540).any():
        raise Fault("A corner is no position: longitudes go from -180 to 180, latitudes from -90 to 90.")
    steps = (np.diff(held[:, 0]) + 180.0) % 360.0 - 180.0
    held[1:, 0] = held[0, 0] + np.cumsum(steps)
    return held


def _polygon(rings: Sequence[Ring]) -> Any:
    outline = _ring(rings[0])
    outline[:, 0] -= 360.0 * math.floor((outline[:, 0].mean() + 180.0) / 360.0)
    middle = outline[:, 0].mean()
    holes = [_ring(ring) for ring in rings[1:]]
    for hole in holes:
        hole[:, 0] -= 360.0 * round((hole[:, 0].mean() - middle) / 360.0)
    return shapely.polygons(outline, [shapely.linearrings(hole) for hole in holes] or None)


def _ring(points: Ring) -> Floats:
    corners = list(points)
    if len(corners) > 1 and tuple(corners[0][:2]) == tuple(corners[-1][:2]):
        corners.pop()
    if len(corners) < 3:
        raise Fault("An area needs at least three corners.")
    ring = run_on([*corners, corners[0]])
    if abs(ring[-1, 0] - ring[0, 0]) > 1.0:
        raise Fault("The area goes round a pole: draw it in two halves.")
    ring[-1] = ring[0]
    return ring


def _surface(shape: Any) -> Any:
    """The surfaces of a shape, without the lines and points that mending may leave."""
    parts = [part for part in shapely.get_parts(shapely.get_parts(shape)) if part.geom_type == "Polygon"]
    if not parts:
        raise Fault("The outline has no surface: it needs three corners that are not in one line.")
    return shapely.multipolygons(parts)


def _turned(shape: Any, turn: float) -> Any:
    return shapely.transform(shape, lambda points: points + np.array((turn, 0.0)))
