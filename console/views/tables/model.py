"""The Qt item model of a live table. GUI thread only.

Measured rule: tell the view of changed rows that are in view and of no others; a row scrolled into view is asked for anew anyway.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Sequence
from itertools import pairwise
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from console.views import tips
from console.views.tables.columns import Column
from console.views.tables.listing import Change, Listing

MARK_ROLE = int(Qt.ItemDataRole.UserRole)
ID_ROLE = MARK_ROLE + 1
MAX_SINGLE_STEPS = 64
"""More rows than this entering or leaving at once are one reset, not as many insertions."""

_NUMERIC = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_WORDS = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_Index = QModelIndex | QPersistentModelIndex


class TableModel(QAbstractTableModel):
    """Rows are immutable and keyed by id. Attributes: `columns`.

    Signals: `counted(shown, all)` after every change of what is listed; `drifted(bool)` when sorting again would change the list.
    """

    counted = Signal(int, int)
    drifted = Signal(bool)

    def __init__(self, columns: Sequence[Column[Any]], now_ms: Callable[[], int], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self._now_ms = now_ms
        self._listing: Listing[Any] = Listing()
        self._in_view = (0, 0)
        self._told_drifted = False

    # -- what the view asks --------------------------------------------------------------------------------------

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._listing.shown)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        column, row = self.columns[index.column()], self.row_at(index.row())
        if role == Qt.ItemDataRole.DisplayRole:
            return column.text(row, self._now_ms())
        if role == MARK_ROLE:
            return None if column.mark is None else column.mark(row, self._now_ms())
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _NUMERIC if column.numeric else _WORDS
        if role == Qt.ItemDataRole.ToolTipRole:
            return tips.plain((column.tip or column.text)(row, self._now_ms()))
        return row.id if role == ID_ROLE else None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self.columns):
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self.columns[section].title()
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignCenter if self.columns[section].numeric else _WORDS
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        chosen = self.columns[column] if 0 <= column < len(self.columns) else None
        self._reorder(lambda: self._listing.sort(chosen, order == Qt.SortOrder.DescendingOrder))

    # -- what the panel tells ------------------------------------------------------------------------------------

    def replace_all(self, rows: Iterable[Any]) -> None:
        """The whole table anew; rows known before keep their place."""
        kept = list(rows)
        ids = {row.id for row in kept}
        self.apply(kept, [row_id for row_id in self._listing.rows if row_id not in ids])

    def apply(self, rows: Iterable[Any], removed: Iterable[str] = ()) -> None:
        """New values of some rows, and ids of rows that are no more."""
        gone = list(removed)
        change = self._listing.upsert(rows, gone)
        self._restructure(change, gone)
        self._tell_changed(change.changed)
        self._tell_counts()

    def set_filter(self, text: str) -> None:
        if self._listing.set_words(text):
            self.refilter()

    def set_accepts(self, accepts: Callable[[Any], bool] | None) -> None:
        """A further condition on rows, such as "is free"; None for all."""
        self._listing.set_accepts(accepts)
        self.refilter()

    def refilter(self) -> None:
        self._restructure(self._listing.refilter(), [])
        self._tell_counts()

    def sort_now(self) -> None:
        self._reorder(self._listing.sort_again)

    def set_in_view(self, first: int, last: int) -> None:
        """The rows that the view shows now."""
        self._in_view = (first, last + 1)

    def tick(self) -> None:
        """A second has passed: the ages in view are redrawn."""
        first, last = self._bounds()
        if first < last:
            for start, end in _spans([at for at, column in enumerate(self.columns) if column.ages]):
                self.dataChanged.emit(self.index(first, start), self.index(last - 1, end))

    def reword(self) -> None:
        """What the columns refer to changed, though no row did: every cell in view is asked for anew."""
        self._tell_changed(set(self._listing.shown))

    # -- looking up ----------------------------------------------------------------------------------------------

    def row_at(self, place: int) -> Any:
        return self._listing.rows[self._listing.shown[place]]

    def row(self, row_id: str) -> Any | None:
        return self._listing.rows.get(row_id)

    def rows(self) -> list[Any]:
        """Every row, shown or not."""
        return list(self._listing.rows.values())

    def listed(self) -> list[Any]:
        """The rows that are shown, in the order of the list."""
        return [self._listing.rows[row_id] for row_id in self._listing.shown]

    def place_of(self, row_id: str) -> int:
        """The place in the list, -1 when it is not shown."""
        try:
            return self._listing.shown.index(row_id)
        except ValueError:
            return -1

    def spans_of(self, ids: Container[str]) -> list[tuple[int, int]]:
        """Where those rows stand in the list: (first, last) of each run of neighbours."""
        return _spans([place for place, row_id in enumerate(self._listing.shown) if row_id in ids])

    # -- inside --------------------------------------------------------------------------------------------------

    def _restructure(self, change: Change, gone: list[str]) -> None:
        if len(change.leaving) + len(change.entering) > MAX_SINGLE_STEPS:
            self.beginResetModel()
            self._listing.forget(gone)
            self._listing.rebuild()
            self.endResetModel()
            return
        for row_id in change.leaving:
            place = self.place_of(row_id)
            self.beginRemoveRows(QModelIndex(), place, place)
            self._listing.hide(place)
            self.endRemoveRows()
        self._listing.forget(gone)
        for row_id in change.entering:
            place = self._listing.place_of(row_id)
            self.beginInsertRows(QModelIndex(), place, place)
            self._listing.show(row_id, place)
            self.endInsertRows()

    def _reorder(self, reorder: Callable[[], None]) -> None:
        self.layoutAboutToBeChanged.emit()
        held = self.persistentIndexList()
        ids = [self._listing.shown[index.row()] for index in held]
        reorder()
        places = {row_id: place for place, row_id in enumerate(self._listing.shown)} if held else {}
        self.changePersistentIndexList(held, [self.index(places[row_id], index.column()) for row_id, index in zip(ids, held, strict=True)])
        self.layoutChanged.emit()
        self._tell_counts()

    def _bounds(self) -> tuple[int, int]:
        return self._in_view[0], min(self._in_view[1], len(self._listing.shown))

    def _tell_changed(self, ids: set[str]) -> None:
        first, last = self._bounds()
        if not ids or first >= last:
            return
        for start, end in _spans([at for at in range(first, last) if self._listing.shown[at] in ids]):
            self.dataChanged.emit(self.index(start, 0), self.index(end, len(self.columns) - 1))

    def _tell_counts(self) -> None:
        self.counted.emit(len(self._listing.shown), len(self._listing.rows))
        if self._listing.drifted != self._told_drifted:
            self._told_drifted = self._listing.drifted
            self.drifted.emit(self._told_drifted)


def _spans(places: list[int]) -> list[tuple[int, int]]:
    """Runs of neighbours in an ascending list: [1, 2, 5] is [(1, 2), (5, 5)]."""
    if not places:
        return []
    breaks = [at for at, (left, right) in enumerate(pairwise(places), 1) if right != left + 1]
    starts = [0, *breaks]
    return [(places[start], places[end - 1]) for start, end in zip(starts, [*breaks, len(places)], strict=True)]
