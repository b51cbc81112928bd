"""A live table with its filter line, its column chooser and a word for when it is empty."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import QLabel, QLineEdit, QMenu, QStackedLayout, QToolButton, QVBoxLayout, QWidget

from console.views.i18n import tr
from console.views.tables.chips import Chips
from console.views.tables.columns import Column
from console.views.tables.model import TableModel
from console.views.tables.order import tab_through
from console.views.tables.rows import Rows
from console.views.tables.view import TableView

CHOOSE = "⋯"
LOW_LINES = 10
"""Of text, in height: with less, a second row of buttons would leave no row of the table in view."""
VIEW_PX = 44
"""A table gives way to the buttons above it, down to its header: they are never drawn over each other."""
FILTER_PX = 90
"""A filter line that shows less of what was typed takes a row of its own."""


class FilterLine(QLineEdit):
    """Filters as you type. Escape empties it, then goes back to the table; Down and Enter go to the table."""

    def __init__(self, table: TableView) -> None:
        super().__init__()
        self._table = table
        self.setClearButtonEnabled(True)
        self.textChanged.connect(table.table.set_filter)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key == Qt.Key.Key_Escape and self.text():
            self.clear()
        elif key in (Qt.Key.Key_Escape, Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._go_to_table()
        else:
            super().keyPressEvent(event)

    def _go_to_table(self) -> None:
        """To the row that was current, else to the first that matches."""
        if not self._table.currentIndex().isValid() and self._table.table.rowCount():
            self._table.setCurrentIndex(self._table.table.index(0, 0))
        self._table.setFocus(Qt.FocusReason.ShortcutFocusReason)


class TablePane(QWidget):
    """Attributes: `table` (model), `view`, `filter`, `bar` (layout beside the filter line, for chips and buttons).

    `empty_text` says what to do when there is nothing to list. `waiting_text`, while nothing has been answered: why that may take long.
    """

    def __init__(
        self,
        name: str,
        columns: Sequence[Column[Any]],
        now_ms: Callable[[], int],
        empty_text: Callable[[], str],
        *,
        several: bool = False,
        model: type[TableModel] = TableModel,
    ) -> None:
        super().__init__()
        self.setObjectName(name)
        self.table = model(columns, now_ms, self)
        self.view = TableView(self.table, several=several)
        self.filter = FilterLine(self.view)
        self.bar = Rows()
        self._empty_text = empty_text
        self.waiting_text: Callable[[], str] = lambda: tr("Reading...")
        self._filled = self._ordered = False
        self._count = QLabel()
        self._resort = QToolButton()
        self._chooser = QToolButton()
        self._empty = QLabel()
        self._lay_out()
        self._connect()
        self._show_counts(0, 0)

    def set_filled(self) -> None:
        """The first answer has come: an empty table is empty from now on, not still being read."""
        if self._filled:
            return
        self._filled = True
        self._show_counts(self.table.rowCount(), len(self.table.rows()))

    def set_waiting(self) -> None:
        """What was listed is no longer known to be so: an empty table says `waiting_text` until it is filled again."""
        self._filled = False
        self._show_counts(self.table.rowCount(), len(self.table.rows()))

    def sort_by(self, key: str, *, descending: bool = False) -> None:
        self.view.sortByColumn(self._keys().index(key), Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder)

    # -- saved columns -------------------------------------------------------------------------------------------

    def columns_state(self) -> dict[str, Any]:
        """Which columns are shown, how wide, in what order, sorted by what: plain values, to be kept between starts."""
        header, keys = self.view.horizontalHeader(), self._keys()
        sorted_at = header.sortIndicatorSection()
        return {
            "order": [keys[header.logicalIndex(at)] for at in range(len(keys))],
            "hidden": [key for at, key in enumerate(keys) if self.view.isColumnHidden(at)],
            "width_px": {key: self.view.columnWidth(at) for at, key in enumerate(keys) if not self.view.isColumnHidden(at)},
            "sort": keys[sorted_at] if 0 <= sorted_at < len(keys) else "",
            "descending": header.sortIndicatorOrder() == Qt.SortOrder.DescendingOrder,
        }

    def restore_columns(self, saved: dict[str, Any]) -> None:
        """Columns as `columns_state` gave them. One this version does not know is passed over, a new one keeps its own place."""
        keys, header = self._keys(), self.view.horizontalHeader()
        for place, key in enumerate(key for key in saved.get("order", []) if key in keys):
            header.moveSection(header.visualIndex(keys.index(key)), place)
        if "hidden" in saved:
            for at, key in enumerate(keys):
                self.view.setColumnHidden(at, key in saved["hidden"])
        for key, width_px in saved.get("width_px", {}).items():
            if key in keys and isinstance(width_px, int):
                self.view.setColumnWidth(keys.index(key), width_px)
        self.view.fit_wide()
        if saved.get("sort") in keys:
            self.sort_by(saved["sort"], descending=bool(saved.get("descending")))

    def showEvent(self, event: QShowEvent) -> None:
        """What stands above the table comes before it, also what a panel put there later."""
        if not self._ordered:
            self._ordered = True
            tab_through(*self.bar.widgets(), self.view)
        super().showEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Low and narrow, rows of the table count more than groups to choose from at once."""
        super().resizeEvent(event)
        low = event.size().height() < LOW_LINES * self.fontMetrics().lineSpacing()
        chips = [held for held in self.bar.widgets() if isinstance(held, Chips)]
        wanted_px = self.bar.sizeHint().width() + sum(held.full_px - held.sizeHint().width() for held in chips)
        for held in chips:
            held.set_compact(low and wanted_px > event.size().width())

    # -- inside --------------------------------------------------------------------------------------------------

    def _keys(self) -> list[str]:
        return [column.key for column in self.table.columns]

    def _lay_out(self) -> None:
        self.filter.setPlaceholderText(tr("Filter (/)"))
        self.filter.setAccessibleName(tr("Filter"))
        self._resort.setText(tr("Sort now"))
        self._resort.setToolTip(tr("Values have changed since the list was sorted"))
        self._chooser.setText(CHOOSE)
        self._chooser.setToolTip(tr("Columns"))
        self._chooser.setAccessibleName(tr("Columns"))
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setWordWrap(True)
        self._empty.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._resort.hide()
        self.bar.add_growing(self.filter, FILTER_PX)
        for widget in (self._count, self._resort, self._chooser):
            self.bar.addWidget(widget)
        stack = QStackedLayout()
        stack.setStackingMode(QStackedLayout.StackingMode.StackOne)
        stack.addWidget(self.view)
        stack.addWidget(self._empty)
        self._stack = stack
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(self.bar)
        layout.addLayout(stack, 1)
        self.view.setSortingEnabled(True)
        self.view.setMinimumHeight(VIEW_PX)

    def _connect(self) -> None:
        self.table.counted.connect(self._show_counts)
        self.table.drifted.connect(self._resort.setVisible)
        self._resort.clicked.connect(self.table.sort_now)
        self._chooser.clicked.connect(lambda: self._choose(self._chooser.mapToGlobal(QPoint(0, self._chooser.height()))))
        header = self.view.horizontalHeader()
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(lambda at: self._choose(header.mapToGlobal(at)))
        self.view.filter_asked.connect(lambda: self.filter.setFocus(Qt.FocusReason.ShortcutFocusReason))
        QShortcut(QKeySequence.StandardKey.Find, self, self.filter.setFocus, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)

    def column_actions(self, menu: QMenu) -> list[QAction]:
        """One checkable action a column; the last shown one cannot be taken away."""
        actions = []
        shown = sum(not self.view.isColumnHidden(at) for at in range(len(self.table.columns)))
        for at, column in enumerate(self.table.columns):
            action = QAction(column.title(), menu, checkable=True, checked=not self.view.isColumnHidden(at))
            action.setEnabled(shown > 1 or not action.isChecked())
            action.toggled.connect(lambda on, at=at: self._show_column(at, on))
            actions.append(action)
        return actions

    def _choose(self, where: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions(self.column_actions(menu))
        menu.popup(where)

    def _show_column(self, at: int, on: bool) -> None:
        self.view.setColumnHidden(at, not on)
        self.view.fit_wide()

    def _show_counts(self, shown: int, all_rows: int) -> None:
        self._count.setText(str(all_rows) if shown == all_rows else tr("{shown} of {all}", shown=shown, all=all_rows))
        if all_rows:
            self._empty.setText(tr("Nothing here matches. Empty the filter with Esc, or choose another group."))
        else:
            self._empty.setText(self._empty_text() if self._filled else self.waiting_text())
        self._stack.setCurrentIndex(0 if shown else 1)
