"""Sensors: what they are, what they read over a time, and how far each is to be believed.

    gauges = read_gauges(database)                            the registry with the newest reading of each, by id
    found = series(database, sensor, from_ms, to_ms)          the readings of one, by when they were read
    state = state_of(gauge, recent(database, gauge, rules), now_ms, rules)
    sums = rain_sums(found, gauge, now_ms, (1, 3, 6, 12, 24)) how much fell, of how much of the time that is known, how much at most
    rise = rate_of_rise(found, now_ms, hours=1)

`database` is what `context.reading.run` gives: the live journal or an instant of it. Times of readings are their author's clock; ages are
counted by `heard_ms`, this machine's. Numbers: `resources/rules/sensors.toml`.
"""

from __future__ import annotations

from console.models.sensors.gauge import Gauge, read_gauges
from console.models.sensors.rules import QuantityRule, SensorRules, sensor_rules
from console.models.sensors.series import Series, recent, series
from console.models.sensors.state import Condition, State, state_of
from console.models.sensors.sums import RainSum, rain_sums, rate_of_rise

__all__ = [
    "Condition",
    "Gauge",
    "QuantityRule",
    "RainSum",
    "SensorRules",
    "Series",
    "State",
    "rain_sums",
    "rate_of_rise",
    "read_gauges",
    "recent",
    "sensor_rules",
    "series",
    "state_of",
]
