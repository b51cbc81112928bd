"""Rings of estimated intensity about an earthquake: ellipses by a published attenuation relation (`resources/rules/earthquake.toml`)."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from console.models.hazards.rules import Axis, EarthquakeRule

KM_PER_DEG = 111.195
CORNERS = 72


class Intensity(NamedTuple):
    """Within `long_km` and `short_km` (semi-axes) of the epicentre at least `intensity` is estimated; `ring`: (lon, lat), closed."""

    intensity: int
    long_km: float
    short_km: float
    ring: list[tuple[float, float]]


def intensity_at(axis: Axis, magnitude: float, km: float) -> float:
    return axis.a + axis.b * magnitude + axis.c * math.log10(km + axis.r0_km)


def reach_km(axis: Axis, magnitude: float, intensity: float) -> float:
    """How far along the axis an intensity is reached; 0 where it is not."""
    return max(0.0, 10 ** ((axis.a + axis.b * magnitude - intensity) / -axis.c) - axis.r0_km)


def rings(lon: float, lat: float, magnitude: float, rule: EarthquakeRule) -> list[Intensity]:
    """Outermost first; none for a magnitude that is less than the rule's least, or too small to reach its least intensity."""
    if magnitude < rule.least_magnitude or abs(lat) > 85:
        return []
    found = []
    for intensity in range(rule.least_intensity, rule.highest_intensity + 1):
        long_km, short_km = (reach_km(axis, magnitude, intensity) for axis in (rule.long, rule.short))
        if long_km <= 0 or short_km <= 0:
            break
        found.append(Intensity(intensity, long_km, short_km, _ellipse(lon, lat, long_km, short_km, rule.azimuth_deg)))
    return found


def covered(lon: float, lat: float, rule: EarthquakeRule) -> bool:
    """Whether the relation was made for there."""
    west, south, east, north = rule.region
    return west <= lon <= east and south <= lat <= north


def _ellipse(lon: float, lat: float, long_km: float, short_km: float, azimuth_deg: float) -> list[tuple[float, float]]:
    turn = np.linspace(0.0, 2 * math.pi, CORNERS + 1)
    along, across, azimuth = long_km * np.cos(turn), short_km * np.sin(turn), math.radians(azimuth_deg)
    east = along * math.sin(azimuth) + across * math.cos(azimuth)
    north = along * math.cos(azimuth) - across * math.sin(azimuth)
    lats = lat + north / KM_PER_DEG
    lons = lon + east / (KM_PER_DEG * math.cos(math.radians(lat)))
    return [(round(float(x), 6), round(float(y), 6)) for x, y in zip(lons, lats, strict=True)]
