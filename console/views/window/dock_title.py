"""The title bar of a dock. Qt's own keeps the font that it was made with; this one follows the text size while the window stands."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QDockWidget, QHBoxLayout, QLabel, QToolButton, QWidget

from console.models.paths import resources_dir
from console.views.i18n import tr


class DockTitle(QWidget):
    """What it does not use of the mouse is the dock's, which is dragged by it and detached by a double click."""

    def __init__(self, dock: QDockWidget) -> None:
        super().__init__(dock)
        self.setObjectName("dock_title")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._label = QLabel(dock.windowTitle())
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        dock.windowTitleChanged.connect(self._label.setText)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 3, 4, 3)
        row.setSpacing(2)
        row.addWidget(self._label, 1)
        row.addWidget(self._button("detach", tr("Detach or put back"), lambda: dock.setFloating(not dock.isFloating())))
        row.addWidget(self._button("close", tr("Close"), dock.close))

    def _button(self, icon: str, tip: str, run: object) -> QToolButton:
        """Panels are shown and hidden by keys of their own; these are for the mouse and take no part in the order of tabs."""
        button = QToolButton()
        button.setObjectName("dock_button")
        button.setIcon(QIcon(str(resources_dir() / "icons" / f"{icon}.svg")))
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        button.setAutoRaise(True)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.clicked.connect(run)
        return button
