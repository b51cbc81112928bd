"""Times and ages as they are worded on screen. Qt-free.

Every `*_ms` is UTC milliseconds; clock times are of the zone last given to `use_zone` (Beijing time until then, whatever the
machine is set to: people compare the figures on screen with what they are told by telephone).
"""

from __future__ import annotations

from datetime import UTC, datetime

from console.views.i18n import tr
from console.views.time.zone import Zone

SECOND_MS = 1000
MINUTE_S, HOUR_S, DAY_S = 60, 3600, 86400
SECONDS_UNTIL_S = 120
"""Up to here an age is counted in seconds: fresh data is told apart by seconds, older by minutes."""

_zone = Zone()


def age_text(since_ms: int | None, now_ms: int) -> str:
    """How long ago: "12 s", "3 min", "2 h 05 min", "3 d 4 h"; a time to come counts as 0 s, none at all is a dash."""
    return "–" if since_ms is None else span_text(max(0, now_ms - since_ms) // SECOND_MS)


def span_text(span_s: int) -> str:
    if span_s < SECONDS_UNTIL_S:
        return tr("{n} s", n=span_s)
    if span_s < HOUR_S:
        return tr("{n} min", n=span_s // MINUTE_S)
    if span_s < DAY_S:
        return tr("{h} h {m:02} min", h=span_s // HOUR_S, m=span_s % HOUR_S // MINUTE_S)
    return tr("{d} d {h} h", d=span_s // DAY_S, h=span_s % DAY_S // HOUR_S)


def until_text(at_ms: int | None, now_ms: int) -> str:
    """How long until `at_ms`, or how long past: "in 3 min", "5 min ago"."""
    if at_ms is None:
        return "–"
    if at_ms >= now_ms:
        return tr("in {span}", span=span_text((at_ms - now_ms) // SECOND_MS))
    return tr("{span} ago", span=age_text(at_ms, now_ms))


def use_zone(zone: Zone) -> None:
    """Every clock time worded from now on is of `zone`."""
    global _zone  # noqa: PLW0603 - one zone for the whole screen, as one language
    _zone = zone


def zone_name() -> str:
    """Of the times worded, as IANA has it."""
    return _zone.name


def local(at_ms: int) -> datetime:
    """Raises nothing: a time no calendar holds is shown as the nearest one that does."""
    try:
        return _zone.local(at_ms)
    except (OverflowError, ValueError, OSError):
        return datetime(1, 1, 2, tzinfo=UTC) if at_ms < 0 else datetime(9999, 12, 30, tzinfo=UTC)


def clock_text(at_ms: int | None, now_ms: int) -> str:
    """HH:MM:SS, with the date before it when it is not of the same day as now."""
    if at_ms is None:
        return "–"
    at, now = local(at_ms), local(now_ms)
    if at.date() == now.date():
        return f"{at:%H:%M:%S}"
    return f"{at:%m-%d %H:%M:%S}" if at.year == now.year else f"{at:%Y-%m-%d %H:%M:%S}"


def moment_text(at_ms: int | None) -> str:
    """The whole date and time, for details and tips."""
    return "–" if at_ms is None else f"{local(at_ms):%Y-%m-%d %H:%M:%S}"
