"""What the warnings workspace shows: CAP alerts as they were issued, with where each stands now. No Qt.

CAP 1.2 (OASIS, 2010), sec. 3.2: status, msgType, severity, expires. Test, exercise and draft alerts are never worded as in force.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import msgspec
import peewee as pw

from console.models.kinds import WarningArea
from console.models.state.tables import Warning as WarningTable
from console.views.age import moment_text, until_text
from console.views.i18n import tr, word
from console.views.tables.columns import Column, folded, says_exercise
from console.views.tables.marks import Mark, Shape, Tone


class Standing(StrEnum):
    """`IN_EXERCISE`: in force for those who exercise alone. `NOT_REAL`: a test, a draft or a message between systems."""

    IN_FORCE = "in_force"
    TO_COME = "to_come"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"
    CANCELLED = "cancelled"
    IN_EXERCISE = "in_exercise"
    NOT_REAL = "not_real"


STANDING_MARKS = {
    Standing.IN_FORCE: Mark(Shape.CIRCLE, Tone.GREEN),
    Standing.TO_COME: Mark(Shape.HALF, Tone.BLUE),
    Standing.EXPIRED: Mark(Shape.SQUARE, Tone.GREY),
    Standing.SUPERSEDED: Mark(Shape.DOWN, Tone.GREY),
    Standing.CANCELLED: Mark(Shape.CROSS, Tone.GREY),
    Standing.IN_EXERCISE: Mark(Shape.HALF, Tone.VIOLET),
    Standing.NOT_REAL: Mark(Shape.RING, Tone.VIOLET),
}
COLOUR_MARKS = {
    "red": Mark(Shape.TRIANGLE, Tone.RED),
    "orange": Mark(Shape.DIAMOND, Tone.ORANGE),
    "yellow": Mark(Shape.SQUARE, Tone.YELLOW),
    "blue": Mark(Shape.CIRCLE, Tone.BLUE),
}
COLOUR_OF_SEVERITY = {"Extreme": "red", "Severe": "orange", "Moderate": "yellow", "Minor": "blue"}
"""The national CAP profile's colours for the OASIS words (domain notes: red-extreme, orange-severe, yellow-moderate, blue-minor)."""
COLOURS = ("red", "orange", "yellow", "blue")

_areas = msgspec.msgpack.Decoder(list[WarningArea])


@dataclass(frozen=True)
class WarningRow:
    """One alert. `cancelled`: the alert that refers to it is a Cancel. `colour`: of COLOURS, or "" when it cannot be told."""

    id: str
    search: str
    headline: str
    event: str
    colour: str
    severity: str
    urgency: str
    certainty: str
    cap_status: str
    msg_type: str
    sender: str
    sender_name: str
    area_text: str
    sent_ms: int
    effective_ms: int | None
    onset_ms: int | None
    expires_ms: int | None
    description: str
    instruction: str
    superseded_by: str
    cancelled: bool

    def standing(self, now_ms: int) -> Standing:
        """What was cancelled or replaced stays so, whether real or not; only a real one can be in force."""
        if self.cancelled or self.msg_type == "Cancel":
            return Standing.CANCELLED
        if self.superseded_by:
            return Standing.SUPERSEDED
        if self.expires_ms is not None and self.expires_ms <= now_ms:
            return Standing.EXPIRED
        if self.cap_status != "Actual":
            return Standing.IN_EXERCISE if self.cap_status == "Exercise" else Standing.NOT_REAL
        begins_ms = self.effective_ms or self.sent_ms
        return Standing.TO_COME if begins_ms > now_ms else Standing.IN_FORCE


GROUPS: dict[str, tuple[Standing, ...]] = {
    "": tuple(Standing),
    "in_force": (Standing.IN_FORCE, Standing.TO_COME),
    "not_real": (Standing.IN_EXERCISE, Standing.NOT_REAL),
    "past": (Standing.EXPIRED, Standing.SUPERSEDED, Standing.CANCELLED),
}


def read_warnings(database: pw.SqliteDatabase, ids: Sequence[str] | None = None) -> list[WarningRow]:
    """Those received: one that is known only because another refers to it has no identifier, and nothing to show."""
    later = WarningTable.alias()
    query = WarningTable.select(WarningTable, later.msg_type.alias("later_type")).join(
        later, pw.JOIN.LEFT_OUTER, on=(later.id == WarningTable.superseded_by)
    )
    query = query.where(WarningTable.identifier != "")
    if ids is not None:
        query = query.where(WarningTable.id.in_(list(ids)) | WarningTable.superseded_by.in_(list(ids)))
    return [_row(held) for held in query.dicts().execute(database)]


def columns() -> list[Column[WarningRow]]:
    return [
        Column(
            "colour",
            lambda: tr("Colour"),
            lambda row, _now: colour_text(row),
            colour_order,
            lambda row, _now: COLOUR_MARKS.get(row.colour),
            width_chars=10,
        ),
        Column(
            "real",
            lambda: tr("Real?"),
            lambda row, _now: word("cap_status", row.cap_status),
            mark=lambda row, _now: None if row.cap_status == "Actual" else STANDING_MARKS[Standing.NOT_REAL],
            width_chars=10,
        ),
        Column("headline", lambda: tr("Warning"), lambda row, _now: headline_text(row), width_chars=20, wide=True),
        Column(
            "standing",
            lambda: tr("Now"),
            lambda row, now: word("standing", row.standing(now)),
            mark=lambda row, now: STANDING_MARKS[row.standing(now)],
            width_chars=12,
            ages=True,
        ),
        Column(
            "expires",
            lambda: tr("Expires"),
            lambda row, now: until_text(row.expires_ms, now),
            lambda row: row.expires_ms,
            tip=lambda row, _now: moment_text(row.expires_ms),
            width_chars=12,
            numeric=True,
            ages=True,
        ),
        Column("area", lambda: tr("Area"), lambda row, _now: row.area_text, width_chars=16),
        Column("sender", lambda: tr("Sender"), lambda row, _now: row.sender_name or row.sender, width_chars=12, hidden=True),
        Column(
            "sent",
            lambda: tr("Sent"),
            lambda row, now: until_text(row.sent_ms, now),
            lambda row: row.sent_ms,
            tip=lambda row, _now: moment_text(row.sent_ms),
            width_chars=14,
            numeric=True,
            ages=True,
            hidden=True,
        ),
    ]


def headline_text(row: WarningRow) -> str:
    """What is not real says so in the headline itself."""
    text = row.headline or row.event or row.id
    said = row.cap_status == "Actual" or (row.cap_status == "Exercise" and says_exercise(text))
    return text if said else tr("[{mark}] {title}", mark=word("cap_status", row.cap_status), title=text)


def colour_text(row: WarningRow) -> str:
    return word("warning_colour", row.colour) if row.colour else word("severity", row.severity)


def colour_order(row: WarningRow) -> int | None:
    """Gravest first when ascending."""
    return COLOURS.index(row.colour) if row.colour in COLOURS else None


def card(row: WarningRow, now_ms: int) -> list[tuple[str, str]]:
    known = [
        (tr("Now"), word("standing", row.standing(now_ms))),
        (tr("Real?"), word("cap_status", row.cap_status)),
        (tr("Message"), word("msg_type", row.msg_type)),
        (tr("Colour"), colour_text(row)),
        (tr("Severity"), word("severity", row.severity)),
        (tr("Urgency, certainty"), f"{word('urgency', row.urgency)}, {word('certainty', row.certainty)}"),
        (tr("Area"), row.area_text),
        (tr("Sender"), f"{row.sender_name} ({row.sender})" if row.sender_name else row.sender),
        (tr("Sent"), moment_text(row.sent_ms)),
        (tr("Effective"), moment_text(row.effective_ms) if row.effective_ms else ""),
        (tr("Onset"), moment_text(row.onset_ms) if row.onset_ms else ""),
        (tr("Expires"), f"{moment_text(row.expires_ms)} ({until_text(row.expires_ms, now_ms)})" if row.expires_ms else ""),
        (tr("Replaced by"), row.superseded_by),
    ]
    return [(label, value) for label, value in known if value]


def detail(row: WarningRow, now_ms: int) -> list[tuple[str, list[tuple[str, str]]]]:
    """The sender's own words, unaltered, under the headline; then everything else as issued."""
    return [
        (headline_text(row), [("", row.description or tr("No description was sent."))]),
        (tr("What to do"), [("", row.instruction)] if row.instruction else []),
        (tr("As issued"), card(row, now_ms)),
    ]


def area_text(areas: bytes | None) -> str:
    """Descriptions of the areas; codes where there is no description; never an error."""
    if not areas:
        return ""
    try:
        held = _areas.decode(areas)
    except msgspec.DecodeError:
        return tr("area not readable")
    return tr("; ").join(area.description or ", ".join(value for _, value in area.geocodes) for area in held)


def _row(held: dict[str, Any]) -> WarningRow:
    colour = held["colour"].casefold() or COLOUR_OF_SEVERITY.get(held["severity"], "")
    where = area_text(None if held["areas"] is None else bytes(held["areas"]))
    same = ("id", "headline", "event", "severity", "urgency", "certainty", "cap_status", "msg_type", "sender", "sender_name", "sent_ms")
    more = ("effective_ms", "onset_ms", "expires_ms", "description", "instruction", "superseded_by")
    said = (held["headline"], held["event"], held["sender_name"], held["sender"], held["description"], where)
    return WarningRow(
        **{field: held[field] for field in (*same, *more)},
        search=folded(*said, word("warning_colour", colour), word("cap_status", held["cap_status"])),
        colour=colour if colour in COLOURS else "",
        area_text=where,
        cancelled=held["later_type"] == "Cancel",
    )
