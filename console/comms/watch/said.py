"""The table `risk` as the watch has it: read whole now and then, and of a flood of changes only what changed."""

from __future__ import annotations

from collections.abc import Collection

import peewee as pw

from console.comms.watch.told import Told, read_told

MOST_CHANGED = 5000
"""More changed rows than this are read as the whole table."""


class Said:
    """`database`: a read-only connection."""

    def __init__(self, database: pw.SqliteDatabase) -> None:
        self._database = database
        self._told: dict[str, Told] | None = None
        self._changed: set[str] = set()

    def hear(self, risks: Collection[str]) -> None:
        """These rows changed."""
        self._changed.update(risks)

    def anew(self) -> None:
        """The whole table the next time: places changed, or time has gone by."""
        self._told = None

    def now(self) -> dict[str, Told]:
        """By `<hazard>:<place>`."""
        if self._told is None or len(self._changed) > MOST_CHANGED:
            self._told = read_told(self._database)
        elif self._changed:
            self._told |= read_told(self._database, sorted(self._changed))
        self._changed.clear()
        return self._told
