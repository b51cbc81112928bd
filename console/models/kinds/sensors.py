"""Sensors, what they read, and earthquakes that others measured."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from console.models.kinds.fields import Amount, Body, Code, Finite, Lat, Lon, Millis, Name, Ref

QUANTITIES = ("rain", "level", "flow", "wind", "gust", "temperature", "humidity", "displacement", "fire_weather", "lightning", "seismic")
QUALITIES = ("", "suspect", "missing", "estimated")
"""Of a reading, by who sends it: "" good; suspect: it doubts it itself; missing: it was asked and gave none (the value counts for nothing)."""
MAX_SERIES = 1000
Interval = Annotated[float, Meta(gt=0, le=604_800)]


class SensorRegistered(Body, frozen=True):
    """A gauge; subject = sensor id. `quantity` is one of QUANTITIES, `unit` the unit of its values (a rain gauge gives the amount that fell
    since its reading before, in mm). `interval_s`: how often it is expected to report, None: not known; `valid_s`: how long a reading
    may be taken as current. `low`, `high`: what the instrument can read at all. `link`: how its readings come (mqtt, csv, unit, beidou,
    cellular, ...). `warning`, `guarantee`, `historic`: of a river gauge, the levels of GB/T 28592 (警戒, 保证, 历史最高), in `unit`."""

    name: Name
    quantity: Code
    unit: Code = ""
    lon: Lon | None = None
    lat: Lat | None = None
    valid_s: Interval = 3600.0
    owner: Name = ""
    place: Name = ""
    link: Code = ""
    interval_s: Interval | None = None
    basin: Ref = ""
    low: Finite | None = None
    high: Finite | None = None
    warning: Finite | None = None
    guarantee: Finite | None = None
    historic: Finite | None = None


class SensorReading(Body, frozen=True):
    """One reading. `at_ms`: when it was read, None: when it was said; never later than it was said. `quality` is one of QUALITIES."""

    value: Finite
    at_ms: Millis | None = None
    quality: Code = ""


class SensorSeries(Body, frozen=True):
    """Readings of one sensor that come together: kept while it was cut off, or from a file. `times_ms` and `values` of the same length,
    the times rising, never later than it was said (`state.rules.sensors.by_said`); of one quality."""

    times_ms: Annotated[list[Millis], Meta(min_length=1, max_length=MAX_SERIES)]
    values: Annotated[list[Finite], Meta(min_length=1, max_length=MAX_SERIES)]
    quality: Code = ""


class QuakeReported(Body, frozen=True):
    """An earthquake as an agency has it; subject = `<source>:<its id>`. A later report of the same subject replaces the earlier.
    `depth_km` from 0; `status`: automatic, reviewed or deleted, as the source says."""

    magnitude: Annotated[float, Meta(ge=-5, le=12)]
    lon: Lon
    lat: Lat
    at_ms: Millis
    depth_km: Amount | None = None
    scale: Code = ""
    place: Name = ""
    source: Name = ""
    status: Code = ""
    incident: Ref = ""
