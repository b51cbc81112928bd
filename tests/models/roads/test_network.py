"""Shortest times: equal to a plain search on random graphs; closures, one-way streets, places on an edge, what is reached in time."""

from __future__ import annotations

import heapq
import math
from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.errors import Fault
from console.models.roads.arrivals import Arrival, How, Team, arrivals
from console.models.roads.example import example_graph
from console.models.roads.graph import Graph, Origin, Way, build
from console.models.roads.ground import Block, Spot
from console.models.roads.network import INF, Network
from console.models.roads.reach import within_minutes
from console.models.roads.rule import CLASSES, default_rule
from console.models.rules.distance import Closure

RULE = default_rule()
PRIMARY, TRACK, PATH = CLASSES.index("primary"), CLASSES.index("track"), CLASSES.index("path")
SLIDE = (82.92, 44.305)
CUT = Closure("cut", "track", ((82.912, 44.34), (82.916, 44.333), (82.9145, 44.326), (82.915, 44.32)))


def way(*points: tuple[float, float], kind: int = PRIMARY, name: str = "", oneway: int = 0, limit_kmh: float = 0) -> Way:
    return Way(np.array(points, float), kind, name, oneway, limit_kmh)


def network(*ways: Way) -> Network:
    return Network(build(ways, RULE.match.joint_m, Origin("test")), RULE)


@pytest.fixture(scope="module")
def example() -> Graph:
    return example_graph(RULE)


def plain(net: Network, target: int, vehicle: str) -> list[float]:
    """Times to a node, by the book."""
    back = defaultdict(list)
    cut = {block.edge for block in net.blocks}
    for edge, (first, last) in enumerate(net.graph.ends.tolist()):
        for start, end, against in ((first, last, False), (last, first, True)):
            cost = float(net.seconds_of(vehicle, [edge], against=against)[0])
            if cost < INF and edge not in cut:
                back[end].append((start, cost))
    times, queue = [INF] * len(net.graph.nodes), [(0.0, target)]
    times[target] = 0.0
    while queue:
        so_far, node = heapq.heappop(queue)
        if so_far == times[node]:
            for other, cost in back[node]:
                if so_far + cost < times[other]:
                    times[other] = so_far + cost
                    heapq.heappush(queue, (times[other], other))
    return times


@given(st.integers(0, 10_000), st.sampled_from(["car", "truck", "heavy", "foot"]))
def test_times_are_those_of_a_plain_search_and_paths_add_up(seed: int, vehicle: str) -> None:
    rng = np.random.default_rng(seed)
    nodes = rng.uniform((82, 44), (83, 45), (12, 2))
    pairs = [(one, other) for one in range(12) for other in range(one) if rng.random() < 0.25] or [(1, 0)]
    net = network(
        *(
            way(
                tuple(nodes[one]),
                tuple(nodes[other]),
                kind=int(rng.integers(0, 7)),
                oneway=int(rng.integers(-1, 2)),
                limit_kmh=float(rng.choice([0, 20])),
            )
            for one, other in pairs
        )
    )
    net.close(Block(int(edge), 0.3, 0.6, 0) for edge in rng.choice(len(net.graph.ends), len(net.graph.ends) // 5, replace=False))
    target = int(rng.integers(0, len(net.graph.nodes)))
    edge = int(np.flatnonzero((net.graph.ends == target).any(axis=1))[0])
    spot = Spot(edge, float(net.graph.ends[edge, 1] == target), 0.0, (0.0, 0.0))
    field = net.field(spot, vehicle)
    wanted = plain(net, target, vehicle)
    assert field.times == pytest.approx(wanted)
    opened = Network(net.graph, RULE, net.ground)
    assert net.field(spot, vehicle, closed=False).times == pytest.approx(opened.field(spot, vehicle).times)
    assert opened.field(spot, vehicle).times == pytest.approx(plain(opened, target, vehicle))
    for node, seconds in enumerate(wanted):
        at = int(np.flatnonzero((net.graph.ends == node).any(axis=1))[0])
        path = net.path(field, Spot(at, float(net.graph.ends[at, 1] == node), 0.0, (0.0, 0.0)))
        if path is None:
            assert seconds == INF
            continue
        assert path.seconds <= seconds + 1e-6
        taken = [float(net.seconds_of(vehicle, [k], against=since > to)[0]) * abs(to - since) for k, since, to in path.edges]
        assert sum(taken) == pytest.approx(path.seconds)
        line = net.line(path)
        if line:
            assert math.dist(line[0], net.graph.nodes[node]) < 1e-6
            assert math.dist(line[-1], net.graph.nodes[target]) < 1e-6


def test_places_on_one_edge_are_reached_along_it_and_not_against_a_one_way_street() -> None:
    net = network(way((82, 44), (82.1, 44), oneway=1), way((82.1, 44), (82.1, 44.05), (82, 44.05), (82, 44)))
    here, there = net.ground.spots([(82.02, 44.0), (82.08, 44.0)])
    assert here is not None
    assert there is not None
    along, back = net.path(net.field(there, "car"), here), net.path(net.field(here, "car"), there)
    assert along is not None
    assert along.metres == pytest.approx(4810, abs=20)
    assert back is not None
    assert back.metres > 20_000
    on_foot = net.path(net.field(here, "foot"), there)
    assert on_foot is not None
    assert on_foot.metres == pytest.approx(along.metres)


def test_a_place_in_a_closed_stretch_is_reached_up_to_there_and_no_further() -> None:
    net = network(way((82, 44), (82.2, 44)), way((82.2, 44), (82.4, 44)))
    west, inside, east = net.ground.spots([(82.02, 44), (82.1, 44), (82.35, 44)])
    assert west is not None
    assert inside is not None
    assert east is not None
    net.close(net.ground.match([Closure("c", "c", ((82.1, 44),))]).blocks)
    assert net.path(net.field(east, "car"), west) is None
    path = net.path(net.field(inside, "car"), east)
    assert path is not None
    assert path.into == (0,)
    again = net.path(net.field(east, "car"), inside)
    assert again is not None
    assert again.seconds == pytest.approx(path.seconds)
    net.close([])
    assert net.path(net.field(east, "car"), west) is not None


def test_a_closure_is_of_the_road_it_runs_along_and_not_of_one_that_crosses_it() -> None:
    net = network(way((82, 44), (82.1, 44), (82.2, 44)), way((82.1, 43.9), (82.1, 44), (82.1, 44.1)))
    names = {edge: net.graph.points[slice(*net.graph.cuts[edge])] for edge in range(len(net.graph.ends))}
    matched = net.ground.match([Closure("a", "a", ((82.05, 44.0003), (82.15, 44.0003)))])
    assert {round(float(np.ptp(names[block.edge][:, 1])), 3) for block in matched.blocks} == {0.0}
    assert len({block.edge for block in matched.blocks}) == 2
    assert matched.off_road == matched.partly == []


def test_a_closure_on_no_road_or_partly_on_one_is_said_to_be() -> None:
    net = network(way((82, 44), (82.2, 44)))
    far, nowhere, partly = ((82.1, 44.01),), (), ((82.1, 44.0), (82.4, 44.0))
    matched = net.ground.match([Closure("0", "", far), Closure("1", "", nowhere), Closure("2", "", partly)])
    assert (matched.off_road, matched.partly) == ([0, 1], [2])
    (block,) = matched.blocks
    assert block.start == pytest.approx(0.5, abs=0.01)
    assert block.end == 1.0


def test_the_other_carriageway_is_closed_with_its_twin_and_a_road_beyond_is_not() -> None:
    net = network(way((82, 44), (82.1, 44)), way((82, 44.0001), (82.1, 44.0001)), way((82, 44.0006), (82.1, 44.0006)))
    closed = {block.edge for block in net.ground.match([Closure("c", "", ((82.05, 44.0),))]).blocks}
    assert [float(net.graph.points[net.graph.cuts[edge, 0], 1]) for edge in sorted(closed)] == [44.0, 44.0001]


def told(example: Graph, *closures: Closure, network_of: Network | None = None) -> dict[str, Arrival]:
    net = network_of or Network(example, RULE)
    net.close(net.ground.match(closures).blocks)
    teams = [
        Team("county", "fire", (82.8981, 44.6021)),
        Team("prefecture", "rescue", (82.0731, 44.8901)),
        Team("helicopter", "aircraft", (82.296, 44.895)),
        Team("lost", "medical", None),
        Team("wild", "medical", (82.5, 44.2)),
    ]
    return {each.team.id: each for each in arrivals(net, RULE, teams, SLIDE)}


def test_a_closed_track_sends_everybody_round_by_the_other_valley(example: Graph) -> None:
    before, after = told(example), told(example, CUT)
    assert next(iter(before)) == "helicopter"
    assert before["county"].closures == ()
    assert after["county"].closures == (0,)
    assert after["county"].detour_s == pytest.approx((after["county"].seconds or 0) - (before["county"].seconds or 0))
    assert after["county"].detour_s > 1800
    path = after["county"].path
    assert path is not None
    assert "大西沟" in "".join(name for name, _ in Network(example, RULE).names(path))
    assert after["helicopter"].seconds == before["helicopter"].seconds


def test_who_cannot_come_is_said_with_the_reason(example: Graph) -> None:
    other = Closure("other", "", ((83.0, 44.36), (82.98, 44.335)))
    found = told(example, CUT, other)
    assert {team: each.how for team, each in found.items()} == {
        "helicopter": How.AIR,
        "county": How.CUT_OFF,
        "prefecture": How.CUT_OFF,
        "lost": How.UNPLACED,
        "wild": How.OFF_ROAD,
    }
    assert found["county"].seconds is None
    assert found["county"].closures == (0,)
    assert found["county"].lift_s is not None
    assert found["county"].straight_m == pytest.approx(33_060, abs=50)
    no_roads = arrivals(None, RULE, [Team("a", "fire", (82.9, 44.6))], SLIDE)
    assert no_roads[0].how is How.OUTSIDE
    assert no_roads[0].seconds is None


@given(st.lists(st.tuples(st.floats(80.5, 84.6), st.floats(44.2, 45.1)), min_size=1, max_size=6))
def test_closing_roads_never_brings_anybody_sooner(example: Graph, places: list[tuple[float, float]]) -> None:
    net = Network(example, RULE)
    spots = net.ground.spots([(float(lon), float(lat)) for lon, lat in example.points[::3]])
    closures = [Closure(str(at), "", (spot.point,)) for at, place in enumerate(places) if (spot := net.ground.spots([place])[0])]
    open_, closed = told(example, network_of=net), told(example, *closures, network_of=net)
    assert spots
    for team, before in open_.items():
        assert (closed[team].seconds or INF) >= (before.seconds or INF) - 1e-6


def test_more_minutes_reach_further_and_a_closure_less_far(example: Graph) -> None:
    net = Network(example, RULE)
    (town,) = net.ground.spots([(82.8925, 44.6003)])
    assert town is not None
    areas = [within_minutes(net, town, "car", minutes) for minutes in (5, 20, 60, 90)]
    sizes = [area.shape.area for area in areas]
    assert sizes == sorted(sizes)
    assert sizes[0] < sizes[-1] / 10
    assert not areas[1].covers(np.array([82.92]), np.array([44.305])).any()
    assert areas[3].covers(np.array([82.914, 82.92]), np.array([44.327, 44.305])).all()
    net.close(net.ground.match([CUT]).blocks)
    assert not within_minutes(net, town, "car", 75).covers(np.array([82.9145]), np.array([44.326])).any()


def test_what_no_road_leads_to_in_time_is_the_place_itself(example: Graph) -> None:
    net = Network(example, RULE)
    (town,) = net.ground.spots([(82.8925, 44.6003)])
    assert town is not None
    area = within_minutes(net, town, "car", 0.001)
    assert area.covers(np.array([82.8925]), np.array([44.6003])).all()
    assert area.shape.bounds[2] - area.shape.bounds[0] < 0.02


def test_ends_that_nearly_meet_are_joined_and_crossings_are_not() -> None:
    net = network(way((82, 44), (82.2, 44)), way((82.1, 44.00005), (82.1, 44.1)), way((82.15, 43.9), (82.15, 44.1)))
    assert net.graph.origin.joined == 1
    north, west, bridge = net.ground.spots([(82.1, 44.09), (82.01, 44.0), (82.15, 44.05)])
    assert north is not None
    assert west is not None
    assert bridge is not None
    assert net.path(net.field(north, "car"), west) is not None
    assert net.path(net.field(bridge, "car"), west) is None


def test_no_vehicle_goes_where_its_speed_is_0() -> None:
    net = network(way((82, 44), (82.1, 44), kind=PATH))
    here, there = net.ground.spots([(82, 44), (82.1, 44)])
    assert here is not None
    assert there is not None
    assert net.path(net.field(there, "heavy"), here) is None
    assert net.path(net.field(there, "foot"), here) is not None


def test_nothing_to_travel_on_is_a_fault() -> None:
    with pytest.raises(Fault, match="no road"):
        build([], 10, Origin("empty.geojson"))
