"""Whether what was last heard of something may still be taken as current.

Fresh until its declared validity has run out, then stale, then gone; counted from `heard_ms`, this machine's own clock
(`console.models.state.tables`), so that a sender's wrong clock makes nothing look fresh. Figures: `resources/rules/staleness.toml`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import msgspec
import numpy as np
import numpy.typing as npt
from msgspec import Meta

from console.models.form import rules

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


class Freshness(StrEnum):
    FRESH = "fresh"
    STALE = "stale"
    GONE = "gone"


class StalenessRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Gone after `gone_after_validities` validities, and at least `gone_after_min_s` seconds."""

    gone_after_validities: Annotated[float, Meta(ge=1, le=1e6)]
    gone_after_min_s: Annotated[float, Meta(ge=0, le=1e9)]

    def stale_at_ms(self, heard_ms: int, valid_s: float) -> int:
        """The first instant at which it is no longer fresh."""
        return heard_ms + round(valid_s * 1000) + 1

    def gone_at_ms(self, heard_ms: int, valid_s: float) -> int:
        """The first instant at which it is gone; never before `stale_at_ms`."""
        lasts_s = max(self.gone_after_validities * valid_s, self.gone_after_min_s, valid_s)
        return heard_ms + round(lasts_s * 1000) + 1

    def freshness_of(self, heard_ms: Ints, valid_s: Floats, now_ms: int) -> Ints:
        """Of many at once: 0 fresh, 1 stale, 2 gone, the index into Freshness; what `freshness` says of each."""
        stale_ms, gone_ms = self.turns_ms(heard_ms, valid_s)
        return np.where(now_ms >= gone_ms, 2, now_ms >= stale_ms).astype(np.int64)

    def turns_ms(self, heard_ms: Ints, valid_s: Floats) -> tuple[Ints, Ints]:
        """`stale_at_ms` and `gone_at_ms` of many at once."""
        lasts_s = np.maximum(np.maximum(self.gone_after_validities * valid_s, self.gone_after_min_s), valid_s)
        stale_ms, gone_ms = (heard_ms + np.rint(span_s * 1000).astype(np.int64) + 1 for span_s in (valid_s, lasts_s))
        return stale_ms, gone_ms


def default_rule() -> StalenessRule:
    return rules("staleness", StalenessRule)


def freshness(heard_ms: int, valid_s: float, now_ms: int, rule: StalenessRule | None = None) -> Freshness:
    """Of something heard at `heard_ms` and declared valid for `valid_s` seconds, at `now_ms` (both UTC ms of this machine)."""
    rule = rule or default_rule()
    if now_ms >= rule.gone_at_ms(heard_ms, valid_s):
        return Freshness.GONE
    return Freshness.STALE if now_ms >= rule.stale_at_ms(heard_ms, valid_s) else Freshness.FRESH
