"""What a thing of the window is, for cameras: where it lies, on which road, in which basin. Qt-free; on the reader thread."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec
import peewee as pw

from console.models.feeds.book import Book
from console.models.feeds.rules import PlacesRule
from console.models.feeds.seeing import Sight, along_road, seeing, upstream
from console.models.state.tables import Basin, Feed, Incident, Plot, Quake, Resource, Risk, Road, Sensor, StateTable, Unit
from console.views.i18n import tr
from console.views.video.presenter import Around

_PLACED: dict[str, type[StateTable]] = {
    "incident": Incident,
    "unit": Unit,
    "resource": Resource,
    "sensor": Sensor,
    "road": Road,
    "feed": Feed,
    "quake": Quake,
}
Ring = Sequence[tuple[float, float]]


class Place(NamedTuple):
    title: str
    lon: float | None = None
    lat: float | None = None
    road: str = ""
    basin: str = ""


def place_of(database: pw.SqliteDatabase, thing: str, item_id: str) -> Place | None:
    """None when nothing is known of it."""
    if thing in _PLACED:
        return _placed(database, thing, _PLACED[thing], item_id)
    if thing == "plot":
        plot = Plot.select(Plot.label, Plot.points).where(Plot.id == item_id).dicts().execute(database)
        return next((Place(row["label"] or item_id, *_middle([_points(row["points"])])) for row in plot), None)
    if thing == "risk":
        risk = Risk.select(Risk.place).where(Risk.id == item_id).tuples().execute(database)
        return next((place_of(database, "basin", row[0]) or place_of(database, "sensor", row[0]) for row in risk), None)
    if thing == "basin":
        basin = Basin.select(Basin.name, Basin.outer).where(Basin.id == item_id).dicts().execute(database)
        return next((Place(row["name"] or item_id, *_middle(_rings(row["outer"])), basin=item_id) for row in basin), None)
    return None


def around(database: pw.SqliteDatabase, book: Book, place: Place, rule: PlacesRule) -> Around:
    """What sees the place, what is on its road, what looks at its basin and those above; each camera once, by the first that applies."""
    entries, basins = book.entries.values(), _basins(database)
    basin = place.basin or (_basin_at(basins, place.lon, place.lat) if place.lon is not None and place.lat is not None else "")
    sights: dict[str, Sight] = {}
    near = [] if place.lon is None or place.lat is None else seeing(entries, place.lon, place.lat, rule)
    along = [] if place.lon is None or place.lat is None else along_road(entries, place.road, place.lon, place.lat, rule)
    above = upstream(entries, basin, {row["id"]: row["downstream"] for row in basins}) if basin else []
    seen = [sight for sight in near if sight.why != "near"]
    for sight in (*seen, *along, *above, *near):
        sights.setdefault(sight.entry.id, sight)
    return Around(place.title, sights)


def _placed(database: pw.SqliteDatabase, thing: str, table: type[StateTable], item_id: str) -> Place | None:
    rows = table.select().where(table.id == item_id).dicts().execute(database)
    row: dict[str, Any] | None = next(iter(rows), None)
    if row is None:
        return None
    title = row.get("title") or row.get("name") or (tr("earthquake") if thing == "quake" else item_id)
    road = str(row["name"] if thing == "road" else row.get("road", ""))
    return Place(str(title), row["lon"], row["lat"], road, str(row.get("basin", "")))


def _basins(database: pw.SqliteDatabase) -> list[dict[str, Any]]:
    return list(Basin.select(Basin.id, Basin.downstream, Basin.outer).where(~Basin.withdrawn).dicts().execute(database))


def _basin_at(basins: Sequence[dict[str, Any]], lon: float, lat: float) -> str:
    return next((str(row["id"]) for row in basins if any(_within(ring, lon, lat) for ring in _rings(row["outer"]))), "")


def _rings(packed: bytes | None) -> Sequence[Ring]:
    try:
        return msgspec.msgpack.decode(bytes(packed), type=list[list[tuple[float, float]]]) if packed else []
    except msgspec.DecodeError:
        return []


def _points(packed: bytes | None) -> Ring:
    try:
        return msgspec.msgpack.decode(bytes(packed), type=list[tuple[float, float]]) if packed else []
    except msgspec.DecodeError:
        return []


def _middle(rings: Sequence[Ring]) -> tuple[float | None, float | None]:
    """Of all points, which is near enough to look for cameras from."""
    points = [point for ring in rings for point in ring]
    if not points:
        return None, None
    return sum(point[0] for point in points) / len(points), sum(point[1] for point in points) / len(points)


def _within(ring: Ring, lon: float, lat: float) -> bool:
    """Even-odd rule; a ring over the 180th meridian is not looked at."""
    inside = False
    for (x1, y1), (x2, y2) in zip(ring, (*ring[1:], *ring[:1]), strict=True):
        if (y1 > lat) != (y2 > lat) and lon < (x2 - x1) * (lat - y1) / (y2 - y1) + x1:
            inside = not inside
    return inside
