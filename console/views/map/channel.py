"""Keeps the page's one waiting request and answers it at the screen's pace. GUI thread only."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer

from console.views.map.presenter import MapPresenter
from console.views.map.scheme import MapScheme, Waiting

PACE_MS, CALM_MS, SLOWEST_MS = 33, 150, 200
"""Thirty buffers a second at most, the first after a pause at once. With many units some always moves, and each drawing is of the whole map."""
UNITS_A_CALM_MS, UNITS_A_MS = 5, 66
"""For so many units the pace is a millisecond slower: at first, up to CALM_MS (ten drawings a second of 500 units, seven of 750), and of
thousands, of which each drawing costs more (five of 13,000 and above)."""


def pace_ms(units: int) -> int:
    return max(PACE_MS, min(CALM_MS, units // UNITS_A_CALM_MS), min(SLOWEST_MS, units // UNITS_A_MS))


@dataclass
class Painted:
    """The last buffer known to be painted, and how long that took from its sending."""

    seq: int = 0
    at_ms: float = 0.0
    took_ms: float = 0.0


class Channel(QObject):
    """Attributes: `painted`, `on_painted` (called with each new `Painted`)."""

    def __init__(self, presenter: MapPresenter, scheme: MapScheme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._presenter, self._scheme = presenter, scheme
        self._waiting: Waiting | None = None
        self._sent_ms = 0.0
        self._last_s = 0.0
        self.painted = Painted()
        self.on_painted: Callable[[Painted], None] | None = None
        self._later = QTimer(self, singleShot=True)
        self._later.timeout.connect(self.push)
        scheme.wanted.connect(self._on_wanted)

    def push(self) -> None:
        """Something may have changed: tell the page now, or as soon as it asks and the pace allows."""
        if self._waiting is None or self._later.isActive():
            return
        rest_ms = pace_ms(len(self._presenter.fleet)) - (time.monotonic() - self._last_s) * 1000
        if rest_ms > 1 and self._waiting.seen == self._presenter.seq:
            self._later.start(round(rest_ms))
            return
        sent_ms = time.time() * 1000
        body = self._presenter.take(self._waiting.seen, sent_ms)
        if body is not None:
            ticket, self._waiting = self._waiting.ticket, None
            self._sent_ms, self._last_s = sent_ms, time.monotonic()
            self._scheme.answer_live(ticket, body)

    def _on_wanted(self, waiting: Waiting) -> None:
        self._waiting = waiting
        if waiting.seen == self._presenter.seq and waiting.seen > self.painted.seq:
            self.painted = Painted(waiting.seen, waiting.painted_ms, waiting.painted_ms - self._sent_ms)
            if self.on_painted is not None:
                self.on_painted(self.painted)
        self.push()
