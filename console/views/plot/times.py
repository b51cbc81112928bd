"""When a plot begins and ends to hold, as it is typed. No Qt."""

from __future__ import annotations

import datetime as dt
import re

from console.views.age import MINUTE_S, SECOND_MS, local
from console.views.entry.outcome import EntryFault
from console.views.i18n import tr

_CLOCK = re.compile(r"(?:(\d{1,2})[-/](\d{1,2})\s+)?(\d{1,2})[:：](\d{2})")
_MINUTES = re.compile(r"([+-])(\d{1,5})")
HALF_DAY = dt.timedelta(hours=12)


def moment_of(text: str, now_ms: int) -> int | None:
    """UTC ms: "14:20" is the nearest moment at which the clock shows that, "07-04 14:20" that day of this year, "+30" and "-30" minutes
    from now; None for nothing typed. Raises EntryFault."""
    typed = text.strip()
    if not typed:
        return None
    if minutes := _MINUTES.fullmatch(typed):
        return now_ms + int(minutes[1] + minutes[2]) * MINUTE_S * SECOND_MS
    clock = _CLOCK.fullmatch(typed)
    try:
        if clock is None:
            raise ValueError
        now = local(now_ms)
        at = now.replace(hour=int(clock[3]), minute=int(clock[4]), second=0, microsecond=0)
        if clock[1]:
            at = at.replace(month=int(clock[1]), day=int(clock[2]))
        elif abs(at - now) > HALF_DAY:
            at += dt.timedelta(days=1 if at < now else -1)
    except ValueError as error:
        raise EntryFault(tr("{typed} is no time such as 14:20, 07-04 14:20 or +30 (minutes).", typed=typed)) from error
    return int(at.timestamp() * SECOND_MS)


def moment_typed(ms: int | None, now_ms: int) -> str:
    """As `moment_of` reads it."""
    if ms is None:
        return ""
    at, now = local(ms), local(now_ms)
    return f"{at:%H:%M}" if abs(at - now) <= HALF_DAY else f"{at:%m-%d %H:%M}"
