"""The layers of the shipped basemap as GeoJSON features, clipped to the area this console was first made for."""

from __future__ import annotations

import itertools
import json
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import shapely
from gshhg import LAKE, RIVER, Box, shapes
from shapely.geometry.base import BaseGeometry
from topology import Topology

BOX: Box = (78.0, 42.5, 88.0, 46.5)
DECIMALS, WORLD_DECIMALS = 4, 2
"""Of a degree: about 10 m in the area, 1 km on the background of the world."""
WORLD_TOLERANCE_DEG = 0.02
SMALLEST_LAKE_KM2 = 0.5
HALF_TURN_DEG = 180.0
Feature = dict[str, Any]


def feature(geometry: BaseGeometry, decimals: int = DECIMALS, **properties: Any) -> Feature:
    rounded = shapely.transform(geometry, lambda points: points.round(decimals))
    return {"type": "Feature", "properties": properties, "geometry": json.loads(shapely.to_geojson(rounded))}


def clipped(geometry: BaseGeometry) -> BaseGeometry | None:
    inside = shapely.intersection(geometry, shapely.box(*BOX))
    return None if inside.is_empty else inside


def names(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def lakes(held_names: dict[str, Any]) -> Iterator[Feature]:
    named = held_names["lake"]
    for shape in shapes("gshhs", LAKE, BOX):
        inside = clipped(shapely.make_valid(shapely.Polygon(shape.points)))
        if inside is None or shape.area_km2 < SMALLEST_LAKE_KM2:
            continue
        found = [{"zh": lake["zh"], "en": lake["en"]} for lake in named if inside.distance(shapely.Point(lake["point"])) < 0.02]
        label = inside.representative_point()
        yield feature(
            inside, area_km2=round(shape.area_km2, 1), label=[round(label.x, 4), round(label.y, 4)], **(found[0] if found else {})
        )


def rivers() -> Iterator[Feature]:
    """Pieces are joined end to end: the source cuts every river at whole degrees."""
    lines = [inside for shape in shapes("rivers", RIVER, BOX) if (inside := clipped(shapely.LineString(shape.points))) is not None]
    merged = shapely.line_merge(shapely.union_all(lines))
    for line in sorted(shapely.get_parts(merged), key=lambda line: line.wkt):
        yield feature(line)


def borders(countries: Topology) -> Iterator[Feature]:
    for first, second, line in countries.shared_lines("countries"):
        inside = clipped(shapely.LineString(line))
        if inside is not None:
            yield feature(inside, between=[first, second])


def world(land: Topology) -> Iterator[Feature]:
    """The continents, coarse, without any border: what lies under units far from home."""
    for rings in land.polygons("land"):
        for part in parted(rings):
            yield feature(shapely.simplify(part, WORLD_TOLERANCE_DEG), WORLD_DECIMALS)


def parted(rings: list[list[Any]]) -> Iterator[BaseGeometry]:
    """A polygon as the parts on either side of the antimeridian, where a ring would else jump across the whole map."""
    if all(abs(after[0] - before[0]) <= HALF_TURN_DEG for before, after in itertools.pairwise(rings[0])) or _holds_pole(rings[0]):
        yield shapely.Polygon(rings[0], rings[1:])
        return
    whole = shapely.make_valid(shapely.Polygon(unrolled(rings[0]), [unrolled(ring) for ring in rings[1:]]))
    for turn_deg in (-2 * HALF_TURN_DEG, 0, 2 * HALF_TURN_DEG):
        part = shapely.intersection(whole, shapely.box(turn_deg - HALF_TURN_DEG, -90, turn_deg + HALF_TURN_DEG, 90))
        for polygon in shapely.get_parts(part):
            if polygon.geom_type == "Polygon":
                yield shapely.transform(polygon, lambda points, turn_deg=turn_deg: points - (turn_deg, 0))


def unrolled(ring: list[Any]) -> list[tuple[float, float]]:
    """The ring with longitudes that go on beyond 180 degrees instead of jumping."""
    turn_deg, found = 0.0, [(ring[0][0], ring[0][1])]
    for before, after in itertools.pairwise(ring):
        if abs(after[0] - before[0]) > HALF_TURN_DEG:
            turn_deg += 2 * HALF_TURN_DEG if after[0] < before[0] else -2 * HALF_TURN_DEG
        found.append((after[0] + turn_deg, after[1]))
    return found


def _holds_pole(ring: list[Any]) -> bool:
    return bool(min(point[1] for point in ring) < -85)


def frame() -> Iterator[Feature]:
    """The extent within which this basemap has anything to show."""
    yield feature(shapely.box(*BOX).exterior)


def airports(held: Iterable[Mapping[str, Any]]) -> Iterator[Feature]:
    west, south, east, north = BOX
    for airport in sorted(held, key=lambda airport: str(airport["icao"])):
        if west <= airport["lon"] <= east and south <= airport["lat"] <= north:
            point = shapely.Point(airport["lon"], airport["lat"])
            yield feature(point, icao=airport["icao"], iata=airport["iata"], en=airport["name"])


def collection(features: Iterable[Feature]) -> bytes:
    held = {"type": "FeatureCollection", "features": list(features)}
    return json.dumps(held, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
