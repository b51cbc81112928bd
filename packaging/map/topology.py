"""Just enough of TopoJSON to read world-atlas: quantised arcs, polygons, and the lines that two countries share.

Source of the format: the TopoJSON specification, sections 2.1.2 (transforms), 2.1.4 (arc indexes) and 2.2.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Point = tuple[float, float]


class Topology:
    """`arcs`: list of lines of (lon_deg, lat_deg)."""

    def __init__(self, path: Path) -> None:
        held = json.loads(path.read_text(encoding="utf-8"))
        self._objects: dict[str, Any] = held["objects"]
        (kx, ky), (dx, dy) = held["transform"]["scale"], held["transform"]["translate"]
        self.arcs = [[(x * kx + dx, y * ky + dy) for x, y in _undelta(arc)] for arc in held["arcs"]]

    def geometries(self, name: str) -> list[dict[str, Any]]:
        held = self._objects[name]
        return list(held["geometries"]) if held["type"] == "GeometryCollection" else [held]

    def polygons(self, name: str) -> Iterator[list[list[Point]]]:
        """Rings of every polygon of object `name`, outer ring first."""
        for geometry in self.geometries(name):
            for polygon in _polygons(geometry):
                yield [self._ring(ring) for ring in polygon]

    def shared_lines(self, name: str) -> Iterator[tuple[str, str, list[Point]]]:
        """(name, name, line) of every arc between two neighbours of object `name`."""
        owners: dict[int, set[str]] = defaultdict(set)
        for geometry in self.geometries(name):
            for polygon in _polygons(geometry):
                for ring in polygon:
                    for index in ring:
                        owners[index if index >= 0 else ~index].add(geometry["properties"]["name"])
        for index in sorted(owners):
            if len(owners[index]) == 2:
                first, second = sorted(owners[index])
                yield first, second, self.arcs[index]

    def _ring(self, indexes: list[int]) -> list[Point]:
        points: list[Point] = []
        for index in indexes:
            arc = self.arcs[index] if index >= 0 else self.arcs[~index][::-1]
            points += arc[1:] if points else arc
        return points


def _polygons(geometry: dict[str, Any]) -> list[list[list[int]]]:
    if geometry["type"] == "Polygon":
        return [geometry["arcs"]]
    return list(geometry["arcs"]) if geometry["type"] == "MultiPolygon" else []


def _undelta(arc: list[list[int]]) -> Iterator[tuple[int, int]]:
    x = y = 0
    for dx, dy in arc:
        x, y = x + dx, y + dy
        yield x, y
