"""Of every moment at which a sensor was read, what `sums` tells of one: rain of the hours before, rate of rise; and rain in equal parts of time.

The rain that fell until a moment grows evenly over the time that each reading tells of, and not at all where nothing is known.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from console.models.sensors.gauge import Gauge
from console.models.sensors.rules import SensorRules, sensor_rules
from console.models.sensors.series import Series
from console.models.sensors.sums import LEAST_SHARE, spans

_HOUR_MS = 3_600_000
Floats = npt.NDArray[np.float64]


class Fallen(NamedTuple):
    """Rain until a time, and for how long until then something is known: two rising lines with knots at `at_ms`."""

    at_ms: Floats
    mm: Floats
    known_ms: Floats

    def between(self, from_ms: Floats, to_ms: Floats) -> tuple[Floats, Floats]:
        """(mm, share of the time that is known, 0 to 1) from each of `from_ms` to each of `to_ms`."""
        if not len(self.at_ms):
            return np.zeros(len(to_ms)), np.zeros(len(to_ms))
        mm = np.interp(to_ms, self.at_ms, self.mm) - np.interp(from_ms, self.at_ms, self.mm)
        known = np.interp(to_ms, self.at_ms, self.known_ms) - np.interp(from_ms, self.at_ms, self.known_ms)
        return mm, np.clip(known / np.maximum(to_ms - from_ms, 1.0), 0.0, 1.0)


def fallen(readings: Series, gauge: Gauge, rules: SensorRules | None = None) -> Fallen:
    """Of rain gauges, readings in mm as `rain_sums` takes them."""
    rules = rules or sensor_rules()
    begins, ends, amounts = spans(readings, gauge.expected_s * 1000, rules)
    return Fallen(_interleaved(begins, ends), _steps(amounts), _steps(ends - begins))


def rain_curve(readings: Series, gauge: Gauge, hours: float, rules: SensorRules | None = None) -> tuple[Floats, Floats]:
    """(mm, share): at each reading, the rain of the `hours` until then and of which part of them it is known, as `rain_sums` has them."""
    at_ms = readings.times_ms.astype(np.float64)
    return fallen(readings, gauge, rules).between(at_ms - hours * _HOUR_MS, at_ms)


def rain_bars(readings: Series, gauge: Gauge, edges_ms: npt.NDArray[np.int64], rules: SensorRules | None = None) -> Floats:
    """Rain in mm between each of `edges_ms` and the next; NaN where nothing at all is known."""
    edges = edges_ms.astype(np.float64)
    mm, share = fallen(readings, gauge, rules).between(edges[:-1], edges[1:])
    return np.where(share > 0, mm, np.nan)


def rise_curve(readings: Series, hours: float) -> tuple[npt.NDArray[np.int64], Floats]:
    """(times, change per hour): at each believed reading what `rate_of_rise` gives, NaN where that is None."""
    believed = readings.believed()
    times, values = believed.times_ms, believed.values
    first = np.searchsorted(times, times - round(hours * _HOUR_MS), "left")
    over_h = (times - times[first]) / _HOUR_MS if len(times) else np.zeros(0)
    enough = (over_h >= hours * LEAST_SHARE) & (over_h > 0)
    rates = np.full(len(times), np.nan)
    rates[enough] = (values - values[first])[enough] / over_h[enough]
    return times, rates


def _interleaved(first: Floats, second: Floats) -> Floats:
    return np.column_stack((first, second)).reshape(-1)


def _steps(amounts: Floats) -> Floats:
    """What has been added up before and after each amount, in turn."""
    after = np.cumsum(amounts)
    return _interleaved(after - amounts, after)
