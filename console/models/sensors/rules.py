"""The numbers by which sensors are judged, from `resources/rules/sensors.toml`."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from console.errors import Fault
from console.models.form import ready
from console.models.kinds import QUANTITIES
from console.models.paths import resources_dir

Positive = Annotated[float, Meta(gt=0, le=1e9)]
NotNegative = Annotated[float, Meta(ge=0, le=1e9)]


class TimeRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    late_intervals: Annotated[float, Meta(ge=1, le=1000)]
    silent_intervals: Annotated[float, Meta(ge=1, le=1000)]
    grace_s: NotNegative
    grace_of_link_s: dict[str, NotNegative] = {}


class DoubtRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    confirm_readings: Annotated[int, Meta(ge=1, le=100)]
    stuck_readings: Annotated[int, Meta(ge=2, le=1000)]


class RainRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    most_mm_per_h: Positive
    least_s: Positive
    most_intervals: Annotated[float, Meta(ge=1, le=100)]


class QuantityRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is possible of a quantity, in `unit`; None: not judged by. `also`: other ways to write that unit."""

    unit: str = ""
    also: list[str] = []
    low: float | None = None
    high: float | None = None
    jump_least: Positive | None = None
    jump_per_h: Positive | None = None
    stuck_s: Positive | None = None
    still: list[float] = []


class SensorRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    time: TimeRule
    doubt: DoubtRule
    rain: RainRule
    quantity: dict[str, QuantityRule]

    def of(self, quantity: str, unit: str) -> QuantityRule:
        """Of a quantity in a unit. Another unit than the rule's leaves only what holds in any: standing still."""
        rule = self.quantity.get(quantity)
        if rule is None:
            return QuantityRule()
        if self.speaks(quantity, unit):
            return rule
        return QuantityRule(unit=unit, stuck_s=rule.stuck_s, still=[value for value in rule.still if value == 0])

    def speaks(self, quantity: str, unit: str) -> bool:
        """Whether numbers in that unit may be held against limits of the quantity; a sensor that names none gives the usual one."""
        rule = self.quantity.get(quantity, QuantityRule())
        return not unit or not rule.unit or unit == rule.unit or unit in rule.also

    def late_after_s(self, expected_s: float, link: str) -> float:
        return expected_s * self.time.late_intervals + self._grace_s(link)

    def silent_after_s(self, expected_s: float, link: str) -> float:
        return expected_s * self.time.silent_intervals + self._grace_s(link)

    def _grace_s(self, link: str) -> float:
        return self.time.grace_of_link_s.get(link, self.time.grace_s)


def load_sensor_rules(path: Path) -> SensorRules:
    """Raises Fault when the file is not a rule."""
    try:
        rules = msgspec.toml.decode(path.read_bytes(), type=ready(SensorRules))
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Fault(f"{path}: not a readable rule of sensors: {error}. Restore it from the installation.") from error
    if rules.time.silent_intervals < rules.time.late_intervals:
        raise Fault(f"{path}: silent_intervals must be at least late_intervals.")
    for name, rule in rules.quantity.items():
        if name not in QUANTITIES:
            raise Fault(f"{path}: [quantity.{name}] is none of {', '.join(QUANTITIES)}.")
        if rule.low is not None and rule.high is not None and rule.high <= rule.low:
            raise Fault(f"{path}: [quantity.{name}]: high must be more than low.")
        if (rule.jump_least is None) != (rule.jump_per_h is None):
            raise Fault(f"{path}: [quantity.{name}]: jump_least and jump_per_h go together.")
    return rules


@cache
def sensor_rules() -> SensorRules:
    return load_sensor_rules(resources_dir() / "rules" / "sensors.toml")
