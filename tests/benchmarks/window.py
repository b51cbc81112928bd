"""The real console as a child of a measurement, on a data directory given to it.

Run by `tests.benchmarks.opened`, with these words:
`DATA start SPAWNED_S` says `usable_s` (monotonic clock) once its own peer has welcomed it and the map is painted, and ends.
`DATA watch` says its peer's `pid` when it is usable; then, for each line it is sent, the `samples` since the last one:
of each position painted, the milliseconds from its sending until the peer had it, the window, the page, the screen.
"""

from __future__ import annotations

import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication

from console.app import Console
from console.models.changes import Changes
from console.models.clock import ms_of
from console.views.map.channel import Channel, Painted
from console.views.map.presenter import MapPresenter
from console.views.window.crash import CrashReports
from console.views.window.opening import SETTINGS_FILE, Opening
from console.views.window.settings import Settings
from console.views.window.starting import Started
from tests.benchmarks.harness import say

SIZE = (1600, 900)
_LOOK_MS = 5


class Parent(QObject):
    """Signals: `asked()` for each line the parent sends, `gone()` when it closes this child's input."""

    asked = Signal()
    gone = Signal()

    def __init__(self) -> None:
        super().__init__()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        for _ in sys.stdin:
            self.asked.emit()
        self.gone.emit()


class Trace:
    """Follows each position through the window: what `MapPresenter` is told, what it gives the page, what the page has painted."""

    def __init__(self, presenter: MapPresenter, channel: Channel) -> None:
        self.samples: list[tuple[float, float, float, float]] = []
        self._moved: dict[str, tuple[float, float, float]] = {}
        self._sent: dict[int, tuple[float, dict[str, tuple[float, float, float]]]] = {}
        self._presenter, self._move, self._take = presenter, presenter.move, presenter.take
        self._on_painted = channel.on_painted
        presenter.move = self.move  # type: ignore[method-assign]
        presenter.take = self.take  # type: ignore[method-assign]
        channel.on_painted = self.painted

    def move(self, changes: Changes, now_ms: int) -> set[str]:
        arrived_ms = time.time() * 1000
        for fix in changes.fixes.values():
            self._moved[fix.unit] = (ms_of(fix.hlc), fix.heard_ms, arrived_ms)
        return self._move(changes, now_ms)

    def take(self, seen: int, sent_ms: float) -> bytes | None:
        body = self._take(seen, sent_ms)
        if body is not None:
            self._sent[self._presenter.seq] = (sent_ms, self._moved)
            self._moved = {}
        return body

    def painted(self, painted: Painted) -> None:
        if self._on_painted is not None:
            self._on_painted(painted)
        given_ms, moved = self._sent.pop(painted.seq, (0.0, {}))
        for said_ms, heard_ms, arrived_ms in moved.values():
            self.samples.append((heard_ms - said_ms, arrived_ms - heard_ms, given_ms - arrived_ms, painted.at_ms - given_ms))

    def report(self) -> None:
        samples, self.samples = self.samples, []
        say(samples=samples)


def usable(opened: Console) -> bool:
    """Its own peer is up and the map has been painted."""
    return opened.peer.me is not None and opened.chart.channel.painted.seq > 0


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


def start(app: QApplication, opened: Console, spawned_s: float) -> list[Any]:
    def done() -> None:
        say(usable_s=time.monotonic() - spawned_s)
        app.quit()

    return [when(lambda: usable(opened), done)]


def watch(app: QApplication, opened: Console) -> list[Any]:
    parent, traces = Parent(), list[Trace]()

    def report() -> None:
        """Nothing is followed, and nothing kept, before it is first asked for."""
        if not traces:
            traces.append(Trace(opened.chart.presenter, opened.chart.channel))
        traces[0].report()

    parent.asked.connect(report)
    parent.gone.connect(app.quit)
    return [parent, traces, when(lambda: usable(opened), lambda: say(pid=opened.peer.me.pid if opened.peer.me else 0))]


def main(started: Started, opening: Opening, what: str, *numbers: str) -> None:
    app, process, web = started
    with tempfile.TemporaryDirectory(prefix="fengsui-bench-") as scratch:
        settings = Settings(Path(scratch) / SETTINGS_FILE)
        settings.stop_with_window = what == "start"
        opened = Console(app, opening, process, settings, CrashReports(Path(scratch)), renew=lambda: None, web=web)
        opened.open(SIZE)
        try:
            kept = start(app, opened, float(numbers[0])) if what == "start" else watch(app, opened)
            app.exec()
            kept.clear()
        finally:
            opened.close()
