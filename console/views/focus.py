"""Where the keyboard was before a line over the window took it for a moment. GUI thread only."""

from __future__ import annotations

import shiboken6
from PySide6.QtWidgets import QApplication, QWidget


class Place:
    """What the keyboard goes back to from `frame`."""

    def __init__(self, frame: QWidget) -> None:
        self._frame = frame
        self._before: QWidget | None = None

    def remember(self) -> None:
        now = QApplication.focusWidget()
        if now is None or not self._frame.isAncestorOf(now):
            self._before = now

    def give_back(self, otherwise: QWidget) -> None:
        """To `otherwise` where it was nowhere, or what had it is gone or hidden."""
        before, self._before = self._before, None
        usable = before is not None and shiboken6.isValid(before) and before.isVisible() and before.window() is otherwise.window()
        (before if usable and before is not None else otherwise).setFocus()
