"""What a source tells of itself: its state, its fault, how much it took and what it refused. Written by its thread, read by the station's."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable

from console.models.kinds import GatewayReported
from console.models.plain import plain

_MOST_REASONS = 40
_MOST_TEXT = 1000


class Tally:
    """`wall`: UTC ms. Every method may be called from any thread."""

    def __init__(self, name: str, source: str, place: str, wall: Callable[[], int]) -> None:
        self.name, self._source, self._place, self._wall = name, source, plain(place[:200]), wall
        self._lock = threading.Lock()
        self._state, self._fault, self._example, self._clock = "connecting", "", "", ""
        self._taken, self._refused = 0, Counter[str]()
        self._since_ms = wall()
        self._newest_ms: int | None = None

    def connecting(self) -> None:
        """Trying; a fault stands until it works again."""
        with self._lock:
            if not self._fault:
                self._state = "connecting"

    def working(self) -> None:
        with self._lock:
            self._state, self._fault = "working", ""

    def faulty(self, text: str) -> None:
        with self._lock:
            self._state, self._fault = "faulty", plain(text[:_MOST_TEXT])

    def stopped(self) -> None:
        with self._lock:
            self._state = "stopped"

    def doubt_clock(self, text: str) -> None:
        """What says that this machine's clock, or all of theirs, is wrong; "" when a reading came in time. It stands above all else."""
        with self._lock:
            self._clock = text

    def took(self, count: int) -> None:
        with self._lock:
            self._taken += count
            self._newest_ms = self._wall()

    def refuse(self, reason: str, detail: str = "", count: int = 1) -> None:
        """`reason`: one of few words; `detail`: of the newest, for a person."""
        with self._lock:
            known = reason in self._refused or len(self._refused) < _MOST_REASONS - 1
            self._refused[reason if known else "other"] += count
            self._example = plain((detail or reason)[:_MOST_TEXT])

    def report(self) -> GatewayReported:
        with self._lock:
            return GatewayReported(
                name=self.name,
                source=self._source,
                place=self._place,
                state="faulty" if self._clock else self._state,
                fault=self._clock or self._fault,
                taken=self._taken,
                refused=dict(self._refused),
                example=self._example,
                since_ms=self._since_ms,
                newest_ms=self._newest_ms,
            )
