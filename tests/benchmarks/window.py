"""The real console as a child of a measurement, on a data directory given to it.

`window DATA start SPAWNED_S` says `usable_s` (monotonic clock) once its own peer has welcomed it and the map is painted, and ends.
`window DATA watch` says that it is usable and its peer's `pid`, and stays until its input closes.
"""

from __future__ import annotations

import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication

from console.app import Console
from console.models.paths import DataDir
from console.views.window.crash import CrashReports
from console.views.window.opening import Opening
from console.views.window.qt import qt_application
from console.views.window.settings import SETTINGS_FILE, Settings
from tests.benchmarks.harness import say, until_input_closes

SIZE = (1600, 900)
_LOOK_MS = 5


class Parent(QObject):
    """Signal `gone()`: the parent has closed this child's input."""

    gone = Signal()

    def __init__(self) -> None:
        super().__init__()
        threading.Thread(target=self._wait, daemon=True).start()

    def _wait(self) -> None:
        until_input_closes()
        self.gone.emit()


def usable(opened: Console) -> bool:
    """Its own peer is up and the map has been painted."""
    return opened.peer.me is not None and opened.window.docks.by_key["map"].widget().painted > 0


def when(fact: Callable[[], bool], then: Callable[[], None]) -> QTimer:
    """Calls `then` once, as soon as a look finds `fact`."""
    looking = QTimer(interval=_LOOK_MS)

    def look() -> None:
        if fact():
            looking.stop()
            then()

    looking.timeout.connect(look)
    looking.start()
    return looking


def started(app: QApplication, spawned_s: float) -> None:
    say(usable_s=time.monotonic() - spawned_s)
    app.quit()


def main(data: str, what: str, spawned_s: float = 0.0) -> None:
    app = qt_application()
    with tempfile.TemporaryDirectory(prefix="fengsui-bench-") as scratch:
        settings = Settings(Path(scratch) / SETTINGS_FILE)
        settings.stop_with_window = what == "start"
        opened = Console(app, Opening(DataDir(Path(data))), settings, CrashReports(Path(scratch)))
        opened.open(SIZE)
        try:
            if what == "start":
                looking = when(lambda: usable(opened), lambda: started(app, spawned_s))
            else:
                parent = Parent()
                parent.gone.connect(app.quit)
                looking = when(lambda: usable(opened), lambda: say(pid=opened.peer.me.pid if opened.peer.me else 0))
            app.exec()
            looking.stop()
        finally:
            opened.close()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], *map(float, sys.argv[3:]))
