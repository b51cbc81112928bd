"""The logic of the time mode, on injected clocks. No Qt.

Live: now is this machine's clock. Fixed: now is an instant of the past, still or moving forward at a rate. A fixed instant stays
within the journal's span, and playing stops at its end: what comes next has not happened.
"""

from __future__ import annotations

from collections.abc import Callable

RATES = (1, 2, 5, 10, 30, 60)


class Playback:
    """Attributes: `live`, `playing`, `rate`, and `span` = (first, last) UTC ms of the journal, None while unknown."""

    def __init__(self, wall_ms: Callable[[], int], monotonic_s: Callable[[], float]) -> None:
        self.wall_ms, self._monotonic_s = wall_ms, monotonic_s
        self.live = True
        self.playing = False
        self.rate = 1
        self.span: tuple[int, int] | None = None
        self._anchor_ms = 0
        self._anchor_s = 0.0

    def now_ms(self) -> int:
        if self.live:
            return self.wall_ms()
        if not self.playing:
            return self._anchor_ms
        return self._within(self._anchor_ms + round((self._monotonic_s() - self._anchor_s) * 1000 * self.rate))

    def fix(self, instant_ms: int) -> None:
        """Show the state at `instant_ms`; playing goes on from there if it was."""
        self.live = False
        self._anchor(self._within(instant_ms))

    def go_live(self) -> None:
        self.live, self.playing = True, False

    def play(self) -> None:
        """From the fixed instant; from the start of the journal when live or at its end."""
        if self.span is None:
            return
        self.fix(self.span[0] if self.live or self.at_end() else self.now_ms())
        self.playing = True

    def pause(self) -> None:
        if not self.live:
            self._anchor(self.now_ms())
        self.playing = False

    def set_rate(self, rate: int) -> None:
        """`rate` in RATES: seconds shown per second passed. What is shown now does not jump."""
        if rate not in RATES:
            raise ValueError(f"rate {rate} is not one of {RATES}")
        if not self.live:
            self._anchor(self.now_ms())
        self.rate = rate

    def at_end(self) -> bool:
        return not self.live and self.span is not None and self.now_ms() >= self.span[1]

    def tick(self) -> bool:
        """Call while playing. True when the end was reached and playing stopped."""
        if self.playing and self.at_end():
            self.pause()
            return True
        return False

    def _anchor(self, instant_ms: int) -> None:
        self._anchor_ms, self._anchor_s = instant_ms, self._monotonic_s()

    def _within(self, ms: int) -> int:
        return ms if self.span is None else min(max(ms, self.span[0]), self.span[1])
