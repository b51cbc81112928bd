"""Whether a sensor works: what its silence and its values say of it. A pure function of its row, its recent readings and the time."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

import numpy as np

from console.models.sensors.gauge import Gauge
from console.models.sensors.rules import QuantityRule, SensorRules
from console.models.sensors.series import SUSPECT, Series

_HOUR_MS = 3_600_000


class Condition(StrEnum):
    """From the gravest to none; of several that hold, a sensor's `State.condition` is the first.

    NO_DATA: nothing was ever read, or not registered. SILENT: nothing for several of its intervals. OUT_OF_RANGE: beyond the instrument or
    what is possible. JUMP: changed impossibly fast, and not yet confirmed. STUCK: the same value where it should vary. SUSPECT: its sender
    doubts it. LATE: nothing for more than an interval. NORMAL.
    """

    NO_DATA = "no_data"
    SILENT = "silent"
    OUT_OF_RANGE = "out_of_range"
    JUMP = "jump"
    STUCK = "stuck"
    SUSPECT = "suspect"
    LATE = "late"
    NORMAL = "normal"


class State(NamedTuple):
    """`also`: what holds besides `condition`, gravest first. `age_s`: since the newest reading was read, by this machine's clock, None: never.
    `limit`: the number that `condition` was judged by (seconds of silence or standstill, the bound that was passed, the change per hour that
    is possible), None: none; `found`: what was found against it."""

    condition: Condition
    also: tuple[Condition, ...] = ()
    age_s: float | None = None
    limit: float | None = None
    found: float | None = None

    @property
    def usable(self) -> bool:
        """Whether its newest reading may be reckoned with as it stands now."""
        return self.condition in (Condition.NORMAL, Condition.LATE)

    @property
    def doubtful(self) -> bool:
        """It reports, and what it reports is not believed."""
        return any(one in _DOUBTS for one in (self.condition, *self.also))


_DOUBTS = (Condition.OUT_OF_RANGE, Condition.JUMP, Condition.STUCK, Condition.SUSPECT)
_ORDER = {condition: place for place, condition in enumerate(Condition)}


class _Finding(NamedTuple):
    condition: Condition
    limit: float | None = None
    found: float | None = None


def state_of(gauge: Gauge, readings: Series, now_ms: int, rules: SensorRules) -> State:
    """`readings`: what `recent` gives, or any that end with the newest (UTC ms, their author's clock); `now_ms`: this machine's clock, or the
    instant shown. Readings after the gauge's newest are not looked at. One that is missing is no sign of life: silence is counted from the
    last that had a value."""
    if gauge.heard_ms is None or gauge.value is None:
        return State(Condition.NO_DATA)
    heard = readings.until(gauge.at_ms)
    given = heard.given()
    last_ms = int(given.times_ms[-1]) if len(given) else int(heard.times_ms[0]) if len(heard) else gauge.at_ms
    age_s = max(0.0, (now_ms - (last_ms - gauge.ahead_ms)) / 1000)
    findings = _silence(gauge, age_s, rules)
    if len(given):
        findings += _doubts(gauge, given, rules)
    findings.sort(key=lambda finding: _ORDER[finding.condition])
    if not findings:
        return State(Condition.NORMAL, (), age_s)
    first = findings[0]
    return State(first.condition, tuple(finding.condition for finding in findings[1:]), age_s, first.limit, first.found)


def _silence(gauge: Gauge, age_s: float, rules: SensorRules) -> list[_Finding]:
    silent_s = rules.silent_after_s(gauge.expected_s, gauge.link)
    late_s = rules.late_after_s(gauge.expected_s, gauge.link)
    if age_s > silent_s:
        return [_Finding(Condition.SILENT, silent_s, age_s)]
    return [_Finding(Condition.LATE, late_s, age_s)] if age_s > late_s else []


def _doubts(gauge: Gauge, given: Series, rules: SensorRules) -> list[_Finding]:
    rule, believed = rules.of(gauge.quantity, gauge.unit), given.believed()
    newest = float(given.values[-1])
    findings = [_Finding(Condition.SUSPECT, None, newest)] if given.quality[-1] == SUSPECT else []
    beyond = _range(gauge, newest, rule)
    if beyond is None and gauge.quantity == "rain" and gauge.unit in ("", "mm"):
        beyond = _intensity(gauge, believed, rules)
    found = (beyond, _jump(believed, rule, rules), _standstill(believed, rule, rules))
    return findings + [finding for finding in found if finding is not None]


def _range(gauge: Gauge, value: float, rule: QuantityRule) -> _Finding | None:
    lows = [low for low in (gauge.low, rule.low) if low is not None]
    highs = [high for high in (gauge.high, rule.high) if high is not None]
    if lows and value < max(lows):
        return _Finding(Condition.OUT_OF_RANGE, max(lows), value)
    if highs and value > min(highs):
        return _Finding(Condition.OUT_OF_RANGE, min(highs), value)
    return None


def _intensity(gauge: Gauge, believed: Series, rules: SensorRules) -> _Finding | None:
    """Of rain, an amount is judged by the time in which it fell."""
    if not len(believed):
        return None
    over_s = gauge.expected_s
    if len(believed) > 1:
        since_s = (int(believed.times_ms[-1]) - int(believed.times_ms[-2])) / 1000
        over_s = since_s if since_s <= over_s * rules.rain.most_intervals else over_s
    per_h = float(believed.values[-1]) * 3600 / max(over_s, rules.rain.least_s)
    return _Finding(Condition.OUT_OF_RANGE, rules.rain.most_mm_per_h, per_h) if per_h > rules.rain.most_mm_per_h else None


def _jump(believed: Series, rule: QuantityRule, rules: SensorRules) -> _Finding | None:
    """Among the last readings, a change too fast to be true. Once enough readings after it agree, the new value stands."""
    if rule.jump_least is None or rule.jump_per_h is None or len(believed) < 2:
        return None
    last = rules.doubt.confirm_readings + 1
    changes = np.abs(np.diff(believed.values[-last:]))
    per_h = changes * _HOUR_MS / np.diff(believed.times_ms[-last:])
    wrong = (changes > rule.jump_least) & (per_h > rule.jump_per_h)
    return _Finding(Condition.JUMP, rule.jump_per_h, float(per_h[wrong].max())) if wrong.any() else None


def _standstill(believed: Series, rule: QuantityRule, rules: SensorRules) -> _Finding | None:
    if rule.stuck_s is None or len(believed) < rules.doubt.stuck_readings or float(believed.values[-1]) in rule.still:
        return None
    others = np.flatnonzero(believed.values != believed.values[-1])
    first = int(others[-1]) + 1 if len(others) else 0
    lasted_s = (int(believed.times_ms[-1]) - int(believed.times_ms[first])) / 1000
    if len(believed) - first < rules.doubt.stuck_readings or lasted_s < rule.stuck_s:
        return None
    return _Finding(Condition.STUCK, rule.stuck_s, lasted_s)
