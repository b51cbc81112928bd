"""What the drawn cameras show is what the gauges say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.comms.gateways.scenario.form import load_scenario
from console.models.paths import resources_dir
from console.views.example.story import HOUR_S, Story, slope_at, value_at

EXAMPLE = resources_dir() / "scenarios" / "jinghe-landslide.toml"
POINTS = [(0.0, 1.0), (100.0, 3.0), (300.0, 2.0)]


@pytest.mark.parametrize(("at_s", "value"), [(-5, 1), (0, 1), (50, 2), (100, 3), (200, 2.5), (300, 2), (999, 2)])
def test_between_two_readings_it_is_on_the_straight_line(at_s: float, value: float) -> None:
    assert value_at(POINTS, at_s) == pytest.approx(value)


@given(st.lists(st.tuples(st.floats(0, 1e5), st.floats(-100, 100)), min_size=1, max_size=9, unique_by=lambda p: p[0]), st.floats(-10, 2e5))
def test_it_is_never_outside_what_was_measured(points: list[tuple[float, float]], at_s: float) -> None:
    points.sort()
    values = [value for _, value in points]
    assert min(values) - 1e-6 <= value_at(points, at_s) <= max(values) + 1e-6


def test_rain_is_what_the_total_grows_by_in_an_hour() -> None:
    assert slope_at([(0, 0.0), (HOUR_S, 12.0), (2 * HOUR_S, 12.0)], 10) == pytest.approx(12)
    assert slope_at([(0, 0.0), (HOUR_S, 12.0), (2 * HOUR_S, 12.0)], HOUR_S + 1) == 0
    assert slope_at([(0, 0.0), (HOUR_S, 12.0)], HOUR_S) == 0


def test_a_story_goes_at_its_speed() -> None:
    story = Story(load_scenario(EXAMPLE, "zh"), 60, began_s=1000)
    begun, later = story.weather(1000, "level-upper", "rain-south-1"), story.weather(1140, "level-upper", "rain-south-1")
    assert (begun.story_s, begun.level_m) == (0, 1.12)
    assert (later.story_s, later.level_m) == (140 * 60, 2.46)
    assert story.weather(999, "", "").level_m is None
