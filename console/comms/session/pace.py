"""How much may be under way on one link: as much as it carries without a queue that a command would have to wait behind.

The idea is LEDBAT's (RFC 6817): what matters is not loss but delay. Every frame's way there and back is timed; what exceeds the link's own
latency is a queue that we made. While the queue is short the window grows by what was settled (it doubles each round trip), when it is
longer than `TARGET_MS` the window shrinks in proportion, at once: a link that was wide and is narrow now holds a long queue already.
"""

from __future__ import annotations

from collections import deque

from console.comms.session import limits

TARGET_MS = 400
"""A queue no longer than this on the narrowest link; a command waits behind it. A command is due in 2 s (docs: narrow links)."""
START = 2 * 1024
FLOOR = 1024
SMALLEST = 640
BURST = 2 * 1024
CEILING = 4 << 20
NARROW = 16 * 1024
"""A link whose window was forced below this is narrow: on it the newest matters more than what is complete."""


class Pace:
    """`window`: bytes that may be under way; `under_way`: that are; `narrow`: see NARROW; `settled_ms`: when the other side was last done with
    any. Times in ms of one steady clock."""

    def __init__(self) -> None:
        self.window = START
        self.under_way = 0
        self.narrow = False
        self.settled_ms = 0
        self._frames: deque[tuple[int, int]] = deque()  # (when it was sent, its size)
        self._settled = 0  # bytes settled that are less than the oldest frame
        self._latency_ms: float | None = None
        self._shrunk_ms = 0

    @property
    def frame(self) -> int:
        """How large a frame may be: on a narrow link small, so that a command waits for no more than a part of the window."""
        return min(limits.BATCH, max(self.window // 4, SMALLEST))

    @property
    def free(self) -> bool:
        """Whether one more frame may be under way."""
        return not self.under_way or self.under_way + self.frame <= self.window

    @property
    def free_for_command(self) -> bool:
        """Commands go beyond the window, but not without end: a newer one would wait behind them."""
        return self.under_way < 2 * max(self.window, BURST)

    def waits_ms(self, now_ms: int) -> int:
        """How long the oldest frame has been under way."""
        return now_ms - self._frames[0][0] if self._frames else 0

    def answered(self, round_trip_ms: float) -> None:
        """A ping came back: no frame of a link takes less."""
        self._latency_ms = round_trip_ms if self._latency_ms is None else min(self._latency_ms, round_trip_ms)

    def sent(self, size: int, now_ms: int) -> None:
        self._frames.append((now_ms, size))
        self.under_way += size

    def settled(self, size: int, now_ms: int) -> None:
        """The other side is done with `size` bytes. Mostly in the order they were sent; what is shown ahead of its stream is done with before
        what is stored, so that a rest is kept for the frame it belongs to."""
        filled = not self.free
        self.settled_ms = now_ms
        self._settled += size
        while self._frames and self._settled >= self._frames[0][1]:
            sent_ms, gone = self._frames.popleft()
            self._settled -= gone
            self.under_way -= gone
            self._weigh(now_ms - sent_ms, sent_ms, gone, now_ms, filled=filled)
        if not self._frames:
            self._settled = 0

    def _weigh(self, took_ms: int, sent_ms: int, size: int, now_ms: int, *, filled: bool) -> None:
        queue_ms = took_ms - (self._latency_ms or 0)
        if queue_ms <= TARGET_MS:
            if filled:
                self.window = min(CEILING, self.window + size)
            self.narrow = self.narrow and self.window < NARROW
        elif sent_ms >= self._shrunk_ms:  # once a round trip: what was sent before knows nothing of the smaller window
            self._shrunk_ms = now_ms
            self.window = max(FLOOR, int(self.window * TARGET_MS / queue_ms))
            self.narrow = self.window < NARROW
