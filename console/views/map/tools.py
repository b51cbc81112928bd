"""The map's tools: actions, their keys and the bar above the map. GUI thread only."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QToolBar, QToolButton, QWidget


class Tools(QToolBar):
    """Attributes: `held`, the actions by key; `menus`. Shortcuts are the panel's: with Ctrl+Shift they work anywhere in the window."""

    def __init__(self, panel: QWidget) -> None:
        super().__init__()
        self._panel = panel
        self.held: dict[str, QAction] = {}
        self.menus: list[QMenu] = []
        self.setStyleSheet("QToolBar { padding: 0; spacing: 0 } QToolButton { padding: 2px 8px }")
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)

    def add(
        self, key: str, text: str, keys: str, triggered: Callable[..., object], *, checkable: bool = False, on_bar: bool = True
    ) -> QAction:
        """An action of the map, in the palette and, unless not `on_bar`, on the bar. `keys`: "" for none."""
        action = QAction(text, self._panel, checkable=checkable)
        if keys:
            action.setShortcut(QKeySequence(keys))
            action.setToolTip(f"{text} ({action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)})")
        action.triggered.connect(triggered)
        self._panel.addAction(action)
        self.held[key] = action
        if on_bar:
            self.addAction(action)
        return action

    def add_menu(self, text: str, menu: QMenu) -> QToolButton:
        """A button of the bar that opens `menu`; what is in it is in the palette too."""
        self.menus.append(menu)
        button = QToolButton()
        button.setText(text)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setMenu(menu)
        self.addWidget(button)
        return button
