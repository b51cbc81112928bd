"""The numbers by which sensors are judged, from `resources/rules/sensors.toml`."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from console.models.form import rules
from console.models.kinds import QUANTITIES

Positive = Annotated[float, Meta(gt=0, le=1e9)]
NotNegative = Annotated[float, Meta(ge=0, le=1e9)]


class TimeRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    late_intervals: Annotated[float, Meta(ge=1, le=1000)]
    silent_intervals: Annotated[float, Meta(ge=1, le=1000)]
    grace_s: NotNegative
    grace_of_link_s: dict[str, NotNegative] = {}

    def __post_init__(self) -> None:
        if self.silent_intervals < self.late_intervals:
            raise ValueError("silent_intervals must be at least late_intervals")


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

    def __post_init__(self) -> None:
        if self.low is not None and self.high is not None and self.high <= self.low:
            raise ValueError("high must be more than low")
        if (self.jump_least is None) != (self.jump_per_h is None):
            raise ValueError("jump_least and jump_per_h go together")


class SensorRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    time: TimeRule
    doubt: DoubtRule
    rain: RainRule
    quantity: dict[str, QuantityRule]

    def __post_init__(self) -> None:
        if unknown := set(self.quantity) - set(QUANTITIES):
            raise ValueError(f"[quantity.{min(unknown)}] is none of {', '.join(QUANTITIES)}")

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


def sensor_rules() -> SensorRules:
    return rules("sensors", SensorRules)
