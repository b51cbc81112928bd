"""What is within: what was asked, the rows of the answer, their sums, and the file of them. No Qt."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import msgspec
import peewee as pw

from console.errors import Fault
from console.models.rules.staleness import Freshness, freshness
from console.models.state.tables import Incident, Resource, Sensor, Unit, Warning
from console.views.age import age_text, moment_text
from console.views.i18n import tr, word
from console.views.plot.presenter import kind_text
from console.views.search.presenter import KIND_GROUPS
from console.views.tables.columns import Column, folded, natural
from console.views.tables.marks import FRESH_MARKS, LEVEL_MARKS, RESOURCE_MARKS, UNIT_STATUS_MARKS, Mark
from console.views.units.geodesy import distance_text

if TYPE_CHECKING:
    from console.models.geo.area import Area
    from console.models.geo.around import Around
    from console.models.geo.atlas import Answer, Atlas, Hit
    from console.models.roads.network import Network

Point = tuple[float, float]
ORDER = ("incident", "unit", "shelter", "resource", "road", "sensor", "feed", "plot", "basin")
OVER = {"incident": "closed", "road": "open"}
"""Thing -> the status in which it is over: an incident that was closed, a road that was opened again. They are left out, and counted."""


class Way(StrEnum):
    AREA = "area"
    AROUND = "around"
    MINUTES = "minutes"


@dataclass(frozen=True)
class Question:
    """`polygons`: of an area, each its outline and its holes, (lon, lat); `points`: a point or a line. `label`: what it is, in words."""

    way: Way
    label: str
    polygons: Sequence[Sequence[Sequence[Point]]] = ()
    points: tuple[Point, ...] = ()
    metres: float = 0.0


@dataclass(frozen=True)
class Row:
    """One thing that is within. `distance_m`: None in an area. `heard_ms`: when its position, or what stands for it, was last told."""

    id: str
    search: str
    thing: str
    item_id: str
    name: str
    second: str
    kind: str
    status: str
    code: str
    people: float | None
    capacity: float | None
    distance_m: float | None
    heard_ms: int | None
    valid_s: float | None
    lon: float | None
    lat: float | None


@dataclass(frozen=True)
class Told:
    """The answer. `left_out`: how many were within but are over. `unplaced`: per thing, how many have no position and so are not judged.
    `error_share`: a distance is too long by this share of it at most. `outline`: for the map. `mended`: the outline crossed itself."""

    question: Question
    rows: list[Row]
    left_out: int
    unplaced: dict[str, int]
    error_share: float
    outline: list[list[Point]]
    mended: bool
    at_ms: int


def answer(atlas: Atlas, question: Question, now_ms: int) -> Told:
    """On the thread that has the atlas. Raises Fault for what is no area, or cannot be measured from."""
    asked = asked_of(question)
    found = atlas.within(asked)
    return told(question, asked, found, now_ms)


def asked_of(question: Question) -> Area | Around:
    from console.models.geo.area import Area
    from console.models.geo.around import Around

    if question.way is Way.AROUND:
        return Around(question.points, question.metres)
    return Area(question.polygons)


def reached(network: Network | None, start: Point, vehicle: str, minutes: int) -> Sequence[Sequence[Sequence[Point]]]:
    """The area that is reached by road in time, with holes where no road leads. On the thread that has the network; raises Fault."""
    from console.models.roads.reach import within_minutes

    spot = None if network is None else network.ground.spots([start])[0]
    if network is None or spot is None:
        raise Fault(tr("No road is near enough to start from. Load the roads of this area in Routes."))
    return within_minutes(network, spot, vehicle, minutes).polygons()


def told(question: Question, asked: Any, found: Answer, now_ms: int) -> Told:
    kept = [hit for hit in found.hits if OVER.get(hit.item.thing) != hit.item.status or hit.item.thing not in OVER]
    area = asked.area if question.way is Way.AROUND else asked
    return Told(
        question,
        [_row(hit) for hit in kept],
        len(found.hits) - len(kept),
        found.unplaced,
        getattr(asked, "error_share", 0.0),
        area.rings(),
        area.mended and question.way is Way.AREA,
        now_ms,
    )


def _row(hit: Hit) -> Row:
    item = hit.item
    kind, status = kind_word(item.thing, item.kind), status_word(item.thing, item.status)
    name = item.name or item.id
    return Row(
        f"{item.thing} {item.id}",
        folded(name, item.second, item.code, word("thing", item.thing), kind, status),
        item.thing,
        item.id,
        name,
        item.second,
        kind,
        status,
        item.status,
        item.people,
        item.capacity,
        hit.distance_m,
        item.heard_ms,
        item.valid_s,
        item.lon,
        item.lat,
    )


def kind_word(thing: str, kind: str) -> str:
    return kind_text(kind) if thing == "plot" and kind else word(KIND_GROUPS.get(thing, ""), kind)


def status_word(thing: str, status: str) -> str:
    groups = {"incident": "incident_status", "unit": "unit_status", "resource": "resource_status", "shelter": "resource_status"}
    groups |= {"road": "road_status", "sensor": "quality"}
    return word(groups.get(thing, ""), status) if status else ""


def mark_of(row: Row) -> Mark | None:
    if row.thing == "unit":
        return UNIT_STATUS_MARKS.get(row.code)
    if row.thing in ("resource", "shelter"):
        return RESOURCE_MARKS.get(row.code)
    return LEVEL_MARKS[1] if row.thing == "road" else None


def columns() -> list[Column[Row]]:
    return [
        Column(
            "thing",
            lambda: tr("What"),
            lambda row, _now: word("thing", row.thing),
            lambda row: ORDER.index(row.thing) if row.thing in ORDER else len(ORDER),
            width_chars=11,
        ),
        Column("name", lambda: tr("Name"), lambda row, _now: name_text(row), lambda row: natural(row.name), wide=True),
        Column("kind", lambda: tr("Kind"), lambda row, _now: row.kind, width_chars=11),
        Column("status", lambda: tr("Status"), lambda row, _now: row.status or "–", mark=lambda row, _now: mark_of(row), width_chars=11),
        Column("people", lambda: tr("People"), lambda row, _now: number_text(row.people), lambda row: row.people, width_chars=7, numeric=True),
        Column("capacity", lambda: tr("Capacity"), lambda row, _now: number_text(row.capacity), lambda row: row.capacity, numeric=True),
        Column(
            "distance",
            lambda: tr("Distance, km"),
            lambda row, _now: "–" if row.distance_m is None else distance_text(row.distance_m),
            lambda row: row.distance_m,
            width_chars=10,
            numeric=True,
        ),
        Column(
            "age",
            lambda: tr("Told"),
            lambda row, now_ms: age_text(row.heard_ms, now_ms),
            lambda row: None if row.heard_ms is None else -row.heard_ms,
            fresh_mark,
            tip=lambda row, _now: moment_text(row.heard_ms),
            width_chars=10,
            numeric=True,
            ages=True,
        ),
        Column("place", lambda: tr("Position"), lambda row, _now: place_text(row), width_chars=20, hidden=True),
    ]  # fmt: skip


def fresh_mark(row: Row, now_ms: int) -> Mark | None:
    return None if row.heard_ms is None or row.valid_s is None else FRESH_MARKS[freshness(row.heard_ms, row.valid_s, now_ms)]


def name_text(row: Row) -> str:
    return " · ".join(filter(None, (row.name, row.second)))


def number_text(value: float | None) -> str:
    return "–" if value is None else f"{value:,.0f}"


def place_text(row: Row) -> str:
    return "–" if row.lon is None or row.lat is None else f"{row.lon:.5f}, {row.lat:.5f}"


def counts(rows: Sequence[Row]) -> Counter[str]:
    return Counter(row.thing for row in rows)


def sum_text(said: Told, now_ms: int) -> str:
    """All of it in one line: how many of each, how many people and places; what was not judged, and how sure it is."""
    by_thing = counts(said.rows)
    parts = []
    for thing in ORDER:
        n = by_thing.get(thing, 0)
        if not n:
            continue
        people = sum(row.people or 0 for row in said.rows if row.thing == thing)
        capacity = sum(row.capacity or 0 for row in said.rows if row.thing == thing)
        text = f"{word('thing', thing)} {n:,}"
        if thing == "shelter":
            text += tr(" ({people} of {capacity} places taken)", people=number_text(people), capacity=number_text(capacity))
        elif people:
            text += tr(" ({people} people)", people=number_text(people))
        parts.append(text)
    listed = " · ".join(parts) if parts else tr("Nothing known is within.")
    return "\n".join(filter(None, (listed, "  ".join(doubts(said, now_ms)))))


def doubts(said: Told, now_ms: int) -> list[str]:
    """What the answer leaves open."""
    found = []
    old = sum(
        row.thing == "unit" and row.heard_ms is not None and freshness(row.heard_ms, row.valid_s or 60.0, now_ms) is not Freshness.FRESH
        for row in said.rows
    )
    if old:
        found.append(
            tr(
                "{n} unit was here when last heard, which is too long ago.|{n} units were here when last heard, which is too long ago.",
                n=old,
            )
        )
    missing = [f"{word('thing', thing)} {n:,}" for thing, n in sorted(said.unplaced.items(), key=lambda pair: -pair[1])]
    if missing:
        found.append(tr("Not judged, because no position is known: {things}.", things=tr(", ").join(missing)))
    if said.left_out:
        found.append(
            tr("{n} closed incident or reopened road left out.|{n} closed incidents and reopened roads left out.", n=said.left_out)
        )
    if said.mended:
        found.append(tr("The outline crosses itself: where it does, inside and outside change places."))
    if said.error_share >= 0.0005:
        found.append(tr("Distances may be up to {percent} % too long.", percent=f"{said.error_share * 100:.2f}"))
    return found


def csv_text(said: Told, rows: Sequence[Row], now_ms: int) -> str:
    """With a head that says what was asked and when; the figures plain, so that a spreadsheet reads them. No cell begins a formula."""
    out = io.StringIO()
    write = csv.writer(out)
    write.writerow([tr("What is within"), safe(said.question.label), moment_text(said.at_ms)])
    shown = [tr("What"), tr("Name"), tr("Also called"), tr("Kind"), tr("Status"), tr("People"), tr("Capacity"), tr("Distance, km")]
    write.writerow([*shown, tr("Longitude"), tr("Latitude"), tr("Told"), tr("Age")])
    for row in rows:
        km = "" if row.distance_m is None else f"{row.distance_m / 1000:.3f}"
        figures = ["" if value is None else f"{value:g}" for value in (row.people, row.capacity)]
        place = ["" if value is None else f"{value:.6f}" for value in (row.lon, row.lat)]
        told_at = "" if row.heard_ms is None else moment_text(row.heard_ms)
        words = [word("thing", row.thing), row.name, row.second, row.kind, row.status]
        write.writerow([*map(safe, words), *figures, km, *place, told_at, "" if row.heard_ms is None else age_text(row.heard_ms, now_ms)])
    return out.getvalue()


def safe(text: str) -> str:
    """As a cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


# -- what is selected -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Taken:
    """Of the selected thing: `rings` of its area, or `points` of its line or place; neither where it has no position."""

    label: str
    rings: tuple[tuple[Point, ...], ...] = ()
    points: tuple[Point, ...] = ()


_TABLES: dict[str, Any] = {"incident": Incident, "unit": Unit, "resource": Resource, "sensor": Sensor}


def read_selected(database: pw.SqliteDatabase, thing: str | None, item_id: str) -> Taken | None:
    """Reader thread. None where nothing is selected that could have a place."""
    from console.models.geo.register import read

    if thing == "warning":
        return _of_warning(database, item_id)
    if thing in ("road", "plot", "basin", "feed", *_TABLES):
        found = read(database, thing, [item_id])
        if not found:
            return None
        (item,) = found
        label = f"{word('thing', item.thing)} {item.name or kind_word(item.thing, item.kind) or item.id}"
        if item.surface and item.parts:
            return Taken(label, rings=item.parts)
        points = item.parts[0] if item.parts else () if item.lon is None or item.lat is None else ((item.lon, item.lat),)
        return Taken(label, points=points)
    return None


def _of_warning(database: pw.SqliteDatabase, item_id: str) -> Taken | None:
    from console.models.geo.figure import circle
    from console.models.kinds import WarningArea

    query = Warning.select(Warning.headline, Warning.event, Warning.areas).where(Warning.id == item_id)
    held = next(iter(query.tuples().execute(database)), None)
    if held is None:
        return None
    headline, event, packed = held
    try:
        areas = msgspec.msgpack.decode(bytes(packed), type=list[WarningArea]) if packed else []
    except msgspec.MsgspecError:
        areas = []
    rings = [tuple(ring) for area in areas for ring in area.polygons if len(ring) >= 3]
    rings += [circle(lon, lat, radius) for area in areas for lon, lat, radius in area.circles if radius > 0]
    return Taken(f"{word('thing', 'warning')} {headline or event or item_id}", rings=tuple(rings))
