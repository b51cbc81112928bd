"""Journals full of readings to measure with: made by one statement each, in the table that the projection writes."""

from __future__ import annotations

import math
import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from console.models.identity import Signer
from console.models.journal import Journal

DAY_MS = 86_400_000
_GAUGE = (
    "INSERT INTO sensor (id, name, quantity, unit, interval_s, valid_s, value, at_ms, heard_ms, origin, area, hlc, owner, place, link, basin, "
    "quality, reading_hlc, withdrawn) VALUES (?, ?, 'level', 'm', ?, ?, 1.0, ?, ?, '', '6527', 0, '', '', '', '', '', 0, 0)"
)
_FILL = """
INSERT INTO reading (sensor, at_ms, "value", quality, hlc)
WITH RECURSIVE step(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM step WHERE n + 1 < :count)
SELECT :sensor, :end - (:count - 1 - n) * :every, 1.0 + 0.5 * sin(n / 50.0 + :phase) + (abs(n * 7919 + :seed) % 97) / 9700.0, '', 0 FROM step
"""
_ADD = "INSERT OR REPLACE INTO reading (sensor, at_ms, \"value\", quality, hlc) VALUES (?, ?, ?, '', ?)"
_NEWEST = 'UPDATE sensor SET "value" = ?, at_ms = ?, heard_ms = ? WHERE id = ?'


def gauge_ids(count: int) -> list[str]:
    return [f"g{at:03}" for at in range(count)]


def fill(path: Path, gauges: int, readings: int, every_ms: int, end_ms: int) -> None:
    """A journal of a node, with so many gauges, and of each so many readings until `end_ms`."""
    journal = Journal.open(path, Signer.generate())
    journal.set_identity("bench", "node", "6527")
    journal.close()
    with closing(sqlite3.connect(path)) as connection:
        connection.create_function("sin", 1, math.sin, deterministic=True)
        with connection:
            for at, sensor in enumerate(gauge_ids(gauges)):
                connection.execute(_GAUGE, (sensor, f"Gauge {at}", every_ms / 1000, every_ms / 500, end_ms, end_ms))
                parameters = {"count": readings, "sensor": sensor, "end": end_ms, "every": every_ms, "phase": at / 7, "seed": at * 104_729}
                connection.execute(_FILL, parameters)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


class Readings:
    """Writes one reading of every gauge, as the peer's writer does after a batch."""

    def __init__(self, path: Path, sensors: Sequence[str]) -> None:
        self._connection = sqlite3.connect(path)
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._sensors = sensors
        self._count = 0

    def add(self) -> None:
        at_ms = time.time_ns() // 1_000_000
        self._count += 1
        values = [1.0 + 0.5 * math.sin(self._count / 50 + at / 7) for at in range(len(self._sensors))]
        with self._connection:
            self._connection.executemany(_ADD, [(s, at_ms, v, at_ms << 16) for s, v in zip(self._sensors, values, strict=True)])
            self._connection.executemany(_NEWEST, [(v, at_ms, at_ms, s) for s, v in zip(self._sensors, values, strict=True)])

    def close(self) -> None:
        self._connection.close()
