"""How much may be under way on one link: as much as it carries without a queue that a command would have to wait behind.

The idea is LEDBAT's (RFC 6817): what matters is not loss but delay. Every frame's way there and back is timed; what exceeds the link's own
latency is a queue that we made. While the queue is short the window grows by what was settled (it doubles each round trip). When it is longer
than `TARGET_MS`, the bytes that were under way with the frame and how long they took tell what the link carries, and the window shrinks to
that at once, however wide it was: a link that has just become narrow holds a long queue already.
"""

from __future__ import annotations

from collections import deque
from typing import NamedTuple

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


class _Frame(NamedTuple):
    """`ahead`: the bytes under way once it was sent, its own too."""

    sent_ms: int
    size: int
    ahead: int


class Pace:
    """`window`: bytes that may be under way; `under_way`: that are; `narrow`: see NARROW; `settled_ms`: when the other side was last done with
    any, `took_ms`: how long that one took. Times in ms of one steady clock."""

    def __init__(self) -> None:
        self.window = START
        self.under_way = 0
        self.narrow = False
        self.settled_ms = self.took_ms = 0
        self._frames: deque[_Frame] = deque()
        self._settled = 0  # bytes settled that are less than the oldest frame
        self._latency_ms: float | None = None
        self._shrunk_ms = 0
        self._before = START  # the window before it shrank

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
        return now_ms - self._frames[0].sent_ms if self._frames else 0

    def answered(self, round_trip_ms: float) -> None:
        """A ping came back: no frame of a link takes less."""
        self._latency_ms = round_trip_ms if self._latency_ms is None else min(self._latency_ms, round_trip_ms)

    def sent(self, size: int, now_ms: int) -> None:
        self.under_way += size
        self._frames.append(_Frame(now_ms, size, self.under_way))
        oldest = self._frames[0]
        if oldest.sent_ms >= self._shrunk_ms and self._queue_ms(oldest, now_ms) > TARGET_MS:
            self._shrink(oldest, now_ms)  # not settled yet, and late already: nothing is added to that

    def settled(self, size: int, now_ms: int) -> None:
        """The other side is done with `size` bytes. Mostly in the order they were sent; what is shown ahead of its stream is done with before
        what is stored, so that a rest is kept for the frame it belongs to."""
        filled = not self.free
        self.settled_ms = now_ms
        self._settled += size
        while self._frames and self._settled >= self._frames[0].size:
            frame = self._frames.popleft()
            self._settled -= frame.size
            self.under_way -= frame.size
            self.took_ms = now_ms - frame.sent_ms
            self._weigh(frame, now_ms, filled=filled)
        if not self._frames:
            self._settled = 0

    def _queue_ms(self, frame: _Frame, now_ms: int) -> float:
        return now_ms - frame.sent_ms - (self._latency_ms or 0)

    def _weigh(self, frame: _Frame, now_ms: int, *, filled: bool) -> None:
        if self._queue_ms(frame, now_ms) > TARGET_MS:
            self._shrink(frame, now_ms)
        elif filled:
            self.window = min(CEILING, self.window + frame.size)
        self.narrow = self.narrow and self.window < NARROW

    def _shrink(self, frame: _Frame, now_ms: int) -> None:
        """To what the link carries, as the frame tells."""
        carries = int(frame.ahead * (TARGET_MS + (self._latency_ms or 0)) / (now_ms - frame.sent_ms))
        if frame.sent_ms >= self._shrunk_ms:
            self._shrunk_ms, self._before = now_ms, self.window
            self.window = max(FLOOR, min(self.window, carries))
        else:  # after a pause of the other side many come at once: the last of them tells most of what the link carries
            self.window = max(self.window, min(carries, self._before))
        self.narrow = self.window < NARROW
