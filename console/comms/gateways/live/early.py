"""Readings that came before their time by this machine's clock, kept until it is known which clock was wrong.

By the clock that nobody sets (`models.clock.steady_ms`) it is known when each came, whatever was done to the machine's clock since. One that is
no longer ahead of that instant was right, and this machine's clock was not: it is said then, with its own time. One that stays ahead of it comes
from a wrong clock and is never said, however long ago its time went by: an old level must not rise as a new one. After a restart of the machine
nobody knows when it came: what of it lies in the past is then said as suspect, which no alarm is raised by.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

from console.comms.gateways.readings.facts import Fact
from console.errors import Fault
from console.models.clock import steady_ms

MOST_KEPT = 200_000
"""Of one source, at most some 50 MB: 300 gauges each minute for 11 hours. Beyond them the oldest go."""
_PIECE = 20_000
_DDL = """CREATE TABLE IF NOT EXISTS early (place INTEGER PRIMARY KEY AUTOINCREMENT, source TEXT NOT NULL, boot TEXT NOT NULL,
came_ms INTEGER NOT NULL, code TEXT NOT NULL, quantity TEXT NOT NULL, unit TEXT NOT NULL, at_ms INTEGER NOT NULL, value REAL NOT NULL,
quality TEXT NOT NULL, name TEXT NOT NULL, UNIQUE (source, code, at_ms, value, quality))"""
_FACT = "code, quantity, unit, at_ms, value, quality, name"
_BOOT = Path("/proc/sys/kernel/random/boot_id")


class Due(NamedTuple):
    """Facts that may be said now, and their places, to be forgotten once they are said."""

    facts: list[Fact]
    places: list[int]


class Early:
    """Of one source, in the gateway's notebook; used by its thread. The file is open only within a call. `ahead_ms`: how far a right clock may be
    ahead of another. Every method raises Fault, with its remedy."""

    def __init__(self, path: Path, source: str, ahead_ms: int, steady: Callable[[], int] = steady_ms, boot: str = "") -> None:
        self._path, self._source, self._ahead_ms, self._steady = path, source, ahead_ms, steady
        self._boot = boot or this_boot()
        self._count: int | None = None  # None: not looked

    def keep(self, facts: Sequence[Fact]) -> int:
        """Durable on return; one that is kept already is not kept again. Answers how many older ones had to go for them."""
        came_ms = self._steady()
        with self._notes() as notes:
            notes.executemany(
                f"INSERT OR IGNORE INTO early (source, boot, came_ms, {_FACT}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    (self._source, self._boot, came_ms, one.code, one.quantity, one.unit, one.at_ms, one.value, one.quality, one.name)
                    for one in facts
                ],
            )
            over = max(0, self._counted(notes) - MOST_KEPT)
            if over:
                notes.execute(
                    "DELETE FROM early WHERE place IN (SELECT place FROM early WHERE source = ? ORDER BY place LIMIT ?)",
                    (self._source, over),
                )
            self._count = self._counted(notes)
        return over

    def due(self, now_ms: int) -> Due:
        """What may be said at `now_ms`, the machine's time: a piece of it, oldest first."""
        if self._count == 0:
            return Due([], [])
        began_ms = now_ms - self._steady()
        with self._notes() as notes:
            self._count = self._counted(notes)
            rows = notes.execute(
                f"SELECT place, boot, {_FACT} FROM early WHERE source = ? AND at_ms <= ? + CASE WHEN boot = ? THEN ? + came_ms ELSE ? END "
                "ORDER BY place LIMIT ?",
                (self._source, self._ahead_ms, self._boot, began_ms, now_ms, _PIECE),
            ).fetchall()
        return Due([_fact(row[2:], known=row[1] == self._boot) for row in rows], [row[0] for row in rows])

    def forget(self, places: Sequence[int]) -> None:
        with self._notes() as notes:
            notes.executemany("DELETE FROM early WHERE place = ?", [(place,) for place in places])
            self._count = self._counted(notes)

    def _counted(self, notes: sqlite3.Connection) -> int:
        return int(notes.execute("SELECT count(*) FROM early WHERE source = ?", (self._source,)).fetchone()[0])

    @contextmanager
    def _notes(self) -> Iterator[sqlite3.Connection]:
        try:
            with closing(sqlite3.connect(self._path, timeout=10)) as notes, notes:
                notes.execute("PRAGMA journal_mode = WAL")
                notes.execute("PRAGMA synchronous = FULL")
                notes.execute(_DDL)
                yield notes
        except sqlite3.Error as error:
            raise Fault(
                f"{self._path}: {error}. Make room on the disk, or remove the file: what was taken before is then taken again, and changes nothing."
            ) from error


def _fact(held: Sequence[Any], *, known: bool) -> Fact:
    """`known`: when it came."""
    fact = Fact(*held)
    return fact if known or fact.quality == "missing" else fact._replace(quality="suspect")


@cache
def this_boot() -> str:
    """Of this run of the machine; where it does not tell, of this process: nothing is then known of another's."""
    try:
        return _BOOT.read_text(encoding="ascii").strip()
    except OSError:
        return uuid4().hex
