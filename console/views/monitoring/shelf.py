"""Readings of the gauges that are drawn, kept between two looks, so that a second of news costs what came in it. No Qt.

On the reading thread alone; what it gives away is never changed afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import peewee as pw

from console.models.sensors import Gauge, Series, read_gauges, series
from console.models.state.tables import PRESENT_READING
from console.views.monitoring.scope import Span

MOST_READINGS = 60_000
"""Of one gauge at once. Of more, the lowest and the highest of equal parts of the time are read instead."""
PARTS = 10_000
ANEW_MS = 30_000
ANEW_AT_ONCE = 2
"""Of gauges with news so many a look are read anew from the start, each after ANEW_MS: what came late, or was corrected, is in it then."""
OPEN_MS = 2**53
"""An end that is not reached: all there is until now."""


@dataclass(frozen=True)
class Held:
    """`series`: the readings of `gauge` within `span`; with `part_ms`, the lowest and the highest of each so long a part alone."""

    gauge: Gauge
    series: Series
    span: Span
    part_ms: int = 0
    read_ms: int = 0

    def covers(self, span: Span) -> bool:
        within = self.span.start_ms <= span.start_ms and span.end_ms <= self.span.end_ms
        return within and (not self.part_ms or 2 * _part_ms(span) >= self.part_ms)


class Shelf:
    """`forget` when the time mode or the journal is another: nothing here is true any more."""

    def __init__(self) -> None:
        self._held: dict[str, Held] = {}

    def forget(self) -> None:
        self._held = {}

    def read(self, database: pw.SqliteDatabase, sensors: Iterable[str], span: Span, told: frozenset[str], now_ms: int) -> dict[str, Held]:
        """Of each gauge that is known, in the order asked for, its readings within `span` and perhaps more. `told`: of whom there is news."""
        wanted = list(dict.fromkeys(sensors))
        gauges = read_gauges(database, wanted)
        anew = ANEW_AT_ONCE
        found: dict[str, Held] = {}
        for sensor in wanted:
            gauge, held = gauges.get(sensor), self._held.get(sensor)
            if gauge is None:
                continue
            if held is None or not held.covers(span):
                found[sensor] = _whole(database, gauge, span, now_ms)
            elif sensor not in told:
                found[sensor] = Held(gauge, held.series, held.span, held.part_ms, held.read_ms)
            elif anew and abs(now_ms - held.read_ms) >= ANEW_MS:
                anew -= 1
                found[sensor] = _whole(database, gauge, held.span, now_ms)
            else:
                found[sensor] = _longer(database, held, gauge, now_ms)
        self._held = found
        return dict(found)


def read_span(database: pw.SqliteDatabase, sensors: Iterable[str], span: Span) -> dict[str, Series]:
    """Of each, every reading within `span`, thinned where they are too many to draw."""
    return {sensor: _read(database, sensor, span)[0] for sensor in sensors}


def _longer(database: pw.SqliteDatabase, held: Held, gauge: Gauge, now_ms: int) -> Held:
    """With what was read since. News that brought nothing newer brought something older: all is read."""
    last_ms = int(held.series.times_ms[-1]) if len(held.series) else held.span.start_ms - 1
    if held.part_ms or gauge.at_ms > held.span.end_ms:
        return Held(gauge, held.series, held.span, held.part_ms, held.read_ms)
    newer = series(database, gauge.id, last_ms + 1, held.span.end_ms)
    if not len(newer):
        return _whole(database, gauge, held.span, now_ms)
    return Held(gauge, _joined(held.series, newer), held.span, 0, held.read_ms)


def _joined(older: Series, newer: Series) -> Series:
    return Series(
        np.concatenate((older.times_ms, newer.times_ms)),
        np.concatenate((older.values, newer.values)),
        np.concatenate((older.quality, newer.quality)),
    )


def _whole(database: pw.SqliteDatabase, gauge: Gauge, span: Span, now_ms: int) -> Held:
    found, part_ms = _read(database, gauge.id, span)
    return Held(gauge, found, span, part_ms, now_ms)


def _read(database: pw.SqliteDatabase, sensor: str, span: Span) -> tuple[Series, int]:
    """(readings, length of the parts that they are the extremes of, 0 where every reading is there)."""
    limits = (sensor, span.start_ms, span.end_ms)
    within = f"SELECT at_ms FROM {PRESENT_READING} WHERE sensor = ? AND at_ms BETWEEN ? AND ? LIMIT ?"
    counting = f"SELECT count(*) FROM ({within})"
    count = database.execute_sql(counting, (*limits, MOST_READINGS + 1)).fetchone()[0]  # type: ignore[no-untyped-call]
    if count <= MOST_READINGS:
        return series(database, sensor, span.start_ms, span.end_ms), 0
    last_ms = database.execute_sql(f"SELECT max(at_ms) FROM {PRESENT_READING} WHERE sensor = ?", (sensor,)).fetchone()[0]  # type: ignore[no-untyped-call]
    part_ms = _part_ms(Span(span.start_ms, min(span.end_ms, last_ms)))
    thinning = (
        f'SELECT at_ms / :part, min("value"), max("value") FROM {PRESENT_READING} WHERE sensor = :sensor AND at_ms BETWEEN :start AND :end '
        "AND quality IN ('', 'estimated') GROUP BY 1"
    )
    cursor = database.connection().execute(thinning, {"part": part_ms, "sensor": sensor, "start": span.start_ms, "end": span.end_ms})  # type: ignore[no-untyped-call]
    return Series.of(
        (int(part * part_ms + half * part_ms // 2), value, 0) for part, *pair in cursor for half, value in enumerate(pair)
    ), part_ms


def _part_ms(span: Span) -> int:
    return max(1, span.width_ms // PARTS)
