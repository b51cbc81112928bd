"""Everything within so many metres of a point or a line (a river, a road), and how far it is.

A distance is geodesic on the WGS 84 ellipsoid (Karney 2013, through PROJ), from the thing to the foot that was found for it on the point
or line. About a point the foot is exact. On a line it is found in an azimuthal equidistant plane about the line's middle: at c metres from
there the plane stretches across by less than c^2 / 6 R^2 (0.025 % at 250 km), so that the distance is never too short and, at a share
`error_share` of it at most, too long. Between its points a line is straight in longitude and latitude, within 3 m up to latitude 60.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
import pyproj
import shapely

from console.errors import Fault
from console.models.geo.area import Area, Bools, Floats, Ring, run_on
from console.models.geo.ellipsoid import geod

GEOD = geod()
EARTH_M = 6_371_008.8
DEGREE_LEAST_M = 110_574.0
"""A degree of latitude on WGS 84 at the equator, where it is shortest."""
STEP_DEG = 0.1
MOST_M, MOST_EXTENT_M = 1_000_000.0, 2_000_000.0


class Around:
    """Attributes: `line` (n, 2) in degrees, n = 1 at a point; `metres`, how far; `error_share`."""

    def __init__(self, points: Ring, metres: float) -> None:
        """Raises Fault for no point, a distance that is not above 0 and up to 1,000 km, and a line that is longer than 2,000 km across."""
        if not points:
            raise Fault("There is no point or line to measure from.")
        if not 0 < metres <= MOST_M:
            raise Fault(f"The distance must be above 0 and at most {MOST_M / 1000:.0f} km.")
        line = run_on(points)
        self.line = line[:1] if (line == line[0]).all() else _cut(line)
        self.metres = float(metres)
        west, south = self.line.min(axis=0)
        east, north = self.line.max(axis=0)
        self._middle = ((west + east) / 2, (south + north) / 2)
        lon_0, lat_0 = (_wrapped(self._middle[0]), self._middle[1])
        self._plane = pyproj.Proj(proj="aeqd", lon_0=lon_0, lat_0=lat_0, ellps="WGS84")
        self._bounds = (west, south, east, north)
        extent_m = float(np.hypot(*self._flatten(self.line).T).max())
        if 2 * extent_m > MOST_EXTENT_M:
            raise Fault(f"The line is more than {MOST_EXTENT_M / 1000:.0f} km across: take a part of it.")
        self.error_share = 0.0 if len(self.line) == 1 else ((extent_m + self.metres) / EARTH_M) ** 2 / 6

    def candidates(self, bounds: Floats) -> Bools:
        """Which boxes, rows of (west, south, east, north) with longitudes of -180 to 180, may come near; a row of nan never does."""
        west, south, east, north = self._bounds
        high = self.metres / DEGREE_LEAST_M
        near: Bools = (bounds[:, 1] <= north + high) & (bounds[:, 3] >= south - high)
        furthest = max(abs(south - high), abs(north + high))
        if furthest >= 89.0:
            return near
        wide = self._widest_deg(furthest)
        found = np.zeros(len(bounds), bool)
        for turn in (-360.0, 0.0, 360.0, -720.0, 720.0):
            found |= (bounds[:, 0] + turn <= east + wide) & (bounds[:, 2] + turn >= west - wide)
        near &= found
        return near

    def distances(self, lon: Floats, lat: Floats) -> Floats:
        """Metres from each position to the point or line; inf for what is surely further than `metres`."""
        told = np.full(len(lon), np.inf)
        near = self._may_be_within(lon, lat)
        foot_lon, foot_lat = self._feet(lon[near], lat[near])
        told[near] = GEOD.inv(lon[near], lat[near], foot_lon, foot_lat)[2]
        return told

    def to_shapes(self, shapes: Sequence[Any]) -> Floats:
        """Metres from each shapely geometry in degrees, in the plane: wrong by at most (c / R)^2 / 6 of it, c its distance from the middle."""
        flat = [shapely.transform(shape, self._flatten) for shape in shapes]
        return np.asarray(shapely.distance(self._drawn, np.asarray(flat, object)), np.float64)

    @cached_property
    def area(self) -> Area:
        """The surface of it, for drawing. Raises Fault where it reaches over a pole."""
        edge = shapely.buffer(self._drawn, self.metres, quad_segs=16)
        parts = getattr(edge, "geoms", [edge])
        return Area([[self._degrees(np.asarray(ring.coords)) for ring in (part.exterior, *part.interiors)] for part in parts])

    @cached_property
    def _drawn(self) -> Any:
        flat = self._flatten(self.line)
        drawn = shapely.points(flat[0]) if len(flat) == 1 else shapely.linestrings(flat)
        shapely.prepare(drawn)
        return drawn

    def _flatten(self, points: Floats) -> Floats:
        return np.column_stack(self._plane(_wrapped(points[:, 0]), points[:, 1]))

    def _degrees(self, flat: Floats) -> list[tuple[float, float]]:
        return list(zip(*(part.tolist() for part in self._plane(flat[:, 0], flat[:, 1], inverse=True)), strict=True))

    def _may_be_within(self, lon: Floats, lat: Floats) -> Bools:
        """Those that the plane does not put clearly further off than `metres`."""
        if len(self.line) == 1:
            return np.ones(len(lon), bool)
        flat = shapely.points(self._flatten(np.column_stack((lon, lat))))
        return np.asarray(shapely.dwithin(self._drawn, flat, self.metres * (1 + 2 * self.error_share) + 10.0))

    def _feet(self, lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
        if len(self.line) == 1:
            return np.full_like(lon, _wrapped(self.line[0, 0])), np.full_like(lat, self.line[0, 1])
        flat = shapely.points(self._flatten(np.column_stack((lon, lat))))
        ways = shapely.shortest_line(self._drawn, flat)
        feet = shapely.get_coordinates(ways)[::2]
        foot_lon, foot_lat = self._plane(feet[:, 0], feet[:, 1], inverse=True)
        return np.asarray(foot_lon), np.asarray(foot_lat)

    def _widest_deg(self, latitude: float) -> float:
        """How far a circle of `metres` reaches in longitude, on the sphere, with a hundredth for the ellipsoid."""
        angle = 1.01 * self.metres / EARTH_M
        across = math.sin(angle) / math.cos(math.radians(min(latitude, 89.0)))
        return 180.0 if across >= 1 else math.degrees(math.asin(across))


def _cut(line: Floats) -> Floats:
    """No step is longer than STEP_DEG: then the geodesic between two points lies within metres of the straight line in degrees."""
    pieces = [line[:1]]
    for start, end in pairwise(line):
        parts = max(1, math.ceil(float(np.abs(end - start).max()) / STEP_DEG))
        pieces.append(start + (end - start) * (np.arange(1, parts + 1) / parts)[:, None])
    return np.concatenate(pieces)


def _wrapped(lon: Any) -> Any:
    return (lon + 180.0) % 360.0 - 180.0
