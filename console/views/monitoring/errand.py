"""One slow piece of work on a thread of its own, which knows nothing of any widget: the window may be gone before it ends."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any, TypeVar

from PySide6.QtCore import QObject, QTimer

T = TypeVar("T")
LOOK_MS = 15
log = logging.getLogger(__name__)


class Errand(QObject):
    """GUI thread only. While it is `busy`, nothing else is begun."""

    def __init__(self, name: str, parent: QObject) -> None:
        super().__init__(parent)
        self._name = name
        self._thread: threading.Thread | None = None
        self._answers: list[tuple[Callable[[Any], None], Any]] = []
        self._looking = QTimer(self)
        self._looking.setInterval(LOOK_MS)
        self._looking.timeout.connect(self._look)

    @property
    def busy(self) -> bool:
        return self._thread is not None

    def run(self, work: Callable[[], T], done: Callable[[T], None], failed: Callable[[Exception], None]) -> None:
        """`work` on the thread, then exactly one of `done(answer)` and `failed(error)` on this one, unless the parent has gone."""
        answers: list[tuple[Callable[[Any], None], Any]] = []

        def serve() -> None:
            try:
                answers.append((done, work()))
            except Exception as error:  # whatever fails is told by the asker
                if not isinstance(error, OSError):
                    log.exception("%s failed", threading.current_thread().name)
                answers.append((failed, error))

        self._answers = answers
        self._thread = threading.Thread(target=serve, name=self._name, daemon=True)
        self._thread.start()
        self._looking.start()

    def _look(self) -> None:
        if self._answers and self._thread is not None:
            self._looking.stop()
            self._thread.join()
            self._thread = None
            tell, answer = self._answers.pop()
            tell(answer)
