"""What the tables hold of things with a name and perhaps a place, as `Item`s: one query a table, for all of it or some ids."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
import peewee as pw

from console.models.geo.atlas import Item
from console.models.geo.figure import outline

Points = tuple[tuple[float, float], ...]
_points = msgspec.msgpack.Decoder(Points)
_rings = msgspec.msgpack.Decoder(tuple[Points, ...])
SURFACES = ("area", "circle", "ring", "sector")


def read(database: pw.SqliteDatabase, thing: str, ids: Sequence[str] | None = None) -> list[Item]:
    """Rows of `thing` (one of THINGS) that were not withdrawn. Reader thread."""
    query, make = _SOURCES[thing]
    if ids is None:
        rows = database.execute_sql(query)  # type: ignore[no-untyped-call]
        return [make(row) for row in rows]
    found = []
    for start in range(0, len(ids), _IDS_AT_ONCE):
        some = ids[start : start + _IDS_AT_ONCE]
        marks = ",".join("?" * len(some))
        found += [make(row) for row in database.execute_sql(f"{query} AND id IN ({marks})", some)]  # type: ignore[no-untyped-call]
    return found


_IDS_AT_ONCE = 500


def _incident(row: Any) -> Item:
    row_id, title, place, hazard, status, lon, lat, opened_ms = row
    return Item("incident", row_id, title, place, "", hazard, status, lon, lat, heard_ms=opened_ms)


def _unit(row: Any) -> Item:
    row_id, name, callsign, kind, status, lon, lat, people, fix_ms, valid_s, org, incident = row
    return Item(
        "unit", row_id, name, callsign, "", kind, status, lon, lat, people=people, heard_ms=fix_ms, valid_s=valid_s or 60.0,
        search=org, incident=incident,
    )  # fmt: skip


def _resource(row: Any) -> Item:
    row_id, name, place, kind, status, lon, lat, quantity, capacity, owner, incident = row
    shelter = kind == "shelter"
    return Item(
        "shelter" if shelter else "resource", row_id, name, place, "", kind, status, lon, lat,
        people=quantity if shelter else None, capacity=capacity, search=owner, incident=incident,
    )  # fmt: skip


def _road(row: Any) -> Item:
    row_id, name, reason, status, lon, lat, line, heard_ms, incident = row
    return Item("road", row_id, name, "", "", reason, status, lon, lat, _parts(_unpacked(line)), heard_ms=heard_ms, incident=incident)


def _sensor(row: Any) -> Item:
    row_id, name, place, quantity, quality, lon, lat, heard_ms, valid_s, owner = row
    return Item("sensor", row_id, name, place, row_id, quantity, quality, lon, lat, heard_ms=heard_ms, valid_s=valid_s, search=owner)


def _feed(row: Any) -> Item:
    row_id, name, road, kind, code, lon, lat, owner = row
    return Item("feed", row_id, name, road, code, kind, "", lon, lat, search=owner)


def _plot(row: Any) -> Item:
    row_id, label, shape, kind, packed, radius_m, inner_m, from_deg, to_deg, heard_ms, incident = row
    points = _unpacked(packed)
    lon, lat = points[0] if points else (None, None)
    if points and radius_m and shape in SURFACES:
        points = outline(shape, *points[0], radius_m, inner_m or 0.0, from_deg or 0.0, to_deg or 360.0)
    elif len(points) < 2 or shape == "text":
        points = ()
    return Item(
        "plot", row_id, label, "", "", kind, "", lon, lat, _parts(points), surface=shape in SURFACES, heard_ms=heard_ms, incident=incident
    )  # fmt: skip


def _basin(row: Any) -> Item:
    row_id, name, kind, packed, people, leader = row
    rings = _unpacked_rings(packed)
    lon, lat = _middle(rings)
    return Item("basin", row_id, name, leader, row_id, kind, "", lon, lat, rings, surface=True, people=people)


def _middle(rings: tuple[Points, ...]) -> tuple[float, float] | tuple[None, None]:
    corners = [corner for ring in rings for corner in ring]
    if not corners:
        return None, None
    lons, lats = zip(*corners, strict=True)
    return sum(lons) / len(lons), sum(lats) / len(lats)


def _parts(points: Points) -> tuple[Points, ...]:
    return (points,) if len(points) > 1 else ()


def _unpacked(packed: bytes | None) -> Points:
    try:
        return _points.decode(bytes(packed)) if packed else ()
    except msgspec.DecodeError:
        return ()


def _unpacked_rings(packed: bytes | None) -> tuple[Points, ...]:
    try:
        return _rings.decode(bytes(packed)) if packed else ()
    except msgspec.DecodeError:
        return ()


_SOURCES: dict[str, tuple[str, Callable[[Any], Item]]] = {
    "incident": (
        "SELECT id, title, place, hazard, status, lon, lat, opened_ms FROM incident WHERE NOT withdrawn",
        _incident,
    ),
    "unit": (
        "SELECT id, name, callsign, kind, status, lon, lat, people, fix_heard_ms, valid_s, org, incident FROM unit WHERE 1",
        _unit,
    ),
    "resource": (
        "SELECT id, name, place, kind, status, lon, lat, quantity, capacity, owner, incident FROM resource WHERE NOT withdrawn",
        _resource,
    ),
    "road": (
        "SELECT id, name, reason, status, lon, lat, line, heard_ms, incident FROM road WHERE NOT withdrawn",
        _road,
    ),
    "sensor": (
        "SELECT id, name, place, quantity, quality, lon, lat, heard_ms, valid_s, owner FROM sensor WHERE NOT withdrawn",
        _sensor,
    ),
    "feed": ("SELECT id, name, road, kind, code, lon, lat, owner FROM feed WHERE NOT withdrawn", _feed),
    "plot": (
        "SELECT id, label, shape, kind, points, radius_m, inner_m, from_deg, to_deg, heard_ms, incident FROM plot WHERE NOT withdrawn",
        _plot,
    ),
    "basin": ('SELECT id, name, kind, "outer", people, leader FROM basin WHERE NOT withdrawn', _basin),
}
THINGS = tuple(_SOURCES)
"""Tables that hold things to be found; a shelter is an item of its own kind, out of the table `resource`."""
