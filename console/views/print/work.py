"""Draws and writes sheets on a thread of its own, so that the window does not wait. Made and called on the GUI thread."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal

from console.errors import Fault
from console.views.reasons import said


class SheetWork(QObject):
    """Signals: `done(ticket, result)`, `failed(text)` on the GUI thread."""

    done = Signal(int, object)
    failed = Signal(str)
    _ended = Signal(int, object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="print")
        self._tickets = 0
        self._ended.connect(self._take, Qt.ConnectionType.QueuedConnection)

    def run(self, work: Callable[[], Any]) -> int:
        """Its ticket."""
        self._tickets += 1
        ticket = self._tickets
        self._thread.submit(work).add_done_callback(lambda future: self._ended.emit(ticket, future))
        return ticket

    def close(self) -> None:
        self._ended.disconnect(self._take)
        self._thread.shutdown(wait=True, cancel_futures=True)

    def _take(self, ticket: int, future: Future[Any]) -> None:
        if future.cancelled():
            return
        error = future.exception()
        if error is None:
            self.done.emit(ticket, future.result())
        elif isinstance(error, Fault):
            self.failed.emit(said(str(error)))
        else:
            raise error
