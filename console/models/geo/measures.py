"""Lengths, areas and bearings on the WGS 84 ellipsoid (Karney 2013, through PROJ). Degrees in, metres, square metres and degrees out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from console.models.geo.ellipsoid import geod

if TYPE_CHECKING:
    import shapely

Point = tuple[float, float]
Points = Sequence[Point]


def length_m(points: Points, *, closed: bool = False) -> float:
    """Along the line through the points; `closed`: and from the last back to the first."""
    line = [*points, points[0]] if closed and points else list(points)
    if len(line) < 2:
        return 0.0
    lons, lats = zip(*line, strict=True)
    return float(geod().line_length(lons, lats))


def area_m2(points: Points) -> float:
    """Of the surface within the outline, whichever way round; of one that crosses itself, of all its parts."""
    if len(points) < 3:
        return 0.0
    import shapely  # a window's start draws nothing

    surface = shapely.Polygon(points)
    return _area(shapely.orient_polygons(surface if surface.is_valid else shapely.make_valid(surface)))


def inverse(start: Point, end: Point) -> tuple[float, float]:
    """(distance in m, initial bearing in degrees 0 <= bearing < 360 clockwise from true north)."""
    forward, _, metres = geod().inv(*start, *end)
    return float(metres), float(forward) % 360.0


def ahead(start: Point, bearing_deg: float, metres: float) -> Point:
    lon, lat, _ = geod().fwd(*start, bearing_deg, metres)
    return float(lon), float(lat)


def shifted(points: Points, to: Point) -> list[Point]:
    """The same figure with its first point at `to`: each point keeps its distance and bearing from the first."""
    return [to, *(ahead(to, bearing, metres) for metres, bearing in (inverse(points[0], point) for point in points[1:]))]


def _area(shape: shapely.Geometry) -> float:
    if shape.geom_type == "Polygon":
        return abs(float(geod().geometry_area_perimeter(shape)[0]))
    return sum(_area(part) for part in getattr(shape, "geoms", ()))
