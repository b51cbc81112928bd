"""When each team can be at a place: rows, and the words for the ways and for what stands in them. No Qt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import peewee as pw

from console.models.changes import Fix
from console.models.rules.duty import OPEN, can_be_sent
from console.models.rules.staleness import Freshness, freshness
from console.models.state.tables import Task, Unit
from console.views.age import age_text, clock_text, span_text
from console.views.i18n import tr, word
from console.views.tables.columns import Column, folded, natural
from console.views.tables.marks import FRESH_MARKS, UNIT_STATUS_MARKS, Mark, Shape, Tone
from console.views.units.geodesy import distance_text

if TYPE_CHECKING:
    from console.models.roads.arrivals import Arrival
    from console.models.roads.network import Network

Point = tuple[float, float]
MOST_VIA = 4
LEAST_VIA_SHARE = 0.05
HOW_MARKS = {
    "road": Mark(Shape.CIRCLE, Tone.GREEN),
    "air": Mark(Shape.TRIANGLE, Tone.BLUE),
    "cut_off": Mark(Shape.CROSS, Tone.RED),
    "no_way": Mark(Shape.CROSS, Tone.GREY),
    "off_road": Mark(Shape.RING, Tone.ORANGE),
    "outside": Mark(Shape.RING, Tone.GREY),
    "unplaced": Mark(Shape.RING, Tone.GREY),
}


@dataclass(frozen=True)
class Team:
    """A unit, as read."""

    id: str
    name: str
    callsign: str
    kind: str
    status: str
    people: int
    note: str
    task: str
    task_state: str
    lon: float | None
    lat: float | None
    fix_ms: int | None
    valid_s: float


@dataclass(frozen=True)
class Row:
    """One team. `line`: its way for the map; `seconds`: None without one. `via`, `blocked`: in words."""

    id: str
    search: str
    team: Team
    how: str
    vehicle: str
    seconds: float | None
    metres: float | None
    straight_m: float | None
    lift_s: float | None
    via: str
    blocked: str
    line: tuple[Point, ...]

    @property
    def free(self) -> bool:
        return can_be_sent(self.team.status, self.team.task_state)


def read_teams(database: pw.SqliteDatabase, ids: Sequence[str] | None = None) -> list[Team]:
    query = Unit.select(
        Unit.id, Unit.name, Unit.callsign, Unit.kind, Unit.status, Unit.people, Unit.note, Task.text, Task.state, Unit.lon, Unit.lat,
        Unit.fix_heard_ms, Unit.valid_s,
    ).join(Task, pw.JOIN.LEFT_OUTER, on=(Task.id == Unit.task))  # fmt: skip
    if ids is not None:
        query = query.where(Unit.id.in_(list(ids)))
    return [_team(held) for held in query.tuples().execute(database)]


def _team(held: tuple[Any, ...]) -> Team:
    row_id, name, callsign, kind, status, people, note, task, state, lon, lat, fix_ms, valid_s = held
    state = state or ""
    task = (task or "") if state in OPEN else ""
    return Team(row_id, name or row_id, callsign, kind, status, people, note, task, state, lon, lat, fix_ms, valid_s or 60.0)


def rows(network: Network | None, teams: Sequence[Team], target: Point, closure_names: Sequence[str]) -> list[Row]:
    """On the thread that has the network; best first."""
    from console.models.roads.arrivals import Team as Asked
    from console.models.roads.arrivals import arrivals
    from console.models.roads.rule import default_rule

    by_id = {team.id: team for team in teams}
    asked = [Asked(team.id, team.kind, None if team.lon is None or team.lat is None else (team.lon, team.lat)) for team in teams]
    return [_row(network, by_id[each.team.id], each, target, closure_names) for each in arrivals(network, default_rule(), asked, target)]


def _row(network: Network | None, team: Team, each: Arrival, target: Point, closure_names: Sequence[str]) -> Row:
    via, metres = "", each.straight_m if each.how.value == "air" else None
    line: tuple[Point, ...] = ()
    if each.path is not None and network is not None:
        via, metres = via_text(network.names(each.path)), each.path.metres + each.path.off_m
        line = tuple(network.line(each.path))
    if team.lon is not None and team.lat is not None and (line or each.how.value == "air"):
        line = ((team.lon, team.lat), *line, target)
    return Row(
        team.id,
        folded(team.name, team.callsign, word("unit_kind", team.kind), word("unit_status", team.status), via),
        team,
        each.how.value,
        each.vehicle,
        each.seconds,
        metres,
        each.straight_m,
        each.lift_s,
        via,
        blocked_text(each, closure_names),
        line,
    )


def via_text(names: Sequence[tuple[str, float]]) -> str:
    """The roads that make up the way, short ones left out."""
    whole = sum(metres for _, metres in names)
    long = [name or tr("unnamed road") for name, metres in names if metres >= LEAST_VIA_SHARE * whole]
    kept = [name for at, name in enumerate(long) if not at or long[at - 1] != name]
    return " → ".join(kept[:MOST_VIA]) + (" → …" if len(kept) > MOST_VIA else "")


def blocked_text(each: Arrival, closure_names: Sequence[str]) -> str:
    """Which closures stand in the quickest way, and what they cost; or why there is no way."""
    names = tr(", ").join(closure_names[at] for at in each.closures if at < len(closure_names))
    how = each.how.value
    if how == "cut_off":
        return tr("cut off by {names}", names=names)
    if how == "road":
        into = () if each.path is None else each.path.into
        said = (
            [tr("{names}: {span} longer", names=names, span=span_text(round(each.detour_s)))]
            if each.closures and each.detour_s >= 1
            else []
        )
        if into:
            said.append(
                tr("ends in the closed stretch {names}", names=tr(", ").join(closure_names[at] for at in into if at < len(closure_names)))
            )
        return tr("; ").join(said)
    return word("route_how", how) if how != "air" else ""


def columns() -> list[Column[Row]]:
    return [
        Column(
            "eta",
            lambda: tr("Arrives in"),
            eta_text,
            lambda row: row.seconds,
            lambda row, _now: HOW_MARKS.get(row.how),
            tip=eta_tip,
            width_chars=14,
            ages=True,
        ),
        Column("name", lambda: tr("Team"), lambda row, _now: name_text(row.team), lambda row: natural(row.team.name), width_chars=16, wide=True),
        Column(
            "people",
            lambda: tr("People"),
            lambda row, _now: str(row.team.people or "–"),
            lambda row: row.team.people,
            width_chars=6,
            numeric=True,
        ),
        Column(
            "status",
            lambda: tr("Status"),
            lambda row, _now: word("unit_status", row.team.status) if row.team.status else "–",
            mark=lambda row, _now: UNIT_STATUS_MARKS.get(row.team.status),
            width_chars=11,
        ),
        Column("kind", lambda: tr("Kind"), lambda row, _now: word("unit_kind", row.team.kind), width_chars=9),
        Column(
            "km",
            lambda: tr("Way, km"),
            lambda row, _now: "–" if row.metres is None else distance_text(row.metres),
            lambda row: row.metres,
            width_chars=7,
            numeric=True,
        ),
        Column("via", lambda: tr("Via"), lambda row, _now: row.via or "–", width_chars=24),
        Column("blocked", lambda: tr("In the way"), lambda row, _now: row.blocked, width_chars=22),
        Column(
            "straight",
            lambda: tr("Straight, km"),
            lambda row, _now: "–" if row.straight_m is None else distance_text(row.straight_m),
            lambda row: row.straight_m,
            width_chars=8,
            numeric=True,
        ),
        Column(
            "lift",
            lambda: tr("By helicopter"),
            lambda row, _now: "–" if row.lift_s is None else span_text(round(row.lift_s)),
            lambda row: row.lift_s,
            tip=lambda _row, _now: tr("Fetched and flown there by the first helicopter, from where both are now"),
            width_chars=10,
            numeric=True,
        ),
        Column("carries", lambda: tr("Task, note"), lambda row, _now: carries_text(row.team), width_chars=18, hidden=True),
        Column(
            "age",
            lambda: tr("Position age"),
            lambda row, now: age_text(row.team.fix_ms, now),
            lambda row: None if row.team.fix_ms is None else -row.team.fix_ms,
            lambda row, now: None if row.team.fix_ms is None else FRESH_MARKS[freshness(row.team.fix_ms, row.team.valid_s, now)],
            width_chars=10,
            numeric=True,
            ages=True,
        ),
    ]  # fmt: skip


def carries_text(team: Team) -> str:
    return " · ".join(filter(None, (team.task, team.note)))


def name_text(team: Team) -> str:
    return " · ".join(filter(None, (team.name, team.callsign)))


def eta_text(row: Row, now_ms: int) -> str:
    """ "28 min (14:31)": from where it was last heard; without a time, why."""
    if row.seconds is None:
        return word("route_how", row.how)
    clock = clock_text(now_ms + round(row.seconds * 1000), now_ms)
    return f"{span_text(round(row.seconds))} ({clock[:-3]})" if now_ms else span_text(round(row.seconds))


def eta_tip(row: Row, now_ms: int) -> str:
    said = [word("route_how", row.how), word("route_vehicle", row.vehicle)]
    fix_ms = row.team.fix_ms
    if fix_ms is not None and freshness(fix_ms, row.team.valid_s, now_ms) is not Freshness.FRESH:
        said.append(tr("from where it was {age} ago", age=age_text(fix_ms, now_ms)))
    return tr("; ").join(said)


def label_of(row: Row, now_ms: int) -> str:
    """Beside the end of its way on the map."""
    return f"{name_text(row.team)}  {eta_text(row, now_ms)}" if row.seconds is not None else name_text(row.team)


def moved(team: Team, fix: Fix) -> Team:
    return replace(team, lon=fix.lon, lat=fix.lat, fix_ms=fix.heard_ms, valid_s=fix.valid_s)
