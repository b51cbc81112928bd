"""Distance and bearing on the mean sphere (IUGG R1): within 0.6 % of the ellipsoid, less than the age of a position costs."""

from __future__ import annotations

import math

EARTH_M = 6_371_008.8
DEGREE_M = math.radians(EARTH_M)
"""Of a meridian."""


def distance_m(lon_a: float, lat_a: float, lon_b: float, lat_b: float) -> float:
    """Along the great circle, by the haversine formula. Degrees in."""
    phi_a, phi_b = math.radians(lat_a), math.radians(lat_b)
    half = math.sin((phi_b - phi_a) / 2) ** 2 + math.cos(phi_a) * math.cos(phi_b) * math.sin(math.radians(lon_b - lon_a) / 2) ** 2
    return 2 * EARTH_M * math.asin(min(1.0, math.sqrt(half)))


def bearing_deg(lon_a: float, lat_a: float, lon_b: float, lat_b: float) -> float:
    """Initial true bearing from a to b, 0 <= bearing < 360."""
    phi_a, phi_b, step = math.radians(lat_a), math.radians(lat_b), math.radians(lon_b - lon_a)
    east = math.sin(step) * math.cos(phi_b)
    north = math.cos(phi_a) * math.sin(phi_b) - math.sin(phi_a) * math.cos(phi_b) * math.cos(step)
    bearing = math.degrees(math.atan2(east, north)) % 360
    return 0.0 if bearing >= 360 else bearing
