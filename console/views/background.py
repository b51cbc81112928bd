"""A thread that owns something too slow for the GUI thread, and answers questions about it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, Signal

from console.errors import Fault

T = TypeVar("T")
JOIN_S = 5.0
log = logging.getLogger(__name__)


class Background(QObject):
    """Work waits by tag, newest only, in the order in which the tags were first asked for; it is answered on the GUI thread. GUI thread only.

    Attributes: `idle`, nothing asked for is still to come; `stop`, set once it ends: long work looks at it.
    """

    _answered = Signal(object, object, object)  # tag and ticket, done, answer

    def __init__(self, name: str, parent: QObject) -> None:
        super().__init__(parent)
        self._waiting: dict[str, tuple[int, Callable[[], Any], Callable[[Any], None], Callable[[str], None]]] = {}
        self._tickets: dict[str, int] = {}
        self._owed: set[str] = set()
        self.stop = threading.Event()
        self._wake = threading.Condition()
        self._answered.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._thread = threading.Thread(target=self._serve, name=name, daemon=True)
        self._thread.start()
        parent.destroyed.connect(_ender(self.stop, self._wake, self._thread))

    @property
    def idle(self) -> bool:
        return not self._owed

    def ask(self, tag: str, work: Callable[[], T], done: Callable[[T], None], failed: Callable[[str], None]) -> None:
        """`work` runs on the thread. Exactly one of `done(answer)` and `failed(reason)` follows, unless a newer one of the tag came."""
        ticket = self._tickets.get(tag, 0) + 1
        self._tickets[tag] = ticket
        self._owed.add(tag)
        with self._wake:
            self._waiting.pop(tag, None)  # to the end: what was asked before it is done before it
            self._waiting[tag] = (ticket, work, done, failed)
            self._wake.notify()

    def _deliver(self, asked: tuple[str, int], done: Callable[[Any], None], answer: Any) -> None:
        tag, ticket = asked
        if self._tickets.get(tag) == ticket:
            self._owed.discard(tag)
            done(answer)

    def _serve(self) -> None:
        while True:
            with self._wake:
                self._wake.wait_for(lambda: self.stop.is_set() or self._waiting)
                if self.stop.is_set():
                    return
                tag = next(iter(self._waiting))
                ticket, work, done, failed = self._waiting.pop(tag)
            try:
                answer, tell = work(), done
            except Exception as error:  # whatever fails is told, and the thread lives on
                if not isinstance(error, Fault):
                    log.exception("background work %s failed", tag)
                answer, tell = str(error) if isinstance(error, Fault) else f"{type(error).__name__}: {error}", failed
            if self.stop.is_set():
                return
            self._answered.emit((tag, ticket), tell, answer)


def _ender(stop: threading.Event, wake: threading.Condition, thread: threading.Thread) -> Callable[..., None]:
    """Ends the thread once its owner is gone; it holds nothing that is gone then."""

    def end(_gone: object = None) -> None:
        stop.set()
        with wake:
            wake.notify()
        thread.join(JOIN_S)

    return end
