"""How a peer looks after its journal. Figures: `resources/rules/upkeep.toml`."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from console.errors import Fault
from console.models.form import ready
from console.models.paths import resources_dir


class JournalRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Verified `verify_delay_s` after a start, when the last time is `verify_days` ago; a sign of life every `beat_s`."""

    verify_delay_s: Annotated[int, Meta(ge=1, le=86400)]
    verify_days: Annotated[int, Meta(ge=1, le=3650)]
    beat_s: Annotated[int, Meta(ge=1, le=600)]


class UpkeepRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    journal: JournalRule


def load_upkeep(path: Path) -> UpkeepRule:
    """Raises Fault when the file is not a rule."""
    try:
        return msgspec.toml.decode(path.read_bytes(), type=ready(UpkeepRule))
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Fault(f"{path}: not a readable rule of upkeep: {error}. Restore it from the installation.") from error


@cache
def upkeep_rule() -> UpkeepRule:
    """The installed one."""
    return load_upkeep(resources_dir() / "rules" / "upkeep.toml")
