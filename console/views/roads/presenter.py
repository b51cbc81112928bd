"""What the roads workspace shows: closures, those reopened, those withdrawn. No Qt."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import peewee as pw

from console.models.changes import Changes
from console.models.geo.sphere import distance_m
from console.models.rules.distance import Point
from console.models.state.tables import Incident, Road
from console.views.age import age_text, moment_text
from console.views.i18n import tr, word
from console.views.roads.way import points_of
from console.views.tables.columns import Column, folded, natural
from console.views.tables.marks import Mark, Shape, Tone
from console.views.units.geodesy import distance_text

STANDING_MARKS = {
    "closed": Mark(Shape.CROSS, Tone.RED),
    "open": Mark(Shape.CIRCLE, Tone.GREEN),
    "withdrawn": Mark(Shape.RING, Tone.GREY),
}
_ORDER = tuple(STANDING_MARKS)


@dataclass(frozen=True)
class RoadRow:
    """One closure. `standing`: closed, open or withdrawn. `since_ms`: as told; `heard_ms`: when anything was last said of it."""

    id: str
    search: str
    area: str
    name: str
    reason: str
    standing: str
    points: tuple[Point, ...]
    since_ms: int | None
    opened_ms: int | None
    source: str
    note: str
    incident: str
    incident_title: str
    author: str
    heard_ms: int | None

    @property
    def length_m(self) -> float:
        """Of the line drawn; 0 at a point."""
        return sum(distance_m(*one, *other) for one, other in pairwise(self.points))


GROUPS: dict[str, Callable[[RoadRow], bool]] = {
    "": lambda row: row.standing != "withdrawn",
    "closed": lambda row: row.standing == "closed",
    "open": lambda row: row.standing == "open",
    "withdrawn": lambda row: row.standing == "withdrawn",
}


def read_roads(database: pw.SqliteDatabase, ids: Sequence[str] | None = None) -> list[RoadRow]:
    query = Road.select(Road, Incident.title.alias("incident_title")).join(Incident, pw.JOIN.LEFT_OUTER, on=(Incident.id == Road.incident))
    if ids is not None:
        query = query.where(Road.id.in_(list(ids)))
    return [_row(held) for held in query.dicts().execute(database)]


def concerned(changes: Changes) -> Iterable[str]:
    return changes.ids.get("road", ())


def columns() -> list[Column[RoadRow]]:
    return [
        Column(
            "standing",
            lambda: tr("Now"),
            lambda row, _now: word("road_status", row.standing),
            lambda row: _ORDER.index(row.standing),
            lambda row, _now: STANDING_MARKS[row.standing],
            width_chars=10,
        ),
        Column("name", lambda: tr("Road"), lambda row, _now: row.name, lambda row: natural(row.name), width_chars=18, wide=True),
        Column("reason", lambda: tr("Reason"), lambda row, _now: word("road_reason", row.reason), width_chars=12),
        Column(
            "since",
            lambda: tr("Closed for"),
            since_text,
            lambda row: row.since_ms,
            tip=lambda row, _now: moment_text(row.since_ms),
            width_chars=11,
            numeric=True,
            ages=True,
        ),
        Column("source", lambda: tr("By whose word"), lambda row, _now: row.source or row.author, width_chars=13),
        Column(
            "heard",
            lambda: tr("Last told"),
            lambda row, now_ms: age_text(row.heard_ms, now_ms),
            lambda row: None if row.heard_ms is None else -row.heard_ms,
            tip=lambda row, _now: moment_text(row.heard_ms),
            width_chars=10,
            numeric=True,
            ages=True,
        ),
        Column("place", lambda: tr("Position"), lambda row, _now: place_text(row), width_chars=20, hidden=True),
        Column("incident", lambda: tr("Incident"), lambda row, _now: row.incident_title, width_chars=14, hidden=True),
    ]


def since_text(row: RoadRow, now_ms: int) -> str:
    """How long it has been closed, or was."""
    return age_text(row.since_ms, now_ms if row.standing == "closed" else row.opened_ms or now_ms)


def place_text(row: RoadRow) -> str:
    if not row.points:
        return tr("no position yet")
    lon, lat = row.points[0]
    at = f"{lon:.5f}, {lat:.5f}"
    if len(row.points) == 1:
        return at
    return tr("line of {km} km from {place}", km=distance_text(row.length_m), place=at)


def card(row: RoadRow, now_ms: int) -> list[tuple[str, str]]:
    """(label, value) of all that is known of one closure."""
    known = [
        (tr("Now"), word("road_status", row.standing)),
        (tr("Reason"), word("road_reason", row.reason)),
        (tr("Closed since"), moment_text(row.since_ms) if row.since_ms else tr("not told")),
        (tr("Closed for"), since_text(row, now_ms) if row.since_ms else ""),
        (tr("Opened again"), moment_text(row.opened_ms) if row.opened_ms else ""),
        (tr("Position"), place_text(row)),
        (tr("By whose word"), row.source),
        (tr("Entered by"), row.author),
        (tr("Note"), row.note),
        (tr("Incident"), row.incident_title),
        (tr("Last told"), tr("{span} ago", span=age_text(row.heard_ms, now_ms)) if row.heard_ms else ""),
    ]
    return [(label, value) for label, value in known if value]


def _row(held: dict[str, Any]) -> RoadRow:
    standing = "withdrawn" if held["withdrawn"] else "open" if held["status"] == "open" else "closed"
    name, title = held["name"] or held["id"], held["incident_title"] or held["incident"]
    same = ("id", "area", "reason", "since_ms", "opened_ms", "source", "note", "incident", "author", "heard_ms")
    said = (word("road_reason", held["reason"]), word("road_status", standing), held["source"], held["note"], title)
    return RoadRow(
        **{field: held[field] for field in same},
        search=folded(name, *said),
        name=name,
        standing=standing,
        points=points_of(held["lon"], held["lat"], held["line"]),
        incident_title=title,
    )
