"""How the store of online maps is filled. Figures: `resources/rules/tiles.toml`."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from console.errors import Fault
from console.models.form import ready
from console.models.paths import resources_dir

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


def load_tiles(path: Path) -> TilesRule:
    """Raises Fault when the file is not a rule."""
    try:
        rule = msgspec.toml.decode(path.read_bytes(), type=ready(TilesRule))
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Fault(f"{path}: not a readable rule of online maps: {error}. Restore it from the installation.") from error
    if rule.fetch.per_s > rule.fetch.most_per_s:
        raise Fault(f"{path}: per_s must be at most most_per_s.")
    return rule


@cache
def tiles_rule() -> TilesRule:
    return load_tiles(resources_dir() / "rules" / "tiles.toml")
