"""Calls for help of units: read, worded, and answered. No Qt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import peewee as pw

from console.comms.local.messages import Draft
from console.models.kinds import HelpEnded, encode_body, kind_of
from console.models.state.tables import Unit
from console.views.age import age_text
from console.views.entry.areas import area_to
from console.views.entry.parse import required, within
from console.views.i18n import tr, word
from console.views.tables.marks import Mark, Shape, Tone

HELP_MARK = Mark(Shape.TRIANGLE, Tone.RED)
NOTE_CHARS = 2000
LINE_CHARS = 160
"""Of a caller's own words and name in the strip: more would push the window away; all of them are on the unit's card."""


@dataclass(frozen=True)
class HelpCall:
    """One unit that calls for help now. `since_ms`: when it was said, by this machine's clock."""

    unit: str
    name: str
    area: str
    nature: str
    text: str
    people: int
    since_ms: int | None


def read_calls(database: pw.SqliteDatabase, _ids: Sequence[str] | None = None) -> list[HelpCall]:
    """The longest waiting first."""
    fields = (Unit.id, Unit.name, Unit.callsign, Unit.area, Unit.help, Unit.help_text, Unit.help_people, Unit.help_ms)
    rows = Unit.select(*fields).where(Unit.help != "").order_by(Unit.help_ms, Unit.id).tuples().execute(database)
    return [HelpCall(unit, name or callsign or unit, *held) for unit, name, callsign, *held in rows]


def nature_text(nature: str, people: int) -> str:
    """ "medical, 3 people"; the number only where it was told."""
    kind = word("help_nature", nature)
    return tr("{nature}, {n} person|{nature}, {n} people", nature=kind, n=people) if people else kind


def call_text(call: HelpCall, now_ms: int) -> str:
    """One line of the banner."""
    told = tr("HELP {unit}: {nature}", unit=_short(call.name), nature=nature_text(call.nature, call.people))
    parts = [told, tr("{span} ago", span=age_text(call.since_ms, now_ms)), _short(call.text)]
    return " · ".join(part for part in parts if part)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LINE_CHARS else f"{line[: LINE_CHARS - 1]}…"


def answer(unit: str, unit_area: str, note: str, author: str, own_area: str) -> Draft:
    """The call is met, or was withdrawn. Raises EntryFault without a word on how."""
    words = within(required(note, tr("How it was met")), tr("How it was met"), NOTE_CHARS)
    body = HelpEnded(note=words, author=author)
    return Draft(kind=kind_of(body), body=encode_body(body), subject=unit, area=area_to(unit_area, own_area))
