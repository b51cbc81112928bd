"""Speeds, and when something is on a road: `resources/rules/routes.toml`."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import msgspec

from console.errors import Fault
from console.models.form import ready
from console.models.paths import resources_dir

CLASSES = ("motorway", "trunk", "primary", "secondary", "tertiary", "minor", "track", "path")
VEHICLES = ("car", "truck", "heavy", "foot")
AIR = "air"
MOST_KMH = 1000.0


class Match(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Metres, and degrees for `along_deg`; what each is for stands in the file."""

    joint_m: float
    closure_m: float
    alike_m: float
    along_deg: float
    off_road_m: float
    beside_road_m: float


class Vehicle(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """km/h by class of road, 0 where it may not or cannot go; `off_road_kmh` above 0."""

    off_road_kmh: float
    speed_kmh: dict[str, float]


class Aircraft(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    speed_kmh: float
    ready_min: float


class RouteRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    match: Match
    vehicles: dict[str, Vehicle]
    aircraft: Aircraft
    units: dict[str, str]
    classes: dict[str, list[str]]

    def vehicle_of(self, unit_kind: str) -> str:
        """One of VEHICLES, or AIR. A kind that is not named travels as "other" does."""
        return self.units.get(unit_kind) or self.units.get("other", "car")

    def class_of(self, word: str) -> int | None:
        """Index in CLASSES of what a file calls a class of road; None when it is no road."""
        return _classes(self).get(word.strip().casefold())


@cache
def default_rule() -> RouteRule:
    return load_rule(resources_dir() / "rules" / "routes.toml")


def load_rule(path: Path) -> RouteRule:
    """Raises Fault when the file is not a rule."""
    try:
        rule = msgspec.toml.decode(path.read_bytes(), type=ready(RouteRule))
    except (OSError, UnicodeDecodeError, msgspec.MsgspecError, ValueError) as error:
        raise Fault(f"{path}: not readable rules for routes: {error}. Restore it from the installation.") from error
    speeds = [kmh for vehicle in rule.vehicles.values() for kmh in vehicle.speed_kmh.values()]
    complete = set(rule.vehicles) == set(VEHICLES) and all(set(held.speed_kmh) == set(CLASSES) for held in rule.vehicles.values())
    above_0 = [held.off_road_kmh for held in rule.vehicles.values()] + [rule.aircraft.speed_kmh]
    known = set(rule.units.values()) <= {*VEHICLES, AIR} and set(rule.classes) == set(CLASSES)
    metres = [getattr(rule.match, name) for name in rule.match.__struct_fields__]
    if not (complete and known and all(0 <= kmh <= MOST_KMH for kmh in speeds) and all(0 < kmh <= MOST_KMH for kmh in above_0)):
        raise Fault(f"{path}: every vehicle needs a speed of 0 to {MOST_KMH:g} km/h for every class of road, and nothing else.")
    if not (all(0 <= value < 1e6 for value in metres) and 0 <= rule.aircraft.ready_min < 1e4):
        raise Fault(f"{path}: a distance of [match] or ready_min is out of its range.")
    return rule


_known: dict[int, dict[str, int]] = {}


def _classes(rule: RouteRule) -> dict[str, int]:
    held = _known.get(id(rule.classes))
    if held is None:
        held = {word.casefold(): CLASSES.index(name) for name, words in rule.classes.items() for word in words}
        _known[id(rule.classes)] = held
    return held
