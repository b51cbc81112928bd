"""A sensor as the table `sensor` has it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import peewee as pw


class Gauge(NamedTuple):
    """One row, fields as in `console.models.state.tables.Sensor`; `value` None, `heard_ms` None: nothing was read yet.

    `heard_ms` is when the newest reading was *read*, by this machine's clock: a backlog that has just arrived is as old as it is.
    """

    id: str
    name: str = ""
    quantity: str = ""
    unit: str = ""
    interval_s: float | None = None
    valid_s: float = 3600.0
    low: float | None = None
    high: float | None = None
    value: float | None = None
    quality: str = ""
    at_ms: int = 0
    heard_ms: int | None = None
    link: str = ""
    owner: str = ""
    place: str = ""
    basin: str = ""
    area: str = ""
    lon: float | None = None
    lat: float | None = None
    warning: float | None = None
    guarantee: float | None = None
    historic: float | None = None

    @property
    def expected_s(self) -> float:
        """How often it should report: its declared interval, else how long its readings hold."""
        return self.interval_s or self.valid_s

    @property
    def ahead_ms(self) -> int:
        """How far the clock of its readings is ahead of this machine's (negative: behind), with which `at_ms` of its readings are told by ours."""
        return 0 if self.heard_ms is None else self.at_ms - self.heard_ms


_COLUMNS = ", ".join(f'"{name}"' for name in Gauge._fields)
_MOST_AT_ONCE = 500


def read_gauges(database: pw.SqliteDatabase, ids: Sequence[str] | None = None, *, present: bool = False) -> dict[str, Gauge]:
    """Gauges by id: those asked for (`present`: but for the withdrawn), or all that are registered and not withdrawn."""
    if ids is None:
        query = f"SELECT {_COLUMNS} FROM sensor WHERE withdrawn = 0 ORDER BY id"
        return {row[0]: Gauge(*row) for row in database.execute_sql(query)}  # type: ignore[no-untyped-call]
    found: dict[str, Gauge] = {}
    for start in range(0, len(ids), _MOST_AT_ONCE):
        some = ids[start : start + _MOST_AT_ONCE]
        query = f"SELECT {_COLUMNS} FROM sensor WHERE id IN ({','.join('?' * len(some))}){' AND NOT withdrawn' if present else ''}"
        found |= {row[0]: Gauge(*row) for row in database.execute_sql(query, tuple(some))}  # type: ignore[no-untyped-call]
    return found
