"""Where positions and closures are on the roads of a graph."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from console.models.geo.around import GEOD
from console.models.roads.graph import Graph
from console.models.roads.plane import Plane
from console.models.roads.rule import Match
from console.models.rules.distance import Closure, Point

STEP_M = 25.0
MOST_STEPS = 20_000


class Spot(NamedTuple):
    """The place on a road nearest to a position: at `share` (0 to 1) of edge `edge`, `off_m` metres from the position."""

    edge: int
    share: float
    off_m: float
    point: Point


class Block(NamedTuple):
    """Closure `closure` (its index) lies on edge `edge` from `start` to `end`, shares of it from 0 to 1."""

    edge: int
    start: float
    end: float
    closure: int


class Matched(NamedTuple):
    """`off_road`: indices of closures that are on no road of the graph, or have no place; `partly`: those of which more than a tenth is on none."""

    blocks: list[Block]
    off_road: list[int]
    partly: list[int]


class Ground:
    """The edges of a graph in a tree. Built once for a graph; asked by one thread."""

    def __init__(self, graph: Graph, match: Match) -> None:
        self._match = match
        self.plane = Plane.about(graph.points)
        self.graph = graph
        flat = self.plane.metres(graph.points)
        counts = np.diff(graph.cuts, axis=1).ravel()
        picked = np.repeat(graph.cuts[:, 0] - np.concatenate(([0], np.cumsum(counts)[:-1])), counts) + np.arange(counts.sum())
        self.lines = shapely.linestrings(flat[picked], indices=np.repeat(np.arange(len(counts)), counts))
        self._tree = shapely.STRtree(self.lines)

    def spots(self, positions: Sequence[Point]) -> list[Spot | None]:
        """For each (lon, lat) the nearest place on a road, None where none is as near as the rule's `off_road_m`."""
        if not positions:
            return []
        flat = shapely.points(self.plane.metres(np.array(positions, np.float64)))
        at, edge = self._tree.query_nearest(flat, max_distance=self._match.off_road_m * 1.1, all_matches=False)
        share = shapely.line_locate_point(self.lines[edge], flat[at], normalized=True)
        foot = self.plane.degrees(shapely.get_coordinates(shapely.line_interpolate_point(self.lines[edge], share, normalized=True)))
        given = np.array(positions, np.float64)[at]
        far = GEOD.inv(*given.T, *foot.T)[2]
        held: list[Spot | None] = [None] * len(positions)
        for k in np.flatnonzero(far <= self._match.off_road_m).tolist():
            held[int(at[k])] = Spot(int(edge[k]), float(share[k]), float(far[k]), (float(foot[k, 0]), float(foot[k, 1])))
        return held

    def match(self, closures: Sequence[Closure]) -> Matched:
        blocks: list[Block] = []
        off_road, partly = [], []
        for number, closure in enumerate(closures):
            found, share = self._of_line(closure.points, number) if len(closure.points) > 1 else self._of_point(closure.points, number)
            blocks += found
            if not found:
                off_road.append(number)
            elif share < 0.9:
                partly.append(number)
        return Matched(blocks, off_road, partly)

    def _of_point(self, points: Sequence[Point], number: int) -> tuple[list[Block], float]:
        if not points:
            return [], 0.0
        spot = shapely.points(self.plane.metres(np.array(points, np.float64)))
        edges, far = self._near(spot[0])
        shares = shapely.line_locate_point(self.lines[edges], spot[0], normalized=True)
        kept = far <= far.min(initial=np.inf) + self._match.alike_m
        return [Block(int(edge), float(share), float(share), number) for edge, share in zip(edges[kept], shares[kept], strict=True)], 1.0

    def _near(self, spot: Any) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
        edges = self._tree.query(spot, "dwithin", self._match.closure_m)
        return edges, shapely.distance(self.lines[edges], spot)

    def _of_line(self, points: Sequence[Point], number: int) -> tuple[list[Block], float]:
        """The line in steps: each closes what is nearest to it of the roads that run its way. Also the share of the steps that found one."""
        line = shapely.linestrings(self.plane.metres(np.array(points, np.float64)))
        length_m = float(shapely.length(line))
        if not length_m:
            return self._of_point(points[:1], number)
        steps = int(min(max(2, np.ceil(length_m / STEP_M) + 1), MOST_STEPS))
        along = np.linspace(0.0, length_m, steps)
        spots = shapely.line_interpolate_point(line, along)
        step, edge = self._tree.query(spots, "dwithin", self._match.closure_m)
        far = shapely.distance(self.lines[edge], spots[step])
        place = shapely.line_locate_point(self.lines[edge], spots[step])
        sound = self._runs_along(line, along[step], edge, place)
        step, edge, far, place = step[sound], edge[sound], far[sound], place[sound]
        nearest = np.full(steps, np.inf)
        np.minimum.at(nearest, step, far)
        kept = far <= nearest[step] + self._match.alike_m
        shares = place[kept] / np.maximum(shapely.length(self.lines[edge[kept]]), 1e-9)
        reach: dict[int, tuple[float, float]] = {}
        for k, share in zip(edge[kept].tolist(), shares.tolist(), strict=True):
            low, high = reach.get(k, (1.0, 0.0))
            reach[k] = min(low, share), max(high, share)
        return [Block(k, low, high, number) for k, (low, high) in reach.items()], len(set(step.tolist())) / steps

    def _runs_along(self, line: Any, along: NDArray[np.float64], edge: NDArray[np.intp], place: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Whether an edge has the line's direction, either way round, where it is nearest."""
        mine, theirs = _bearing(line, along), _bearing(self.lines[edge], place)
        apart = np.abs((mine - theirs + 90.0) % 180.0 - 90.0)
        return np.asarray(apart <= self._match.along_deg)


def _bearing(lines: Any, place: NDArray[np.float64]) -> NDArray[np.float64]:
    """Degrees, of the line about `place` metres along it."""
    length = shapely.length(lines)
    before, after = np.clip(place - STEP_M / 2, 0, length), np.clip(place + STEP_M / 2, 0, length)
    one, other = (shapely.get_coordinates(shapely.line_interpolate_point(lines, at)) for at in (before, after))
    return np.asarray(np.degrees(np.arctan2(*(other - one).T)), np.float64)
