"""What two people wrote into one field while apart, in words, and the review of it. No Qt.

Which write stands is settled by the author's time, everywhere alike (`console.models.state.conflicts`); a person looks at both here.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import peewee as pw

from console.comms.local.messages import Draft
from console.models.changes import Changes
from console.models.clock import ms_of
from console.models.kinds import ConflictReviewed, encode_body, kind_of
from console.models.state.conflicts import Conflict, Write, read_conflicts, sights
from console.views.age import moment_text
from console.views.entry.parse import within
from console.views.i18n import tr, word
from console.views.tables.marks import Mark, Shape, Tone
from console.views.tables.names import name_of, peer_names

CONFLICT_MARK = Mark(Shape.DIAMOND, Tone.RED)
NOTE_CHARS = 2000
_WORDS = {
    "level": "level",
    "response_level": "response_level",
    "category": "category",
    "hazard": "hazard",
    "status": "resource_status",
}
_stamps = msgspec.msgpack.Decoder(dict[str, tuple[int, bytes]]).decode


@dataclass(frozen=True)
class Said:
    """One of the writes of a conflict. `origin` in hex, `peer` by name; `value`: as it goes into a body."""

    hlc: int
    origin: str
    peer: str
    value: Any
    text: str
    stands: bool

    @property
    def at_ms(self) -> int:
        return ms_of(self.hlc)


@dataclass(frozen=True)
class Dispute:
    """A conflict as it is reviewed: what each wrote, the one that stands among them."""

    subject: str
    field: str
    said: tuple[Said, ...]
    upto_hlc: int
    settled: bool

    @property
    def id(self) -> str:
        return f"{self.subject} {self.field}"


def read_disputes(database: pw.SqliteDatabase, subjects: Sequence[str] | None = None) -> list[Dispute]:
    """Settled ones too; `subjects` narrows it."""
    connection: sqlite3.Connection = database.connection()  # type: ignore[no-untyped-call]
    found = read_conflicts(connection, subjects)
    names = peer_names(database) if found else {}
    return [dispute_of(conflict, names) for conflict in found]


def dispute_of(conflict: Conflict, names: Mapping[str, str]) -> Dispute:
    writes = conflict.writes if conflict.stands in conflict.writes else (*conflict.writes, conflict.stands)
    said = tuple(_said(conflict.field, write, dict(names), stands=write == conflict.stands) for write in writes)
    return Dispute(conflict.subject, conflict.field, said, max(conflict.upto_hlc, conflict.stands.hlc), conflict.settled)


def _said(field: str, write: Write, names: dict[str, str], *, stands: bool) -> Said:
    return Said(write.hlc, write.origin, name_of(write.origin, names), write.said, value_text(field, write.said), stands)


def unsettled(disputes: Iterable[Dispute]) -> dict[str, int]:
    """Subject -> how many of its conflicts nobody has reviewed."""
    counts: dict[str, int] = {}
    for dispute in disputes:
        if not dispute.settled:
            counts[dispute.subject] = counts.get(dispute.subject, 0) + 1
    return counts


def reviewed_subjects(changes: Changes) -> set[str]:
    """What was reviewed anew: ids of reviews are `<subject> <field>`."""
    return {review.rpartition(" ")[0] for review in changes.ids.get("review", ())}


def known_hlc(stamps: bytes | None, field: str) -> int | None:
    """As of when a field is known: the hlc of its last write, 0 when it was never written; None where a row does not tell."""
    try:
        held = None if stamps is None else _stamps(bytes(stamps))
    except msgspec.DecodeError:
        return None
    return None if held is None else held[field][0] if field in held else 0


# -- words ----------------------------------------------------------------------------------------------------------------------


def field_text(field: str) -> str:
    labels = {
        "title": tr("Title"),
        "category": tr("Category"),
        "hazard": tr("Hazard"),
        "level": tr("Level"),
        "response_level": tr("Response"),
        "place": tr("Place"),
        "lon": tr("Longitude"),
        "lat": tr("Latitude"),
        "quantity": tr("Quantity in stock"),
        "status": tr("Status"),
        "incident": tr("Incident"),
    }
    return labels.get(field, field)


def value_text(field: str, value: Any) -> str:
    if value is None or value == "":
        return tr("nothing")
    if field in _WORDS:
        return word(_WORDS[field], str(value))
    return f"{value:,.10g}" if isinstance(value, float | int) else str(value)


def said_text(said: Said) -> str:
    """ "III, serious (county desk, 2014-07-04 16:10:00; stands)"."""
    told = {"value": said.text, "peer": said.peer, "time": moment_text(said.at_ms)}
    return tr("{value} ({peer}, {time}; stands)", **told) if said.stands else tr("{value} ({peer}, {time})", **told)


def dispute_text(dispute: Dispute) -> str:
    said = tr("; ").join(said_text(each) for each in dispute.said)
    return tr("{field} was written apart: {said}", field=field_text(dispute.field), said=said)


def count_text(count: int) -> str:
    return tr("⚑ {n} conflict to review|⚑ {n} conflicts to review", n=count)


def remark(dispute: Dispute, hlc: int, origin: str) -> str:
    """What stands in the timeline at one of the writes: what the others wrote, and which stands."""
    others = [said_text(each) for each in dispute.said if (each.hlc, each.origin) != (hlc, origin)]
    told = tr("{field} was also written as {said}", field=field_text(dispute.field), said=tr("; ").join(others))
    return tr("⚑ reviewed: {told}", told=told) if dispute.settled else tr("⚑ CONFLICT, to review: {told}", told=told)


# -- what is written --------------------------------------------------------------------------------------------------------------


def review(dispute: Dispute, area: str, note: str, author: str) -> list[Draft]:
    """All that is seen of the conflict is settled, everywhere, and nothing that is not: one event, unless very much was written."""
    words = within(note, tr("Note"), NOTE_CHARS)
    parts = sights((said.hlc, said.origin) for said in dispute.said)
    bodies = [ConflictReviewed(field=dispute.field, upto_hlc=part[-1].hlc, seen=part, note=words, author=author) for part in parts]
    return [Draft(kind=kind_of(body), body=encode_body(body), subject=dispute.subject, area=area) for body in bodies]
