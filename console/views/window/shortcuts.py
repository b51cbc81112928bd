"""F1: every action that has a shortcut, and where the palette finds the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QIcon, QKeySequence
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QHeaderView, QLabel, QTableWidget, QTableWidgetItem, QVBoxLayout, QWidget

from console.views.i18n import mark, tr
from console.views.window.palette import plain

IN_TIME_BAR = (
    ("Space", mark("Play or pause")),
    (", / .", mark("Previous event")),
    ("End", mark("Return to live")),
)


class Shortcuts(QDialog):
    """Not modal: it can stand beside the work."""

    def __init__(self, actions: Callable[[], Iterable[QAction]], parent: QWidget) -> None:
        super().__init__(parent)
        self._actions = actions
        self.setWindowTitle(tr("Keyboard shortcuts"))
        self.table = QTableWidget(0, 2)
        self.table.setHorizontalHeaderLabels([tr("Action"), tr("Keys")])
        self.table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.table.horizontalHeader().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self.table.verticalHeader().hide()
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        close = buttons.button(QDialogButtonBox.StandardButton.Close)
        close.setText(tr("Close"))
        close.setIcon(QIcon())
        buttons.rejected.connect(self.hide)
        column = QVBoxLayout(self)
        column.addWidget(self.table)
        note = QLabel(tr("Every action, also those without keys, is in the command palette (Ctrl+K)."))
        note.setObjectName("muted")
        column.addWidget(note)
        column.addWidget(buttons)
        self.resize(560, 640)

    def open(self) -> None:
        rows = [(plain(action.text()), _keys(action)) for action in self._actions() if action.shortcuts()]
        rows += [(tr("{action} (in the time bar)", action=tr(text)), keys) for keys, text in IN_TIME_BAR]
        self.table.setRowCount(len(rows))
        for row, texts in enumerate(rows):
            for column, text in enumerate(texts):
                self.table.setItem(row, column, QTableWidgetItem(text))
        self.show()
        self.raise_()
        self.table.setFocus(Qt.FocusReason.ShortcutFocusReason)


def _keys(action: QAction) -> str:
    return "  ".join(keys.toString(QKeySequence.SequenceFormat.NativeText) for keys in action.shortcuts())
