"""Who comes when, what is within, where a name is: how long an answer takes, and how that grows.

Each figure is a median of the same question asked again, in this process; routes also beside a plain search in Python (heapq) in the same run.
"""

from __future__ import annotations

import heapq
import math
import time
from collections.abc import Callable
from functools import partial
from statistics import median
from typing import Any

import numpy as np

from console.models.geo.area import Area
from console.models.geo.around import Around
from console.models.geo.atlas import Atlas, Item
from console.models.kinds import UNIT_KINDS
from console.models.roads.arrivals import Team, arrivals
from console.models.roads.graph import Graph, Origin, Way, build
from console.models.roads.network import Network
from console.models.roads.reach import within_minutes
from console.models.roads.rule import default_rule
from console.models.rules.distance import Closure
from console.models.search.finder import Finder
from console.models.search.gazetteer import gazetteer
from tests.benchmarks.harness import percentile
from tests.benchmarks.report import Figure, Goal

SIDE = 224  # 99,904 edges
TEAMS, CLOSURES, TURNS = 200, 60, 7
SIZES = (1_000, 10_000, 60_000)
TYPED = ("j", "jh", "jinghe", "精", "精河", "精he", "bole", "bl", "6527", "652722", "shuiku", "精河 水库", "G30", "zhongqing", "zzz")
ROUTES_MS, WITHIN_MS, KEY_MS = 500.0, 100.0, 50.0


def measure() -> list[Figure]:
    return [*routes(), *within(), *search()]


def routes() -> list[Figure]:
    rule = default_rule()
    graph = grid(SIDE)
    network = Network(graph, rule)
    rng = np.random.default_rng(2)
    west, south, east, north = graph.bounds
    places = rng.uniform((west, south), (east, north), (TEAMS + CLOSURES, 2)).tolist()
    network.close(network.ground.match([Closure(str(at), "", ((lon, lat),)) for at, (lon, lat) in enumerate(places[TEAMS:])]).blocks)
    teams = [Team(str(at), UNIT_KINDS[at % len(UNIT_KINDS)], (lon, lat)) for at, (lon, lat) in enumerate(places[:TEAMS])]
    middle = ((west + east) / 2, (south + north) / 2)
    blocks = network.blocks

    def first() -> None:
        network.close(blocks)
        network.forget()
        arrivals(network, rule, teams, middle)

    first()
    ours, again = timed(first), timed(lambda: arrivals(network, rule, teams, middle))
    (spot,) = network.ground.spots([middle])
    assert spot is not None

    def afresh() -> None:
        network.forget()
        network.field(spot, "car")

    one, plain = (
        timed(afresh),
        timed(lambda: by_heap(network, int(graph.ends[spot.edge, 0])), 3),
    )
    ring = timed(lambda: within_minutes(network, spot, "car", 30), 3)
    edges = f"{len(graph.ends):,} edges"
    parts = {"asked again, ms": again, "one search, rustworkx, ms": one, "the same, heapq, ms": plain, "area within 30 min, ms": ring}
    return [at_most(f"{TEAMS} teams to one incident, {edges}, {CLOSURES} closures", ours, ROUTES_MS, parts)]


def at_most(name: str, value: float, bound: float, parts: dict[str, float] | None = None) -> Figure:
    return Figure(name=name, value=value, unit="ms", goal=Goal.VALUE_AT_MOST, bound=bound, parts=parts or {})


def within() -> list[Figure]:
    figures = []
    ring = [(82.5 + 0.4 * math.cos(k / 40 * math.tau), 44.6 + 0.3 * math.sin(k / 40 * math.tau)) for k in range(40)]
    river = [(81 + 0.01 * k, 44.5 + 0.1 * math.sin(k / 10)) for k in range(300)]
    for size in SIZES:
        atlas = Atlas()
        points = np.random.default_rng(3).normal((82.5, 44.6), (1.0, 0.6), (size, 2)).tolist()
        atlas.put(Item("feed", str(at), lon=lon, lat=lat) for at, (lon, lat) in enumerate(points))
        area = timed(partial(_in_area, atlas, ring))
        figures.append(at_most(f"within an area of 40 corners, {size:,} things", area, WITHIN_MS))
        near = timed(partial(_near_river, atlas, river))
        figures.append(at_most(f"within 5 km of a river of 300 points, {size:,} things", near, WITHIN_MS))
    return figures


def _in_area(atlas: Atlas, ring: list[tuple[float, float]]) -> None:
    atlas.within(Area([[ring]]))


def _near_river(atlas: Atlas, river: list[tuple[float, float]]) -> None:
    atlas.within(Around(river, 5000.0))


def search() -> list[Figure]:
    figures = []
    for size in SIZES:
        finder = Finder([*gazetteer(), *cameras(size)])
        spent = []
        for text in TYPED * 3:
            start = time.perf_counter()
            finder.find(text, (82.9, 44.6))
            spent.append((time.perf_counter() - start) * 1000)
        figures.append(at_most(f"search, a keystroke, {size:,} things, p95", percentile(spent, 0.95), KEY_MS))
    return figures


def timed(ask: Callable[[], Any], turns: int = TURNS) -> float:
    """ms, median."""
    spent = []
    for _ in range(turns):
        start = time.perf_counter()
        ask()
        spent.append((time.perf_counter() - start) * 1000)
    return median(spent)


def grid(side: int) -> Graph:
    """A made road net of about 2 * side^2 edges, bent and of every class but paths, over some 150 km."""
    rng = np.random.default_rng(1)
    step = 0.01
    at = np.stack(np.meshgrid(81.5 + step * np.arange(side), 44.0 + step * 0.7 * np.arange(side), indexing="ij"), -1)
    at += rng.normal(0, step * 0.15, at.shape)
    pairs = [(at[i, j], at[i + 1, j]) for i in range(side - 1) for j in range(side)]
    pairs += [(at[i, j], at[i, j + 1]) for i in range(side) for j in range(side - 1)]
    bends = rng.normal(0, step * 0.05, (len(pairs), 2))
    kinds = rng.integers(1, 7, len(pairs))
    ways = [
        Way(np.array([one, (one + other) / 2 + bend, other]), int(kind), f"R{number % 97}")
        for number, ((one, other), bend, kind) in enumerate(zip(pairs, bends, kinds, strict=True))
    ]
    return build(ways, 0.0, Origin("grid"))


def by_heap(network: Network, target: int) -> list[float]:
    """The textbook's way, over the same arcs."""
    seconds = network.seconds_of("car", against=False).tolist(), network.seconds_of("car", against=True).tolist()
    back: list[list[tuple[int, float]]] = [[] for _ in range(len(network.graph.nodes))]
    for edge, (first, last) in enumerate(network.graph.ends.tolist()):
        back[last].append((first, seconds[0][edge]))
        back[first].append((last, seconds[1][edge]))
    times, queue = [math.inf] * len(back), [(0.0, target)]
    times[target] = 0.0
    while queue:
        so_far, node = heapq.heappop(queue)
        if so_far > times[node]:
            continue
        for other, cost in back[node]:
            if so_far + cost < times[other]:
                times[other] = so_far + cost
                heapq.heappush(queue, (times[other], other))
    return times


def cameras(size: int) -> list[Item]:
    rng = np.random.default_rng(4)
    names = [item.name for item in gazetteer()]
    ends = ("人民路", "水库", "大桥", "博尔塔拉河", "国道312线", "林场")
    picked, tails = rng.integers(0, len(names), size), rng.integers(0, len(ends), size)
    places = rng.uniform((80, 44), (84, 45), (size, 2)).tolist()
    return [
        Item(
            "feed",
            f"{at:032x}",
            f"{names[picked[at]]}{ends[tails[at]]}{at % 400}号",
            "G30",
            f"6527{at:016d}",
            lon=lon,
            lat=lat,
            search="交警",
        )
        for at, (lon, lat) in enumerate(places)
    ]


if __name__ == "__main__":
    for figure in measure():
        print(figure.line(), *(f"{name} {value:.4g}" for name, value in figure.parts.items()), sep="; ", flush=True)
