"""Shortest times over a road graph, with the stretches that are closed left out.

One search from the place asked about, against the direction of travel, tells the time from everywhere (Dijkstra 1959, by rustworkx:
11 ms on 100,000 arcs here, where networkx took 95, plain Python 36 and scipy, 140 MB of it, 4). Two hundred teams cost one search for each
kind of vehicle; what would be if nothing were closed is found by searching on behind the closures alone. One thread at a time.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import rustworkx
from numpy.typing import NDArray

from console.models.roads.graph import Graph
from console.models.roads.ground import Block, Ground, Spot
from console.models.roads.rule import CLASSES, RouteRule
from console.models.rules.distance import Point

INF = float("inf")
_ALIKE_S = 1e-6
MOST_KEPT = 12
_LEAST_M = 0.01
"""No edge takes no time: a way back is found by times that fall."""


class Path(NamedTuple):
    """`edges`: (edge, from share, to share) in the order of travel. `seconds` of it on the road, `metres` of it; off the road at both ends
    `off_m`, in `off_s`. `into`: closures (index) that a place of it lies in: it ends, or begins, in the closed stretch itself."""

    edges: tuple[tuple[int, float, float], ...]
    seconds: float
    metres: float
    off_m: float
    off_s: float
    into: tuple[int, ...] = ()

    @property
    def whole_s(self) -> float:
        return self.seconds + self.off_s


class Field(NamedTuple):
    """Times to one place by one kind of vehicle. `node_s` (n,): from each node, inf where no road leads there; `times`: the same as a list;
    `onward`: for each node the arc to take next, -1 for none."""

    target: Spot
    vehicle: str
    node_s: NDArray[np.float64]
    seeds: dict[int, float]
    times: list[float]
    onward: list[int]


class Network:
    """Attributes: `graph`, `ground`, `rule`, `blocks`."""

    def __init__(self, graph: Graph, rule: RouteRule, ground: Ground | None = None) -> None:
        self.graph, self.rule = graph, rule
        self.ground = ground or Ground(graph, rule.match)
        self.blocks: list[Block] = []
        self._blocked: dict[int, list[Block]] = {}
        self._fields: dict[tuple[Spot, str, bool, bool], Field] = {}
        self._seconds: dict[tuple[str, bool], NDArray[np.float64]] = {}

    def close(self, blocks: Iterable[Block]) -> None:
        """From now on these stretches, and no others, are closed."""
        self.blocks = list(blocks)
        held: dict[int, list[Block]] = defaultdict(list)
        for block in self.blocks:
            held[block.edge].append(block)
        self._blocked = dict(held)
        self._seconds = {key: value for key, value in self._seconds.items() if not key[1]}
        self._fields = {key: value for key, value in self._fields.items() if not key[2]}

    def field(self, target: Spot, vehicle: str, *, closed: bool = True, outward: bool = False) -> Field:
        """Times to `target` from everywhere; `outward`: from it to everywhere. `closed` False: as if no road were closed. The last few are kept:
        teams move more often than roads are closed."""
        key = (target, vehicle, closed, outward)
        if key not in self._fields:
            if len(self._fields) >= MOST_KEPT:
                del self._fields[next(iter(self._fields))]
            if closed or outward or not self._blocked:
                self._fields[key] = self._search(target, vehicle, closed=closed, outward=outward)
            else:
                self._fields[key] = self._reopened(self.field(target, vehicle))
        return self._fields[key]

    def _search(self, target: Spot, vehicle: str, *, closed: bool, outward: bool) -> Field:
        seconds = self._of_arcs(vehicle, closed=closed)
        seeds = self._seeds(target, vehicle, closed=closed, outward=outward)
        node_s = np.full(len(self.graph.nodes), INF)
        searched = self._outward if outward else self._inward
        start = searched.add_node(None)
        costs = [*seconds.tolist(), *seeds.values()]
        for number, node in enumerate(seeds, len(seconds)):
            searched.add_edge(start, node, number)
        try:
            found = rustworkx.digraph_dijkstra_shortest_path_lengths(searched, start, costs.__getitem__)
        finally:
            searched.remove_node(start)
        if len(found):
            nodes = np.fromiter(found.keys(), np.intp, len(found))
            node_s[nodes] = np.fromiter(found.values(), np.float64, len(found))
        return Field(target, vehicle, node_s, seeds, node_s.tolist(), [] if outward else self._steps(node_s, seconds))

    def _reopened(self, now: Field) -> Field:
        """The field as if no road were closed: only what lies behind the closures is searched again."""
        seconds = self._of_arcs(now.vehicle, closed=False)
        tails, heads = self._ends
        order, begins = self._arriving
        seeds = self._seeds(now.target, now.vehicle, closed=False, outward=False)
        cut = 2 * np.repeat(np.fromiter(self._blocked, np.intp, len(self._blocked)), 2)
        cut[1::2] += 1
        queue = [(cost, node) for node, cost in seeds.items()]
        queue += zip((seconds[cut] + now.node_s[heads[cut]]).tolist(), tails[cut].tolist(), strict=True)
        heapq.heapify(queue)
        times = list(now.times)
        while queue:
            so_far, node = heapq.heappop(queue)
            if so_far >= times[node]:
                continue
            times[node] = so_far
            for arc in order[begins[node] : begins[node + 1]].tolist():
                heapq.heappush(queue, (float(seconds[arc]) + so_far, int(tails[arc])))
        node_s = np.array(times)
        return Field(now.target, now.vehicle, node_s, seeds, times, self._steps(node_s, seconds))

    def forget(self) -> None:
        """Let go of the fields that are kept."""
        self._fields = {}

    def path(self, field: Field, start: Spot, *, closed: bool = True) -> Path | None:
        """The quickest way from `start` to the field's target (which may not be an outward one), None when no road leads there."""
        begins = self._seeds(start, field.vehicle, closed=closed, outward=True)
        direct = self._direct(start, field, closed=closed)
        node, best = min(((node, cost + field.times[node]) for node, cost in begins.items()), key=lambda pair: pair[1], default=(-1, INF))
        if direct is not None and direct[0] <= best:
            edges, best = [(start.edge, start.share, field.target.share)], direct[0]
        elif best < INF:
            edges = [self._stub(start, node), *self._walk(field, node)]
        else:
            return None
        taken = np.array(edges)
        metres = float(np.abs(taken[:, 2] - taken[:, 1]) @ self.graph.length_m[taken[:, 0].astype(np.intp)])
        off_m = start.off_m + field.target.off_m
        off_s = off_m / (self.rule.vehicles[field.vehicle].off_road_kmh / 3.6)
        into = [block.closure for spot in (start, field.target) for block in self._holding(spot)] if closed else []
        return Path(tuple(edge for edge in edges if edge[1] != edge[2]), float(best), metres, off_m, off_s, tuple(dict.fromkeys(into)))

    def through(self, path: Path) -> list[int]:
        """Closures, by their index, that a path as if nothing were closed goes through, in its order."""
        found = []
        for edge, since, to in path.edges:
            if edge in self._blocked:
                low, high = min(since, to), max(since, to)
                found += [block.closure for block in self._blocked[edge] if block.start <= high and block.end >= low]
        return list(dict.fromkeys(found))

    def names(self, path: Path) -> list[tuple[str, float]]:
        """(name, metres) of the roads of a path in their order; one without a name is ""."""
        runs: list[tuple[str, float]] = []
        for edge, since, to in path.edges:
            name, metres = self.graph.names[self.graph.name[edge]], abs(to - since) * float(self.graph.length_m[edge])
            if runs and runs[-1][0] == name:
                runs[-1] = (name, runs[-1][1] + metres)
            else:
                runs.append((name, metres))
        return runs

    def line(self, path: Path) -> list[Point]:
        """Its points in the order of travel, for drawing."""
        points: list[Point] = []
        for edge, since, to in path.edges:
            points += self.stretch(edge, since, to)
        return [point for point, after in pairwise([*points, (INF, INF)]) if point != after]

    def stretch(self, edge: int, since: float, to: float) -> list[Point]:
        """The points of an edge from one share of it to another, backwards where `to` is the smaller."""
        first, last = self.graph.cuts[edge].tolist()
        held = self.graph.points[first:last]
        low, high = min(since, to), max(since, to)
        if (low, high) != (0.0, 1.0):
            flat = self.ground.plane.metres(held)
            run = np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(flat, axis=0).T))))
            run /= run[-1] or 1.0
            inner = held[(run > low) & (run < high)]
            ends = np.column_stack([np.interp((low, high), run, held[:, axis]) for axis in (0, 1)])
            held = np.concatenate((ends[:1], inner, ends[1:]))
        return [(lon, lat) for lon, lat in (held if since <= to else held[::-1]).tolist()]

    # -- arcs: edge k along its points is arc 2k, against them 2k + 1 --------------------------------------------------

    def seconds_of(self, vehicle: str, edges: Any = slice(None), *, against: bool) -> NDArray[np.float64]:
        """Of whole edges, inf where the vehicle may not go, whatever is closed."""
        graph = self.graph
        kmh = np.array([self.rule.vehicles[vehicle].speed_kmh[name] for name in CLASSES])[graph.kind[edges]]
        limit = graph.limit_kmh[edges]
        if vehicle != "foot":
            kmh = np.where((limit > 0) & (kmh > limit), limit, kmh)
            kmh = np.where(graph.oneway[edges] == (1 if against else -1), 0.0, kmh)
        with np.errstate(divide="ignore"):
            return np.asarray(np.where(kmh > 0, np.maximum(graph.length_m[edges], _LEAST_M) * 3.6 / kmh, INF))

    def _of_arcs(self, vehicle: str, *, closed: bool) -> NDArray[np.float64]:
        held = self._seconds.get((vehicle, closed))
        if held is None:
            held = np.empty(2 * len(self.graph.ends))
            held[::2], held[1::2] = self.seconds_of(vehicle, against=False), self.seconds_of(vehicle, against=True)
            if closed and self._blocked:
                cut = np.fromiter(self._blocked, np.intp, len(self._blocked))
                held[2 * cut] = held[2 * cut + 1] = INF
            self._seconds[vehicle, closed] = held
        return held

    @cached_property
    def _inward(self) -> Any:
        return self._arcs(reverse=True)

    @cached_property
    def _outward(self) -> Any:
        return self._arcs(reverse=False)

    def _arcs(self, *, reverse: bool) -> Any:
        made = rustworkx.PyDiGraph(multigraph=True)
        made.add_nodes_from(range(len(self.graph.nodes)))
        tails, heads = self._ends[::-1] if reverse else self._ends
        made.add_edges_from(list(zip(tails.tolist(), heads.tolist(), range(len(tails)), strict=True)))
        return made

    @cached_property
    def _ends(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Tail and head of each arc."""
        ends = np.repeat(self.graph.ends, 2, axis=0).astype(np.intp)
        ends[1::2] = ends[1::2, ::-1]
        return ends[:, 0], ends[:, 1]

    @cached_property
    def _arriving(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Arcs in the order of the node they lead to, and where each node's begin."""
        heads = self._ends[1]
        order = np.argsort(heads, kind="stable")
        return order, np.searchsorted(heads[order], np.arange(len(self.graph.nodes) + 1))

    @cached_property
    def _heads(self) -> list[int]:
        heads: list[int] = self._ends[1].tolist()
        return heads

    # -- the ends of a way ------------------------------------------------------------------------------------------------

    def _seeds(self, spot: Spot, vehicle: str, *, closed: bool, outward: bool) -> dict[int, float]:
        """node -> seconds between it and a place on an edge: from the place when `outward`, else to it."""
        first, last = self.graph.ends[spot.edge].tolist()
        along, against = self._of_arcs(vehicle, closed=False)[2 * spot.edge : 2 * spot.edge + 2].tolist()
        to_first, to_last = (against, along) if outward else (along, against)
        seeds: dict[int, float] = {}
        for node, cost, share, reach in (
            (first, to_first, spot.share, (0.0, spot.share)),
            (last, to_last, 1 - spot.share, (spot.share, 1.0)),
        ):
            if share <= 0.0:
                seeds[node] = 0.0
            elif cost < INF and not (closed and self._cut(spot.edge, *reach, spot.share)):
                seeds[node] = min(seeds.get(node, INF), cost * share)
        return seeds

    def _cut(self, edge: int, low: float, high: float, *places: float) -> bool:
        """Whether a closure lies in the way from `low` to `high`. One that a place of the way lies in itself does not: it is reached up to there."""
        crossed = [block for block in self._blocked.get(edge, ()) if block.start <= high and block.end >= low]
        return any(not any(block.start <= place <= block.end for place in places) for block in crossed)

    def _holding(self, spot: Spot) -> list[Block]:
        return [block for block in self._blocked.get(spot.edge, ()) if block.start <= spot.share <= block.end]

    def _direct(self, start: Spot, field: Field, *, closed: bool) -> tuple[float] | None:
        """Along one edge, where both ends of the way are on it."""
        target = field.target
        low, high = min(start.share, target.share), max(start.share, target.share)
        if start.edge != target.edge or (closed and self._cut(start.edge, low, high, start.share, target.share)):
            return None
        whole = float(self._of_arcs(field.vehicle, closed=False)[2 * start.edge + (start.share > target.share)])
        return None if whole == INF else (whole * (high - low),)

    def _stub(self, spot: Spot, node: int) -> tuple[int, float, float]:
        """From a place on an edge to one of its ends: the one that is nearer, where both are the same node."""
        first, last = self.graph.ends[spot.edge].tolist()
        to_first = node == first and (first != last or spot.share <= 0.5)
        return spot.edge, spot.share, 0.0 if to_first else 1.0

    def _walk(self, field: Field, node: int) -> Sequence[tuple[int, float, float]]:
        """Edges from a node to the target."""
        edges: list[tuple[int, float, float]] = []
        onward, heads = field.onward, self._heads
        ends = {end for end, seconds in field.seeds.items() if abs(seconds - field.times[end]) <= _ALIKE_S}
        while node not in ends:
            arc = onward[node]
            edges.append((arc >> 1, 1.0, 0.0) if arc & 1 else (arc >> 1, 0.0, 1.0))
            node = heads[arc]
        edge, since, to = self._stub(field.target, node)
        return [*edges, (edge, to, since)]

    def _steps(self, node_s: NDArray[np.float64], seconds: NDArray[np.float64]) -> list[int]:
        """For each node the arc that leads on to the target, -1 where none does: the one whose far end is nearer by just its own time."""
        tails, heads = self._ends
        with np.errstate(invalid="ignore"):
            tight = (seconds + node_s[heads] <= node_s[tails] * (1 + 1e-12) + _ALIKE_S / 10) & (node_s[heads] < node_s[tails])
        onward = np.full(len(node_s), -1)
        onward[tails[tight]] = np.flatnonzero(tight)
        return onward.tolist()
