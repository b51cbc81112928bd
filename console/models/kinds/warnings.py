"""Warnings, and who took note of them."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from console.models.kinds.fields import Amount, Body, Code, Lat, Lon, Millis, Name, Ref, Text


class WarningArea(Body, frozen=True):
    """`polygons`: rings of (lon, lat); `circles`: (lon, lat, radius_m); `geocodes`: (system, value)."""

    description: Text = ""
    polygons: Annotated[list[list[tuple[Lon, Lat]]], Meta(max_length=256)] = []
    circles: Annotated[list[tuple[Lon, Lat, Amount]], Meta(max_length=256)] = []
    geocodes: Annotated[list[tuple[str, str]], Meta(max_length=1024)] = []


class WarningReceived(Body, frozen=True):
    """A CAP 1.2 alert from elsewhere, as it was issued there; subject = `<sender>,<identifier>`. Shown, never altered."""

    identifier: Name
    sender: Name
    sent_ms: Millis
    cap_status: Code = "Actual"
    msg_type: Code = "Alert"
    references: Annotated[list[str], Meta(max_length=256)] = []
    language: Code = ""
    event: Name = ""
    event_code: Name = ""
    headline: Text = ""
    description: Text = ""
    instruction: Text = ""
    severity: Code = "Unknown"
    urgency: Code = "Unknown"
    certainty: Code = "Unknown"
    colour: Code = ""
    effective_ms: Millis | None = None
    onset_ms: Millis | None = None
    expires_ms: Millis | None = None
    sender_name: Name = ""
    web: Text = ""
    areas: Annotated[list[WarningArea], Meta(max_length=256)] = []


class WarningAcknowledged(Body, frozen=True):
    """`unit` has read the warning (subject); `acted`: and does what it says. Its own peer says so, or a desk that reached it otherwise."""

    unit: Ref
    acted: bool = False
    note: Text = ""
