"""Which closures a straight line is said not to account for."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.errors import Fault
from console.models.form import read_toml
from console.models.rules import distance
from console.models.rules.distance import Closure, CorridorRule, default_rule, on_the_way
from console.models.rules.lateness import LatenessRule, late_by_ms

RULE = CorridorRule(0.2, 2000.0, 15_000.0)
JINGHE, PASTURE = (82.89, 44.60), (82.92, 44.30)
"""33 km apart, nearly north to south: half the corridor is 6.7 km."""


def named(*closures: Closure, start: tuple[float, float] = JINGHE, end: tuple[float, float] = PASTURE) -> list[str]:
    return [closure.name for closure in on_the_way(start, end, closures, RULE)]


def closure(name: str, *points: tuple[float, float]) -> Closure:
    return Closure(name, name, points)


def test_points_within_the_corridor_are_named_and_others_not() -> None:
    assert named(closure("near", (82.97, 44.45)), closure("far", (83.05, 44.45)), closure("behind", (82.89, 44.70))) == ["near"]


def test_a_line_counts_where_it_crosses_though_both_its_ends_are_far() -> None:
    across = closure("across", (82.5, 44.45), (83.3, 44.45))
    beside = closure("beside", (83.2, 44.6), (83.2, 44.3))
    assert named(across, beside) == ["across"]


def test_a_closure_without_a_place_is_never_said_to_be_on_the_way() -> None:
    assert named(closure("nowhere")) == []


def test_the_corridor_has_a_least_and_a_most_width() -> None:
    assert [RULE.half_width_m(metres) for metres in (0, 20_000, 500_000)] == [2000, 4000, 15_000]
    assert named(closure("beside", (82.905, 44.60)), end=JINGHE) == ["beside"]


def test_the_line_goes_the_short_way_over_the_antimeridian() -> None:
    assert named(closure("there", (179.99, 0.01)), closure("here", (0.0, 0.0)), start=(179.9, 0.0), end=(-179.9, 0.0)) == ["there"]


lons, lats = st.floats(-180, 180), st.floats(-85, 85)
points = st.tuples(lons, lats)


@given(points, points, st.lists(points, max_size=4))
def test_both_ways_name_the_same_and_both_ends_are_on_the_way(
    start: tuple[float, float], end: tuple[float, float], line: list[tuple[float, float]]
) -> None:
    closures = [Closure("line", "line", tuple(line)), closure("start", start), closure("end", end)]
    there = named(*closures, start=start, end=end)
    assert {"start", "end"} <= set(there)
    if abs(end[0] - start[0]) < 179:
        assert there == named(*closures, start=end, end=start)


@pytest.mark.parametrize("text", ["", "corridor_share = 'wide'", "corridor_share = -1\ncorridor_least_m = 0\ncorridor_most_m = 1"])
def test_a_file_that_is_no_rule_is_refused_by_name(tmp_path: Path, text: str) -> None:
    path = tmp_path / "distance.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Fault, match=r"distance\.toml"):
        read_toml(path, CorridorRule)
    with pytest.raises(Fault, match=r"distance\.toml"):
        read_toml(path, LatenessRule)


def test_the_shipped_rules_are_read() -> None:
    assert default_rule().half_width_m(1_000_000) == 15_000
    assert late_by_ms(1_000_000, 1_000_000 + 299_000) == 0


def test_late_is_what_came_long_after_it_was_said_and_unknown_times_are_not_late() -> None:
    assert late_by_ms(1000, 10_801_000, 300_000) == 10_800_000
    assert [late_by_ms(*times, 300_000) for times in ((1000, 301_000), (0, 10_801_000), (5_000_000, 1000), (1000, 0))] == [0] * 4


@given(points, points, st.lists(points, min_size=1, max_size=4))
def test_the_look_at_boxes_rejects_nothing_that_is_near(
    start: tuple[float, float], end: tuple[float, float], line: list[tuple[float, float]]
) -> None:
    wide = CorridorRule(0.5, 200_000.0, 900_000.0)
    plane = distance._Plane(start, end)
    ends = (plane.metres(start), plane.metres(end))
    exact = distance._within(ends, [plane.metres(point) for point in line], wide.half_width_m(math.dist(*ends)))
    assert bool(on_the_way(start, end, [Closure("line", "line", tuple(line))], wide)) == exact
