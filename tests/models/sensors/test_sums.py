"""Sums of rain tell what is known and how much may hide in what is not: a gap widens, and nothing is invented."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.models.sensors import Gauge, RainSum, Series, rain_sums, rate_of_rise, sensor_rules
from console.models.sensors.series import ESTIMATED, MISSING, SUSPECT
from tests.models.voices import NOW_MS

MINUTE_MS = 60_000
MOST = sensor_rules().rain.most_mm_per_h
HOURS = (1, 3, 6)
EVERY_MIN = 15
COUNT = 28  # seven hours
GAUGE = Gauge("g", quantity="rain", unit="mm", interval_s=EVERY_MIN * 60)


def quarter_hours(amounts: list[float], codes: list[int] | None = None) -> Series:
    """One reading a quarter of an hour, the last of them now."""
    first = NOW_MS - (len(amounts) - 1) * EVERY_MIN * MINUTE_MS
    codes = codes or [0] * len(amounts)
    return Series.of((first + place * EVERY_MIN * MINUTE_MS, mm, code) for place, (mm, code) in enumerate(zip(amounts, codes, strict=True)))


def without(readings: Series, places: set[int]) -> Series:
    kept = [place for place in range(len(readings)) if place not in places]
    return Series(readings.times_ms[kept], readings.values[kept], readings.quality[kept])


def test_what_is_known_is_summed() -> None:
    one, three = rain_sums(quarter_hours([1.0] * 24 + [2.0] * 4), GAUGE, NOW_MS, (1, 3))
    assert one == RainSum(1, 8.0, 1.0, 8.0, 8.0)
    assert three == RainSum(3, 16.0, 1.0, 16.0, 16.0)


def test_a_gauge_that_says_nothing_gives_a_range_and_no_zero() -> None:
    assert rain_sums(Series.of(()), GAUGE, NOW_MS, (6,)) == [RainSum(6, 0.0, 0.0, 0.0, 6 * MOST)]


def test_a_gap_is_so_much_of_the_time() -> None:
    (one,) = rain_sums(without(quarter_hours([1.0] * 8), {6}), GAUGE, NOW_MS, (1,))
    assert one == RainSum(1, 3.0, 0.75, 3.0, 3.0 + MOST / 4)


@pytest.mark.parametrize("code", [SUSPECT, MISSING])
def test_what_is_doubted_is_a_gap(code: int) -> None:
    held = quarter_hours([1.0] * 8, [0] * 6 + [code, 0])
    assert rain_sums(held, GAUGE, NOW_MS, (1,)) == rain_sums(without(quarter_hours([1.0] * 8), {6}), GAUGE, NOW_MS, (1,))


def test_an_estimate_counts_and_more_than_can_fall_does_not() -> None:
    assert rain_sums(quarter_hours([1.0] * 4, [ESTIMATED] * 4), GAUGE, NOW_MS, (1,))[0].mm == 4.0
    assert rain_sums(quarter_hours([1.0, 1.0, 1.0, 1.0, 500.0]), GAUGE, NOW_MS, (1,))[0] == RainSum(1, 3.0, 0.75, 3.0, 3.0 + MOST / 4)
    assert rain_sums(quarter_hours([1.0, 1.0, 1.0, 1.0, -5.0]), GAUGE, NOW_MS, (1,))[0].mm == 3.0


def test_a_day_of_rain_in_one_reading_is_no_hour_of_rain() -> None:
    daily = Gauge("g", quantity="rain", unit="mm", interval_s=86_400)
    held = Series.of([(NOW_MS - 86_400_000, 0.0, 0), (NOW_MS, 48.0, 0)])
    one, day = rain_sums(held, daily, NOW_MS, (1, 24))
    assert (one.mm, one.share, one.least_mm, one.most_mm) == (pytest.approx(2.0), 1.0, 0.0, 48.0)
    assert day == RainSum(24, 48.0, 1.0, 48.0, 48.0)


def test_readings_after_the_instant_are_not_seen() -> None:
    held = quarter_hours([1.0] * 8)
    then = NOW_MS - 60 * MINUTE_MS
    assert rain_sums(held, GAUGE, then, (1,)) == [RainSum(1, 4.0, 1.0, 4.0, 4.0)]


amounts = st.lists(st.floats(0, MOST * EVERY_MIN / 60), min_size=COUNT, max_size=COUNT)
places = st.sets(st.integers(0, COUNT - 1))


@given(amounts, places, st.integers(0, 60))
def test_the_truth_is_always_within_the_range(fell: list[float], lost: set[int], later_min: int) -> None:
    """Whatever was lost on the way, and at whatever minute it is asked; the rain of each quarter falls evenly."""
    at_ms = NOW_MS - later_min * MINUTE_MS
    found = rain_sums(without(quarter_hours(fell), lost), GAUGE, at_ms, HOURS)
    for each in found:
        end_min = COUNT * EVERY_MIN - later_min
        truth = sum(fell[minute // EVERY_MIN] / EVERY_MIN for minute in range(round(end_min - each.hours * 60), end_min))
        assert each.least_mm <= truth + 1e-6
        assert truth <= each.most_mm + 1e-6
        assert each.least_mm - 1e-9 <= each.mm <= each.most_mm + 1e-9
        assert 0 <= each.share <= 1


@given(amounts, places, places)
def test_a_gap_widens_the_range_and_invents_no_rain(fell: list[float], lost: set[int], more: set[int]) -> None:
    held = quarter_hours(fell)
    before, after = (rain_sums(without(held, gone), GAUGE, NOW_MS, HOURS) for gone in (lost, lost | more))
    for one, other in zip(before, after, strict=True):
        assert other.mm <= one.mm + 1e-6
        assert other.share <= one.share + 1e-9
        assert other.least_mm <= one.least_mm + 1e-6
        assert other.most_mm >= one.most_mm - 1e-6


@given(amounts, st.integers(0, COUNT - 1), st.floats(0, 10), places)
def test_more_rain_is_more(fell: list[float], place: int, more_mm: float, lost: set[int]) -> None:
    most = MOST * EVERY_MIN / 60
    wetter = [min(most, mm + more_mm) if index == place else mm for index, mm in enumerate(fell)]
    before, after = (rain_sums(without(quarter_hours(each), lost), GAUGE, NOW_MS, HOURS) for each in (fell, wetter))
    for one, other in zip(before, after, strict=True):
        assert other.mm >= one.mm - 1e-6
        assert other.most_mm >= one.most_mm - 1e-6
    assert all(longer.mm >= shorter.mm - 1e-6 for shorter, longer in itertools.pairwise(after))


def test_rate_of_rise() -> None:
    rising = quarter_hours([1.0, 1.1, 1.3, 1.6, 2.0])
    assert rate_of_rise(rising, NOW_MS, 1) == pytest.approx(1.0)
    assert rate_of_rise(rising, NOW_MS - 15 * MINUTE_MS, 1) == pytest.approx(0.6 / 0.75)
    assert rate_of_rise(without(rising, {1, 2, 3}), NOW_MS, 1) == pytest.approx(1.0)


@pytest.mark.parametrize("lost", [{0, 1, 2, 3, 4}, {0, 1, 2, 3}, {0, 1, 2}])
def test_no_rate_from_what_tells_too_little(lost: set[int]) -> None:
    assert rate_of_rise(without(quarter_hours([1.0, 1.1, 1.3, 1.6, 2.0]), lost), NOW_MS, 1) is None


def test_no_rate_from_doubted_readings() -> None:
    assert rate_of_rise(quarter_hours([1.0, 1.1, 1.3, 1.6, 9.0], [0, SUSPECT, SUSPECT, SUSPECT, SUSPECT]), NOW_MS, 1) is None
