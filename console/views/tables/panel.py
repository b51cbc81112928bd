"""What every workspace made of live tables has in common. GUI thread only."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QDockWidget, QWidget

from console.views.context import Context
from console.views.tables.pane import TablePane


class Panel(QWidget):
    """Base of the panels. `save_state` and `restore_state` carry the columns of its tables between starts, as text."""

    def __init__(self, context: Context, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.context = context
        self._actions: list[QAction] = []
        self._field_actions: list[QAction] = []
        context.news.second.connect(self._on_second)

    def actions_for_palette(self) -> list[QAction]:
        return list(self._actions)

    def actions_for_field(self) -> list[QAction]:
        return list(self._field_actions)

    def save_state(self) -> str:
        return json.dumps({pane.objectName(): pane.columns_state() for pane in self._panes()})

    def restore_state(self, text: str) -> None:
        """What `save_state` gave; anything else leaves the columns as they are."""
        try:
            saved = json.loads(text) if text else {}
        except ValueError:
            return
        for pane in self._panes():
            held: Any = saved.get(pane.objectName()) if isinstance(saved, dict) else None
            if isinstance(held, dict):
                pane.restore_columns(held)

    def offer(self, text: str, do: Callable[[], object], keys: str = "", *, everywhere: bool = False, field: bool = False) -> QAction:
        """An action of this panel. Its keys work while the panel has the focus, or `everywhere`. `field`: also in the menu of what is done in
        the field.

        The window itself takes the latter in: Qt does not hear the keys of a widget that is hidden behind a tab.
        """
        action = QAction(text, self)
        if keys:
            action.setShortcut(QKeySequence(keys))
        scope = Qt.ShortcutContext
        action.setShortcutContext(scope.ApplicationShortcut if everywhere else scope.WidgetWithChildrenShortcut)
        action.triggered.connect(lambda: self._in_front(do))
        if not everywhere:
            self.addAction(action)
        if field:
            self._field_actions.append(action)
        self._actions.append(action)
        return action

    def _in_front(self, do: Callable[[], object]) -> None:
        """Whatever an action leads to must be seen."""
        bring_forward(self)
        do()

    def _panes(self) -> list[TablePane]:
        return self.findChildren(TablePane)

    def _on_second(self) -> None:
        for pane in self._panes():
            if pane.isVisible():
                pane.table.tick()


def bring_forward(panel: QWidget) -> None:
    """Show and raise the dock around a panel, where it stands in one."""
    around = panel.parentWidget()
    while around is not None and not isinstance(around, QDockWidget):
        around = around.parentWidget()
    if around is not None:
        around.show()
        around.raise_()
