"""What holds for a place: roads cut, and the mode an area is in."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from console.models.kinds.fields import Body, Code, Lat, Level, Lon, Millis, Name, Ref, Text

ROAD_REASONS = ("flood", "debris", "landslide", "snow", "collapse", "accident", "fire", "works", "police", "other")


class RoadClosed(Body, frozen=True):
    """A road cannot be passed; subject = closure id. At a point, or along `line` of (lon, lat). `reason` is one of ROAD_REASONS;
    `source`: who says so (police, a unit, a caller)."""

    name: Name
    reason: Code = "other"
    lon: Lon | None = None
    lat: Lat | None = None
    line: Annotated[list[tuple[Lon, Lat]], Meta(max_length=1000)] = []
    since_ms: Millis | None = None
    source: Name = ""
    note: Text = ""
    incident: Ref = ""
    author: Name = ""


class RoadOpened(Body, frozen=True):
    """The closure is over."""

    source: Name = ""
    note: Text = ""
    incident: Ref = ""
    author: Name = ""


MODES = ("routine", "emergency")


class ModeSwitched(Body, frozen=True):
    """平急结合: the area (subject = its code) goes over to another of MODES. `response_level`: 1 to 4 where a response is started, 0 none."""

    mode: Code
    why: Text
    response_level: Level = 0
    author: Name = ""


WITHDRAWN_TABLES = ("incident", "resource", "road", "plot", "feed", "sensor", "basin")


class RecordWithdrawn(Body, frozen=True):
    """Entered in error: the subject, a row of one of WITHDRAWN_TABLES, is no longer shown among the others. Nothing is removed."""

    table: Code
    why: Text = ""
    author: Name = ""


class RecordRestored(Body, frozen=True):
    table: Code
    why: Text = ""
    author: Name = ""
