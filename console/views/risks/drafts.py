"""What an operator writes about risks, as drafts of events. No Qt. Each raises `EntryFault` for what cannot be sent."""

from __future__ import annotations

from ulid import ULID

from console.comms.local.messages import Draft
from console.models.kinds import Body, IncidentOpened, LogEntered, RiskAcknowledged, encode_body, kind_of
from console.views.entry.areas import area_about
from console.views.entry.parse import within
from console.views.i18n import tr, word
from console.views.risks.presenter import RiskRow
from console.views.risks.wording import level_text

NOTE_CHARS = 2000
TITLE_CHARS = 200
INCIDENT_HAZARDS = {"river_flood": "flood"}
"""Of an incident, where it has another word than a risk."""


def _draft(body: Body, subject: str, area: str) -> Draft:
    return Draft(kind=kind_of(body), body=encode_body(body), subject=subject, area=area)


def acknowledging(row: RiskRow, note: str, author: str, own_area: str, incident: str = "") -> Draft:
    words = within(note, tr("Note"), NOTE_CHARS)
    area = area_about(row.area, own_area)
    wider = row.area if not area and own_area.startswith(row.area) else ""
    body = RiskAcknowledged(level=row.level, area=wider, note=words, incident=incident or row.incident, author=author)
    return _draft(body, row.subject, area)


def opening(row: RiskRow, note: str, author: str, own_area: str, now_ms: int, *, exercise: bool) -> list[Draft]:
    """An incident from a risk, with its grounds in the log, and the risk acknowledged by it: all or nothing."""
    incident, area = str(ULID()), area_about(row.area, own_area)
    opened = IncidentOpened(
        title=row.title[:TITLE_CHARS],
        category="natural",
        hazard=INCIDENT_HAZARDS.get(row.hazard, row.hazard),
        place=row.place_name,
        lon=row.lon,
        lat=row.lat,
        occurred_ms=now_ms,
        exercise=exercise,
        author=author,
    )
    grounds = "; ".join(row.why) or word("risk_hazard", row.hazard)
    told = tr("Opened from the risk {level} {title}: {grounds}", level=level_text(row.level), title=row.title, grounds=grounds)
    log = LogEntered(text=told, author=author)
    return [_draft(opened, incident, area), _draft(log, incident, area), acknowledging(row, note, author, own_area, incident)]
