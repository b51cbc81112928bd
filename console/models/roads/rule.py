"""Speeds, and when something is on a road: `resources/rules/routes.toml`."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated

import msgspec
from msgspec import Meta

from console.models.form import rules

CLASSES = ("motorway", "trunk", "primary", "secondary", "tertiary", "minor", "track", "path")
VEHICLES = ("car", "truck", "heavy", "foot")
AIR = "air"
Kmh = Annotated[float, Meta(gt=0, le=1000)]
Metres = Annotated[float, Meta(ge=0, lt=1e6)]


class Match(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What each is for stands in the file."""

    joint_m: Metres
    closure_m: Metres
    alike_m: Metres
    along_deg: Annotated[float, Meta(ge=0, le=180)]
    off_road_m: Metres
    beside_road_m: Metres


class Vehicle(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """km/h by class of road, 0 where it may not or cannot go."""

    off_road_kmh: Kmh
    speed_kmh: dict[str, Annotated[float, Meta(ge=0, le=1000)]]

    def __post_init__(self) -> None:
        if set(self.speed_kmh) != set(CLASSES):
            raise ValueError(f"a speed is needed for each of {', '.join(CLASSES)}, and nothing else")


class Aircraft(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    speed_kmh: Kmh
    ready_min: Annotated[float, Meta(ge=0, lt=1e4)]


class RouteRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, dict=True):
    match: Match
    vehicles: dict[str, Vehicle]
    aircraft: Aircraft
    units: dict[str, str]
    classes: dict[str, list[str]]

    def __post_init__(self) -> None:
        for table, held, wanted in (("vehicles", self.vehicles, VEHICLES), ("classes", self.classes, CLASSES)):
            if set(held) != set(wanted):
                raise ValueError(f"[{table}] needs {', '.join(wanted)}, and nothing else")
        if unknown := set(self.units.values()) - {*VEHICLES, AIR}:
            raise ValueError(f"[units]: {min(unknown)!r} is none of {', '.join(VEHICLES)}, {AIR}")

    def vehicle_of(self, unit_kind: str) -> str:
        """One of VEHICLES, or AIR. A kind that is not named travels as "other" does."""
        return self.units.get(unit_kind) or self.units.get("other", "car")

    def class_of(self, word: str) -> int | None:
        """Index in CLASSES of what a file calls a class of road; None when it is no road."""
        return self._words.get(word.strip().casefold())

    @cached_property
    def _words(self) -> dict[str, int]:
        return {word.casefold(): CLASSES.index(name) for name, words in self.classes.items() for word in words}


def default_rule() -> RouteRule:
    return rules("routes", RouteRule)
