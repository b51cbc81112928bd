"""What the units workspace shows: rows, groups, one unit's card, its tasks. No Qt."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import peewee as pw

from console.models.changes import Changes, Fix
from console.models.rules.distance import Closure
from console.models.rules.duty import OPEN, is_at_work, is_free
from console.models.rules.staleness import Freshness, freshness
from console.models.state.tables import Incident, Task, Unit
from console.views.age import age_text, moment_text
from console.views.i18n import tr, word
from console.views.tables.columns import Column, folded, natural
from console.views.tables.marks import FRESH_MARKS, LINK_MARKS, TASK_MARKS, UNIT_STATUS_MARKS, Mark, Shape, Tone
from console.views.tables.names import name_of, peer_names
from console.views.units import distance
from console.views.units.calls import HELP_MARK, nature_text

WITHOUT_VALIDITY_S = 60.0
"""How long a unit that only speaks and never sends a position is taken as heard: as a position of no declared validity."""


@dataclass(frozen=True)
class UnitRow:
    """One unit. `fix_heard_ms`, `valid_s`, `fix_hlc`: of its newest position. `link`: state of a direct link to its peer, or ""."""

    id: str
    search: str
    area: str
    origin: str
    name: str
    kind: str
    callsign: str
    org: str
    people: int
    status: str
    note: str
    incident: str
    incident_title: str
    task: str
    task_text: str
    task_state: str
    peer: str
    heard_ms: int | None
    help: str
    help_text: str
    help_people: int
    help_ms: int | None
    lon: float | None = None
    lat: float | None = None
    heading_deg: float | None = None
    speed_mps: float | None = None
    alt_m: float | None = None
    accuracy_m: float | None = None
    valid_s: float | None = None
    fix_heard_ms: int | None = None
    fix_hlc: int = 0
    link: str = ""

    @property
    def free(self) -> bool:
        return is_free(self.status, self.task_state)

    @property
    def on_task(self) -> bool:
        return is_at_work(self.status, self.task_state)

    def freshness(self, now_ms: int) -> Freshness | None:
        """Of its position; of its last word where it never sent one; None when nothing was ever heard."""
        if self.fix_heard_ms is not None:
            return freshness(self.fix_heard_ms, self.valid_s or WITHOUT_VALIDITY_S, now_ms)
        return None if self.heard_ms is None else freshness(self.heard_ms, WITHOUT_VALIDITY_S, now_ms)


@dataclass(frozen=True)
class Reference:
    """Where distances are counted from: the incident last selected."""

    id: str
    title: str
    lon: float | None
    lat: float | None


@dataclass(frozen=True)
class TaskRow:
    id: str
    search: str
    unit: str
    text: str
    incident_title: str
    state: str
    note: str
    author: str
    assigned_ms: int
    due_ms: int | None
    answered_ms: int | None

    def overdue(self, now_ms: int) -> bool:
        return self.due_ms is not None and self.due_ms < now_ms and self.state in OPEN


GROUPS: dict[str, Callable[[UnitRow, int], bool]] = {
    "help": lambda row, _now: bool(row.help),
    "free": lambda row, _now: row.free,
    "on_task": lambda row, _now: row.on_task,
    "stale": lambda row, now_ms: row.freshness(now_ms) is Freshness.STALE,
    "gone": lambda row, now_ms: row.freshness(now_ms) is Freshness.GONE,
}
TIMED_GROUPS = ("stale", "gone")
"""Groups that a unit enters and leaves by time alone."""


def read_units(database: pw.SqliteDatabase, ids: Sequence[str] | None = None) -> list[UnitRow]:
    query = (
        Unit.select(
            Unit,
            Task.text.alias("task_text"),
            Task.state.alias("task_state"),
            Incident.title.alias("incident_title"),
        )
        .join(Task, pw.JOIN.LEFT_OUTER, on=(Task.id == Unit.task))
        .switch(Unit)
        .join(Incident, pw.JOIN.LEFT_OUTER, on=(Incident.id == Unit.incident))
    )
    if ids is not None:
        query = query.where(Unit.id.in_(list(ids)))
    names = peer_names(database)
    return [_row(held, name_of(held["origin"], names)) for held in query.dicts().execute(database)]


def concerned(changes: Changes, rows: Callable[[], Iterable[UnitRow]]) -> Iterable[str] | None:
    """Ids of units to read again; None for all. `rows`: the units known, looked through only when something else changed."""
    if "peer" in changes.ids:
        return None
    ids = set(changes.ids.get("unit", ()))
    tasks, incidents = changes.ids.get("task", set()), changes.ids.get("incident", set())
    if tasks or incidents:
        ids |= {row.id for row in rows() if row.task in tasks or row.incident in incidents}
    return ids


def moved(row: UnitRow, fix: Fix) -> UnitRow:
    """`row` with a newer position; itself when the fix is not newer."""
    if fix.hlc <= row.fix_hlc:
        return row
    return replace(
        row,
        lon=fix.lon,
        lat=fix.lat,
        heading_deg=fix.heading_deg,
        speed_mps=fix.speed_mps,
        valid_s=fix.valid_s,
        fix_heard_ms=fix.heard_ms,
        fix_hlc=fix.hlc,
        heard_ms=max(row.heard_ms or 0, fix.heard_ms),
    )


def keep_newer_fix(row: UnitRow, known: UnitRow | None) -> UnitRow:
    """What was read, but never an older position than the one already shown: positions outrun reads."""
    if known is None or known.fix_hlc <= row.fix_hlc:
        return row
    kept = ("lon", "lat", "heading_deg", "speed_mps", "valid_s", "fix_heard_ms", "fix_hlc")
    return replace(row, **{name: getattr(known, name) for name in kept}, heard_ms=max(row.heard_ms or 0, known.heard_ms or 0))


def read_open_incidents(database: pw.SqliteDatabase) -> list[Reference]:
    """Newest first."""
    query = Incident.select(Incident.id, Incident.title, Incident.lon, Incident.lat).where(
        (Incident.status == "open") & ~Incident.withdrawn
    )
    return [Reference(*held) for held in query.order_by(Incident.hlc.desc()).tuples().execute(database)]


def read_tasks(database: pw.SqliteDatabase, units: Sequence[str]) -> list[TaskRow]:
    """Every task ever given to `units`."""
    query = (
        Task.select(Task, Unit.name.alias("unit_name"), Incident.title.alias("incident_title"))
        .join(Unit, pw.JOIN.LEFT_OUTER, on=(Unit.id == Task.unit))
        .switch(Task)
        .join(Incident, pw.JOIN.LEFT_OUTER, on=(Incident.id == Task.incident))
        .where(Task.unit.in_(list(units)))
    )
    return [_task(held) for held in query.dicts().execute(database)]


def columns(reference: Callable[[], Reference | None], closures: Callable[[], Sequence[Closure]] = tuple) -> list[Column[UnitRow]]:
    """`reference`: where distances are counted from; `closures`: roads cut that they do not account for."""
    return [
        Column(
            "name",
            lambda: tr("Unit"),
            lambda row, _now: tr("HELP {unit}: {nature}", unit=row.name, nature=nature_text(row.help, 0)) if row.help else row.name,
            lambda row: (not row.help, natural(row.name)),
            lambda row, _now: HELP_MARK if row.help else None,
            width_chars=16,
        ),
        Column("kind", lambda: tr("Kind"), lambda row, _now: word("unit_kind", row.kind), width_chars=9),
        Column(
            "status",
            lambda: tr("Status"),
            lambda row, _now: word("unit_status", row.status) if row.status else "–",
            mark=lambda row, _now: UNIT_STATUS_MARKS.get(row.status),
            width_chars=11,
        ),
        Column("heard", lambda: tr("Last heard"), heard_text, _fix_time, heard_mark, heard_tip, width_chars=15, ages=True),
        Column(
            "distance",
            lambda: tr("Distance (km)"),
            lambda row, _now: distance.cell_text(row, reference(), closures()),
            lambda row: distance.metres(row, reference()),
            tip=lambda row, _now: distance.cell_tip(row, reference(), closures()),
            width_chars=11,
            numeric=True,
            hidden=True,
        ),
        Column(
            "task",
            lambda: tr("Task"),
            lambda row, _now: row.task_text,
            mark=lambda row, _now: TASK_MARKS.get(row.task_state) if row.task else None,
            tip=lambda row, _now: task_tip(row),
            width_chars=12,
            wide=True,
        ),
        Column("incident", lambda: tr("Incident"), lambda row, _now: row.incident_title, width_chars=12),
        Column("place", lambda: tr("Longitude, latitude"), lambda row, _now: place_text(row), width_chars=18, numeric=True, hidden=True),
        Column(
            "people",
            lambda: tr("People"),
            lambda row, _now: f"{row.people:,}" if row.people else "–",
            lambda row: row.people or None,
            width_chars=6,
            numeric=True,
            hidden=True,
        ),
        Column(
            "peer",
            lambda: tr("Peer"),
            lambda row, _now: row.peer,
            mark=lambda row, _now: LINK_MARKS.get(row.link),
            tip=lambda row, _now: tr("{peer}: {state}", peer=row.peer, state=word("link_state", row.link)) if row.link else row.peer,
            width_chars=13,
            hidden=True,
        ),
        Column("callsign", lambda: tr("Callsign"), lambda row, _now: row.callsign, width_chars=9, hidden=True),
        Column("org", lambda: tr("Organisation"), lambda row, _now: row.org, width_chars=14, hidden=True),
    ]


def task_columns() -> list[Column[TaskRow]]:
    return [
        Column(
            "assigned",
            lambda: tr("Assigned"),
            lambda row, now: age_text(row.assigned_ms, now),
            lambda row: row.assigned_ms,
            tip=lambda row, _now: moment_text(row.assigned_ms),
            width_chars=10,
            numeric=True,
            ages=True,
        ),
        Column("task", lambda: tr("Task"), lambda row, _now: row.text, width_chars=18, wide=True),
        Column(
            "state",
            lambda: tr("Answer"),
            lambda row, _now: word("task_state", row.state),
            mark=lambda row, _now: TASK_MARKS.get(row.state),
            width_chars=12,
        ),
        Column(
            "due",
            lambda: tr("Due"),
            due_text,
            lambda row: row.due_ms,
            lambda row, now: OVERDUE if row.overdue(now) else None,
            lambda row, _now: moment_text(row.due_ms),
            width_chars=13,
            numeric=True,
            ages=True,
        ),
        Column("note", lambda: tr("Note"), lambda row, _now: row.note, width_chars=14),
        Column("incident", lambda: tr("Incident"), lambda row, _now: row.incident_title, width_chars=14, hidden=True),
        Column("author", lambda: tr("Author"), lambda row, _now: row.author, width_chars=10, hidden=True),
    ]


OVERDUE = Mark(Shape.TRIANGLE, Tone.RED)


def due_text(row: TaskRow, now_ms: int) -> str:
    if row.due_ms is None:
        return "–"
    if row.overdue(now_ms):
        return tr("overdue {span}", span=age_text(row.due_ms, now_ms))
    return tr("in {span}", span=age_text(now_ms, row.due_ms)) if row.due_ms > now_ms else moment_text(row.due_ms)[11:16]


def heard_text(row: UnitRow, now_ms: int) -> str:
    """Age and state in words: "12 s", "7 min, stale", "3 h 10 min, gone"."""
    fresh = row.freshness(now_ms)
    if fresh is None:
        return tr("never")
    since_ms = row.heard_ms if row.fix_heard_ms is None else row.fix_heard_ms
    age = age_text(since_ms, now_ms)
    return age if fresh is Freshness.FRESH else tr("{age}, {state}", age=age, state=word("freshness", fresh.value))


def heard_mark(row: UnitRow, now_ms: int) -> Mark | None:
    fresh = row.freshness(now_ms)
    return None if fresh is None else FRESH_MARKS[fresh]


def heard_tip(row: UnitRow, now_ms: int) -> str:
    position = tr("Position: {age} ({time})", age=age_text(row.fix_heard_ms, now_ms), time=moment_text(row.fix_heard_ms))
    return position + "\n" + tr("Anything: {age} ({time})", age=age_text(row.heard_ms, now_ms), time=moment_text(row.heard_ms))


def task_tip(row: UnitRow) -> str:
    return tr("{label}: {value}", label=word("task_state", row.task_state), value=row.task_text) if row.task else ""


def place_text(row: UnitRow) -> str:
    return "–" if row.lon is None or row.lat is None else f"{row.lon:.5f}, {row.lat:.5f}"


def help_text(row: UnitRow, now_ms: int) -> str:
    """What it calls for, since when, in its own words; "" when it calls for nothing."""
    if not row.help:
        return ""
    since = tr("{span} ago", span=age_text(row.help_ms, now_ms))
    return " · ".join(part for part in (nature_text(row.help, row.help_people), since, row.help_text) if part)


def card(row: UnitRow, reference: Reference | None, now_ms: int, closures: Sequence[Closure] = ()) -> list[tuple[str, str]]:
    """(label, value) of everything known about one unit; distances say which `closures` they do not account for."""
    speed = "" if row.speed_mps is None else f"{row.speed_mps * 3.6:.0f} km/h"
    known = [
        (tr("CALLS FOR HELP"), help_text(row, now_ms)),
        (tr("Kind"), word("unit_kind", row.kind)),
        (tr("Callsign"), row.callsign),
        (tr("Organisation"), row.org),
        (tr("People"), f"{row.people:,}" if row.people else ""),
        (tr("Status"), word("unit_status", row.status) if row.status else tr("not reported")),
        (tr("Note"), row.note),
        (tr("Incident"), row.incident_title),
        (tr("Task"), task_tip(row)),
        (tr("Last heard"), heard_tip(row, now_ms) if row.heard_ms else tr("never")),
        (tr("Position"), place_text(row) if row.lon is not None else tr("none sent")),
        (tr("Heading, speed"), ", ".join(part for part in ("" if row.heading_deg is None else f"{row.heading_deg:03.0f}°", speed) if part)),
        (tr("Altitude"), "" if row.alt_m is None else f"{row.alt_m:,.0f} m"),
        (tr("Accuracy"), "" if row.accuracy_m is None else f"±{row.accuracy_m:,.0f} m"),
        *distance.card_pairs(row, reference, closures),
        (tr("Peer"), tr("{peer}: {state}", peer=row.peer, state=word("link_state", row.link)) if row.link else row.peer),
    ]
    return [(label, value) for label, value in known if value]


def _fix_time(row: UnitRow) -> int | None:
    """Sort key of "last heard"; ascending lists the freshest first."""
    heard_ms = row.heard_ms if row.fix_heard_ms is None else row.fix_heard_ms
    return None if heard_ms is None else -heard_ms


def _row(held: dict[str, Any], peer: str) -> UnitRow:
    name = held["name"] or held["callsign"] or held["id"]
    words = (word("unit_kind", held["kind"]), word("unit_status", held["status"]), held["org"], held["callsign"])
    called = ("help", "help_text", "help_people", "help_ms")
    same = ("id", "area", "origin", "kind", "callsign", "org", "people", "status", "note", "incident", "task", "heard_ms", "lon", "lat")
    fix = ("heading_deg", "speed_mps", "alt_m", "accuracy_m", "valid_s", "fix_heard_ms", "fix_hlc")
    return UnitRow(
        **{field: held[field] for field in (*same, *fix, *called)},
        search=folded(
            name, *words, tr("CALLS FOR HELP") if held["help"] else "", held["task_text"] or "", held["incident_title"] or "", peer
        ),
        name=name,
        incident_title=held["incident_title"] or held["incident"],
        task_text=held["task_text"] or "",
        task_state=held["task_state"] or "",
        peer=peer,
    )


def _task(held: dict[str, Any]) -> TaskRow:
    state = word("task_state", held["state"])
    same = ("id", "unit", "text", "state", "note", "author", "assigned_ms", "due_ms", "answered_ms")
    return TaskRow(
        **{field: held[field] for field in same},
        search=folded(held["text"], state, held["note"], held["author"], held["incident_title"] or ""),
        incident_title=held["incident_title"] or held["incident"],
    )
