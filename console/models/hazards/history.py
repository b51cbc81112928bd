"""What one gauge read, as far back as the rules look, and whether it is to be believed now."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from console.models.hazards.spans import HOUR_MS, Spans
from console.models.sensors import Condition, Gauge, SensorRules, Series, state_of

Floats = NDArray[np.float64]
DAY_MS = 24 * HOUR_MS
KEEP_MS = 16 * DAY_MS
"""Effective antecedent rain looks back fifteen days."""
KEPT_READINGS = 200


class History:
    """Attributes: `gauge`, its row; `tail`, its newest readings; `spans`, of a rain gauge; `condition`: what its values say of it, its silence
    aside; `silent_ms`: after when it is silent if it says nothing more, by this machine's clock."""

    def __init__(self, gauge: Gauge, readings: Series, rules: SensorRules) -> None:
        self._rules = rules
        self.tail = Series.of(())
        self.spans: Spans | None = None
        if gauge.quantity == "rain":
            self.spans = Spans(gauge.expected_s * 1000, rules)
        self.put(gauge, readings)

    def put(self, gauge: Gauge, later: Series) -> None:
        """The gauge's row as it is now, and readings that are all later than those held."""
        if self.spans is not None and len(later):
            self.spans.put(later)
            self.spans.trim(float(later.times_ms[-1]) - KEEP_MS)
        held = self.tail
        whole = Series(*(np.concatenate(pair) for pair in zip(_columns(held), _columns(later), strict=True)))
        self.tail = _tail(whole, gauge, self._rules)
        self.gauge, self.ahead_ms = gauge, gauge.ahead_ms
        self._judge()

    @property
    def newest_ms(self) -> int:
        """Of the newest reading, by this machine's clock; 0: there is none."""
        return int(self.tail.times_ms[-1]) - self.ahead_ms if len(self.tail) else 0

    def doubt(self, now_ms: int) -> str:
        """Why the gauge does not count now, as a word of `sensors.Condition`; "" when it does."""
        if self.condition is Condition.NO_DATA:
            return Condition.NO_DATA.value
        if now_ms > self.silent_ms:
            return Condition.SILENT.value
        return "" if self.condition in (Condition.NORMAL, Condition.LATE, Condition.SILENT) else self.condition.value

    def last(self, now_ms: int, count: int, within_s: float) -> list[float]:
        """The newest values that may be counted, newest first; each no older than `within_s` before the one after it."""
        held = self.tail.until(now_ms + self.ahead_ms).believed()
        kept: list[float] = []
        for at in range(len(held) - 1, max(len(held) - 1 - count, -1), -1):
            if kept and held.times_ms[at + 1] - held.times_ms[at] > within_s * 1000:
                break
            kept.append(float(held.values[at]))
        return kept

    def _judge(self) -> None:
        gauge, rules = self.gauge, self._rules
        state = state_of(gauge, self.tail, gauge.heard_ms or 0, rules)
        self.condition = state.condition
        if gauge.quantity != "level" and state.condition is not Condition.NO_DATA and not rules.speaks(gauge.quantity, gauge.unit):
            self.condition = Condition.SUSPECT  # numbers in a unit that no limit here is in; a level is held against the gauge's own limits
        silent_s = rules.silent_after_s(gauge.expected_s, gauge.link)
        self.silent_ms = (gauge.heard_ms or 0) - round((state.age_s or 0.0) * 1000) + round(silent_s * 1000)


def _columns(held: Series) -> tuple[NDArray[np.generic], ...]:
    return held.times_ms, held.values, held.quality


def _tail(series: Series, gauge: Gauge, rules: SensorRules) -> Series:
    """As much of the end as its state and its rate hang on: a value that stands still is kept as its first and its newest readings."""
    values = series.values
    if len(values) <= KEPT_READINGS:
        return series
    start = len(values) - KEPT_READINGS
    if rules.of(gauge.quantity, gauge.unit).stuck_s is None or (values[start:] != values[-1]).any():
        return _from(series, start)
    others = np.flatnonzero(values != values[-1])
    since = int(others[-1]) if len(others) else 0
    kept = np.unique(np.concatenate([np.arange(since, min(since + 2, start)), np.arange(start, len(values))]))
    return Series(series.times_ms[kept], series.values[kept], series.quality[kept])


def _from(series: Series, start: int) -> Series:
    return Series(series.times_ms[start:], series.values[start:], series.quality[start:])
