"""What the resources workspace shows: goods, stores, shelters; and sensors with the age of their value. No Qt."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import peewee as pw

from console.models.changes import Changes
from console.models.rules.staleness import Freshness, freshness
from console.models.state.tables import Resource, Sensor
from console.views.age import age_text, moment_text
from console.views.i18n import tr, word
from console.views.incidents.conflicts import CONFLICT_MARK, Dispute, count_text, dispute_text, known_hlc, read_disputes, reviewed_subjects
from console.views.tables.columns import Column, folded
from console.views.tables.marks import FRESH_MARKS, RESOURCE_MARKS, Mark, Shape, Tone

LOW_SHARE, FULL_SHARE = 0.25, 0.95
"""Below a quarter of what it holds a stock is called low, above 95 % a shelter is called full: for the eye, not a rule of any plan."""
CHANGED = ("quantity", "status")
LOW = Mark(Shape.DOWN, Tone.ORANGE)
FULL = Mark(Shape.TRIANGLE, Tone.RED)


@dataclass(frozen=True)
class ResourceRow:
    """`disputes`: what was written apart, settled or not; `known`: as of when, by field of CHANGED; `withdrawn`: entered in error."""

    id: str
    search: str
    name: str
    kind: str
    place: str
    owner: str
    quantity: float
    capacity: float | None
    unit: str
    status: str
    incident: str
    note: str
    lon: float | None
    lat: float | None
    area: str = ""
    withdrawn: bool = False
    disputes: tuple[Dispute, ...] = ()
    known: tuple[tuple[str, int | None], ...] = ()

    def known_hlc(self, field: str) -> int | None:
        """As of when a field is known here (`conflicts.known_hlc`)."""
        return dict(self.known).get(field)

    @property
    def conflicts(self) -> int:
        """How many of its conflicts nobody has reviewed."""
        return sum(not dispute.settled for dispute in self.disputes)

    @property
    def share(self) -> float | None:
        """Of the capacity; None when none is known."""
        return self.quantity / self.capacity if self.capacity else None


@dataclass(frozen=True)
class SensorRow:
    id: str
    search: str
    name: str
    quantity: str
    unit: str
    value: float | None
    valid_s: float
    heard_ms: int | None
    lon: float | None
    lat: float | None

    def freshness(self, now_ms: int) -> Freshness | None:
        return None if self.heard_ms is None else freshness(self.heard_ms, self.valid_s, now_ms)


def read_resources(database: pw.SqliteDatabase, ids: Sequence[str] | None = None) -> list[ResourceRow]:
    query = Resource.select() if ids is None else Resource.select().where(Resource.id.in_(list(ids)))
    disputes: dict[str, list[Dispute]] = {}
    for dispute in read_disputes(database, ids):
        disputes.setdefault(dispute.subject, []).append(dispute)
    return [_resource(held, tuple(disputes.get(held["id"], ()))) for held in query.dicts().execute(database)]


def concerned(changes: Changes) -> Iterable[str]:
    return changes.ids.get("resource", set()) | reviewed_subjects(changes)


def read_sensors(database: pw.SqliteDatabase, ids: Sequence[str] | None = None) -> list[SensorRow]:
    query = Sensor.select() if ids is None else Sensor.select().where(Sensor.id.in_(list(ids)))
    return [_sensor(held) for held in query.dicts().execute(database)]


def resource_columns() -> list[Column[ResourceRow]]:
    return [
        Column(
            "name",
            lambda: tr("Resource"),
            lambda row, _now: name_text(row),
            mark=lambda row, _now: CONFLICT_MARK if row.conflicts else None,
            width_chars=20,
            wide=True,
        ),
        Column("kind", lambda: tr("Kind"), lambda row, _now: word("resource_kind", row.kind), width_chars=9),
        Column(
            "quantity", lambda: tr("In stock or in use"), quantity_text, lambda row: row.quantity, share_mark, width_chars=13, numeric=True
        ),
        Column(
            "capacity",
            lambda: tr("Of"),
            lambda row, _now: "–" if row.capacity is None else f"{row.capacity:,.10g}",
            lambda row: row.capacity,
            width_chars=8,
            numeric=True,
        ),
        Column("unit", lambda: tr("Unit of count"), lambda row, _now: row.unit, width_chars=7),
        Column(
            "status",
            lambda: tr("Status"),
            lambda row, _now: word("resource_status", row.status) if row.status else "–",
            mark=lambda row, _now: RESOURCE_MARKS.get(row.status),
            width_chars=11,
        ),
        Column("place", lambda: tr("Place"), lambda row, _now: row.place, width_chars=15),
        Column("owner", lambda: tr("Owner"), lambda row, _now: row.owner, width_chars=15, hidden=True),
    ]


def sensor_columns() -> list[Column[SensorRow]]:
    return [
        Column("name", lambda: tr("Gauge"), lambda row, _now: row.name, width_chars=18, wide=True),
        Column("quantity", lambda: tr("Quantity"), lambda row, _now: word("quantity", row.quantity), width_chars=11),
        Column("value", lambda: tr("Value"), value_text, lambda row: row.value, width_chars=9, numeric=True),
        Column("unit", lambda: tr("Measured in"), lambda row, _now: row.unit, width_chars=8),
        Column(
            "heard",
            lambda: tr("Age"),
            heard_text,
            lambda row: None if row.heard_ms is None else -row.heard_ms,
            heard_mark,
            lambda row, _now: moment_text(row.heard_ms),
            width_chars=17,
            ages=True,
        ),
    ]


def name_text(row: ResourceRow) -> str:
    """What must be known of the row first, then its name."""
    gone = tr("WITHDRAWN") if row.withdrawn else ""
    review = count_text(row.conflicts) if row.conflicts else ""
    return " · ".join(part for part in (gone, review, row.name) if part)


def quantity_text(row: ResourceRow, _now_ms: int) -> str:
    """The figure; low and full are said in words beside it."""
    figure = f"{row.quantity:,.10g}"
    mark = share_mark(row, 0)
    return tr("{figure}, {state}", figure=figure, state=tr("full") if mark == FULL else tr("low")) if mark else figure


def share_mark(row: ResourceRow, _now_ms: int) -> Mark | None:
    """Low is bad for a stock, full is bad for a shelter."""
    if row.share is None:
        return None
    if row.kind == "shelter":
        return FULL if row.share >= FULL_SHARE else None
    return LOW if row.share <= LOW_SHARE else None


def value_text(row: SensorRow, _now_ms: int) -> str:
    return "–" if row.value is None else f"{row.value:,.10g}"


def heard_text(row: SensorRow, now_ms: int) -> str:
    """The age in words: "6 min", "95 min, stale", "never"."""
    fresh = row.freshness(now_ms)
    if fresh is None:
        return tr("never")
    age = age_text(row.heard_ms, now_ms)
    return age if fresh is Freshness.FRESH else tr("{age}, {state}", age=age, state=word("freshness", fresh.value))


def heard_mark(row: SensorRow, now_ms: int) -> Mark | None:
    fresh = row.freshness(now_ms)
    return None if fresh is None else FRESH_MARKS[fresh]


def resource_card(row: ResourceRow) -> list[tuple[str, str]]:
    known = [
        (tr("Kind"), word("resource_kind", row.kind)),
        (tr("Stock"), f"{quantity_text(row, 0)} {row.unit}"),
        (tr("Capacity"), "" if row.capacity is None else f"{row.capacity:,.10g} {row.unit}"),
        (tr("Share"), "" if row.share is None else f"{row.share:.0%}"),
        (tr("Status"), word("resource_status", row.status) if row.status else tr("not reported")),
        (tr("Place"), row.place),
        (tr("Owner"), row.owner),
        (tr("Position"), _position(row.lon, row.lat)),
        (tr("Note"), row.note),
        *((tr("Conflict"), dispute_text(dispute)) for dispute in row.disputes if not dispute.settled),
    ]
    return [(label, value) for label, value in known if value]


def sensor_card(row: SensorRow, now_ms: int) -> list[tuple[str, str]]:
    known = [
        (tr("Quantity"), word("quantity", row.quantity)),
        (tr("Value"), f"{value_text(row, now_ms)} {row.unit}" if row.value is not None else tr("none sent")),
        (tr("Age"), heard_text(row, now_ms)),
        (tr("Heard at"), moment_text(row.heard_ms) if row.heard_ms else ""),
        (tr("Taken as current for"), age_text(0, round(row.valid_s * 1000))),
        (tr("Position"), _position(row.lon, row.lat)),
    ]
    return [(label, value) for label, value in known if value]


def _position(lon: float | None, lat: float | None) -> str:
    return "" if lon is None or lat is None else f"{lon:.5f}, {lat:.5f}"


def _resource(held: dict[str, Any], disputes: tuple[Dispute, ...]) -> ResourceRow:
    same = ("area", "id", "kind", "place", "owner", "quantity", "capacity", "unit", "status", "incident", "note", "lon", "lat")
    name, kind = held["name"] or held["id"], word("resource_kind", held["kind"])
    return ResourceRow(
        **{field: held[field] for field in same},
        withdrawn=bool(held["withdrawn"]),
        disputes=disputes,
        known=tuple((field, known_hlc(held["stamps"], field)) for field in CHANGED),
        name=name,
        search=folded(name, kind, held["place"], held["owner"], word("resource_status", held["status"]), held["note"]),
    )


def _sensor(held: dict[str, Any]) -> SensorRow:
    same = ("id", "quantity", "unit", "value", "valid_s", "heard_ms", "lon", "lat")
    name = held["name"] or held["id"]
    return SensorRow(
        **{field: held[field] for field in same}, name=name, search=folded(name, word("quantity", held["quantity"]), held["unit"])
    )
