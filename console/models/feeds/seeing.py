"""Which cameras see a place, which are near it, and which look at the road or the river above it.

Distances are on the sphere of radius R1 (IUGG), within 0.6 % of the ellipsoid: less than anybody knows of a camera's range.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from console.models.feeds.book import Entry
from console.models.feeds.rules import PlacesRule
from console.models.geo.sphere import distance_m


class Sight(NamedTuple):
    """`why`: sees (told so by bearing, angle and range), may_see (one of these is not told), near, road or basin. `off_deg`: by how much the place
    is away from the middle of the picture, None where it is not known. `steps`: basins downstream from the camera to the place."""

    entry: Entry
    why: str
    distance_m: float
    off_deg: float | None = None
    steps: int = 0


def seeing(entries: Iterable[Entry], lon: float, lat: float, rule: PlacesRule) -> list[Sight]:
    """Those that see the place, then those that may, nearest first; then the nearest others."""
    placed = [sight for entry in entries if (sight := _sight(entry, lon, lat, rule)) is not None]
    sees = sorted((sight for sight in placed if sight.why == "sees"), key=_distance)
    may = sorted((sight for sight in placed if sight.why == "may_see"), key=_distance)
    near = sorted((sight for sight in placed if sight.why == "near"), key=_distance)
    return [*sees, *may, *near[: rule.nearest]]


def along_road(entries: Iterable[Entry], road: str, lon: float, lat: float, rule: PlacesRule) -> list[Sight]:
    """Cameras of the same road, nearest first."""
    mine = [entry for entry in entries if road and entry.road == road and not entry.withdrawn and entry.lon is not None]
    found = [Sight(entry, "road", _metres(entry, lon, lat)) for entry in mine]
    return sorted(found, key=_distance)[: rule.along_road]


def upstream(entries: Iterable[Entry], basin: str, downstream: Mapping[str, str]) -> list[Sight]:
    """Cameras in the basin and in all that flow into it, the nearest basin first. `downstream`: basin -> the one it flows into. A loop in it
    is followed once."""
    above: dict[str, list[str]] = {}
    for upper, lower in downstream.items():
        if lower:
            above.setdefault(lower, []).append(upper)
    steps, edge = {basin: 0}, [basin]
    while edge:
        edge = [upper for lower in edge for upper in above.get(lower, ()) if steps.setdefault(upper, steps[lower] + 1) == steps[lower] + 1]
        if len(steps) > 100_000:
            break
    found = [Sight(entry, "basin", 0.0, steps=steps[entry.basin]) for entry in entries if entry.basin in steps and not entry.withdrawn]
    return sorted(found, key=lambda sight: (sight.steps, sight.entry.name))


def _sight(entry: Entry, lon: float, lat: float, rule: PlacesRule) -> Sight | None:
    if entry.lon is None or entry.lat is None or entry.withdrawn or abs(entry.lat - lat) * 111_000 > 1.1 * rule.nearest_m:
        return None
    away_m = _metres(entry, lon, lat)
    if away_m > max(rule.nearest_m, entry.range_m or 0):
        return None
    within = away_m <= (rule.range_m if entry.range_m is None else entry.range_m)
    if not within:
        return Sight(entry, "near", away_m)
    wide = entry.view_deg is not None and entry.view_deg >= 360
    if entry.bearing_deg is None and not wide:
        return Sight(entry, "may_see", away_m)
    off = 0.0 if wide or away_m < 1 else _turn(_bearing(entry.lon, entry.lat, lon, lat) - (entry.bearing_deg or 0.0))
    half = (rule.view_deg if entry.view_deg is None else entry.view_deg) / 2
    if abs(off) > half:
        return Sight(entry, "near", away_m, off)
    sure = entry.range_m is not None and entry.view_deg is not None
    return Sight(entry, "sees" if sure else "may_see", away_m, off)


def _distance(sight: Sight) -> tuple[float, str]:
    return sight.distance_m, sight.entry.id


def _turn(degrees: float) -> float:
    """-180 <= degrees < 180."""
    return (degrees + 180.0) % 360.0 - 180.0


def _metres(entry: Entry, lon: float, lat: float) -> float:
    assert entry.lon is not None
    assert entry.lat is not None
    return distance_m(entry.lon, entry.lat, lon, lat)


def _bearing(lon_1: float, lat_1: float, lon_2: float, lat_2: float) -> float:
    phi_1, phi_2, across = math.radians(lat_1), math.radians(lat_2), math.radians(lon_2 - lon_1)
    east = math.sin(across) * math.cos(phi_2)
    north = math.cos(phi_1) * math.sin(phi_2) - math.sin(phi_1) * math.cos(phi_2) * math.cos(across)
    return math.degrees(math.atan2(east, north))
