"""Drawing that is too long for one turn of the event loop, done in several: keys and the mouse are heard in between. GUI thread only."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Iterator

from PySide6.QtCore import QObject, QTimer

TURN_S = 0.006
"""A frame of 16 ms leaves room for what is painted after it."""


class Turns(QObject):
    """Jobs by key, the one asked for first before the next; `begin` takes the place of one of the same key."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs: dict[Hashable, tuple[Iterator[None], Callable[[], None]]] = {}
        self._timer = QTimer(self, singleShot=True, interval=0)
        self._timer.timeout.connect(self._turn)

    @property
    def idle(self) -> bool:
        return not self._jobs

    def busy(self, key: Hashable) -> bool:
        return key in self._jobs

    def begin(self, key: Hashable, steps: Iterator[None], done: Callable[[], None]) -> None:
        """`steps` are taken until there are none left, then `done()`."""
        self._jobs[key] = steps, done
        self._timer.start()

    def end(self, key: Hashable) -> None:
        """That job is not wanted any more."""
        self._jobs.pop(key, None)

    def drop(self) -> None:
        """Nobody wants any of it."""
        self._jobs = {}

    def _turn(self) -> None:
        ends_s = time.perf_counter() + TURN_S
        while self._jobs and time.perf_counter() < ends_s:
            key, (steps, done) = next(iter(self._jobs.items()))
            try:
                next(steps)
            except StopIteration:
                del self._jobs[key]
                done()
        if self._jobs:
            self._timer.start()
