"""Times for people: local wall time of one zone, always with seconds. No Qt."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from console.errors import Fault

DEFAULT_ZONE = "Asia/Shanghai"


class Zone:
    """A time zone by its IANA name. Raises Fault when the name is not known."""

    def __init__(self, name: str = DEFAULT_ZONE) -> None:
        try:
            self._zone = ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise Fault(f"unknown time zone {name!r}: use an IANA name such as {DEFAULT_ZONE}") from error
        self.name = name

    def local(self, ms: int) -> datetime:
        """Local time of UTC milliseconds."""
        return datetime.fromtimestamp(ms / 1000, self._zone)

    def text(self, ms: int) -> str:
        return self.local(ms).strftime("%Y-%m-%d %H:%M:%S")

    def clock_text(self, ms: int) -> str:
        return self.local(ms).strftime("%H:%M:%S")

    def ms(self, local: datetime) -> int:
        """UTC milliseconds of a naive local time (the first of two when the clock was set back)."""
        return round(local.replace(tzinfo=self._zone).timestamp() * 1000)

    def parse(self, text: str) -> int:
        """UTC milliseconds of an ISO 8601 time; without an offset it is local. Raises Fault."""
        try:
            moment = datetime.fromisoformat(text.strip())
        except ValueError as error:
            raise Fault(f"not a time: {text!r}; write it like 2014-07-04T16:30:00 or 2014-07-04T16:30:00+08:00") from error
        return self.ms(moment) if moment.tzinfo is None else round(moment.timestamp() * 1000)
