"""The window's time mode with Qt signals around `Playback`. GUI thread only."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from console.models.clock import wall_ms
from console.views.time.playback import Playback

FRAME_MS = 100
"""While playing the instant moves this often: at 60x six seconds a step, and each step is one seek of the reader thread."""


class TimeMode(QObject):
    """Signals: `switched(live)` when live or fixed begins; `moved(instant_ms)` when the fixed instant is another;
    `played()` when playing, its rate or the span changed."""

    switched = Signal(bool)
    moved = Signal(object)
    played = Signal()

    def __init__(
        self,
        parent: QObject | None = None,
        *,
        wall: Callable[[], int] = wall_ms,
        monotonic_s: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(parent)
        self._playback = Playback(wall, monotonic_s)
        self._frames = QTimer(self, interval=FRAME_MS)
        self._frames.timeout.connect(self._on_frame)

    @property
    def live(self) -> bool:
        return self._playback.live

    @property
    def playing(self) -> bool:
        return self._playback.playing

    @property
    def rate(self) -> int:
        return self._playback.rate

    @property
    def span(self) -> tuple[int, int] | None:
        return self._playback.span

    def now_ms(self) -> int:
        return self._playback.now_ms()

    def wall_ms(self) -> int:
        return self._playback.wall_ms()

    def set_span(self, span: tuple[int, int] | None) -> None:
        """UTC ms of the first and last event of the journal."""
        if span != self._playback.span:
            self._playback.span = span
            self.played.emit()

    def fix(self, instant_ms: int) -> None:
        was_live = self.live
        self._playback.fix(instant_ms)
        if was_live:
            self.switched.emit(False)
        self.moved.emit(self.now_ms())

    def go_live(self) -> None:
        if not self.live:
            self._frames.stop()
            self._playback.go_live()
            self.switched.emit(True)
            self.played.emit()

    def play(self) -> None:
        was_live = self.live
        self._playback.play()
        if not self.playing:
            return
        if was_live:
            self.switched.emit(False)
        self._frames.start()
        self.moved.emit(self.now_ms())
        self.played.emit()

    def pause(self) -> None:
        if self.playing:
            self._frames.stop()
            self._playback.pause()
            self.moved.emit(self.now_ms())
            self.played.emit()

    def toggle(self) -> None:
        if self.playing:
            self.pause()
        else:
            self.play()

    def set_rate(self, rate: int) -> None:
        self._playback.set_rate(rate)
        self.played.emit()

    def _on_frame(self) -> None:
        ended = self._playback.tick()
        if ended:
            self._frames.stop()
        self.moved.emit(self.now_ms())
        if ended:
            self.played.emit()
