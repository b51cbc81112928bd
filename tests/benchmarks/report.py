"""A figure, its limit measured in the same run, and the two ways of printing it."""

from __future__ import annotations

import json
import operator
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

import msgspec


class Goal(StrEnum):
    """What is held against the bound: the value itself, or its ratio to the limit."""

    VALUE_AT_MOST = "value<="
    RATIO_AT_MOST = "ratio<="
    RATIO_AT_LEAST = "ratio>="
    EXCESS_AT_MOST = "value-limit<="


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """`limit`: what the machine could do at best, measured beside it (None: there is no such measure).

    `parts`: what the value is made of, by name: shares, sizes, counts. `shown`: what was to be measured did happen; else the value says nothing.
    """

    name: str
    value: float
    unit: str
    limit: float | None = None
    goal: Goal
    bound: float
    parts: dict[str, float] = {}
    shown: bool = True

    @property
    def ratio(self) -> float | None:
        return self.value / self.limit if self.limit else None

    @property
    def passed(self) -> bool:
        held = self._held()
        return self.shown and held is not None and (operator.ge if self.goal is Goal.RATIO_AT_LEAST else operator.le)(held, self.bound)

    def _held(self) -> float | None:
        if self.goal is Goal.VALUE_AT_MOST:
            return self.value
        if self.goal is Goal.EXCESS_AT_MOST:
            return None if self.limit is None else self.value - self.limit
        return self.ratio

    def line(self) -> str:
        """`name value unit limit ratio goal pass|fail|not shown`."""
        verdict = "not shown" if not self.shown else "pass" if self.passed else "fail"
        return f"{self.name} {_short(self.value)} {self.unit} {_short(self.limit)} {_short(self.ratio)} {self.goal}{self.bound:g} {verdict}"

    def as_json(self) -> dict[str, Any]:
        fields: dict[str, Any] = msgspec.to_builtins(self)
        return fields | {"ratio": self.ratio, "passed": self.passed}


def _short(value: float | None) -> str:
    return "-" if value is None else f"{value:.4g}" if abs(value) < 10_000 else f"{value:.0f}"


def as_json(figures: Sequence[Figure]) -> str:
    machine = {"system": platform.platform(), "python": platform.python_version(), "at": datetime.now(UTC).isoformat(timespec="seconds")}
    return json.dumps({"machine": machine, "figures": [figure.as_json() for figure in figures]}, ensure_ascii=False, indent=1)


def save(figures: Sequence[Figure], path: Path) -> None:
    path.write_text(as_json(figures) + "\n", encoding="utf-8")
