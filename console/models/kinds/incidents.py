"""Incidents and what is said about them; the subject is the incident."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from console.models.kinds.fields import Body, Code, Count, Hlc, Lat, Level, Lon, Millis, Name, OriginBytes, Ref, Text


class IncidentOpened(Body, frozen=True):
    """`category`: natural, accident, health or security. `level`: 1 (特别重大) to 4 (一般), 0 not graded.

    Source: Emergency Response Law, arts 2-3.
    """

    title: Name
    category: Code = "natural"
    hazard: Code = ""
    level: Level = 0
    place: Name = ""
    lon: Lon | None = None
    lat: Lat | None = None
    occurred_ms: Millis | None = None
    exercise: bool = False
    author: Name = ""


class IncidentChanged(Body, frozen=True):
    """`base`: the hlc of the incident as its author saw it. Of two writes of one field by different peers the later did not know of the
    earlier when its base is less than the earlier's hlc: a conflict, shown to be reviewed. None: not told, never a conflict."""

    title: Name | UnsetType = UNSET
    category: Code | UnsetType = UNSET
    hazard: Code | UnsetType = UNSET
    level: Level | UnsetType = UNSET
    place: Name | UnsetType = UNSET
    lon: Lon | UnsetType | None = UNSET
    lat: Lat | UnsetType | None = UNSET
    response_level: Level | UnsetType = UNSET
    author: Name = ""
    note: Text = ""
    base: Hlc | None = None


class IncidentClosed(Body, frozen=True):
    summary: Text = ""
    author: Name = ""


class LogEntered(Body, frozen=True):
    """Free entry in an incident's log; subject = incident id."""

    text: Text
    author: Name = ""


class LossReported(Body, frozen=True):
    """Losses so far; subject = incident id. People moved: cumulative and now are kept apart (domain rule)."""

    deaths: Count | UnsetType = UNSET
    missing: Count | UnsetType = UNSET
    injured: Count | UnsetType = UNSET
    moved_total: Count | UnsetType = UNSET
    moved_now: Count | UnsetType = UNSET
    sheep: Count | UnsetType = UNSET
    large_livestock: Count | UnsetType = UNSET
    houses: Count | UnsetType = UNSET
    loss_yuan: Count | UnsetType = UNSET
    text: Text = ""
    author: Name = ""


class SeenWrite(msgspec.Struct, frozen=True, array_like=True):
    """One write of a field, by its stamp, that a reviewer had before them."""

    hlc: Hlc
    origin: OriginBytes


MAX_SEEN = 400


class ConflictReviewed(Body, frozen=True):
    """Somebody looked at what two people wrote in `field` of the subject while apart. Two writes are settled when one review has `seen` both.
    A review that lists none (of an earlier version) settles writes up to `upto_hlc`, which else only says what its newest was."""

    field: Code
    upto_hlc: Hlc
    seen: Annotated[list[SeenWrite], Meta(max_length=MAX_SEEN)] = []
    note: Text = ""
    author: Name = ""


# -- personal data (Emergency Response Law 2024, arts 84-85: used for the response only, destroyed afterwards unless held) ----------------


class HoldPlaced(Body, frozen=True):
    """What was said of the incident is needed (investigation, audit, dispute) and must not be purged."""

    why: Text
    author: Name = ""


class HoldLifted(Body, frozen=True):
    why: Text = ""
    author: Name = ""


class Erasure(msgspec.Struct, frozen=True, array_like=True):
    """One event whose content is to be destroyed. `head`: of its stream after it, so that the chain can be checked without the content."""

    origin: OriginBytes
    topic: Ref
    seq: Annotated[int, Meta(ge=1, lt=1 << 62)]
    head: Annotated[bytes, Meta(min_length=32, max_length=32)]


class IncidentPurged(Body, frozen=True):
    """The personal content of a closed incident is destroyed everywhere: the bodies of these events."""

    erased: Annotated[list[Erasure], Meta(max_length=500)]
    why: Text = ""
    author: Name = ""
