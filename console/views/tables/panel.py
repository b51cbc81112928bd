"""What every workspace made of live tables has in common. GUI thread only."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QDockWidget, QHBoxLayout, QWidget

from console.views.context import Context, Thing
from console.views.tables.beside import Beside
from console.views.tables.pane import TablePane

BELOW = 500, 400
"""Of the height, where a panel is too narrow for two columns: the list, and what is told of one of its rows."""


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

    def lay_beside(self, left: QWidget, right: QWidget, sizes: Sequence[int], stretch: Sequence[int] = ()) -> None:
        """The panel is these two with a bar between them, which gives each its share of the width."""
        splitter = Beside(left, right, sizes, BELOW)
        for index, share in enumerate(stretch):
            splitter.setStretchFactor(index, share)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(4, 4, 4, 4)
        layout.addWidget(splitter)

    def follow(self, pane: TablePane, thing: Thing) -> None:
        """Make what is selected in the window the current row, when it is such a thing."""
        selection = self.context.selection
        if selection.thing is thing and selection.id != pane.view.current_id():
            pane.view.select_id(selection.id)

    def fly(self, pane: TablePane, thing: Thing) -> None:
        """Show the current row on the map, when there is one."""
        current = pane.view.current_id()
        if current:
            self.context.selection.fly_to(thing, current)

    def _in_front(self, do: Callable[[], object]) -> None:
        """Whatever an action leads to must be seen."""
        bring_forward(self)
        do()

    def _panes(self) -> list[TablePane]:
        return self.findChildren(TablePane)

    @property
    def seen(self) -> bool:
        """Whether any of it is on the screen. Behind a tab it is not, though Qt calls it visible there: docks are put out of the window."""
        return not self.visibleRegion().isEmpty()

    def _on_second(self) -> None:
        if self.seen:
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
