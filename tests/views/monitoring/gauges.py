"""Gauges and their readings, put where the projection would have put them. No Qt."""

from __future__ import annotations

from collections.abc import Iterable

from console.models.clock import hlc_from_ms
from console.models.state import tables
from tests.views.tables.sample import NODE
from tests.views.tables.state import NOW_MS, State

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
Readings = Iterable[tuple[int, float] | tuple[int, float, str]]


def put_gauge(state: State, sensor: str, quantity: str = "level", readings: Readings = (), **fields: object) -> None:
    """`readings`: (UTC ms, value[, quality]) in order; the newest is what the row shows."""
    units = {"rain": "mm", "level": "m", "displacement": "mm"}
    held = [(*reading, "")[:3] for reading in readings]
    put_readings(state, sensor, held)
    newest = {} if not held else {"at_ms": held[-1][0], "heard_ms": held[-1][0], "value": held[-1][1], "quality": held[-1][2]}
    given = {"name": sensor, "unit": units.get(quantity, ""), "interval_s": 300.0, "area": "652722", "origin": NODE, **newest, **fields}
    state.put(tables.Sensor, id=sensor, quantity=quantity, **given)


def put_readings(state: State, sensor: str, readings: Iterable[tuple[int, float, str]]) -> None:
    rows = [(sensor, at_ms, hlc_from_ms(at_ms), value, quality) for at_ms, value, quality in readings]
    with state.database.atomic():
        state.database.connection().executemany("INSERT OR REPLACE INTO reading VALUES (?, ?, ?, ?, ?)", rows)


def every(minutes: int, values: Iterable[float], end_ms: int = NOW_MS - MINUTE_MS) -> list[tuple[int, float]]:
    """`values` so far apart, the last at `end_ms`."""
    held = list(values)
    return [(end_ms - (len(held) - 1 - place) * minutes * MINUTE_MS, value) for place, value in enumerate(held)]
