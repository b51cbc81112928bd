"""WGS 84 (Karney 2013, through PROJ). PROJ is loaded when something is first measured: a window's start measures nothing."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyproj


@cache
def geod() -> pyproj.Geod:
    import pyproj

    return pyproj.Geod(ellps="WGS84")
