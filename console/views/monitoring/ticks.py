"""Where the marks of a time axis stand and how they are worded: local time of the screen's zone, the date at midnight. No Qt."""

from __future__ import annotations

from datetime import datetime, timedelta

from console.views.age import local
from console.views.i18n import tr, word

STEPS_S = (
    1,
    2,
    5,
    10,
    15,
    30,
    60,
    120,
    300,
    600,
    900,
    1800,
    3600,
    7200,
    10800,
    21600,
    43200,
    86400,
    172800,
    432000,
    864000,
    2592000,
    7776000,
)
"""Seconds between marks; up to a day each divides it, so that marks stand on whole hours of the local day."""
DAY_S = 86400
LABEL_PX = 74
"""Room that a label takes, with some air."""


def step_s(span_s: float, width_px: float) -> int:
    """The closest marks whose labels do not touch."""
    least = span_s * LABEL_PX / max(width_px, 1.0)
    return next((step for step in STEPS_S if step >= least), STEPS_S[-1])


def ticks(left_s: float, right_s: float, step: int) -> list[float]:
    """UTC seconds of the marks within a span, aligned to the local day (where a clock is set, to the day it begins)."""
    at = _floor(local(round(left_s * 1000)), step)
    found: list[float] = []
    while len(found) < 500:
        seconds = at.timestamp()
        if seconds > right_s:
            break
        if seconds >= left_s and (not found or seconds > found[-1]):  # of an hour that the clock leaves out, one mark
            found.append(seconds)
        at = _after(at, step)
    return found


def tick_text(at_s: float, step: int) -> str:
    """The date at midnight and on marks of days, else the time of day."""
    at = local(round(at_s * 1000))
    if step >= DAY_S or (at.hour, at.minute, at.second) == (0, 0, 0):
        return date_text(at)
    return f"{at:%H:%M:%S}" if step < 60 else f"{at:%H:%M}"


def date_text(at: datetime) -> str:
    """Day and month, with the year on the first of January."""
    said = tr("{day} {month}", day=at.day, month=word("month", str(at.month)))
    return tr("{date} {year}", date=said, year=at.year) if (at.month, at.day) == (1, 1) else said


def _floor(at: datetime, step: int) -> datetime:
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    if step >= DAY_S:
        return midnight - timedelta(days=midnight.toordinal() % (step // DAY_S))
    return midnight + timedelta(seconds=(at - midnight).seconds // step * step)


def _after(at: datetime, step: int) -> datetime:
    """The next mark by the wall clock."""
    return at + timedelta(seconds=step)
