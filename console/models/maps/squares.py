"""Tiles of an area: which columns and rows of the web map (EPSG:3857) it touches at each zoom."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

MAX_LAT = 85.0511
Box = tuple[float, float, float, float]
"""(west, south, east, north), WGS 84 degrees, west < east, south < north."""


class Range(NamedTuple):
    """Columns `west` to `east` and rows `north` to `south` of one zoom, both ends within."""

    zoom: int
    west: int
    north: int
    east: int
    south: int

    @property
    def tiles(self) -> int:
        return (self.east - self.west + 1) * (self.south - self.north + 1)


def ranges(box: Box, min_zoom: int, max_zoom: int) -> list[Range]:
    west, south, east, north = box
    found = []
    for zoom in range(min_zoom, max_zoom + 1):
        (left, top), (right, bottom) = square_of(west, north, zoom), square_of(east, south, zoom)
        found.append(Range(zoom, left, top, right, bottom))
    return found


def count(box: Box, min_zoom: int, max_zoom: int) -> int:
    return sum(one.tiles for one in ranges(box, min_zoom, max_zoom))


def square_of(lon: float, lat: float, zoom: int) -> tuple[int, int]:
    """(column, row from the north) of the tile in which a place lies."""
    squares = 1 << zoom
    bent = math.radians(max(-MAX_LAT, min(MAX_LAT, lat)))
    row = (1 - math.asinh(math.tan(bent)) / math.pi) / 2 * squares
    return min(squares - 1, max(0, int((lon + 180) / 360 * squares))), min(squares - 1, max(0, int(row)))


def squares(box: Box, min_zoom: int, max_zoom: int) -> Iterator[tuple[int, int, int]]:
    """(zoom, column, row), the least zoom first: what is seen from far away is there first."""
    for zoom, west, north, east, south in ranges(box, min_zoom, max_zoom):
        for column in range(west, east + 1):
            for row in range(north, south + 1):
                yield zoom, column, row
