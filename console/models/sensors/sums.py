"""How much rain fell within the last hours, of which part of them that is known, and how fast something rises."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from console.models.sensors.gauge import Gauge
from console.models.sensors.rules import SensorRules, sensor_rules
from console.models.sensors.series import Series

_HOUR_MS = 3_600_000
LEAST_SHARE = 0.5


class RainSum(NamedTuple):
    """Rain within `hours`, in mm. `mm`: what is known to have fallen, a reading that reaches beyond the window counted by its part of it;
    `share`: of the time for which something is known, 0 to 1 (0: nothing is known, and `mm` is 0 because of that alone). The truth is between
    `least_mm` (readings wholly within) and `most_mm` (those that reach in counted whole, and in each gap the most that can fall)."""

    hours: float
    mm: float
    share: float
    least_mm: float
    most_mm: float


def rain_sums(readings: Series, gauge: Gauge, at_ms: int, hours: Sequence[float], rules: SensorRules | None = None) -> list[RainSum]:
    """One sum for each of `hours`, each over the time (at_ms - hours, at_ms] by the author's clock.

    `readings` in mm, each the amount since the one before it. When that was longer ago than `most_intervals` of the gauge's intervals, some
    were lost, and it counts for one interval alone. A reading that is suspect, missing, negative or more than can fall leaves a gap.
    `readings` must begin one interval before the longest window, or that interval is a gap. A missing gauge gives a range, never a zero:
    look at `share` and `most_mm`.
    """
    rules = rules or sensor_rules()
    begins, ends, amounts = spans(readings.until(at_ms), gauge.expected_s * 1000, rules)
    return [_sum(begins, ends, amounts, at_ms, each, rules.rain.most_mm_per_h) for each in hours]


_Floats = np.ndarray[tuple[int, ...], np.dtype[np.float64]]


def spans(readings: Series, interval_ms: float, rules: SensorRules) -> tuple[_Floats, _Floats, _Floats]:
    """Of each reading that counts: from when to when (ms), and how much."""
    ends = readings.times_ms.astype(np.float64)
    lasts = np.diff(ends, prepend=-np.inf)
    lasts = np.where(lasts > interval_ms * rules.rain.most_intervals, interval_ms, lasts)
    most_mm = rules.rain.most_mm_per_h * np.maximum(lasts, rules.rain.least_s * 1000) / _HOUR_MS
    counts = readings.usable & (readings.values >= 0) & (readings.values <= most_mm)
    return (ends - lasts)[counts], ends[counts], readings.values[counts]


def _sum(begins: _Floats, ends: _Floats, amounts: _Floats, at_ms: int, hours: float, most_mm_per_h: float) -> RainSum:
    from_ms = at_ms - hours * _HOUR_MS
    first = int(np.searchsorted(ends, from_ms, "right"))
    begins, ends, amounts = begins[first:], ends[first:], amounts[first:]
    within = np.maximum(begins, from_ms)
    known_ms = float((ends - within).sum())
    part = (ends - within) / np.maximum(ends - begins, 1.0)
    share = min(1.0, known_ms / (hours * _HOUR_MS))
    gap_mm = (1.0 - share) * hours * most_mm_per_h
    return RainSum(hours, float((amounts * part).sum()), share, float(amounts[begins >= from_ms].sum()), float(amounts.sum()) + gap_mm)


def rate_of_rise(readings: Series, at_ms: int, hours: float) -> float | None:
    """Change per hour over the last `hours` before `at_ms` (author's clock), in the unit of the readings; negative: it falls.

    From the first to the last believed reading within the window; None when they span less than half of it, or are fewer than two.
    """
    believed = readings.until(at_ms).believed()
    first = int(np.searchsorted(believed.times_ms, at_ms - hours * _HOUR_MS, "left"))
    if len(believed) - first < 2:
        return None
    span_h = (int(believed.times_ms[-1]) - int(believed.times_ms[first])) / _HOUR_MS
    if span_h < hours * LEAST_SHARE:
        return None
    return float(believed.values[-1] - believed.values[first]) / span_h
