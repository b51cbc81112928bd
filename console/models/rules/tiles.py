"""How the store of online maps is filled. Figures: `resources/rules/tiles.toml`."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from console.models.form import rules

Positive = Annotated[float, Meta(gt=0, le=1_000_000)]
Count = Annotated[int, Meta(ge=1, le=1_000_000_000)]


class Fetch(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`per_s` to begin with, at most `most_per_s`; `timeout_s` for one answer in all; `strange` answers in a row that are no tile end it."""

    per_s: Positive
    most_per_s: Positive
    timeout_s: Positive
    tries: Count
    longest_wait_s: Positive
    strange: Count
    absent_days: Positive

    def __post_init__(self) -> None:
        if self.per_s > self.most_per_s:
            raise ValueError("per_s must be at most most_per_s")


class Store(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`budget_gb`, `free_gb`: of 1,000,000,000 bytes each."""

    budget_gb: Positive
    free_gb: Annotated[float, Meta(ge=0, le=1_000_000)]
    most_tiles: Count


class Estimate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    tile_bytes: Count


class TilesRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    fetch: Fetch
    store: Store
    estimate: Estimate


def tiles_rule() -> TilesRule:
    return rules("tiles", TilesRule)
