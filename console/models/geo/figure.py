"""The outline on the earth of what is given by a middle and a radius: circle, ring and sector."""

from __future__ import annotations

import numpy as np

from console.models.geo.ellipsoid import geod

CORNERS = 72
Points = tuple[tuple[float, float], ...]


def circle(lon: float, lat: float, radius_m: float, corners: int = CORNERS) -> Points:
    """Corners on the circle, from north clockwise, the first not repeated."""
    return _arc(lon, lat, radius_m, 0.0, 360.0, corners + 1)[:-1]


def outline(shape: str, lon: float, lat: float, radius_m: float, inner_m: float, from_deg: float, to_deg: float) -> Points:
    """Of a circle, ring or sector (`console.models.kinds.PLOT_SHAPES`); a ring runs round its outer edge and back round its inner one."""
    start, end = (from_deg, to_deg) if shape == "sector" else (0.0, 360.0)
    end += 360.0 if end <= start else 0.0
    whole = end - start >= 360.0
    if whole and not inner_m:
        return circle(lon, lat, radius_m)
    outer = _arc(lon, lat, radius_m, start, end, CORNERS + 1)
    inner = _arc(lon, lat, inner_m, end, start, CORNERS + 1) if inner_m else ((lon, lat),)
    return outer + inner


def _arc(lon: float, lat: float, radius_m: float, from_deg: float, to_deg: float, corners: int) -> Points:
    bearings = np.linspace(from_deg, to_deg, corners)
    lons, lats, _ = geod().fwd(np.full(corners, lon), np.full(corners, lat), bearings, np.full(corners, radius_m))
    return tuple(zip(np.asarray(lons).tolist(), np.asarray(lats).tolist(), strict=True))
