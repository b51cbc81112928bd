"""Grades, and hysteresis: up at once, down only after a time below a lower limit."""

from __future__ import annotations

from typing import NamedTuple


def grade_of(level: int) -> int:
    """0 to 4, 4 the gravest, of a level (1 red to 4 blue, 0 none)."""
    return 5 - level if level else 0


def level_of(grade: int) -> int:
    return 5 - grade if grade else 0


class Held(NamedTuple):
    """A grade that stands, and since when what is measured has been below what holds it (None: it is not)."""

    grade: int = 0
    below_ms: int | None = None


def settle(held: Held, now_ms: int, up: int, hold: int, after_s: float, *, known: bool) -> Held:
    """What stands now. `up`: the grade reached by the limits, `hold` >= up: by the lower limits; `known`: enough was heard to say so of a
    fall. Without data nothing rises and nothing is cleared."""
    if up >= held.grade:
        return Held(up)
    if not known or hold >= held.grade:
        return Held(held.grade)
    since_ms = held.below_ms if held.below_ms is not None else now_ms
    if now_ms - since_ms >= after_s * 1000:
        return Held(max(up, hold))
    return Held(held.grade, since_ms)
