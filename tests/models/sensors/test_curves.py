"""Curves tell at every reading what the sums and rates of one moment tell."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.models.sensors import Gauge, Series, rain_sums, rate_of_rise
from console.models.sensors.curves import rain_bars, rain_curve, rise_curve

GAUGE = Gauge("g", quantity="rain", unit="mm", interval_s=300.0)
MINUTE_MS = 60_000
readings = st.lists(
    st.tuples(st.integers(1, 40), st.floats(0, 15, allow_nan=False), st.sampled_from([0, 0, 0, 0, 1, 2, 3])), min_size=1, max_size=60
)


def series_of(found: list[tuple[int, float, int]]) -> Series:
    """(minutes since the one before, value, quality)."""
    at_ms, rows = 1_700_000_000_000, []
    for minutes, value, quality in found:
        at_ms += minutes * MINUTE_MS
        rows.append((at_ms, value, quality))
    return Series.of(rows)


@given(readings, st.sampled_from([1, 3, 6]))
def test_the_rain_of_each_reading_is_the_sum_of_its_moment(found: list[tuple[int, float, int]], hours: int) -> None:
    series = series_of(found)
    mm, share = rain_curve(series, GAUGE, hours)
    for place, at_ms in enumerate(series.times_ms.tolist()):
        (one,) = rain_sums(series, GAUGE, at_ms, [hours])
        assert mm[place] == pytest.approx(one.mm, abs=1e-6)
        assert share[place] == pytest.approx(one.share, abs=1e-6)


@given(readings)
def test_the_rate_of_each_reading_is_that_of_its_moment(found: list[tuple[int, float, int]]) -> None:
    series = series_of(found)
    times, rates = rise_curve(series, 1.0)
    assert times.tolist() == series.believed().times_ms.tolist()
    for at_ms, rate in zip(times.tolist(), rates.tolist(), strict=True):
        one = rate_of_rise(series, at_ms, 1.0)
        if one is None:
            assert np.isnan(rate)
        else:
            assert rate == pytest.approx(one, abs=1e-9)


@given(readings, st.integers(5, 120))
def test_bars_hold_all_that_fell_and_nothing_else(found: list[tuple[int, float, int]], minutes: int) -> None:
    series = series_of(found)
    start, end = int(series.times_ms[0]) - 3_600_000, int(series.times_ms[-1])
    edges = np.arange(start, end + minutes * MINUTE_MS, minutes * MINUTE_MS, dtype=np.int64)
    bars = rain_bars(series, GAUGE, edges)
    (whole,) = rain_sums(series, GAUGE, end, [(end - start) / 3_600_000])
    assert np.nansum(bars) == pytest.approx(whole.mm, abs=1e-6)


def test_bars_know_dry_from_unknown() -> None:
    """Five minutes of no rain, then an hour of which nothing is known."""
    series = series_of([(5, 0.0, 0), (5, 0.0, 0), (60, 2.0, 0)])
    edges = np.arange(int(series.times_ms[1]) - 5 * MINUTE_MS, int(series.times_ms[2]) + 1, 5 * MINUTE_MS, dtype=np.int64)
    bars = rain_bars(series, GAUGE, edges)
    assert bars[0] == 0.0
    assert np.isnan(bars[1:-1]).all()
    assert bars[-1] == pytest.approx(2.0)


def test_of_nothing_read_nothing_is_drawn() -> None:
    none = Series.of([])
    assert len(rain_curve(none, GAUGE, 1)[0]) == 0
    assert len(rise_curve(none, 1.0)[0]) == 0
    assert np.isnan(rain_bars(none, GAUGE, np.array([0, 300_000], dtype=np.int64))).all()
