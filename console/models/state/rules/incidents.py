"""Incidents, what is lost, and what is kept or destroyed of what was said."""

from __future__ import annotations

from console.models import kinds
from console.models.clock import ms_of
from console.models.state.rows import Rows
from console.models.state.rules.happening import Happening, given, write

_INCIDENT_FIELDS = ("title", "category", "hazard", "level", "place", "lon", "lat")
_LOSS_FIELDS = ("deaths", "missing", "injured", "moved_total", "moved_now", "sheep", "large_livestock", "houses", "loss_yuan")


def incident_opened(rows: Rows, at: Happening, body: kinds.IncidentOpened) -> None:
    fields = given(body, *_INCIDENT_FIELDS, "occurred_ms", "exercise")
    write(rows, "incident", at.subject, at, status="open", opened_ms=ms_of(at.hlc), closed_ms=None, **fields)


def incident_changed(rows: Rows, at: Happening, body: kinds.IncidentChanged) -> None:
    write(rows, "incident", at.subject, at, **given(body, *_INCIDENT_FIELDS, "response_level"))


def incident_closed(rows: Rows, at: Happening, _body: kinds.IncidentClosed) -> None:
    write(rows, "incident", at.subject, at, status="closed", closed_ms=ms_of(at.hlc))


def loss_reported(rows: Rows, at: Happening, body: kinds.LossReported) -> None:
    write(rows, "incident", at.subject, at, **given(body, *_LOSS_FIELDS))


def hold_placed(rows: Rows, at: Happening, body: kinds.HoldPlaced) -> None:
    write(rows, "incident", at.subject, at, hold=body.why or "-")


def hold_lifted(rows: Rows, at: Happening, _body: kinds.HoldLifted) -> None:
    write(rows, "incident", at.subject, at, hold="")


def incident_purged(rows: Rows, at: Happening, _body: kinds.IncidentPurged) -> None:
    write(rows, "incident", at.subject, at, purged_ms=ms_of(at.hlc))
