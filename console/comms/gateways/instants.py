"""Instants as the standards write them (ISO 8601 / RFC 3339), into UTC milliseconds."""

from __future__ import annotations

from datetime import UTC, datetime

EARLIEST_MS = 631_152_000_000
"""1990-01-01: no satellite receiver, dispatch system or alert of these formats recorded anything before."""
LATEST_MS = 4_102_444_800_000
"""2100-01-01."""


def plausible(at_ms: int) -> bool:
    return EARLIEST_MS <= at_ms < LATEST_MS


def instant_ms(text: str) -> int | None:
    """UTC milliseconds of an ISO 8601 date and time, None when it is none. Without an offset it is UTC."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return instant_of(moment)


def instant_of(moment: datetime) -> int | None:
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    try:
        return round(aware.timestamp() * 1000)
    except (OverflowError, ValueError):
        return None
