"""Files that the operator takes away: written beside the window, whole or not at all, and told what became of them."""

from __future__ import annotations

import threading
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal

from console.views.i18n import tr
from console.views.monitoring.csvfile import write_whole


class Saving(QObject):
    """Signals: `saved(path)`, `failed(reason)`; one file at a time. A stick that hangs holds up the file alone, never the window."""

    saved = Signal(str)
    failed = Signal(str)
    _ended = Signal(str, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread: threading.Thread | None = None
        self._ended.connect(self._tell, Qt.ConnectionType.QueuedConnection)

    def write(self, path: Path, data: bytes) -> None:
        if self._thread is not None:
            self.failed.emit(tr("Another file is still being written: wait for it."))
            return
        self._thread = threading.Thread(target=self._write, args=(path, data), name="saving", daemon=True)
        self._thread.start()

    def _write(self, path: Path, data: bytes) -> None:
        try:
            write_whole(path, data)
        except OSError as error:
            self._ended.emit(str(path), tr("{path} was not written: {reason}.", path=path, reason=error.strerror or str(error)))
        else:
            self._ended.emit(str(path), "")

    def _tell(self, path: str, reason: str) -> None:
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        if reason:
            self.failed.emit(reason)
        else:
            self.saved.emit(path)
