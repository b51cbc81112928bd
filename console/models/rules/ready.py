"""What must hold before this machine goes offline. Figures: `resources/rules/ready.toml`."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from console.errors import Fault
from console.models.form import ready
from console.models.paths import resources_dir

Percent = Annotated[int, Meta(ge=0, le=100)]
Megabytes = Annotated[int, Meta(ge=0, le=1_000_000_000)]
Seconds = Annotated[int, Meta(ge=0, le=31_536_000)]


class Maps(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`detail_zoom`: of web maps, 0 the world in one tile; `cover_percent`: of the places known in the area."""

    detail_zoom: Annotated[int, Meta(ge=0, le=22)]
    cover_percent: Percent


class Sync(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    fresh_s: Seconds


class Battery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    percent: Percent


class Disk(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`free_mb` >= `least_mb`, of 1,000,000 bytes each."""

    free_mb: Megabytes
    least_mb: Megabytes


class Clock(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`skew_s` <= `worst_s`."""

    skew_s: Seconds
    worst_s: Seconds


class Recording(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    hours: Annotated[float, Meta(ge=0, le=8760)]
    mbit_s: Annotated[float, Meta(gt=0, le=1000)]

    def hours_in(self, room_mb: float) -> float:
        """How long a recording fits into so much room."""
        return max(0.0, room_mb) * 8 / self.mbit_s / 3600


class ReadyRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    maps: Maps
    sync: Sync
    battery: Battery
    disk: Disk
    clock: Clock
    recording: Recording


def load_ready(path: Path) -> ReadyRule:
    """Raises Fault when the file is not a rule."""
    try:
        rule = msgspec.toml.decode(path.read_bytes(), type=ready(ReadyRule))
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Fault(f"{path}: not a readable checklist: {error}. Restore it from the installation.") from error
    if rule.disk.free_mb < rule.disk.least_mb or rule.clock.skew_s > rule.clock.worst_s:
        raise Fault(f"{path}: free_mb must be at least least_mb, and skew_s at most worst_s.")
    return rule


@cache
def ready_rule() -> ReadyRule:
    return load_ready(resources_dir() / "rules" / "ready.toml")
