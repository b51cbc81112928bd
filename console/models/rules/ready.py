"""What must hold before this machine goes offline. Figures: `resources/rules/ready.toml`."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from console.models.form import rules

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

    def __post_init__(self) -> None:
        if self.free_mb < self.least_mb:
            raise ValueError("free_mb must be at least least_mb")


class Clock(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`skew_s` <= `worst_s`."""

    skew_s: Seconds
    worst_s: Seconds

    def __post_init__(self) -> None:
        if self.skew_s > self.worst_s:
            raise ValueError("skew_s must be at most worst_s")


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


def ready_rule() -> ReadyRule:
    return rules("ready", ReadyRule)
