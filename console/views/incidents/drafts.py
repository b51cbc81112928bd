"""What an operator writes about incidents, as drafts of events. No Qt. Each raises `EntryFault` for what cannot be sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from console.comms.local.messages import Draft
from console.models.kinds import Body, IncidentChanged, IncidentClosed, IncidentOpened, LogEntered, LossReported, encode_body, kind_of
from console.views.entry.outcome import EntryFault
from console.views.entry.parse import count_of, position_of, required, within
from console.views.i18n import tr
from console.views.incidents.presenter import LOSSES, IncidentRow, loss_label

NAME_CHARS = 200
TEXT_CHARS = 8000


def draft_of(body: Body, subject: str = "", area: str = "") -> Draft:
    return Draft(kind=kind_of(body), body=encode_body(body), subject=subject, area=area)


class About(NamedTuple):
    """The incident written about; `area`: where to write it (`entry.areas.area_about`)."""

    incident: str
    area: str


def log_entry(about: About, text: str, author: str) -> Draft:
    words = within(required(text, tr("The log entry")), tr("The log entry"), TEXT_CHARS)
    return draft_of(LogEntered(text=words, author=author), *about)


def opening(
    *, title: str, category: str, hazard: str, level: int, place: str, position: str, exercise: bool, author: str, now_ms: int
) -> Draft:
    where = position_of(position)
    body = IncidentOpened(
        title=within(required(title, tr("Title")), tr("Title"), NAME_CHARS),
        category=category,
        hazard=hazard,
        level=level,
        place=within(place, tr("Place"), NAME_CHARS),
        lon=None if where is None else where[0],
        lat=None if where is None else where[1],
        occurred_ms=now_ms,
        exercise=exercise,
        author=author,
    )
    return draft_of(body)


class Choice(NamedTuple):
    """What was chosen for a field, and as of when its author knew the field: `base`, None where it is not told."""

    value: int
    base: int | None = None


def grading(about: About, row: IncidentRow, level: Choice, response: Choice, note: str, author: str) -> list[Draft]:
    """Only what differs is said, so that nobody else's word on the other field is overwritten. Fields that were known as of different
    times are said in an event each, so that each says truly what its author had seen of it."""
    chosen = {"level": level, "response_level": response}
    told = {field: choice for field, choice in chosen.items() if choice.value != getattr(row, field)}
    if not told:
        raise EntryFault(tr("Neither the level nor the response differs from what stands: choose another first."))
    words = within(note, tr("Note"), TEXT_CHARS)
    found = []
    for base in dict.fromkeys(choice.base for choice in told.values()):
        fields: dict[str, Any] = {field: choice.value for field, choice in told.items() if choice.base == base}
        found.append(draft_of(IncidentChanged(**fields, note=words, author=author, base=base), *about))
    return found


def choosing(incident: str, field: str, value: Any, base: int, area: str, author: str) -> Draft:
    """After a review: another of the values that were written apart, by somebody who has seen them all."""
    body = IncidentChanged(author=author, note=tr("Chosen after review of a conflict"), base=base, **{field: value})
    return draft_of(body, incident, area)


def closing(about: About, summary: str, author: str) -> Draft:
    words = within(required(summary, tr("The summary")), tr("The summary"), TEXT_CHARS)
    return draft_of(IncidentClosed(summary=words, author=author), *about)


def loss_report(about: About, typed: Mapping[str, str], text: str, author: str) -> Draft:
    """`typed`: name of a loss -> what was typed; empty fields are not touched, 0 says "none"."""
    counts = {name: count_of(typed.get(name, ""), loss_label(name)) for name in LOSSES}
    told = {name: count for name, count in counts.items() if count is not None}
    if not told and not text.strip():
        raise EntryFault(tr("Nothing is filled in: give at least one figure or a remark."))
    total, now = told.get("moved_total"), told.get("moved_now")
    if total is not None and now is not None and now > total:
        raise EntryFault(tr("People now away ({now}) cannot be more than all people moved so far ({total}).", now=now, total=total))
    return draft_of(LossReported(**told, text=within(text, tr("Remark"), TEXT_CHARS), author=author), *about)
