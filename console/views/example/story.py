"""What the gauges of a scenario say at a moment of its story: drawn cameras show the same water as the charts. No Qt."""

from __future__ import annotations

from bisect import bisect_right
from itertools import pairwise
from typing import NamedTuple

from console.comms.gateways.scenario.form import Scenario, seconds

HOUR_S = 3600.0
Points = list[tuple[float, float]]


class Weather(NamedTuple):
    """`story_s`: since the story began. `level_m`: of the water at the camera, None where no gauge stands. `rain_mm_h`: intensity there."""

    story_s: float
    level_m: float | None
    rain_mm_h: float


class Story:
    """`speed`: times the pace of life; `began_s`: when it began, on the clock that `weather` is asked by."""

    def __init__(self, scenario: Scenario, speed: float, began_s: float) -> None:
        self._speed, self._began_s = speed, began_s
        self._series: dict[str, Points] = {each.id: [(float(seconds(at)), value) for at, value in each.series] for each in scenario.sensor}

    def weather(self, now_s: float, level: str, rain: str) -> Weather:
        """`level`, `rain`: ids of gauges; "" for none."""
        at_s = max(0.0, now_s - self._began_s) * self._speed
        return Weather(at_s, value_at(self._series[level], at_s) if level else None, slope_at(self._series[rain], at_s) if rain else 0.0)


def value_at(points: Points, at_s: float) -> float:
    """On the straight line between two points; before the first and after the last as there."""
    at = bisect_right(points, (at_s, float("inf")))
    if at in (0, len(points)):
        return points[min(at, len(points) - 1)][1]
    (from_s, from_value), (to_s, to_value) = points[at - 1], points[at]
    return from_value + (at_s - from_s) / (to_s - from_s) * (to_value - from_value)


def slope_at(points: Points, at_s: float) -> float:
    """Of a running total: how much an hour it grows just then; 0 beyond its ends."""
    for (from_s, from_value), (to_s, to_value) in pairwise(points):
        if from_s <= at_s < to_s:
            return (to_value - from_value) / (to_s - from_s) * HOUR_S
    return 0.0
