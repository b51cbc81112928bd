"""Fake parts of a context, and small map files, good ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import peewee as pw

NOW_MS = 1_404_460_800_000


class Clock:
    """The window's time, set by hand."""

    def __init__(self) -> None:
        self.ms = NOW_MS
        self.live = True

    def now_ms(self) -> int:
        return self.ms

    def wall_ms(self) -> int:
        return self.ms


class Reader:
    """Reads at once, answers when the event loop turns; a newer read of a tag replaces the older."""

    def __init__(self, database: pw.SqliteDatabase) -> None:
        self.database = database
        self._tickets: dict[str, int] = {}

    def run(self, tag: str, work: Callable[[pw.SqliteDatabase], Any], done: Callable[[Any], None]) -> None:
        ticket = self._tickets[tag] = self._tickets.get(tag, 0) + 1

        from PySide6.QtCore import QTimer

        def deliver() -> None:
            if self._tickets[tag] == ticket:
                done(work(self.database))

        QTimer.singleShot(0, deliver)


class Silent:
    def write(self, *_: object) -> None:
        raise AssertionError("the map writes nothing")

    def purge(self, *_: object, **_by_name: object) -> None:
        raise AssertionError("nothing is destroyed here")
