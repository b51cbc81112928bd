"""Keeps a table true: reads all on a reset, and only the rows concerned when news come. GUI thread only."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import peewee as pw
from PySide6.QtCore import QObject, Signal

from console.models.changes import Changes
from console.views.context import Context

READ_ALL_ABOVE = 5000
"""More changed ids than this are read as the whole table: cheaper than so long a condition."""
PATIENCE_S = 3
"""A read that has not answered by then (it failed, and the window said so) is asked again."""


class Found(NamedTuple):
    """Rows read. `asked`: the ids asked for, None for all; an id asked for and not found is no more."""

    rows: list[Any]
    asked: frozenset[str] | None


class Feed(QObject):
    """`read(database, ids or None)` runs on the reader thread and returns the rows of those ids, or all.

    `concerns(changes)` says which ids of the table a batch of changes touches, None for "read all". Signals: `found(Found)`.
    """

    found = Signal(object)

    def __init__(
        self,
        context: Context,
        tag: str,
        read: Callable[[pw.SqliteDatabase, Sequence[str] | None], list[Any]],
        concerns: Callable[[Changes], Iterable[str] | None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._context, self._tag, self._read, self._concerns = context, tag, read, concerns
        self._wanted: set[str] = set()
        self._all_wanted = False
        self._asked = False
        self._waited_s = 0
        context.news.changed.connect(self._on_changed)
        context.news.reset.connect(self.read_all)
        context.news.second.connect(self._on_second)

    def read_all(self) -> None:
        """Also replaces a read under way: it may be of another time."""
        self._all_wanted, self._asked = True, False
        self._ask()

    def read_ids(self, ids: Iterable[str]) -> None:
        self._wanted |= set(ids)
        self._ask()

    def _on_changed(self, changes: Changes) -> None:
        ids = self._concerns(changes)
        if ids is None:
            self._all_wanted = True
            self._ask()
        elif ids:
            self.read_ids(ids)

    def _ask(self) -> None:
        """One read at a time; what is wanted meanwhile goes into the next one."""
        if self._asked or not (self._all_wanted or self._wanted):
            return
        whole = self._all_wanted or len(self._wanted) > READ_ALL_ABOVE
        ids = None if whole else frozenset(self._wanted)
        self._asked, self._waited_s = True, 0
        self._all_wanted, self._wanted = False, set()
        self._under_way = ids
        asked_for = None if ids is None else sorted(ids)
        self._context.reading.run(self._tag, lambda database: Found(self._read(database, asked_for), ids), self._take)

    def _take(self, found: Found) -> None:
        self._asked = False
        self.found.emit(found)
        self._ask()

    def _on_second(self) -> None:
        if not self._asked:
            return
        self._waited_s += 1
        if self._waited_s >= PATIENCE_S:
            self._asked = False
            if self._under_way is None:
                self._all_wanted = True
            else:
                self._wanted |= self._under_way
            self._ask()


def fill(table: Any, found: Found) -> None:
    """Put what was read into a `TableModel`."""
    if found.asked is None:
        table.replace_all(found.rows)
    else:
        table.apply(found.rows, found.asked - {row.id for row in found.rows})
