"""Outlines of warnings: read from CAP text, closed, and made simpler when an event could not carry them."""

from __future__ import annotations

import math

from console.models.geo.sphere import DEGREE_M

Ring = list[tuple[float, float]]

_FIRST_TOLERANCE_M = 10.0


class NotAnOutline(ValueError):
    """The text is no polygon or circle; the message says why."""


def _pair(text: str) -> tuple[float, float]:
    """(lon, lat) of CAP's `lat,lon` (CAP 1.2 sec. 3.2.4: WGS 84, latitude first)."""
    lat_text, _, lon_text = text.partition(",")
    try:
        lat, lon = float(lat_text), float(lon_text)
    except ValueError:
        raise NotAnOutline(f"{text[:40]!r} is not lat,lon") from None
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise NotAnOutline(f"{text[:40]!r} is not on the earth")
    return lon, lat


def polygon(text: str, most: int) -> Ring:
    """Closed ring of (lon, lat). Raises NotAnOutline when it has fewer than three corners or more than `most` points."""
    words = text.split(maxsplit=most)
    if len(words) > most:
        raise NotAnOutline(f"more than {most} points")
    ring = [_pair(word) for word in words]
    if ring and ring[0] != ring[-1]:
        ring.append(ring[0])
    if len(ring) < 4:
        raise NotAnOutline("fewer than three corners")
    return ring


def circle(text: str, metres: float) -> tuple[float, float, float]:
    """(lon, lat, radius_m) of `lat,lon radius`; `metres`: what one of its units is. A radius of 0 is a point."""
    words = text.split()
    if len(words) != 2:
        raise NotAnOutline(f"{text[:40]!r} is not lat,lon radius")
    lon, lat = _pair(words[0])
    try:
        radius_m = float(words[1]) * metres
    except ValueError:
        radius_m = math.nan
    if not 0 <= radius_m <= 20_100_000:
        raise NotAnOutline(f"radius {words[1][:20]!r} is not one")
    return lon, lat, radius_m


def simpler(rings: list[Ring], most: int) -> tuple[list[Ring], float]:
    """(the rings with at most `most` points in all, how far in metres a left-out point lay from one that stayed; 0: unchanged)."""
    tolerance_m, thinned = 0.0, rings
    while sum(map(len, thinned)) > most and tolerance_m < 1e6:
        tolerance_m = tolerance_m * 1.5 or _FIRST_TOLERANCE_M
        thinned = [thin for ring in rings if len(thin := _thin(ring, tolerance_m)) >= 4]
    return thinned, tolerance_m


def _thin(ring: Ring, tolerance_m: float) -> Ring:
    """The first point, each that lies further than the tolerance from the last one kept, and the closing one."""
    kept = ring[:1]
    for point in ring[1:-1]:
        lon, lat = kept[-1]
        east = (point[0] - lon) * math.cos(math.radians(lat))
        if math.hypot(east, point[1] - lat) * DEGREE_M > tolerance_m:
            kept.append(point)
    return [*kept, ring[-1]]
