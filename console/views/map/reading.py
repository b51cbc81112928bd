"""What the map reads from the database. Called on the reader thread; gives plain values. Qt-free."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

import msgspec
import peewee as pw

from console.models.clock import ms_of
from console.models.kinds import WarningArea
from console.models.rules.staleness import Freshness, freshness
from console.views.i18n import tr, word
from console.views.map.fleet import TRAIL_MS, UnitRow, hidden_why, short
from console.views.roads.way import points_of

THINGS = ("incident", "sensor", "resource", "warning", "road", "help")
MAX_IDS = 900
"""SQLite allows about a thousand values in one query."""
BUCKET_MS = 10_000
MAX_SHOWN = 5000
"""Of things that are not units; what is beyond is counted as hidden."""
LEVEL_OF_COLOUR = {"red": 1, "orange": 2, "yellow": 3, "blue": 4, "extreme": 1, "severe": 2, "moderate": 3, "minor": 4}
_UNIT = "SELECT id, name, kind, status, lon, lat, heading_deg, fix_heard_ms, valid_s, fix_hlc FROM unit"
_areas = msgspec.msgpack.Decoder(list[WarningArea])


@dataclass
class Shown:
    """Things of one table as the page draws them, and how many cannot be drawn, by reason."""

    items: list[dict[str, Any]] = field(default_factory=list)
    hidden: dict[str, int] = field(default_factory=lambda: {"no_position": 0, "out_of_range": 0, "too_many": 0})

    def put(self, lon: float | None, lat: float | None, item: dict[str, Any]) -> None:
        why = hidden_why(lon, lat) or ("too_many" if len(self.items) >= MAX_SHOWN else "")
        if why:
            self.hidden[why] += 1
        else:
            self.items.append(item | {"at": [lon, lat]})


@dataclass
class Everything:
    units: list[UnitRow]
    things: dict[str, Shown]


def _rows(database: pw.SqliteDatabase, query: str, values: Iterable[Any] = ()) -> Iterable[tuple[Any, ...]]:
    return database.execute_sql(query, tuple(values))  # type: ignore[no-untyped-call,no-any-return]


def everything(database: pw.SqliteDatabase, now_ms: int) -> Everything:
    with database.atomic():
        return Everything([UnitRow(*row) for row in _rows(database, _UNIT)], things(database, THINGS, now_ms))


def units(database: pw.SqliteDatabase, ids: Collection[str]) -> list[UnitRow]:
    wanted, found = list(ids), []
    for start in range(0, len(wanted), MAX_IDS):
        part = wanted[start : start + MAX_IDS]
        found += [UnitRow(*row) for row in _rows(database, f"{_UNIT} WHERE id IN ({','.join('?' * len(part))})", part)]
    return found


def trails(database: pw.SqliteDatabase, now_ms: int) -> dict[str, list[tuple[int, float, float]]]:
    """Where every unit was in the TRAIL_MS before `now_ms`: (UTC ms, lon, lat). One query, a search of the key for each unit."""
    query = (
        "SELECT unit, hlc, lon, lat FROM track WHERE unit IN (SELECT id FROM unit) AND bucket >= ? AND bucket <= ? ORDER BY unit, bucket"
    )
    found: dict[str, list[tuple[int, float, float]]] = {}
    for unit, hlc, lon, lat in _rows(database, query, ((now_ms - TRAIL_MS) // BUCKET_MS, now_ms // BUCKET_MS)):
        found.setdefault(unit, []).append((ms_of(hlc), lon, lat))
    return found


def things(database: pw.SqliteDatabase, tables: Collection[str], now_ms: int) -> dict[str, Shown]:
    return {table: _READ[table](database, now_ms) for table in tables if table in _READ}


def _incidents(database: pw.SqliteDatabase, _now_ms: int) -> Shown:
    shown = Shown()
    for item_id, title, level, status, lon, lat in _rows(
        database, "SELECT id, title, level, status, lon, lat FROM incident WHERE NOT withdrawn ORDER BY opened_ms"
    ):
        shown.put(lon, lat, {"id": item_id, "label": short(title), "level": level if 0 <= level <= 4 else 0, "closed": status == "closed"})
    return shown


def _sensors(database: pw.SqliteDatabase, now_ms: int) -> Shown:
    shown = Shown()
    query = "SELECT id, name, unit, value, valid_s, heard_ms, lon, lat FROM sensor ORDER BY id"
    for item_id, name, unit, value, valid_s, heard_ms, lon, lat in _rows(database, query):
        reading = "" if value is None else f" {value:g}{' ' + unit if unit else ''}"
        stale = heard_ms is None or freshness(heard_ms, valid_s, now_ms) is not Freshness.FRESH
        shown.put(lon, lat, {"id": item_id, "label": f"{short(name)}{reading}", "stale": stale})
    return shown


def _resources(database: pw.SqliteDatabase, _now_ms: int) -> Shown:
    shown = Shown()
    for item_id, name, lon, lat in _rows(database, "SELECT id, name, lon, lat FROM resource WHERE NOT withdrawn ORDER BY id"):
        shown.put(lon, lat, {"id": item_id, "label": short(name)})
    return shown


def _warnings(database: pw.SqliteDatabase, now_ms: int) -> Shown:
    """Warnings in force: received (not only referred to), not superseded, not cancelled, not expired."""
    shown = Shown()
    query = (
        "SELECT id, headline, event, colour, severity, cap_status, areas FROM warning WHERE identifier != '' AND superseded_by = '' "
        "AND msg_type != 'Cancel' AND (expires_ms IS NULL OR expires_ms > ?) ORDER BY sent_ms"
    )
    for item_id, headline, event, colour, severity, status, packed in _rows(database, query, (now_ms,)):
        areas = _drawable(packed)
        at = _middle(areas)
        level = LEVEL_OF_COLOUR.get((colour or severity).lower(), 0)
        item = {"id": item_id, "label": short(event or headline), "level": level, "test": status != "Actual", "areas": areas}
        lon, lat = at or (None, None)
        shown.put(lon, lat, item)
    return shown


def _roads(database: pw.SqliteDatabase, _now_ms: int) -> Shown:
    """Roads that are closed; `line`: of (lon, lat), empty at a point. The symbol stands in the middle of a line."""
    shown = Shown()
    query = "SELECT id, name, reason, lon, lat, line FROM road WHERE status = 'closed' AND NOT withdrawn ORDER BY id"
    for item_id, name, reason, lon, lat, packed in _rows(database, query):
        line = [point for point in points_of(lon, lat, packed) if not hidden_why(*point)]
        middle_lon, middle_lat = line[len(line) // 2] if line else (lon, lat)
        label = " · ".join(part for part in (short(name or item_id), word("road_reason", reason)) if part)
        shown.put(middle_lon, middle_lat, {"id": item_id, "label": label, "line": line if len(line) > 1 else []})
    return shown


_HELPS = (
    "SELECT id, name, callsign, help, lon, lat, help_lon, help_lat, fix_heard_ms IS NOT NULL AND "
    "(help_lon IS NULL OR help_lat IS NULL OR fix_heard_ms >= help_ms) FROM unit WHERE help <> '' ORDER BY help_ms"
)


def _helps(database: pw.SqliteDatabase, _now_ms: int) -> Shown:
    """Units that call for help; `id` is the unit's. `follow`: where the unit is; else, as nothing newer is known, where it said it is."""
    shown = Shown()
    for item_id, name, callsign, nature, lon, lat, help_lon, help_lat, follow in _rows(database, _HELPS):
        label = tr("HELP {unit}: {nature}", unit=short(name or callsign or item_id), nature=word("help_nature", nature))
        at = (lon, lat) if follow else (help_lon, help_lat)
        shown.put(at[0], at[1], {"id": item_id, "label": label, "follow": bool(follow)})
    return shown


def _drawable(packed: bytes | None) -> list[dict[str, Any]]:
    try:
        held = _areas.decode(packed) if packed else []
    except msgspec.DecodeError:
        return []
    rings = [{"ring": ring} for area in held for ring in area.polygons if len(ring) >= 3]
    return rings + [{"circle": circle} for area in held for circle in area.circles if circle[2] > 0]


def _middle(areas: list[dict[str, Any]]) -> tuple[float, float] | None:
    """Of the first area: where its label stands."""
    if not areas:
        return None
    points = areas[0]["ring"] if "ring" in areas[0] else [areas[0]["circle"][:2]]
    lons, lats = [point[0] for point in points], [point[1] for point in points]
    return (min(lons) + max(lons)) / 2, (min(lats) + max(lats)) / 2


_READ: dict[str, Callable[[pw.SqliteDatabase, int], Shown]] = {
    "incident": _incidents,
    "sensor": _sensors,
    "resource": _resources,
    "warning": _warnings,
    "road": _roads,
    "help": _helps,
}
OF_TABLE = {"unit": "help"}
"""A change of this table may change these things of the map besides."""
