"""Units, where they are, what they ask for, and their tasks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from console.models import kinds
from console.models.clock import ms_of
from console.models.event import Origin
from console.models.state.rows import Rows
from console.models.state.rules.happening import Happening, encode, given, write

_FIX_FIELDS = ("lon", "lat", "heading_deg", "speed_mps", "alt_m", "accuracy_m", "valid_s")


def unit_registered(rows: Rows, at: Happening, body: kinds.UnitRegistered) -> None:
    heard_from(rows, at, at.subject, **given(body, "name", "kind", "callsign", "org", "people"))


def unit_status(rows: Rows, at: Happening, body: kinds.UnitStatus) -> None:
    heard_from(rows, at, at.subject, **given(body, "status", "incident", "note"))


def unit_help(rows: Rows, at: Happening, body: kinds.HelpCalled) -> None:
    fields = {"help_text": body.text, "help_people": body.people, "help_lon": body.lon, "help_lat": body.lat, "help_ms": at.heard_ms}
    heard_from(rows, at, at.subject, help=body.nature, **fields)


def unit_helped(rows: Rows, at: Happening, _body: kinds.HelpEnded) -> None:
    write(rows, "unit", at.subject, at, help="")


def unit_report(rows: Rows, at: Happening, _body: kinds.UnitReport) -> None:
    heard_from(rows, at, at.subject)


def heard_from(rows: Rows, at: Happening, unit: str, **fields: Any) -> None:
    row = write(rows, "unit", unit, at, **fields)
    row.raise_to("heard_ms", at.heard_ms)
    row.noted = True


class Move(NamedTuple):
    """A position on its way to the unit's row. Sorted by author's time; (hlc, origin, area) is unique to a position. An `early` one has an
    hlc of one less than its event's, so that the event itself will stand."""

    hlc: int
    origin: Origin
    area: str
    heard_ms: int
    unit: str
    body: kinds.UnitPosition
    early: bool = False


def moved(rows: Rows, unit: str, moves: Sequence[Move]) -> Move | None:
    """Apply all new positions of one unit at once: the newest is written. Returned when it became the unit's fix."""
    first, last = min(moves), max(moves)
    row = rows.get("unit", unit)
    if first.early:
        row.glimpse(first.hlc, first.area)
        first = min((move for move in moves if not move.early), default=first)
    if not first.early:
        row.touch((first[0], first[1]), first[2])
    row.raise_to("hlc", last[0])
    row.raise_to("heard_ms", max(move[3] for move in moves))
    fix = None
    for move in moves:
        if move[0] == last[0] and _greater_fix(row.values, move):
            _fix(row.values, move)
            row.dirty = True
            fix = move
    return fix


def _greater_fix(values: Mapping[str, Any], move: Move) -> bool:
    """Later wins; of two positions of one unit with the same hlc the greater encoded one."""
    if move.hlc != values["fix_hlc"]:
        return move.hlc > int(values["fix_hlc"])
    held = [values[name] for name in _FIX_FIELDS]
    new = [getattr(move.body, name) for name in _FIX_FIELDS]
    return (encode(held), values["fix_heard_ms"] or 0) < (encode(new), move.heard_ms)


def _fix(values: dict[str, Any], move: Move) -> None:
    body = move.body
    values["lon"], values["lat"] = body.lon, body.lat
    values["heading_deg"], values["speed_mps"] = body.heading_deg, body.speed_mps
    values["alt_m"], values["accuracy_m"], values["valid_s"] = body.alt_m, body.accuracy_m, body.valid_s
    values["fix_hlc"], values["fix_heard_ms"] = move.hlc, move.heard_ms


def task_assigned(rows: Rows, at: Happening, body: kinds.TaskAssigned) -> None:
    fields = given(body, "unit", "text", "incident", "due_ms", "author")
    write(rows, "task", at.subject, at, state="assigned", note="", assigned_ms=ms_of(at.hlc), answered_ms=None, **fields)
    write(rows, "unit", body.unit, at, task=at.subject)


def task_answered(rows: Rows, at: Happening, body: kinds.TaskAnswered) -> None:
    write(rows, "task", at.subject, at, state=body.state, note=body.note, answered_ms=ms_of(at.hlc))
    heard_from(rows, at, body.unit)
