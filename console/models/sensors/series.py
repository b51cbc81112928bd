"""Readings of a sensor over a time, from the table `reading`."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import peewee as pw

from console.models.kinds import QUALITIES
from console.models.sensors.gauge import Gauge
from console.models.sensors.rules import SensorRules
from console.models.state.tables import PRESENT_READING

GOOD, SUSPECT, MISSING, ESTIMATED = range(len(QUALITIES))
_CODE = "CASE quality " + " ".join(f"WHEN '{word}' THEN {code}" for code, word in enumerate(QUALITIES)) + f" ELSE {SUSPECT} END"
"""A word this version does not know is a doubt."""


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """Readings in the order in which they were read, one for a moment. `times_ms`: int64, UTC by the author's clock, rising; `values`:
    float64; `quality`: uint8, places in QUALITIES (0 good, 1 suspect, 2 missing: its value counts for nothing, 3 estimated)."""

    times_ms: npt.NDArray[np.int64]
    values: npt.NDArray[np.float64]
    quality: npt.NDArray[np.uint8]

    @classmethod
    def of(cls, readings: Iterable[tuple[int, float, int]]) -> Series:
        """From (time, value, quality code) in order."""
        held = np.fromiter(itertools.chain.from_iterable(readings), dtype=np.float64).reshape(-1, 3)
        return cls(held[:, 0].astype(np.int64), held[:, 1].copy(), held[:, 2].astype(np.uint8))

    def __len__(self) -> int:
        return len(self.times_ms)

    @property
    def usable(self) -> npt.NDArray[np.bool_]:
        """Of each, whether its value may be counted: good or estimated."""
        usable: npt.NDArray[np.bool_] = (self.quality == GOOD) | (self.quality == ESTIMATED)
        return usable

    def believed(self) -> Series:
        """Without what is suspect or missing."""
        return self._those(self.usable)

    def given(self) -> Series:
        """Without what is missing."""
        return self._those(self.quality != MISSING)

    def _those(self, kept: npt.NDArray[np.bool_]) -> Series:
        return self if kept.all() else Series(self.times_ms[kept], self.values[kept], self.quality[kept])

    def until(self, at_ms: int) -> Series:
        """Those read at or before `at_ms`."""
        end = int(np.searchsorted(self.times_ms, at_ms, "right"))
        return Series(self.times_ms[:end], self.values[:end], self.quality[:end])


def series(database: pw.SqliteDatabase, sensor: str, from_ms: int, to_ms: int) -> Series:
    """Read at `from_ms` or later and before or at `to_ms` (UTC ms by the author's clock)."""
    query = f'SELECT at_ms, "value", {_CODE} FROM reading WHERE sensor = ? AND at_ms BETWEEN ? AND ? ORDER BY at_ms, hlc'
    return _last_said(Series.of(database.execute_sql(query, (sensor, from_ms, to_ms))))  # type: ignore[no-untyped-call]


def series_of(database: pw.SqliteDatabase, parts: Sequence[tuple[str, int, int]], most: int) -> list[Series] | None:
    """As `series`, of each (sensor, from_ms, to_ms): taken over at once, which costs half of one after the other. None when they are more
    than `most` readings."""
    query = f'SELECT ? + {_CODE}, at_ms, "value" FROM reading WHERE sensor = ? AND at_ms BETWEEN ? AND ? ORDER BY at_ms, hlc'
    cursors = (database.execute_sql(query, (4 * place, *part)) for place, part in enumerate(parts))  # type: ignore[no-untyped-call]
    rows = itertools.islice(itertools.chain.from_iterable(cursors), most + 1)
    held = np.fromiter(itertools.chain.from_iterable(rows), dtype=np.float64).reshape(-1, 3)
    if len(held) > most:
        return None
    codes, times_ms, values = held[:, 0].astype(np.int64), held[:, 1].astype(np.int64), held[:, 2].copy()
    place, quality = codes >> 2, (codes & 3).astype(np.uint8)
    last = (np.diff(times_ms, append=np.int64(-1)) != 0) | (np.diff(place, append=np.int64(-1)) != 0)
    if not last.all():
        place, times_ms, values, quality = place[last], times_ms[last], values[last], quality[last]
    ends = np.searchsorted(place, np.arange(len(parts) + 1)).tolist()
    return [Series(times_ms[start:end], values[start:end], quality[start:end]) for start, end in itertools.pairwise(ends)]


def _last_said(readings: Series) -> Series:
    """As PRESENT_READING: of each moment what was said last. Here it is the last of its moment, which costs half of asking for each."""
    last = np.diff(readings.times_ms, append=np.int64(2**62)) > 0
    return readings._those(last)


def recent(database: pw.SqliteDatabase, gauge: Gauge, rules: SensorRules) -> Series:
    """As many of the newest readings as `state_of` needs: a few, and for a sensor that stands still all since it last read something else
    (at most for the time after which that is called stuck, and two readings more)."""
    query = f'SELECT at_ms, "value", {_CODE} FROM {PRESENT_READING} WHERE sensor = ? ORDER BY at_ms DESC'
    cursor = database.execute_sql(query, (gauge.id,))  # type: ignore[no-untyped-call]
    found = list(_needed(iter(cursor), gauge, rules))
    cursor.close()
    return Series.of(reversed(found))


def _needed(newest_first: Iterator[tuple[int, float, int]], gauge: Gauge, rules: SensorRules) -> Iterator[tuple[int, float, int]]:
    few = rules.doubt.confirm_readings + 2
    stuck_s = rules.of(gauge.quantity, gauge.unit).stuck_s
    newest: tuple[int, float] | None = None  # of those that are believed
    for count, (at_ms, value, quality) in enumerate(newest_first, 1):
        yield at_ms, value, quality
        if newest is None and quality in (GOOD, ESTIMATED):
            newest = at_ms, value
        if newest is None:
            enough = count >= few + rules.doubt.stuck_readings
        else:
            varies = quality in (GOOD, ESTIMATED) and value != newest[1]
            enough = count >= few and (stuck_s is None or varies or newest[0] - at_ms > 1000 * stuck_s)
        if enough:
            return
