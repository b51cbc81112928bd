"""Which road closures a straight line does not account for: those within a corridor about it. Figures: `resources/rules/distance.toml`.

Nothing here is a road distance: routes are not computed. The plane is an equirectangular one about the middle of the line; over the
300 km that units are apart at most its error is below 1 %, far less than the corridor is a guess.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Annotated

import msgspec
from msgspec import Meta

from console.models.form import rules
from console.models.geo.sphere import DEGREE_M

Point = tuple[float, float]
"""Longitude and latitude in degrees, WGS 84."""


@dataclass(frozen=True)
class Closure:
    """A road that is closed now. `points`: one, or a line of several; none when nobody said where."""

    id: str
    name: str
    points: tuple[Point, ...]

    @cached_property
    def corners(self) -> tuple[Point, Point]:
        """South-west and north-east of all points (there must be one)."""
        lons, lats = zip(*self.points, strict=True)
        return (min(lons), min(lats)), (max(lons), max(lats))


class CorridorRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`corridor_share` of the distance is half the corridor's width, within `corridor_least_m` and `corridor_most_m`."""

    corridor_share: Annotated[float, Meta(ge=0, le=1e6)]
    corridor_least_m: Annotated[float, Meta(ge=0)]
    corridor_most_m: Annotated[float, Meta(ge=0, le=1e8)]

    def __post_init__(self) -> None:
        if self.corridor_least_m > self.corridor_most_m:
            raise ValueError("corridor_least_m must be at most corridor_most_m")

    def half_width_m(self, distance_m: float) -> float:
        return min(max(self.corridor_share * distance_m, self.corridor_least_m), self.corridor_most_m)


def default_rule() -> CorridorRule:
    return rules("distance", CorridorRule)


def on_the_way(start: Point, end: Point, closures: Sequence[Closure], rule: CorridorRule | None = None) -> list[Closure]:
    """The closures whose point or line comes into the corridor about the line from `start` to `end`; those without a place never do."""
    plane = _Plane(start, end)
    line = (plane.metres(start), plane.metres(end))
    half_m = (rule or default_rule()).half_width_m(math.dist(*line))
    return [
        closure
        for closure in closures
        if closure.points
        and _may_be_near(plane, line, closure.corners, half_m)
        and _within(line, [plane.metres(point) for point in closure.points], half_m)
    ]


class _Plane:
    """Metres east and north of the middle of a line. Longitudes are taken the short way round."""

    def __init__(self, start: Point, end: Point) -> None:
        self._lon = start[0] + _turn(end[0] - start[0]) / 2
        self._lat = (start[1] + end[1]) / 2
        self._lon_m = DEGREE_M * math.cos(math.radians(self._lat))

    def metres(self, point: Point) -> Point:
        return _turn(point[0] - self._lon) * self._lon_m, (point[1] - self._lat) * DEGREE_M


def _may_be_near(plane: _Plane, line: tuple[Point, Point], corners: tuple[Point, Point], most_m: float) -> bool:
    """Whether the boxes about both come within `most_m`: most closures are told to be far off by this alone."""
    (west, south), (east, north) = map(plane.metres, corners)
    if east < west or corners[1][0] - corners[0][0] >= 180:  # it lies over the far side of the earth
        return True
    (x1, y1), (x2, y2) = line
    return west - most_m <= max(x1, x2) and min(x1, x2) <= east + most_m and south - most_m <= max(y1, y2) and min(y1, y2) <= north + most_m


def _turn(degrees: float) -> float:
    """-180 <= degrees < 180."""
    return (degrees + 180.0) % 360.0 - 180.0


def _within(line: tuple[Point, Point], points: list[Point], most_m: float) -> bool:
    if len(points) == 1:
        return _to_line_m(points[0], line) <= most_m
    return any(_between_m(line, piece) <= most_m for piece in pairwise(points))


def _to_line_m(point: Point, line: tuple[Point, Point]) -> float:
    (x, y), ((x1, y1), (x2, y2)) = point, line
    long_2 = (x2 - x1) ** 2 + (y2 - y1) ** 2
    share = 0.0 if not long_2 else min(1.0, max(0.0, ((x - x1) * (x2 - x1) + (y - y1) * (y2 - y1)) / long_2))
    return math.hypot(x - x1 - share * (x2 - x1), y - y1 - share * (y2 - y1))


def _between_m(one: tuple[Point, Point], other: tuple[Point, Point]) -> float:
    if _side(*one, other[0]) * _side(*one, other[1]) < 0 and _side(*other, one[0]) * _side(*other, one[1]) < 0:
        return 0.0
    return min(*(_to_line_m(point, other) for point in one), *(_to_line_m(point, one) for point in other))


def _side(start: Point, end: Point, point: Point) -> float:
    """Above 0 left of the line, below 0 right of it."""
    return (end[0] - start[0]) * (point[1] - start[1]) - (end[1] - start[1]) * (point[0] - start[0])
