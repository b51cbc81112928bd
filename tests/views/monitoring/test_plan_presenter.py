"""What goes into which plot, and how each line is told from the others."""

from __future__ import annotations

import numpy as np
import pytest

from console.models.sensors import Gauge, Series
from console.views.monitoring.limits import Limit, figure, rain_limits
from console.views.monitoring.plan import BARS_MS, STYLES, Kind, Told, Wish, bar_ms, plan, shift_at_peak
from console.views.monitoring.ranges import value_range
from console.views.monitoring.scope import HOUR_MS, Span
from tests.views.tables.state import NOW_MS

LEVEL = Gauge("river", "Gorge", "level", "m", 300.0, warning=2.0, guarantee=2.5)
OTHER = Gauge("lake", "Lake", "level", "m", 300.0)
FLOW = Gauge("flow", "Flow", "flow", "m3/s", 300.0)
RAIN = Gauge("rain", "Hill", "rain", "mm", 300.0, basin="upper")
SPAN = Span(NOW_MS - 6 * HOUR_MS, NOW_MS)


def readings(*values: float, quality: int = 0, end_ms: int = NOW_MS) -> Series:
    return Series.of((end_ms - (len(values) - 1 - at) * 300_000, value, quality) for at, value in enumerate(values))


def told(*gauges: Gauge, **series: Series) -> Told:
    return Told({gauge.id: gauge for gauge in gauges}, {gauge.id: series.get(gauge.id, readings(1.0, 1.1, 1.2)) for gauge in gauges})


def keys(*gauges: Gauge, wish: Wish = Wish()) -> list[str]:  # noqa: B008
    return [pane.key for pane in plan(told(*gauges), wish, SPAN, 600)]


def test_gauges_of_one_unit_share_a_plot_and_rain_hangs_over_the_first() -> None:
    panes = plan(told(RAIN, LEVEL, OTHER, FLOW), Wish(), SPAN, 600)
    assert [pane.key for pane in panes] == ["level/m/", "flow/m3/s/"]
    assert [line.name for line in panes[0].lines] == ["Gorge", "Lake"]
    assert panes[0].hanging
    assert [bars.name for bars in panes[0].bars] == ["Hill"]
    assert not panes[1].bars


def test_stacked_each_has_a_plot_of_its_own() -> None:
    assert keys(LEVEL, OTHER, RAIN, wish=Wish(stacked=True)) == ["level/m/river", "level/m/lake", "rain//rain"]


def test_rain_alone_stands_on_the_ground() -> None:
    (pane,) = plan(told(RAIN), Wish(), SPAN, 600)
    assert not pane.hanging
    assert pane.bars


def test_rates_and_sums_are_plots_of_their_own() -> None:
    panes = plan(told(LEVEL, RAIN), Wish(rise=True, sum_hours=6), SPAN, 600)
    assert [pane.kind for pane in panes] == [Kind.VALUE, Kind.RISE, Kind.SUM]
    assert panes[1].unit == "m/h"


def test_no_two_gauges_look_alike_before_the_styles_are_used_up() -> None:
    gauges = [Gauge(str(at), str(at), "level", "m", 300.0) for at in range(len(STYLES))]
    (pane,) = plan(told(*gauges), Wish(), SPAN, 600)
    assert len({line.mark for line in pane.lines}) == len(STYLES)
    assert len({(line.mark.shape) for line in pane.lines}) == len(STYLES)


def test_a_line_breaks_where_readings_are_missing() -> None:
    """An interval and a half is the most that a line leads across."""
    gap = Series.of([(NOW_MS - 1_200_000, 1.0, 0), (NOW_MS - 900_000, 1.1, 0), (NOW_MS - 400_000, 1.3, 0), (NOW_MS - 100_000, 1.4, 0)])
    (pane,) = plan(told(LEVEL, river=gap), Wish(), SPAN, 600)
    assert np.isnan(pane.lines[0].y).tolist() == [False, False, True, False, False]


def test_what_is_doubted_or_missing_is_in_no_line() -> None:
    held = Series.of([(NOW_MS - 900_000, 1.0, 0), (NOW_MS - 600_000, 99.0, 1), (NOW_MS - 300_000, 1.1, 3), (NOW_MS, 0.0, 2)])
    (pane,) = plan(told(LEVEL, river=held), Wish(), SPAN, 600)
    line = pane.lines[0]
    assert line.y[~np.isnan(line.y)].tolist() == [1.0, 1.1]
    assert line.suspect[1].tolist() == [99.0]
    assert line.estimated[1].tolist() == [1.1]


def test_a_past_event_is_laid_under_in_another_style() -> None:
    held = Told(
        {"river": LEVEL},
        {"river": readings(1.0, 1.2)},
        past={"river": readings(3.0, 3.5, end_ms=NOW_MS - 99 * HOUR_MS)},
        shift_ms=99 * HOUR_MS,
    )
    (pane,) = plan(held, Wish(), SPAN, 600)
    then, now = pane.lines
    assert (then.past, now.past) == (True, False)
    assert then.dash != now.dash
    assert then.x[-1] == pytest.approx(now.x[-1])


def test_peaks_are_laid_under_each_other() -> None:
    now, past = readings(1.0, 3.0, 2.0), readings(1.0, 2.0, 5.0, end_ms=NOW_MS - 10 * HOUR_MS)
    assert shift_at_peak(now, past, 0) == 10 * HOUR_MS - 300_000
    assert shift_at_peak(Series.of([]), past, 0) == 0


def test_bars_are_wide_enough_to_be_seen_and_no_shorter_than_the_interval() -> None:
    assert bar_ms(Span(0, HOUR_MS), 600, 300) == 300_000
    assert bar_ms(Span(0, 30 * 24 * HOUR_MS), 600, 300) == 6 * HOUR_MS
    assert bar_ms(Span(0, 10**13), 600, 300) == BARS_MS[-1]


def test_limits_far_away_do_not_flatten_the_line() -> None:
    (pane,) = plan(told(LEVEL, river=readings(0.1, 0.2, 0.3)), Wish(), SPAN, 600)
    assert [limit.value for limit in pane.limits] == [2.0, 2.5]
    assert value_range(pane, SPAN.start_ms / 1000, SPAN.end_ms / 1000) == (0.1, 0.3)
    (near,) = plan(told(LEVEL, river=readings(1.0, 1.9)), Wish(), SPAN, 600)
    assert value_range(near, SPAN.start_ms / 1000, SPAN.end_ms / 1000) == (1.0, 2.5)
    (without,) = plan(told(LEVEL, river=readings(1.0, 1.9)), Wish(limits=False), SPAN, 600)
    assert without.limits == ()


def test_limits_of_rain_are_those_of_the_hours_and_of_the_basin() -> None:
    found = rain_limits(6, [RAIN], {"upper": ((6.0, 20.0, 30.0), (3.0, 12.0, 18.0))})
    assert Limit(20.0, "prepare to move 20", 2) in found
    assert Limit(30.0, "move at once 30", 1) in found
    assert all("12" not in limit.text for limit in found)
    assert any("rainstorm" in limit.text for limit in found)


def test_a_sum_of_which_part_is_not_known_says_at_least() -> None:
    panes = plan(told(RAIN, rain=readings(1.0, 1.0, 1.0)), Wish(sum_hours=6), SPAN, 600)
    assert panes[-1].lines[0].at_least
    assert np.isnan(panes[-1].lines[0].y).all()


@pytest.mark.parametrize(("value", "text"), [(2.83, "2.83"), (1360.0, "1,360"), (0.0012, "0.0012"), (123456.0, "123,456"), (-0.5, "-0.5")])
def test_figures_are_read_as_they_are_written(value: float, text: str) -> None:
    assert figure(value) == text
