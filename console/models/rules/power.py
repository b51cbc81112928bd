"""When a machine on battery saves power, and how much slower it then works. Figures: `resources/rules/power.toml`."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from console.models.form import rules

THRESHOLD, PERSON, MAINS = "threshold", "person", "mains"
"""Why saving began or ended: `PowerChanged.why`."""
Percent = Annotated[int, Meta(ge=0, le=100)]


class Saving(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`begin_percent` < `end_percent`: of the battery; `begin_left_s`: seconds it will last."""

    begin_percent: Percent
    begin_left_s: Annotated[int, Meta(ge=0, le=86400)]
    end_percent: Percent
    look_s: Annotated[float, Meta(ge=1, le=600)]

    def __post_init__(self) -> None:
        if self.end_percent <= self.begin_percent:
            raise ValueError("end_percent must be more than begin_percent")


class Pace(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """While power is saved: how often windows are told of positions and of links, ages are redrawn, the peer wakes by itself."""

    positions_ms: Annotated[int, Meta(ge=16, le=60_000)]
    links_ms: Annotated[int, Meta(ge=100, le=60_000)]
    ages_s: Annotated[int, Meta(ge=1, le=60)]
    wake_ms: Annotated[int, Meta(ge=50, le=500)]  # a session must hear the time at least once a second


class PowerRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    saving: Saving
    pace: Pace

    def saves(self, percent: int | None, left_s: int | None, *, on_battery: bool, saving: bool) -> bool:
        """Whether to save power, by what is known of the battery. `saving`: whether it is done now."""
        if not on_battery:
            return False
        if left_s is not None and left_s <= self.saving.begin_left_s:
            return True
        if percent is None:
            return saving and left_s is None
        return percent <= (self.saving.end_percent if saving else self.saving.begin_percent)


def power_rule() -> PowerRule:
    return rules("power", PowerRule)
