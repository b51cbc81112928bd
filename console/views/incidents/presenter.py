"""What the incidents workspace shows: the list, and the facts of one incident. No Qt."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import peewee as pw

from console.models.changes import Changes
from console.models.rules.distance import Closure
from console.models.state.tables import Incident, Task, Unit
from console.views.age import age_text, moment_text
from console.views.i18n import tr, word
from console.views.incidents.conflicts import CONFLICT_MARK, count_text, known_hlc, read_disputes, reviewed_subjects, unsettled
from console.views.roads.way import read_closures
from console.views.tables.columns import Column, folded, natural, says_exercise
from console.views.tables.marks import LEVEL_MARKS, LEVEL_NUMERALS, UNIT_STATUS_MARKS, Mark, Shape, Tone
from console.views.units import distance
from console.views.units.presenter import Reference

LOSSES = ("deaths", "missing", "injured", "moved_total", "moved_now", "sheep", "large_livestock", "houses", "loss_yuan")
GRADED = ("level", "response_level")
HOLD_MARK = Mark(Shape.PLUS, Tone.VIOLET)
PURGED_MARK = Mark(Shape.CROSS, Tone.GREY)
STATUS_MARKS = {"open": Mark(Shape.HALF, Tone.ORANGE), "closed": Mark(Shape.SQUARE, Tone.GREY)}


@dataclass(frozen=True)
class IncidentRow:
    """One incident of the list. `since_ms`: when it happened, else when it was opened. `losses` in the order of LOSSES. `withdrawn`:
    entered in error; `hold`: why its personal data is kept; `conflicts`: how many are to be reviewed; `known`: as of when, by field."""

    id: str
    search: str
    area: str
    title: str
    category: str
    hazard: str
    level: int
    response_level: int
    status: str
    place: str
    lon: float | None
    lat: float | None
    since_ms: int
    occurred_ms: int | None
    opened_ms: int
    closed_ms: int | None
    exercise: bool
    losses: tuple[int | None, ...]
    withdrawn: bool = False
    hold: str = ""
    purged_ms: int | None = None
    conflicts: int = 0
    known: tuple[tuple[str, int | None], ...] = ()

    def known_hlc(self, field: str) -> int | None:
        """As of when a field is known here (`conflicts.known_hlc`): what a change of it says as its base."""
        return dict(self.known).get(field)

    @property
    def open(self) -> bool:
        return self.status == "open"


@dataclass(frozen=True)
class UnitOn:
    """A unit on an incident. `task`: text of the latest task it was given there, `task_state` what it answered. `far`: how far it is, and
    how many roads cut that does not account for; `far_tip`: the same in full."""

    id: str
    search: str
    name: str
    people: int
    status: str
    task: str
    task_state: str
    heard_ms: int | None
    far: str = ""
    far_tip: str = ""
    far_m: float | None = None


def read_incidents(database: pw.SqliteDatabase, ids: Sequence[str] | None = None) -> list[IncidentRow]:
    query = Incident.select()
    if ids is not None:
        query = query.where(Incident.id.in_(list(ids)))
    counts = unsettled(read_disputes(database, ids))
    return [_row(held, counts.get(held["id"], 0)) for held in query.dicts().execute(database)]


def concerned(changes: Changes) -> Iterable[str]:
    return changes.ids.get("incident", set()) | reviewed_subjects(changes)


def read_units_on(database: pw.SqliteDatabase, incident: str) -> list[UnitOn]:
    """Units whose status says they are on it, by name."""
    columns = (Unit.id, Unit.name, Unit.callsign, Unit.people, Unit.status, Unit.heard_ms, Unit.lon, Unit.lat)
    places = Incident.select(Incident.id, Incident.title, Incident.lon, Incident.lat).where(Incident.id == incident)
    reference = next((Reference(*held) for held in places.tuples().execute(database)), None)
    closures = read_closures(database)
    units = list(Unit.select(*columns).where(Unit.incident == incident).order_by(Unit.name).dicts().execute(database))
    latest: dict[str, dict[str, Any]] = {}
    for task in Task.select().where(Task.incident == incident).order_by(Task.assigned_ms).dicts().execute(database):
        latest[task["unit"]] = task
    nothing = {"text": "", "state": ""}
    return [_unit_on(unit, latest.get(unit["id"], nothing), reference, closures) for unit in units]


def columns() -> list[Column[IncidentRow]]:
    return [
        Column(
            "level", lambda: tr("Level"), level_text, lambda row: row.level or None, lambda row, _now: LEVEL_MARKS[row.level], width_chars=3
        ),
        Column(
            "title",
            lambda: tr("Incident"),
            lambda row, _now: two_lines(row),
            lambda row: natural(row.title),
            lambda row, _now: _title_mark(row),
            width_chars=14,
            wide=True,
        ),
        Column(
            "since",
            lambda: tr("Status, since"),
            lambda row, now_ms: f"{word('incident_status', row.status)}\n{age_text(row.since_ms, now_ms)}",
            lambda row: row.since_ms,
            lambda row, _now: STATUS_MARKS.get(row.status),
            lambda row, _now: moment_text(row.since_ms),
            width_chars=9,
            ages=True,
        ),
        Column("status", lambda: tr("Status"), lambda row, _now: word("incident_status", row.status), width_chars=9, hidden=True),
        Column(
            "response",
            lambda: tr("Response"),
            lambda row, _now: word("response_level", str(row.response_level)),
            lambda row: row.response_level or None,
            lambda row, _now: LEVEL_MARKS[row.response_level],
            width_chars=11,
            hidden=True,
        ),
        Column("kind", lambda: tr("Kind"), lambda row, _now: kind_text(row), width_chars=12, hidden=True),
        Column("place", lambda: tr("Place"), lambda row, _now: row.place, width_chars=16, hidden=True),
        Column("area", lambda: tr("Area"), lambda row, _now: row.area, width_chars=8, hidden=True),
    ]


def unit_columns() -> list[Column[UnitOn]]:
    return [
        Column("name", lambda: tr("Unit"), lambda row, _now: row.name, width_chars=16),
        Column(
            "status",
            lambda: tr("Status"),
            lambda row, _now: word("unit_status", row.status),
            mark=lambda row, _now: UNIT_STATUS_MARKS.get(row.status),
            width_chars=12,
        ),
        Column("people", lambda: tr("People"), lambda row, _now: f"{row.people:,}", lambda row: row.people, width_chars=6, numeric=True),
        Column("task", lambda: tr("Task"), lambda row, _now: row.task, width_chars=16, wide=True),
        Column("answer", lambda: tr("Answer"), lambda row, _now: word("task_state", row.task_state), width_chars=10),
        Column(
            "distance",
            lambda: tr("Distance (km)"),
            lambda row, _now: row.far,
            lambda row: row.far_m,
            tip=lambda row, _now: row.far_tip,
            width_chars=12,
            numeric=True,
        ),
        Column(
            "heard",
            lambda: tr("Last heard"),
            lambda row, now_ms: age_text(row.heard_ms, now_ms),
            lambda row: row.heard_ms,
            tip=lambda row, _now: moment_text(row.heard_ms),
            width_chars=11,
            numeric=True,
            ages=True,
        ),
    ]


def title_text(row: IncidentRow) -> str:
    """The exercise mark is part of the title, said once: no list, copy or narrow column can drop it."""
    return tr("[EXERCISE] {title}", title=row.title) if row.exercise and not says_exercise(row.title) else row.title


def two_lines(row: IncidentRow) -> str:
    """Title above, kind and place below: the list is narrow, and nothing that matters may be cut off. What a person must know comes first."""
    review = count_text(row.conflicts) if row.conflicts else ""
    gone = tr("WITHDRAWN") if row.withdrawn else ""
    return f"{title_text(row)}\n" + " · ".join(part for part in (gone, review, *custody_texts(row), kind_text(row), row.place) if part)


def custody_texts(row: IncidentRow) -> list[str]:
    """Whether its personal data is held for an inquiry, and whether it was destroyed."""
    found = [tr("HELD") if row.hold else "", tr("DATA DESTROYED") if row.purged_ms else ""]
    return [text for text in found if text]


def standing_text(row: IncidentRow) -> str:
    return " · ".join([word("incident_status", row.status), *custody_texts(row)])


def _title_mark(row: IncidentRow) -> Mark | None:
    """The gravest of what the second line says in words."""
    if row.conflicts:
        return CONFLICT_MARK
    return HOLD_MARK if row.hold else PURGED_MARK if row.purged_ms else None


def level_text(row: IncidentRow, _now_ms: int) -> str:
    return LEVEL_NUMERALS.get(row.level, "–")


def kind_text(row: IncidentRow) -> str:
    """The hazard where it is known, else the category."""
    return word("hazard", row.hazard) if row.hazard else word("category", row.category)


def facts(row: IncidentRow) -> list[tuple[str, str]]:
    """(label, value) in the order of reading; only what is known."""
    known = [
        (tr("Category"), word("category", row.category)),
        (tr("Hazard"), word("hazard", row.hazard) if row.hazard else ""),
        (tr("Level"), word("level", str(row.level))),
        (tr("Response"), word("response_level", str(row.response_level))),
        (tr("Place"), row.place),
        (tr("Position"), "" if row.lon is None or row.lat is None else f"{row.lon:.5f}, {row.lat:.5f}"),
        (tr("Happened"), moment_text(row.occurred_ms) if row.occurred_ms else ""),
        (tr("Opened"), moment_text(row.opened_ms)),
        (tr("Closed at"), moment_text(row.closed_ms) if row.closed_ms else ""),
        (tr("Withdrawn"), tr("entered in error, see the timeline") if row.withdrawn else ""),
        (tr("Held for inquiry"), row.hold),
        (tr("Personal data destroyed"), moment_text(row.purged_ms) if row.purged_ms else ""),
    ]
    return [(label, value) for label, value in known if value]


def loss_label(name: str) -> str:
    """People moved: so far (cumulative) and at present are two figures and never one."""
    return {
        "deaths": tr("Deaths"),
        "missing": tr("Missing"),
        "injured": tr("Injured"),
        "moved_total": tr("Moved, cumulative"),
        "moved_now": tr("Moved, now away"),
        "sheep": tr("Sheep lost"),
        "large_livestock": tr("Cattle, horses lost"),
        "houses": tr("Houses damaged"),
        "loss_yuan": tr("Direct loss (yuan)"),
    }[name]


def losses(row: IncidentRow) -> list[tuple[str, str]]:
    """Every loss with its label; "not reported" is told apart from 0."""
    return [
        (loss_label(name), tr("not reported") if value is None else f"{value:,}") for name, value in zip(LOSSES, row.losses, strict=True)
    ]


def units_summary(units: Sequence[UnitOn]) -> str:
    return tr("{units} units, {people} people on it", units=len(units), people=sum(unit.people for unit in units))


def _unit_on(unit: dict[str, Any], task: dict[str, Any], reference: Reference | None, closures: Sequence[Closure]) -> UnitOn:
    name = unit["name"] or unit["callsign"] or unit["id"]
    at = Reference(unit["id"], name, unit["lon"], unit["lat"])
    return UnitOn(
        id=unit["id"],
        search=folded(name, word("unit_status", unit["status"]), task["text"]),
        name=name,
        people=unit["people"],
        status=unit["status"],
        task=task["text"],
        task_state=task["state"],
        heard_ms=unit["heard_ms"],
        far=distance.cell_text(at, reference, closures),
        far_tip=distance.cell_tip(at, reference, closures),
        far_m=distance.metres(at, reference),
    )


def _row(held: dict[str, Any], conflicts: int) -> IncidentRow:
    level = held["level"] if held["level"] in LEVEL_MARKS else 0
    response_level = held["response_level"] if held["response_level"] in LEVEL_MARKS else 0
    since_ms = held["occurred_ms"] or held["opened_ms"]
    hazard = word("hazard", held["hazard"]) if held["hazard"] else ""
    return IncidentRow(
        id=held["id"],
        search=folded(
            held["title"],
            held["place"],
            hazard,
            word("category", held["category"]),
            word("incident_status", held["status"]),
            LEVEL_NUMERALS.get(level, ""),
            tr("Exercise") if held["exercise"] else "",
            tr("Conflict") if conflicts else "",
            tr("HELD") if held["hold"] else "",
            tr("DATA DESTROYED") if held["purged_ms"] else "",
            held["area"],
        ),
        area=held["area"],
        title=held["title"] or held["id"],
        category=held["category"],
        hazard=held["hazard"],
        level=level,
        response_level=response_level,
        status=held["status"],
        place=held["place"],
        lon=held["lon"],
        lat=held["lat"],
        since_ms=since_ms,
        occurred_ms=held["occurred_ms"],
        opened_ms=held["opened_ms"],
        closed_ms=held["closed_ms"],
        exercise=bool(held["exercise"]),
        losses=tuple(held[name] for name in LOSSES),
        withdrawn=bool(held["withdrawn"]),
        hold=held["hold"],
        purged_ms=held["purged_ms"],
        conflicts=conflicts,
        known=tuple((field, known_hlc(held["stamps"], field)) for field in GRADED),
    )
