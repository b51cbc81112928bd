"""How long telemetry is kept one by one, and which events' words go in a purge. Figures: `resources/rules/retention.toml`."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import NamedTuple

from console.errors import Fault
from console.models.paths import resources_dir


class RetentionRule(NamedTuple):
    """`keep_ms`: telemetry older than this may go; `personal`: kinds of event whose words a purge destroys."""

    keep_ms: int
    personal: frozenset[str]


def load_rule(path: Path) -> RetentionRule:
    """Raises Fault when the file is not a rule."""
    try:
        held = tomllib.loads(path.read_text(encoding="utf-8"))
        rule = RetentionRule(int(float(held["telemetry"]["keep_days"]) * 86_400_000), frozenset(map(str, held["personal"]["kinds"])))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError, TypeError, ValueError, OverflowError) as error:
        raise Fault(f"{path}: not a readable retention rule: {error!r}. Restore it from the installation.") from error
    if rule.keep_ms < 3_600_000:
        raise Fault(f"{path}: keep_days must be an hour at least (0.042).")
    return rule


@cache
def default_rule() -> RetentionRule:
    return load_rule(resources_dir() / "rules" / "retention.toml")
