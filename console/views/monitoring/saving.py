"""Files that the operator takes away: written beside the window, whole or not at all, and told what became of them."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from console.views.i18n import tr
from console.views.monitoring.csvfile import write_whole
from console.views.monitoring.errand import Errand


class Saving(QObject):
    """Signals: `saved(path)`, `failed(reason)`; one file at a time. A stick that hangs holds up the file alone, never the window."""

    saved = Signal(str)
    failed = Signal(str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._errand = Errand("saving", self)

    def write(self, path: Path, data: bytes) -> None:
        if self._errand.busy:
            self.failed.emit(tr("Another file is still being written: wait for it."))
            return
        self._errand.run(lambda: write_whole(path, data), lambda _none: self.saved.emit(str(path)), lambda error: self._fail(path, error))

    def _fail(self, path: Path, error: Exception) -> None:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        self.failed.emit(tr("{path} was not written: {reason}.", path=path, reason=reason))
