"""Hybrid logical clock: orders events although clocks disagree.

A value is one int: 48 bits of UTC milliseconds above 16 bits of counter (Kulkarni et al., "Logical Physical Clocks and
Consistent Snapshots in Globally Distributed Databases", OPODIS 2014, sec. 3). It never goes back, and an event authored after
another was seen is always ordered after it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

COUNTER_BITS = 16
_COUNTER_MASK = (1 << COUNTER_BITS) - 1
HLC_MAX = (1 << 63) - 1

DEFAULT_MAX_AHEAD_MS = 10 * 60 * 1000
"""A remote clock further ahead than this does not drag ours along, and what it wrote is held until its time comes."""


def wall_ms() -> int:
    """UTC now in milliseconds."""
    return time.time_ns() // 1_000_000


def steady_ms() -> int:
    """Milliseconds since some instant of the past, the same for every process of this machine; goes on while it sleeps, and nobody sets it."""
    clock = getattr(time, "CLOCK_BOOTTIME", None)
    return (time.monotonic_ns() if clock is None else time.clock_gettime_ns(clock)) // 1_000_000


class SteadyWall:
    """UTC as it was when this was made, going on evenly from there whatever is done to the machine's clock: for ages. `base_ms`: what it adds
    to `steady`."""

    def __init__(self, wall: Callable[[], int] = wall_ms, steady: Callable[[], int] = steady_ms) -> None:
        self._wall, self._steady = wall, steady
        self.base_ms = wall() - steady()

    def now_ms(self) -> int:
        return self.base_ms + self._steady()

    def stepped_ms(self) -> int:
        """By how much the machine's clock was set since, forward when positive."""
        return self._wall() - self.now_ms()


def hlc_from_ms(ms: int, counter: int = 0) -> int:
    return (ms << COUNTER_BITS) | counter


def ms_of(hlc: int) -> int:
    """UTC milliseconds of an hlc."""
    return hlc >> COUNTER_BITS


def end_of_ms(ms: int) -> int:
    """The greatest hlc within millisecond `ms`."""
    return (ms << COUNTER_BITS) | _COUNTER_MASK


def far_ahead(hlc: int, now_ms: int) -> bool:
    """Whether what has this hlc is more than `DEFAULT_MAX_AHEAD_MS` ahead of a clock that says `now_ms`."""
    return ms_of(hlc) > now_ms + DEFAULT_MAX_AHEAD_MS


def follows(last_hlc: int, hlc: int) -> bool:
    """Whether an event of a stream may have `hlc` after one with `last_hlc`: later, or so much earlier that the clock that was far ahead has
    been set right since. Nobody else's clock has a say in it, so that all agree."""
    return hlc > last_hlc or ms_of(last_hlc) - ms_of(hlc) > DEFAULT_MAX_AHEAD_MS


class HybridClock:
    """`now()` for authoring, `observe()` for every hlc received. Not thread-safe: its one owner is the journal's writer."""

    def __init__(self, wall: Callable[[], int] = wall_ms, *, last: int = 0, max_ahead_ms: int = DEFAULT_MAX_AHEAD_MS) -> None:
        self._wall = wall
        self._last = last
        self._max_ahead_ms = max_ahead_ms
        self._agreed = False

    @property
    def horizon_hlc(self) -> int:
        """The greatest hlc that is not too far ahead."""
        return end_of_ms(self._wall() + self._max_ahead_ms)

    @property
    def last(self) -> int:
        return self._last

    def agree(self, peers_ms: Iterable[int]) -> None:
        """The clocks of other peers say this. When one of them is near ours, ours is right: what this machine said when its clock was far
        ahead does not keep it there. Without such a word it might be the other way round, and time never goes back."""
        wall_ms = self._wall()
        self._agreed = any(abs(peer_ms - wall_ms) <= self._max_ahead_ms for peer_ms in peers_ms)

    def next(self, last_hlc: int) -> int:
        """The hlc of the event after one with `last_hlc` in its stream."""
        now = self.now()
        return now if self._agreed and last_hlc > self.horizon_hlc else max(now, last_hlc + 1)

    def now(self) -> int:
        if self._agreed and self._last > self.horizon_hlc:
            self._last = 0
        self._last = max(hlc_from_ms(self._wall()), self._last + 1)
        return self._last

    def observe(self, hlc: int) -> bool:
        """Take note of a remote hlc. False when it is too far ahead of this machine's clock to be followed."""
        if ms_of(hlc) > self._wall() + self._max_ahead_ms:
            return False
        self._last = max(self._last, hlc)
        return True
