"""The clock of a play, and the part of a recording that is played."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol

import msgspec

from console.comms.gateways.recording import Moment

TICK_S = 0.05
MAX_BEHIND_S = 2.0
MAX_SILENCE_S = 60.0
"""A gap in the recording longer than this on the clock of the play is cut short to it: nobody watches an empty screen for hours."""


class Clock(Protocol):
    """Time of the play: monotonic seconds, UTC milliseconds, and waiting."""

    def now_s(self) -> float: ...

    def wall_ms(self) -> int: ...

    def wait(self, seconds: float) -> None: ...


class Pace:
    """Recording's time against the play's clock: due when (at - begin) / speed has gone by."""

    def __init__(self, clock: Clock, speed: float) -> None:
        self._clock = clock
        self._speed = speed
        self._begun_s: float | None = None
        self._begin_ms = 0
        self.held_back_s = 0.0
        self.silences_cut = 0
        self._late = False

    def restart(self) -> None:
        self._begun_s = None

    def _until_s(self, at_ms: int) -> float:
        """Seconds until a moment is due; negative: how late it is."""
        if self._begun_s is None:
            self._begun_s, self._begin_ms = self._clock.now_s(), at_ms
        return self._begun_s + (at_ms - self._begin_ms) / 1000 / self._speed - self._clock.now_s()

    def due(self, at_ms: int) -> bool:
        return self._until_s(at_ms) <= TICK_S / 2

    def late(self) -> bool:
        return self._late

    def ahead_s(self, at_ms: int) -> float:
        """How long to wait for the next moment, after holding the clock back or cutting a silence short."""
        ahead_s = self._until_s(at_ms)
        self._late = ahead_s < 0
        if ahead_s < -MAX_BEHIND_S:
            self.held_back_s += -ahead_s
            self._shift(-ahead_s)
        elif ahead_s > MAX_SILENCE_S:
            self.silences_cut += 1
            self._shift(MAX_SILENCE_S - ahead_s)
            ahead_s = MAX_SILENCE_S
        return ahead_s

    def _shift(self, by_s: float) -> None:
        self._begun_s = (self._begun_s or 0.0) + by_s


class Window(msgspec.Struct, frozen=True):
    """Which part of a recording to play. `from_s`, `until_s`: seconds from its first moment; `limit`: at most so many events."""

    from_s: float = 0.0
    until_s: float | None = None
    limit: int | None = None


def windowed(moments: Iterable[Moment], window: Window) -> Iterator[Moment]:
    """The part asked for. Of what lies before it, what a later moment speaks of is said first: that it exists."""
    before: dict[str, Moment] = {}
    first_ms: int | None = None
    said = 0
    for moment in moments:
        first_ms = moment.at_ms if first_ms is None else first_ms
        gone_s = (moment.at_ms - first_ms) / 1000
        if window.until_s is not None and gone_s > window.until_s:
            return
        if gone_s < window.from_s:
            if moment.kind.endswith((".registered", ".opened")) or moment.kind == "task.assigned":
                before[moment.subject] = moment
            continue
        for name in (moment.subject, getattr(moment.body, "incident", ""), getattr(moment.body, "unit", "")):
            if isinstance(name, str) and (owed := before.pop(name, None)) is not None and owed.kind != moment.kind:
                yield owed._replace(at_ms=moment.at_ms)
                said += 1
        yield moment
        said += 1
        if window.limit is not None and said >= window.limit:
            return
