"""The words for a team's way, and for what stands in it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.models.roads.arrivals import Arrival, How
from console.models.roads.arrivals import Team as Asked
from console.views import i18n
from console.views.routes.presenter import MOST_VIA, Row, Team, blocked_text, eta_text, eta_tip, rows, via_text

NOW_MS = 1_790_000_000_000
PLACE = (82.92, 44.305)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    before = i18n.language()
    i18n.use_language(i18n.ENGLISH)
    yield
    i18n.use_language(before)


def team(row_id: str, kind: str, *, fix_ms: int | None = NOW_MS, lon: float | None = 82.3) -> Team:
    return Team(row_id, row_id, "", kind, "available", 4, "", "", "", lon, None if lon is None else 44.9, fix_ms, 60.0)


def arrival(how: How, closures: tuple[int, ...] = (), detour_s: float = 0.0) -> Arrival:
    return Arrival(Asked("u", "fire", PLACE), "fire", how, 600.0, None, closures, detour_s, 1000.0, None)


def test_without_roads_only_who_flies_has_a_time_and_the_rest_say_why() -> None:
    told = rows(None, [team("lost", "medical", lon=None, fix_ms=None), team("fire", "fire"), team("air", "aircraft")], PLACE, ())
    assert [row.id for row in told] == ["air", "fire", "lost"]
    assert told[0].seconds is not None
    assert told[0].line == ((82.3, 44.9), PLACE)
    assert [(row.seconds, row.line) for row in told[1:]] == [(None, ())] * 2
    said = [eta_text(row, NOW_MS) for row in told[1:]]
    assert len(set(said)) == 2
    assert all(said)
    assert not any(row.how in text for row, text in zip(told[1:], said, strict=True))


def test_an_old_position_is_said_beside_the_time() -> None:
    (row,) = rows(None, [team("air", "aircraft", fix_ms=NOW_MS - 600_000)], PLACE, ())
    assert "from where it was 10 min ago" in eta_tip(row, NOW_MS)
    (fresh,) = rows(None, [team("air", "aircraft")], PLACE, ())
    assert "ago" not in eta_tip(fresh, NOW_MS)


def test_what_stands_in_the_way_is_named() -> None:
    names = ("G312 washed out", "Bridge 4")
    assert blocked_text(arrival(How.CUT_OFF, (0, 1)), names) == "cut off by G312 washed out, Bridge 4"
    assert blocked_text(arrival(How.ROAD, (1,), 780.0), names) == "Bridge 4: 13 min longer"
    assert blocked_text(arrival(How.ROAD), names) == ""
    assert blocked_text(arrival(How.AIR), names) == ""


def test_short_stretches_are_no_part_of_the_way_and_a_road_is_said_once() -> None:
    assert via_text([("Lane", 40), ("G312", 5000), ("Ramp", 60), ("G312", 3000), ("", 900)]) == "G312 → unnamed road"


@given(st.lists(st.tuples(st.sampled_from("ABCDEFG"), st.floats(1, 1e5)), max_size=30))
def test_a_way_is_few_words_and_none_twice_in_a_row(names: list[tuple[str, float]]) -> None:
    said = [each for each in via_text(names).split(" → ") if each]
    assert len(said) <= MOST_VIA + 1
    assert all(one != other for one, other in pairwise(said))


def test_a_team_that_works_is_not_free() -> None:
    held = team("u", "fire")
    row = rows(None, [held, Team(**{**held.__dict__, "id": "busy", "status": "onscene"})], PLACE, ())
    assert {each.id: each.free for each in row} == {"u": True, "busy": False}
    assert isinstance(row[0], Row)
