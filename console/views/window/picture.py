"""A picture of the window as it is on the screen: waits on facts (everything read, map painted), then grabs the pixels."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QWidget

from console.errors import Fault
from console.views.map.panel import MapPanel
from console.views.window.main_window import MainWindow
from console.views.window.reader import BackgroundReading

LOOK_MS = 20
IDLE_LOOKS = 10
PATIENCE_S = 60.0
BASEMAP_S = 1.0
"""A changed view is drawn at once, its basemap some frames later; the page does not tell of those."""


class Picture:
    """Runs the event loop itself while it waits."""

    def __init__(self, window: QWidget, chart: MapPanel, reading: BackgroundReading) -> None:
        """Made before the event loop turns: it must hear the map say that it is ready."""
        self._window, self._chart, self._reading = window, chart, reading
        self._map_ready = False
        chart.ready.connect(self._on_map_ready)
        self._idle_looks = 0

    def wait_for(self, fact: Callable[[], bool], what: str) -> None:
        """Raises Fault when it is not so within PATIENCE_S."""
        ends = time.monotonic() + PATIENCE_S
        while not fact():
            if time.monotonic() > ends:
                raise Fault(f"no picture: waited {PATIENCE_S:g} s for {what}. `fengsui doctor` says what is missing on this machine.")
            self.pass_time(LOOK_MS / 1000)

    def settle_map(self) -> None:
        """The page has the basemap, and has painted everything it was told until now."""
        self.wait_for(lambda: self._map_ready, "the basemap")
        wanted = self._chart.presenter.seq
        self.wait_for(lambda: self._chart.channel.painted.seq >= wanted, "the map to be painted")
        self.pass_time(BASEMAP_S)

    def _on_map_ready(self) -> None:
        self._map_ready = True

    def _settled(self) -> bool:
        """Idle several looks on end: what was read may make a panel ask for more."""
        self._idle_looks = self._idle_looks + 1 if self._reading.idle else 0
        return self._idle_looks >= IDLE_LOOKS

    def pass_time(self, seconds: float) -> None:
        loop = QEventLoop()
        QTimer.singleShot(round(seconds * 1000), loop.quit)
        loop.exec()

    def save(self, view: str, path: Path) -> None:
        """`view` is a panel's key, "window" for everything, or "wall". Raises Fault when the file cannot be written."""
        if isinstance(self._window, MainWindow) and view != "window":
            self._window.docks.focus_on(view)
        self.wait_for(self._settled, "the journal to be read")
        if view in ("window", "wall", "map"):
            self.settle_map()
        screen = self._window.screen()
        frame = self._window.frameGeometry()
        pixels = screen.grabWindow(0, frame.x(), frame.y(), frame.width(), frame.height())
        if pixels.isNull() or not pixels.save(str(path)):
            raise Fault(f"{path} could not be written. Check that its directory exists and has room.")
