"""The wall alone on the whole screen. Esc (when no tile is alone), or F, leaves it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from console.views.i18n import tr


class FullScreen(QWidget):
    """Takes the wall in; its owner takes it out again at `left()`."""

    left = Signal()

    def __init__(self, wall: QWidget) -> None:
        super().__init__()
        self.setWindowTitle(tr("Video wall"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(wall)
        wall.show()
        self.showFullScreen()
        wall.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Alt+F4 gives the wall back first."""
        super().closeEvent(event)
        self.left.emit()
