"""Sensors and what they read; earthquakes; what brings readings in."""

from __future__ import annotations

from typing import NamedTuple

from console.models import kinds
from console.models.clock import ms_of
from console.models.state.rows import Rows
from console.models.state.rules.happening import Happening, encode, given, write

_SENSOR_FIELDS = (
    "name",
    "quantity",
    "unit",
    "lon",
    "lat",
    "valid_s",
    "owner",
    "place",
    "link",
    "interval_s",
    "basin",
    "low",
    "high",
    "warning",
    "guarantee",
    "historic",
)


def sensor_registered(rows: Rows, at: Happening, body: kinds.SensorRegistered) -> None:
    write(rows, "sensor", at.subject, at, **given(body, *_SENSOR_FIELDS))


class Read(NamedTuple):
    """One reading on its way to the table `reading`: when it was read (never later than it was said), and what."""

    at_ms: int
    value: float
    quality: str


DAY_MS, QUARTER_MS = 86_400_000, 900_000
SLACK_MS = 120_000


def by_said(times_ms: list[int], said_ms: int) -> list[int]:
    """Rising times of a series as they can have been when it was said: none later than that. A clock that is a quarter of an hour ahead or more
    is taken to be in another zone, and zones differ by whole quarters: all of the series goes back by so many, so that its readings stay apart.
    What is more than a day ahead has no time at all, and does not move the others."""
    ahead_ms = max((time_ms for time_ms in times_ms if time_ms <= said_ms + DAY_MS), default=said_ms) - said_ms
    back_ms = -(-(ahead_ms - SLACK_MS) // QUARTER_MS) * QUARTER_MS if ahead_ms >= QUARTER_MS else 0
    return [min(time_ms - back_ms, said_ms) for time_ms in times_ms]


def readings_of(at: Happening) -> list[Read]:
    """What an event says that a sensor read, oldest first; nothing of a series whose lengths differ."""
    body, said_ms = at.body, ms_of(at.hlc)
    if isinstance(body, kinds.SensorReading):
        return [Read(said_ms if body.at_ms is None else min(body.at_ms, said_ms), body.value, body.quality)]
    if isinstance(body, kinds.SensorSeries) and len(body.times_ms) == len(body.values):
        times_ms = by_said(body.times_ms, said_ms)
        return sorted(Read(time_ms, value, body.quality) for time_ms, value in zip(times_ms, body.values, strict=True))
    return []


def sensor_read(rows: Rows, at: Happening, _body: kinds.SensorReading | kinds.SensorSeries) -> None:
    """The newest by when it was read is what the sensor shows."""
    row = write(rows, "sensor", at.subject, at)
    found = readings_of(at)
    if not found:
        return
    values, hlc, (at_ms, value, quality) = row.values, at.stamp[0], found[-1]
    heard_ms = at.heard_ms - (ms_of(at.hlc) - at_ms)
    held = (values["at_ms"], values["reading_hlc"], encode([values["value"], values["quality"]]), values["heard_ms"] or 0)
    if (at_ms, hlc, encode([value, quality]), heard_ms) > held:
        values["value"], values["quality"], values["at_ms"] = value, quality, at_ms
        values["reading_hlc"], values["heard_ms"] = hlc, heard_ms
        row.dirty = row.noted = True


def quake_reported(rows: Rows, at: Happening, body: kinds.QuakeReported) -> None:
    fields = given(body, "magnitude", "scale", "lon", "lat", "depth_km", "at_ms", "place", "source", "status")
    write(rows, "quake", at.subject, at, **fields).raise_to("heard_ms", at.heard_ms)


def gateway_reported(rows: Rows, at: Happening, body: kinds.GatewayReported) -> None:
    fields = given(body, "name", "source", "place", "state", "fault", "taken", "example", "since_ms", "newest_ms")
    write(rows, "gateway", at.subject, at, refused=encode(body.refused), **fields).raise_to("heard_ms", at.heard_ms)
