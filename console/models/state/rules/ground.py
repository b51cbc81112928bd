"""Roads cut, modes of areas, records taken away or reviewed."""

from __future__ import annotations

from console.models import kinds
from console.models.clock import ms_of
from console.models.state.rows import Rows
from console.models.state.rules.happening import Happening, encode, given, write


def road_closed(rows: Rows, at: Happening, body: kinds.RoadClosed) -> None:
    fields = given(body, "name", "reason", "lon", "lat", "since_ms", "source", "note", "incident", "author")
    line = encode(body.line) if body.line else None
    write(rows, "road", at.subject, at, status="closed", opened_ms=None, line=line, **fields).raise_to("heard_ms", at.heard_ms)


def road_opened(rows: Rows, at: Happening, body: kinds.RoadOpened) -> None:
    fields = given(body, "source", "note", "author")
    write(rows, "road", at.subject, at, status="open", opened_ms=ms_of(at.hlc), **fields).raise_to("heard_ms", at.heard_ms)


def mode_switched(rows: Rows, at: Happening, body: kinds.ModeSwitched) -> None:
    write(rows, "mode", at.subject, at, since_ms=ms_of(at.hlc), **given(body, "mode", "why", "response_level", "author"))


def record_withdrawn(rows: Rows, at: Happening, body: kinds.RecordWithdrawn | kinds.RecordRestored) -> None:
    if body.table in kinds.WITHDRAWN_TABLES:
        write(rows, body.table, at.subject, at, withdrawn=isinstance(body, kinds.RecordWithdrawn))


def conflict_reviewed(rows: Rows, at: Happening, body: kinds.ConflictReviewed) -> None:
    fields = {"subject": at.subject, "field": body.field, "note": body.note, "author": body.author}
    row = write(rows, "review", f"{at.subject} {body.field}", at, **fields)
    row.raise_to("upto_hlc", body.upto_hlc)
