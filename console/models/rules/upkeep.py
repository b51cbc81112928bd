"""How a peer looks after its journal. Figures: `resources/rules/upkeep.toml`."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from console.models.form import rules


class JournalRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Verified `verify_delay_s` after a start, when the last time is `verify_days` ago; a sign of life every `beat_s`."""

    verify_delay_s: Annotated[int, Meta(ge=1, le=86400)]
    verify_days: Annotated[int, Meta(ge=1, le=3650)]
    beat_s: Annotated[int, Meta(ge=1, le=600)]


class UpkeepRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    journal: JournalRule


def upkeep_rule() -> UpkeepRule:
    return rules("upkeep", UpkeepRule)
