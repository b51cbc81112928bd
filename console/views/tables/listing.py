"""Which rows of a table are shown, and in what order: a list that does not jump under the operator. No Qt.

Rows keep the place that the last sorting gave them, though their values change; a new row goes where its value belongs among
the values of that sorting. `drifted` says that sorting again would change something.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Generic, NamedTuple

from console.views.tables.columns import Column, R, matches


class Change(NamedTuple):
    """Ids whose row changed and stays shown; ids to take out of the list; ids to put in."""

    changed: set[str]
    leaving: list[str]
    entering: list[str]


class Listing(Generic[R]):
    """All rows by id, and `shown`: the ids in the order of the list."""

    def __init__(self) -> None:
        self.rows: dict[str, R] = {}
        self.shown: list[str] = []
        self.drifted = False
        self._shown_set: set[str] = set()
        self._keys: dict[str, tuple[bool, Any]] = {}
        self._column: Column[R] | None = None
        self._descending = False
        self._words: list[str] = []
        self._accepts: Callable[[R], bool] | None = None

    def upsert(self, rows: Iterable[R], removed: Iterable[str] = ()) -> Change:
        """Take new values. The caller then takes `leaving` out with `hide`, puts `entering` in with `show`, and forgets `removed`."""
        changed: set[str] = set()
        gone = set(removed) & self.rows.keys()
        leaving = [row_id for row_id in gone if row_id in self._shown_set]
        entering: list[str] = []
        for row in rows:
            known = self.rows.get(row.id)
            if known == row:
                continue
            self.rows[row.id] = row
            self._note_key(row, is_new=known is None)
            visible, wanted = row.id in self._shown_set, self._wanted(row)
            if visible and wanted:
                changed.add(row.id)
            elif visible:
                leaving.append(row.id)
            elif wanted:
                entering.append(row.id)
        return Change(changed, leaving, entering)

    def forget(self, removed: Iterable[str]) -> None:
        for row_id in removed:
            self.rows.pop(row_id, None)
            self._keys.pop(row_id, None)

    def refilter(self) -> Change:
        """What the present filter takes out and lets in (time passes, and a filter may ask for the age of a row)."""
        wanted = {row_id for row_id, row in self.rows.items() if self._wanted(row)}
        leaving = [row_id for row_id in self.shown if row_id not in wanted]
        return Change(set(), leaving, [row_id for row_id in self.rows if row_id in wanted and row_id not in self._shown_set])

    def place_of(self, row_id: str) -> int:
        """Where a row that is not shown belongs: after its equals."""
        key = self._keys[row_id]
        low, high = 0, len(self.shown)
        while low < high:
            middle = (low + high) // 2
            other = self._keys[self.shown[middle]]
            before = other >= key if self._descending else other <= key
            low, high = (middle + 1, high) if before else (low, middle)
        return low

    def show(self, row_id: str, place: int) -> None:
        self.shown.insert(place, row_id)
        self._shown_set.add(row_id)

    def hide(self, place: int) -> None:
        self._shown_set.discard(self.shown.pop(place))

    def rebuild(self) -> None:
        """The list anew from all rows: filtered, in the order of the last sorting."""
        if self._words or self._accepts is not None:
            self.shown = [row_id for row_id, row in self.rows.items() if self._wanted(row)]
        else:
            self.shown = list(self.rows)
        self.shown.sort(key=self._keys.__getitem__, reverse=self._descending)
        self._shown_set = set(self.shown)

    def sort(self, column: Column[R] | None, descending: bool) -> None:
        self._column, self._descending = column, descending
        self.sort_again()

    def sort_again(self) -> None:
        self._keys = {row_id: self._key(row) for row_id, row in self.rows.items()}
        self.shown.sort(key=self._keys.__getitem__, reverse=self._descending)
        self.drifted = False

    def set_words(self, text: str) -> bool:
        """The filter line: every word must occur somewhere in the row. False when that changes nothing."""
        words = text.casefold().split()
        changed, self._words = words != self._words, words
        return changed

    def set_accepts(self, accepts: Callable[[R], bool] | None) -> None:
        self._accepts = accepts

    def _wanted(self, row: R) -> bool:
        return matches(row.search, self._words) and (self._accepts is None or self._accepts(row))

    def _note_key(self, row: R, *, is_new: bool) -> None:
        key = self._key(row)
        if is_new:
            self._keys[row.id] = key
        elif key != self._keys[row.id]:
            self.drifted = True

    def _key(self, row: R) -> tuple[bool, Any]:
        """Rows without a value come last in both directions."""
        value = None if self._column is None else self._column.sort_key(row)
        missing = value is None
        return (missing != self._descending, 0 if missing else value)
