"""How long telemetry is kept one by one, and which events' words go in a purge. Figures: `resources/rules/retention.toml`."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from console.models.form import rules


class Telemetry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`keep_days`: an hour at least."""

    keep_days: Annotated[float, Meta(ge=0.0416, le=1e6)]


class Personal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`kinds` of event whose words a purge destroys."""

    kinds: frozenset[str]


class RetentionRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    telemetry: Telemetry
    personal: Personal

    @property
    def keep_ms(self) -> int:
        """Telemetry older than this may go."""
        return int(self.telemetry.keep_days * 86_400_000)


def default_rule() -> RetentionRule:
    return rules("retention", RetentionRule)
