"""Reads what an operator typed: counts, positions, times. Raises `EntryFault` naming the field and the remedy. No Qt."""

from __future__ import annotations

import datetime as dt
import math
import re

from console.views.age import MINUTE_S, SECOND_MS, local
from console.views.entry.outcome import EntryFault
from console.views.i18n import tr

COUNT_MAX = 1_000_000_000
_DEGREES = r"(-?\d+(?:\.\d+)?)\s*°?"
_POSITION = re.compile(rf"\s*([EW东西]?)\s*{_DEGREES}\s*([EW]?)\s*[,，;\s]\s*([NS北南]?)\s*{_DEGREES}\s*([NS]?)\s*", re.IGNORECASE)
_CLOCK = re.compile(r"(\d{1,2})[:：](\d{2})")


def required(text: str, label: str) -> str:
    stripped = text.strip()
    if not stripped:
        raise EntryFault(tr("{label} is empty: fill it in.", label=label))
    return stripped


def within(text: str, label: str, max_chars: int) -> str:
    stripped = text.strip()
    if len(stripped) > max_chars:
        raise EntryFault(tr("{label} has {n} characters: shorten it to {most}.", label=label, n=len(stripped), most=max_chars))
    return stripped


def count_of(text: str, label: str) -> int | None:
    """A whole number of 0 or more; None for nothing typed. Thousands may be set off by commas or spaces."""
    digits = re.sub(r"[\s,，]", "", text)
    if not digits:
        return None
    if not digits.isdecimal() or int(digits) > COUNT_MAX:
        raise EntryFault(
            tr("{label}: {typed} is not a whole number from 0 to {most}.", label=label, typed=text.strip(), most=f"{COUNT_MAX:,}")
        )
    return int(digits)


def position_of(text: str) -> tuple[float, float] | None:
    """(lon_deg, lat_deg) in WGS 84 from "82.89, 44.60" or "E82.89 N44.60"; None for nothing typed."""
    if not text.strip():
        return None
    found = _POSITION.fullmatch(text)
    if found is None:
        raise EntryFault(tr("The position {typed} is not longitude, latitude in degrees, such as 82.89, 44.60.", typed=text.strip()))
    west, lon, west_after, south, lat, south_after = found.groups()
    lon_deg = float(lon) * (-1 if (west or west_after).upper() in ("W", "西") else 1)
    lat_deg = float(lat) * (-1 if (south or south_after).upper() in ("S", "南") else 1)
    if not (math.fabs(lon_deg) <= 180 and math.fabs(lat_deg) <= 90):
        raise EntryFault(
            tr("The position {typed} is off the earth: longitude -180 to 180 first, then latitude -90 to 90.", typed=text.strip())
        )
    return lon_deg, lat_deg


def due_of(text: str, now_ms: int) -> int | None:
    """When something is due, in UTC ms: "30" is in 30 minutes, "18:30" the next time the clock shows that; None for nothing typed."""
    typed = text.strip()
    if not typed:
        return None
    if typed.isdecimal() and len(typed) <= 5:
        return now_ms + int(typed) * MINUTE_S * SECOND_MS
    clock = _CLOCK.fullmatch(typed)
    if clock is None or int(clock[1]) > 23 or int(clock[2]) > 59:
        raise EntryFault(tr("Due: {typed} is neither minutes from now (30) nor a time of day (18:30).", typed=typed))
    now = local(now_ms)
    due = now.replace(hour=int(clock[1]), minute=int(clock[2]), second=0, microsecond=0)
    if due <= now:
        due += dt.timedelta(days=1)
    return int(due.timestamp() * SECOND_MS)


def since_of(text: str, now_ms: int) -> int:
    """Since when, in UTC ms: "30" is 30 minutes ago, "14:20" the last time the clock showed that; nothing typed is now."""
    typed = text.strip()
    if not typed:
        return now_ms
    if typed.isdecimal() and len(typed) <= 5:
        return now_ms - int(typed) * MINUTE_S * SECOND_MS
    clock = _CLOCK.fullmatch(typed)
    if clock is None or int(clock[1]) > 23 or int(clock[2]) > 59:
        raise EntryFault(tr("Since: {typed} is neither minutes ago (30) nor a time of day (14:20).", typed=typed))
    now = local(now_ms)
    since = now.replace(hour=int(clock[1]), minute=int(clock[2]), second=0, microsecond=0)
    if since > now:
        since -= dt.timedelta(days=1)
    return int(since.timestamp() * SECOND_MS)


def points_of(text: str) -> list[tuple[float, float]]:
    """Positions set apart by semicolons, as (lon_deg, lat_deg): none, one, or the points of a line."""
    return [point for part in re.split(r"[;；\n]", text) if (point := position_of(part)) is not None]
