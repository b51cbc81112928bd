"""The table as the operator handles it: selection and scroll position are kept by id, everything is on the keyboard."""

from __future__ import annotations

from collections.abc import Container, Iterator
from contextlib import contextmanager
from typing import Any

from PySide6.QtCore import QEvent, QItemSelection, QItemSelectionModel, QModelIndex, QPersistentModelIndex, Qt, Signal, SignalInstance
from PySide6.QtGui import QAction, QFont, QGuiApplication, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from console.views.i18n import tr
from console.views.tables.model import TableModel
from console.views.tables.paint import ICON_PX, MarkDelegate

_SELECT = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows


class TableView(QTableView):
    """Arrows move, Enter opens, F flies to it on the map, / goes to the filter, Ctrl+C copies rows, Ctrl+Alt+C the cell.

    Signals: `picked(id)` when the operator makes a row current ("" for none) or clicks it again, `opened(id)`, `fly(id)`, `filter_asked()`.
    """

    picked = Signal(str)
    opened = Signal(str)
    fly = Signal(str)
    filter_asked = Signal()

    def __init__(self, table: TableModel, *, several: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.table = table
        self._silent = 0
        self._lines = 1
        self._kept_current = ""
        self._kept_selected: list[str] = []
        self._kept_top = ""
        self._look(several)
        self._connect_before_model()
        self.setModel(table)
        self._set_columns()
        self._connect_after_model()
        self._offer_menu()

    # -- selection by id -----------------------------------------------------------------------------------------

    def current_id(self) -> str:
        index = self.currentIndex()
        return self.table.row_at(index.row()).id if index.isValid() else ""

    def selected_ids(self) -> list[str]:
        """In the order of the list."""
        chosen: Any = self.selectionModel().selection()  # by its spans: Qt asks the model of each row that it counts itself
        spans = [range(chosen[at].top(), chosen[at].bottom() + 1) for at in range(chosen.count())]
        return [self.table.row_at(row).id for row in sorted({row for span in spans for row in span})]

    def select_id(self, row_id: str) -> bool:
        """Make a row current without telling `picked`. False when it is not in the list: then nothing is selected."""
        place = self.table.place_of(row_id) if row_id else -1
        with self._silently():
            if place < 0:
                self.clearSelection()
                self.selectionModel().clearCurrentIndex()
                return False
            if row_id != self.current_id() or not self.selectionModel().isRowSelected(place):
                self.selectionModel().setCurrentIndex(self.table.index(place, 0), _SELECT)
            self.scrollTo(self.table.index(place, 0))
        return True

    def select_ids(self, row_ids: Container[str]) -> None:
        """Make these rows the selected ones, and the first of them current, without telling `picked`."""
        chosen, spans = QItemSelection(), self.table.spans_of(row_ids)
        for first, last in spans:
            chosen.select(self.table.index(first, 0), self.table.index(last, 0))
        with self._silently():
            if spans:
                self.selectionModel().setCurrentIndex(self.table.index(spans[0][0], 0), QItemSelectionModel.SelectionFlag.NoUpdate)
            self.selectionModel().select(chosen, _SELECT)

    def copy_rows(self) -> None:
        columns = [at for at in self._visual_columns() if not self.isColumnHidden(at)]
        rows = sorted(self.selectionModel().selectedRows(), key=QModelIndex.row)
        lines = ["\t".join(self._words(self.table.index(row.row(), at)) for at in columns) for row in rows]
        QGuiApplication.clipboard().setText("\n".join(lines))

    def copy_cell(self) -> None:
        if self.currentIndex().isValid():
            QGuiApplication.clipboard().setText(self._words(self.currentIndex()))

    def set_lines(self, lines: int) -> None:
        """Rows of so many lines; longer texts are cut there, and whole in the tip."""
        self._lines = lines
        self.setWordWrap(lines > 1)
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().lineSpacing() * lines + 5)

    def fit_wide(self) -> None:
        """The wide column takes the width that is left, never less than its own."""
        for at, column in enumerate(self.table.columns):
            if column.wide and not self.isColumnHidden(at):
                others = sum(self.columnWidth(other) for other in range(len(self.table.columns)) if other != at)
                self.setColumnWidth(at, max(self._least_width(at), self.viewport().width() - others))

    # -- Qt ------------------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        current, plain = self.current_id(), event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_rows()
        elif event.keyCombination().toCombined() == (Qt.Modifier.CTRL | Qt.Modifier.ALT | Qt.Key.Key_C).toCombined():
            self.copy_cell()
        elif plain and event.key() == Qt.Key.Key_Slash:
            self.filter_asked.emit()
        elif plain and current and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit(current)
        elif plain and current and event.key() == Qt.Key.Key_F:
            self.fly.emit(current)
        else:
            super().keyPressEvent(event)

    def moveCursor(self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        """Home and End go to the first and last row: a row is the thing here, not a cell."""
        rows, moves = self.table.rowCount(), QAbstractItemView.CursorAction
        if rows and action in (moves.MoveHome, moves.MoveEnd):
            return self.table.index(0 if action == moves.MoveHome else rows - 1, max(0, self.currentIndex().column()))
        return super().moveCursor(action, modifiers)

    def keyboardSearch(self, search: str) -> None:
        """Letters are commands here; finding is the filter line's."""

    def changeEvent(self, event: QEvent) -> None:
        """Larger text takes higher rows and wider columns."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and self.model() is not None:
            self.set_lines(self._lines)
            for at in range(len(self.table.columns)):
                self.setColumnWidth(at, max(self.columnWidth(at), self._least_width(at)))
            self.fit_wide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit_wide()
        self._note_in_view()

    def currentChanged(self, current: QModelIndex | QPersistentModelIndex, previous: QModelIndex | QPersistentModelIndex) -> None:
        super().currentChanged(current, previous)
        if not self._silent and current.row() != previous.row():
            self.picked.emit(self.current_id())

    # -- inside --------------------------------------------------------------------------------------------------

    def _look(self, several: bool) -> None:
        mode = QAbstractItemView.SelectionMode
        self.setSelectionMode(mode.ExtendedSelection if several else mode.SingleSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerItem)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setItemDelegate(MarkDelegate(self))
        font = QFont(self.font())
        font.setFeature(QFont.Tag("tnum"), 1)
        self.setFont(font)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.set_lines(1)

    def _set_columns(self) -> None:
        header, digit = self.horizontalHeader(), self.fontMetrics().horizontalAdvance("0")
        header.setSectionsMovable(True)
        header.setHighlightSections(False)
        header.setMinimumSectionSize(3 * digit)
        for at, column in enumerate(self.table.columns):
            self.setColumnWidth(at, self._least_width(at))
            self.setColumnHidden(at, column.hidden)

    def _offer_menu(self) -> None:
        """The keys again, for the mouse."""
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        for text, do in (
            (tr("Open (Enter)"), lambda: self._if_current(self.opened)),
            (tr("Show on the map (F)"), lambda: self._if_current(self.fly)),
            (tr("Copy rows (Ctrl+C)"), self.copy_rows),
            (tr("Copy cell (Ctrl+Alt+C)"), self.copy_cell),
        ):
            action = QAction(text, self)
            action.triggered.connect(do)
            self.addAction(action)

    def _if_current(self, signal: SignalInstance) -> None:
        if self.current_id():
            signal.emit(self.current_id())

    def _connect_before_model(self) -> None:
        """Connected before the view's own slots, so that what is shown is noted before Qt forgets it."""
        self.table.modelAboutToBeReset.connect(self._keep)
        self.table.rowsAboutToBeRemoved.connect(self._let_go)

    def _connect_after_model(self) -> None:
        self.table.modelReset.connect(self._restore)
        self.table.rowsInserted.connect(self._hold_still_inserted)
        self.table.rowsRemoved.connect(self._hold_still_removed)
        self.table.layoutChanged.connect(self._note_in_view)
        self.verticalScrollBar().valueChanged.connect(self._note_in_view)
        self.clicked.connect(lambda index: self.picked.emit(self.table.row_at(index.row()).id))
        self.doubleClicked.connect(lambda index: self.opened.emit(self.table.row_at(index.row()).id))

    def _keep(self) -> None:
        self._kept_current, self._kept_selected = self.current_id(), self.selected_ids()
        top = self.rowAt(0)
        self._kept_top = self.table.row_at(top).id if top > 0 else ""

    def _restore(self) -> None:
        with self._silently():
            place = self.table.place_of(self._kept_current) if self._kept_current else -1
            if place >= 0:
                self.selectionModel().setCurrentIndex(self.table.index(place, 0), QItemSelectionModel.SelectionFlag.NoUpdate)
            self._select_kept()
        top = self.table.place_of(self._kept_top) if self._kept_top else -1
        if top > 0:
            self.scrollTo(self.table.index(top, 0), QAbstractItemView.ScrollHint.PositionAtTop)
        self._note_in_view()

    def _select_kept(self) -> None:
        chosen = QItemSelection()
        for row_id in self._kept_selected:
            place = self.table.place_of(row_id)
            if place >= 0:
                chosen.select(self.table.index(place, 0), self.table.index(place, 0))
        self.selectionModel().select(chosen, _SELECT)

    def _let_go(self, _parent: QModelIndex, first: int, last: int) -> None:
        """A row that leaves takes the selection with it: Qt would move it to a neighbour, and an order would go to the wrong unit."""
        with self._silently():
            for row in range(first, last + 1):
                self.selectionModel().select(
                    self.table.index(row, 0), QItemSelectionModel.SelectionFlag.Deselect | QItemSelectionModel.SelectionFlag.Rows
                )
            if first <= self.currentIndex().row() <= last:
                self.selectionModel().clearCurrentIndex()

    def _hold_still_inserted(self, _parent: QModelIndex, first: int, last: int) -> None:
        bar = self.verticalScrollBar()
        if bar.value() > 0 and first <= bar.value():
            self.updateGeometries()
            bar.setValue(bar.value() + last - first + 1)
        self._note_in_view()

    def _hold_still_removed(self, _parent: QModelIndex, first: int, last: int) -> None:
        bar = self.verticalScrollBar()
        if last < bar.value():
            bar.setValue(bar.value() - (last - first + 1))
        self._note_in_view()

    def _note_in_view(self) -> None:
        first = max(0, self.rowAt(0))
        last = self.rowAt(self.viewport().height() - 1)
        self.table.set_in_view(first, last if last >= 0 else self.table.rowCount() - 1)

    def _least_width(self, at: int) -> int:
        """Room for the words, the mark and the whole title."""
        column, digit = self.table.columns[at], self.fontMetrics().horizontalAdvance("0")
        mark_px = ICON_PX + 6 if column.mark is not None else 0
        title_px = 0 if column.wide else self.horizontalHeader().fontMetrics().horizontalAdvance(column.title()) + 28
        return max(column.width_chars * digit + mark_px + 12, title_px)

    def _visual_columns(self) -> list[int]:
        header = self.horizontalHeader()
        return [header.logicalIndex(at) for at in range(header.count())]

    def _words(self, index: QModelIndex) -> str:
        return " ".join(str(index.data() or "").split())

    @contextmanager
    def _silently(self) -> Iterator[None]:
        self._silent += 1
        try:
            yield
        finally:
            self._silent -= 1
