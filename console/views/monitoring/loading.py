"""What draws charts is loaded when it is first seen, on a thread of its own: half a second that neither a start nor a key waits for."""

from __future__ import annotations

import importlib
import threading
from types import ModuleType

from PySide6.QtCore import QObject, Qt, Signal

DRAWING = "console.views.monitoring.drawing"


class Loading(QObject):
    """Signals: `loaded(module)`, once."""

    loaded = Signal(object)
    _done = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread: threading.Thread | None = None
        self._done.connect(self._tell, Qt.ConnectionType.QueuedConnection)

    def start(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._load, name="charts", daemon=True)
            self._thread.start()

    def _load(self) -> None:
        self._done.emit(importlib.import_module(DRAWING))

    def _tell(self, module: ModuleType) -> None:
        if self._thread is not None:
            self._thread.join()
        self.loaded.emit(module)
