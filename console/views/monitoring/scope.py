"""The time a chart shows: it follows the window's now, or stands where the operator left it. No Qt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

HOUR_MS = 3_600_000
RANGES_MS = {
    "1h": HOUR_MS,
    "6h": 6 * HOUR_MS,
    "24h": 24 * HOUR_MS,
    "3d": 72 * HOUR_MS,
    "7d": 168 * HOUR_MS,
    "30d": 720 * HOUR_MS,
}
FITS_MS = (600_000, 1_800_000, HOUR_MS, 3 * HOUR_MS, 6 * HOUR_MS, 12 * HOUR_MS, RANGES_MS["24h"])
"""Widths that a fitted time may have: it grows with the readings, but not with each of them."""
LEAST_MS, MOST_MS = 10_000, 5 * 366 * 24 * HOUR_MS
AHEAD_SHARE = 0.02
"""Of the width, left free after now, so that the newest reading does not stand at the edge."""


class Span(NamedTuple):
    """UTC ms, the author's clock of readings."""

    start_ms: int
    end_ms: int

    @property
    def width_ms(self) -> int:
        return self.end_ms - self.start_ms

    def moved(self, by_ms: int) -> Span:
        return Span(self.start_ms + by_ms, self.end_ms + by_ms)


@dataclass(frozen=True)
class Scope:
    """`end_ms` None: it follows now. `width_ms` within LEAST_MS and MOST_MS. `fitted`: nobody chose the width, it holds what there is to see
    of the last day."""

    width_ms: int = RANGES_MS["24h"]
    end_ms: int | None = None
    fitted: bool = False

    @property
    def following(self) -> bool:
        return self.end_ms is None

    def span(self, now_ms: int) -> Span:
        end_ms = now_ms + round(AHEAD_SHARE * self.width_ms) if self.end_ms is None else self.end_ms
        return Span(end_ms - self.width_ms, end_ms)

    def follow(self) -> Scope:
        return self if self.following else Scope(self.width_ms)

    def fit(self, first_ms: int | None, now_ms: int) -> Scope:
        """Holding what was read since `first_ms`; without readings, a day."""
        least = FITS_MS[-1] if first_ms is None else (now_ms - first_ms) * (1 + 2 * AHEAD_SHARE)
        return Scope(next((width_ms for width_ms in FITS_MS if width_ms >= least), FITS_MS[-1]), fitted=True)

    def panned(self, share: float, now_ms: int) -> Scope:
        """By a share of the width, later (positive) or earlier. Now, or later than now, is following again."""
        end_ms = self.span(now_ms).end_ms + round(share * self.width_ms)
        return self._standing(self.width_ms, end_ms, now_ms)

    def zoomed(self, factor: float, at_share: float, now_ms: int) -> Scope:
        """`factor` below 1 shows less time; what is at `at_share` of the width (0 left, 1 right) stays there. Following goes on."""
        width_ms = min(MOST_MS, max(LEAST_MS, round(self.width_ms * factor)))
        if self.following:
            return Scope(width_ms)
        end_ms = self.span(now_ms).end_ms + round((1 - at_share) * (width_ms - self.width_ms))
        return self._standing(width_ms, end_ms, now_ms)

    def ranged(self, width_ms: int) -> Scope:
        """Another width, ending where it ends now."""
        return Scope(min(MOST_MS, max(LEAST_MS, width_ms)), self.end_ms)

    @staticmethod
    def between(span: Span) -> Scope:
        return Scope(min(MOST_MS, max(LEAST_MS, span.width_ms)), span.end_ms)

    @staticmethod
    def _standing(width_ms: int, end_ms: int, now_ms: int) -> Scope:
        return Scope(width_ms) if end_ms >= now_ms + round(AHEAD_SHARE * width_ms) else Scope(width_ms, end_ms)
