"""The map's tools: actions, their keys and the bar above the map. GUI thread only."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QRect, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QToolBar, QToolButton, QWidget

from console.views.i18n import tr

MORE, MORE_PX, QT_MORE_PX = "»", 34, 12
"""The button for what does not fit, as wide as a finger needs it, and as Qt would make it."""

SHEET = """
QToolBar { padding: 0; spacing: 0 }
QToolButton { padding: 2px 8px }
QToolButton#qt_toolbar_ext_button { padding: 0; border: 1px solid palette(text); border-radius: 4px; background: palette(button);
    font-size: 13pt; font-weight: 700 }
QToolButton#qt_toolbar_ext_button:hover { border: 2px solid palette(highlight) }
"""


class Tools(QToolBar):
    """Attributes: `held`, the actions by key; `menus`. Shortcuts are the panel's: with Ctrl+Shift they work anywhere in the window."""

    def __init__(self, panel: QWidget) -> None:
        super().__init__()
        self._panel = panel
        self.held: dict[str, QAction] = {}
        self.menus: list[QMenu] = []
        self.setStyleSheet(SHEET)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self._more = self.findChild(QToolButton, "qt_toolbar_ext_button")
        if self._more is not None:
            self._more.setText(MORE)
            self._more.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
            self._more.setToolTip(tr("More tools of the map"))
            self._more.setAccessibleName(tr("More tools of the map"))
            self._more.installEventFilter(self)
        self._leave_room()

    def _leave_room(self) -> None:
        """For the button as it is, beside what Qt leaves for its own."""
        layout = self.layout()
        if layout is not None:
            layout.setContentsMargins(0, 0, MORE_PX - QT_MORE_PX, 0)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._leave_room()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt makes the button for what does not fit too small to be hit, and too faint to be seen."""
        if watched is self._more and event.type() in (QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.Move):
            place = QRect(self.width() - MORE_PX, 1, MORE_PX, self.height() - 3)
            if self._more.geometry() != place:
                self._more.setGeometry(place)
        return super().eventFilter(watched, event)

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
