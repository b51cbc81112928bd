"""Readings of the gauges that are drawn, kept between two looks, so that a second of news costs what came in it. No Qt.

On the reading thread alone; what it gives away is never changed afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import peewee as pw

from console.models.sensors import Gauge, Series, read_gauges, series
from console.models.sensors.series import series_of
from console.models.state.tables import PRESENT_READING
from console.views.monitoring.scope import Span

MOST_READINGS = 60_000
"""Of all gauges at once. Of a gauge that has more, the lowest and the highest of equal parts of the time are read instead."""
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

    @property
    def last_ms(self) -> int:
        return int(self.series.times_ms[-1]) if len(self.series) else self.span.start_ms - 1

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
        known = [(sensor, gauges[sensor], self._held.get(sensor)) for sensor in wanted if sensor in gauges]
        found: dict[str, Held | None] = {}
        whole: list[tuple[Gauge, Span]] = []
        longer: list[tuple[Gauge, Held]] = []
        anew = ANEW_AT_ONCE
        for sensor, gauge, held in known:
            found[sensor] = None if held is None else replace(held, gauge=gauge)
            if held is None or not held.covers(span):
                whole.append((gauge, span))
            elif sensor in told and anew and abs(now_ms - held.read_ms) >= ANEW_MS:
                anew -= 1
                whole.append((gauge, held.span))
            elif sensor in told and not held.part_ms and gauge.at_ms <= held.span.end_ms:
                longer.append((gauge, held))
        late = _with_news(database, longer, found)
        _with_all(database, [*whole, *late], found, now_ms)
        self._held = {sensor: held for sensor, held in found.items() if held is not None}
        return dict(self._held)


def read_span(database: pw.SqliteDatabase, gauges: Iterable[Gauge], span: Span) -> dict[str, Series]:
    """Of each, every reading within `span`, thinned where they are too many to draw."""
    found: dict[str, Held | None] = {}
    _with_all(database, [(gauge, span) for gauge in gauges], found, 0)
    return {sensor: held.series for sensor, held in found.items() if held is not None}


def _with_news(database: pw.SqliteDatabase, longer: list[tuple[Gauge, Held]], found: dict[str, Held | None]) -> list[tuple[Gauge, Span]]:
    """What was read since is put to each. Of whom there is nothing newer, something older came: all is to be read."""
    parts = [(gauge.id, held.last_ms + 1, held.span.end_ms) for gauge, held in longer]
    read = series_of(database, parts, MOST_READINGS)
    if read is None:
        return [(gauge, held.span) for gauge, held in longer]
    late = []
    for (gauge, held), newer in zip(longer, read, strict=True):
        if len(newer):
            found[gauge.id] = replace(held, gauge=gauge, series=_joined(held.series, newer))
        else:
            late.append((gauge, held.span))
    return late


def _with_all(database: pw.SqliteDatabase, whole: list[tuple[Gauge, Span]], found: dict[str, Held | None], now_ms: int) -> None:
    read = series_of(database, [(gauge.id, *span) for gauge, span in whole], MOST_READINGS)
    for place, (gauge, span) in enumerate(whole):
        all_of_it, part_ms = (read[place], 0) if read is not None else _read(database, gauge, span)
        found[gauge.id] = Held(gauge, all_of_it, span, part_ms, now_ms)


def _joined(older: Series, newer: Series) -> Series:
    return Series(
        np.concatenate((older.times_ms, newer.times_ms)),
        np.concatenate((older.values, newer.values)),
        np.concatenate((older.quality, newer.quality)),
    )


def _read(database: pw.SqliteDatabase, gauge: Gauge, span: Span) -> tuple[Series, int]:
    """(readings, length of the parts that they are the extremes of, 0 where every reading is there)."""
    limits = (sensor := gauge.id, span.start_ms, span.end_ms)
    counting = "SELECT count(*) FROM (SELECT 1 FROM reading WHERE sensor = ? AND at_ms BETWEEN ? AND ? LIMIT ?)"
    count = database.execute_sql(counting, (*limits, MOST_READINGS + 1)).fetchone()[0]  # type: ignore[no-untyped-call]
    if count <= MOST_READINGS or gauge.quantity == "rain":  # of a sum nothing can be left out
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
