"""Keeps the application in the chosen theme and text size. GUI thread only."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication

from console.views.window import theme
from console.views.window.settings import Settings
from console.views.window.theme import Theme

LOOK_MS = 60_000


class Styling(QObject):
    """Attributes: `theme`, in use. Signals: `changed(Theme)`."""

    changed = Signal(object)

    def __init__(self, app: QApplication, settings: Settings, local_now: Callable[[], datetime], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._app, self._settings, self._local_now = app, settings, local_now
        self.theme: Theme = theme.load(self._wanted())
        theme.apply(app, self.theme, settings.text_size)
        app.styleHints().colorSchemeChanged.connect(self._look)
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self._look)
        self._timer.start()

    def restyle(self) -> None:
        """After a setting was changed."""
        self.theme = theme.load(self._wanted())
        theme.apply(self._app, self.theme, self._settings.text_size)
        self.changed.emit(self.theme)

    def _wanted(self) -> str:
        return theme.resolve(self._settings.theme, self._app.styleHints().colorScheme(), self._local_now())

    def _look(self) -> None:
        if self._wanted() != self.theme.name:
            self.restyle()
