"""The time a chart shows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.views import age, i18n
from console.views.monitoring.scope import HOUR_MS, LEAST_MS, MOST_MS, RANGES_MS, Scope, Span
from console.views.monitoring.ticks import STEPS_S, step_s, tick_text, ticks
from console.views.time.zone import Zone
from tests.views.tables.state import NOW_MS


def test_following_moves_with_now_and_shows_it() -> None:
    scope = Scope(HOUR_MS)
    first, later = scope.span(NOW_MS), scope.span(NOW_MS + 60_000)
    assert first.start_ms < NOW_MS < first.end_ms
    assert later == first.moved(60_000)


def test_moved_back_it_stands_and_moved_to_now_it_follows_again() -> None:
    back = Scope(HOUR_MS).panned(-0.5, NOW_MS)
    assert not back.following
    assert back.span(NOW_MS) == back.span(NOW_MS + 999_000)
    assert back.panned(5, NOW_MS).following


@given(st.floats(0.2, 5), st.floats(0, 1), st.integers(-400, -1))
def test_zooming_keeps_what_is_under_the_pointer(factor: float, at: float, back: int) -> None:
    scope = Scope(HOUR_MS, NOW_MS + back * HOUR_MS)
    before = scope.span(NOW_MS)
    after = scope.zoomed(factor, at, NOW_MS)
    if after.following:
        return
    moved = after.span(NOW_MS)
    assert moved.start_ms + at * moved.width_ms == pytest.approx(before.start_ms + at * before.width_ms, abs=2)


@given(st.lists(st.floats(0.001, 1000), max_size=30))
def test_no_zoom_leaves_the_bounds(factors: list[float]) -> None:
    scope = Scope()
    for factor in factors:
        scope = scope.zoomed(factor, 0.5, NOW_MS)
        assert LEAST_MS <= scope.width_ms <= MOST_MS


def test_a_span_typed_is_shown_as_typed() -> None:
    span = Span(NOW_MS - 5 * HOUR_MS, NOW_MS - 2 * HOUR_MS)
    assert Scope.between(span).span(NOW_MS) == span
    assert Scope.between(span).ranged(RANGES_MS["24h"]).span(NOW_MS).end_ms == span.end_ms


def test_marks_stand_on_whole_hours_of_the_local_day() -> None:
    """17:00 in Beijing, a day shown."""
    step = step_s(86_400, 700)
    found = ticks(NOW_MS / 1000 - 86_400, NOW_MS / 1000, step)
    assert step == 10_800
    assert [tick_text(at, step) for at in found] == ["18:00", "21:00", "4 Jul", "03:00", "06:00", "09:00", "12:00", "15:00"]


def test_dates_are_worded_in_the_language() -> None:
    at = datetime(2014, 1, 1, tzinfo=ZoneInfo("Asia/Shanghai")).timestamp()
    assert tick_text(at, 86_400) == "1 Jan 2014"
    i18n.use_language(i18n.CHINESE)
    assert tick_text(at, 86_400) == "2014年1月1日"
    assert tick_text(at + 3600, 3600) == "01:00"


@given(st.integers(0, 4_000_000_000), st.sampled_from(STEPS_S))
def test_marks_are_within_and_in_order(start: int, step: int) -> None:
    found = ticks(start, start + 12 * step, step)
    assert found == sorted(found)
    assert all(start <= at <= start + 12 * step for at in found)
    assert 11 <= len(found) <= 14 or step > 86_400


def test_the_day_a_clock_is_set_has_marks_all_the_same() -> None:
    """Berlin, 2024-03-31: 02:00 to 03:00 was left out."""
    try:
        age.use_zone(Zone("Europe/Berlin"))
        start = datetime(2024, 3, 31, tzinfo=ZoneInfo("Europe/Berlin")).timestamp()
        found = ticks(start, start + 6 * 3600, 3600)
        assert found == sorted(set(found))
        assert tick_text(found[0], 3600) == "31 Mar"
    finally:
        age.use_zone(Zone())


@given(st.integers(0, 48 * HOUR_MS))
def test_a_time_that_nobody_chose_holds_what_was_read_of_the_last_day_and_little_more(ago_ms: int) -> None:
    scope = Scope(fitted=True).fit(NOW_MS - ago_ms, NOW_MS)
    assert scope.following
    assert scope.span(NOW_MS).start_ms <= NOW_MS - min(ago_ms, 23 * HOUR_MS)
    assert scope.width_ms <= max(600_000, 3.5 * ago_ms)
    assert scope.fit(None, NOW_MS).width_ms == RANGES_MS["24h"]


@pytest.mark.parametrize("choose", [lambda s: s.ranged(HOUR_MS), lambda s: s.zoomed(0.5, 0.5, NOW_MS), lambda s: s.panned(-0.2, NOW_MS)])
def test_a_time_that_somebody_chose_is_fitted_no_more(choose: Callable[[Scope], Scope]) -> None:
    assert Scope(fitted=True).follow().fitted
    assert not choose(Scope(fitted=True)).fitted
