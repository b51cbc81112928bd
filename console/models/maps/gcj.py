"""GCJ-02 and back: the formula as published in the open (eviltransform and others), the same as in `resources/map/geodesy.js`."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_A, _EE = 6378245.0, 0.00669342162296594323
_TURNS = 4

Floats = NDArray[np.float64]


def to_gcj(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """WGS 84 degrees in, GCJ-02 degrees out; outside China nothing is shifted."""
    inside = (lon > 72.004) & (lon < 137.8347) & (lat > 0.8293) & (lat < 55.8271)
    d_lon, d_lat = _offset(lon, lat)
    return np.where(inside, lon + d_lon, lon), np.where(inside, lat + d_lat, lat)


def from_gcj(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """The inverse of `to_gcj`, to a millimetre."""
    x, y = lon, lat
    for _ in range(_TURNS):
        gcj_x, gcj_y = to_gcj(x, y)
        x, y = x + lon - gcj_x, y + lat - gcj_y
    return x, y


def _offset(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    x, y = lon - 105, lat - 35
    root = np.sqrt(np.abs(x))

    def sin(value: Floats) -> Floats:
        return np.sin(value * np.pi)

    common = (20 * sin(6 * x) + 20 * sin(2 * x)) * 2 / 3
    d_lat = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + common
    d_lat = d_lat + (20 * sin(y) + 40 * sin(y / 3)) * 2 / 3 + (160 * sin(y / 12) + 320 * sin(y / 30)) * 2 / 3
    d_lon = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + common
    d_lon = d_lon + (20 * sin(x) + 40 * sin(x / 3)) * 2 / 3 + (150 * sin(x / 12) + 300 * sin(x / 30)) * 2 / 3
    radians = np.radians(lat)
    magic = 1 - _EE * np.sin(radians) ** 2
    root_magic = np.sqrt(magic)
    return d_lon * 180 / (_A / root_magic * np.cos(radians) * np.pi), d_lat * 180 / (_A * (1 - _EE) / (magic * root_magic) * np.pi)
