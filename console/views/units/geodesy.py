"""Distance and bearing between two positions, for display. No Qt."""

from __future__ import annotations

import math

EARTH_RADIUS_M = 6_371_008.8
"""Mean radius of WGS 84 (IUGG R1); the error against the ellipsoid stays under 0.6 %, less than the age of a position costs."""


def distance_m(lon_1: float, lat_1: float, lon_2: float, lat_2: float) -> float:
    """Great-circle distance, degrees in, metres out (haversine)."""
    phi_1, phi_2 = math.radians(lat_1), math.radians(lat_2)
    half = math.sin((phi_2 - phi_1) / 2) ** 2 + math.cos(phi_1) * math.cos(phi_2) * math.sin(math.radians(lon_2 - lon_1) / 2) ** 2
    return 2 * EARTH_RADIUS_M * math.asin(min(1.0, math.sqrt(half)))


def bearing_deg(lon_1: float, lat_1: float, lon_2: float, lat_2: float) -> float:
    """Initial bearing from the first to the second position, 0 <= deg < 360 from north clockwise."""
    phi_1, phi_2, across = math.radians(lat_1), math.radians(lat_2), math.radians(lon_2 - lon_1)
    east = math.sin(across) * math.cos(phi_2)
    north = math.cos(phi_1) * math.sin(phi_2) - math.sin(phi_1) * math.cos(phi_2) * math.cos(across)
    return math.degrees(math.atan2(east, north)) % 360.0


def distance_text(metres: float) -> str:
    """Kilometres with as many places as a person can use."""
    km = metres / 1000
    return f"{km:.2f}" if km < 10 else f"{km:.1f}" if km < 100 else f"{km:,.0f}"
