"""Whether something came late: long after it was said. Figure: `resources/rules/lateness.toml`."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from console.models.form import rules


class LatenessRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    late_after_s: Annotated[float, Meta(ge=0, le=1e9)]


def late_after_ms() -> int:
    return round(1000 * rules("lateness", LatenessRule).late_after_s)


def late_by_ms(heard_ms: int, taken_ms: int, after_ms: int | None = None) -> int:
    """How late something said at `heard_ms` came at `taken_ms` (both UTC ms of this machine, 0: not known); 0 when it was in time."""
    by_ms = taken_ms - heard_ms
    limit_ms = late_after_ms() if after_ms is None else after_ms
    return by_ms if heard_ms > 0 and taken_ms > 0 and by_ms > limit_ms else 0
