"""The numbers of the hazard rules: `resources/rules/{rain,river,gale,geological,forest_fire,chain,earthquake,watch}.toml`.

Each limit carries the code of its source; a code that begins with DEFAULT is a starting value an office has to check.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from console.models.form import read_toml, rules
from console.models.paths import resources_dir

DEFAULT = "default"
Share = Annotated[float, Meta(gt=0, le=1)]
Positive = Annotated[float, Meta(gt=0, le=1e9)]
NotNegative = Annotated[float, Meta(ge=0, le=1e9)]
Level = Annotated[int, Meta(ge=1, le=4)]
Steps = Annotated[int, Meta(ge=0, le=4)]
Readings = Annotated[int, Meta(ge=1, le=10)]
Code = Annotated[str, Meta(min_length=1, max_length=64)]


class Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Base."""


class RainLimit(Table, frozen=True):
    level: Level
    hours: Annotated[float, Meta(gt=0, le=240)]
    mm: Positive
    source: Code


class Believe(Table, frozen=True):
    radius_km: Positive
    share: Share
    alone_level: Level
    heard_least: Share
    patience: Annotated[float, Meta(ge=1, le=100)]
    fill_mm_h: NotNegative


class RainRule(Table, frozen=True):
    set: str
    down_share: Share
    down_after_s: NotNegative
    believe: Believe
    sets: dict[str, list[RainLimit]]

    def __post_init__(self) -> None:
        if self.set not in self.sets:
            raise ValueError(f"there is no set {self.set!r}; choose one of {', '.join(self.sets)}")

    @property
    def limits(self) -> list[RainLimit]:
        return self.sets[self.set]


class RiverRule(Table, frozen=True):
    down_after_s: NotNegative
    down_m: NotNegative
    near_m: NotNegative
    span_share: Share
    readings: Readings
    within_s: Positive
    rise_over_s: Positive
    lead_most_s: Positive
    rises_least_m_h: Positive
    source: Code
    near_source: Code


class GaleLimit(Table, frozen=True):
    level: Level
    mean: Positive
    gust: Positive
    source: Code


class GaleRule(Table, frozen=True):
    down_share: Share
    down_after_s: NotNegative
    readings: Readings
    within_s: Positive
    gust_over_mean: Annotated[float, Meta(gt=1, le=100)]
    limit: list[GaleLimit]


class Curve(Table, frozen=True):
    key: Code
    a: Positive
    b: Annotated[float, Meta(gt=0, lt=1)]
    level: Level
    source: Code


class Beyond(Table, frozen=True):
    times: Positive
    level: Level
    source: Code


class Antecedent(Table, frozen=True):
    level: Level
    mm: Positive
    source: Code


class GeologicalRule(Table, frozen=True):
    down_share: Share
    down_after_s: NotNegative
    decay: Annotated[float, Meta(gt=0, lt=1)]
    days: Annotated[int, Meta(ge=1, le=30)]
    durations_h: Annotated[list[Positive], Meta(min_length=1, max_length=12)]
    wet_re_mm: NotNegative
    wet_factor: Share
    curve: Annotated[list[Curve], Meta(min_length=1, max_length=6)]
    beyond: list[Beyond]
    antecedent: list[Antecedent]


class FireLimit(Table, frozen=True):
    level: Level
    index: Positive
    source: Code


class FireRule(Table, frozen=True):
    down_share: Share
    down_after_s: NotNegative
    soil_deficit_mm: Annotated[float, Meta(ge=0, le=203.2)]
    rain_counts_mm: NotNegative
    look_back_days: Annotated[int, Meta(ge=1, le=30)]
    fresh_s: Positive
    near_km: NotNegative
    limit: list[FireLimit]


class FlashLimit(Table, frozen=True):
    level: Level
    column: Annotated[str, Meta(pattern="^(move|prepare)$")]
    share: Annotated[float, Meta(gt=0, le=2)]
    source: Code


class Arm(Table, frozen=True):
    flash_flood_from: Level
    debris_flow_from: Level
    level: Level
    raise_debris_from: Level


class Route(Table, frozen=True):
    from_level: Level
    weaken_first: Steps
    weaken_each: Steps
    horizon_s: Positive
    pass_s: NotNegative


class ChainRule(Table, frozen=True):
    down_share: Share
    down_after_s: NotNegative
    flash_flood: list[FlashLimit]
    arm: Arm
    route: Route


class Axis(Table, frozen=True):
    a: float
    b: Positive
    c: Annotated[float, Meta(lt=0)]
    r0_km: Positive


class EarthquakeRule(Table, frozen=True):
    key: Code
    source: Code
    sigma: NotNegative
    long: Axis
    short: Axis
    least_intensity: Annotated[int, Meta(ge=1, le=12)]
    highest_intensity: Annotated[int, Meta(ge=1, le=12)]
    least_magnitude: float
    azimuth_deg: Annotated[float, Meta(ge=0, lt=360)]
    region: tuple[float, float, float, float]


class WatchRule(Table, frozen=True):
    every_s: Positive
    settle_ms: Annotated[int, Meta(ge=0, le=5000)]
    patience_s: NotNegative
    retell_s: NotNegative
    restage_s: NotNegative
    lead_change_s: Positive
    yield_s: NotNegative
    most_per_turn: Annotated[int, Meta(ge=1, le=10_000)]


class Rules(msgspec.Struct, frozen=True):
    rain: RainRule
    river: RiverRule
    gale: GaleRule
    geological: GeologicalRule
    forest_fire: FireRule
    chain: ChainRule
    watch: WatchRule


def load_rules(folder: Path) -> Rules:
    """Raises Fault."""
    return Rules(**{field.name: read_toml(folder / f"{field.name}.toml", field.type) for field in msgspec.structs.fields(Rules)})


@cache
def hazard_rules() -> Rules:
    return load_rules(resources_dir() / "rules")


def earthquake_rule() -> EarthquakeRule:
    return rules("earthquake", EarthquakeRule)
