"""What the map reads from the database. Called on the reader thread; gives plain values. Qt-free."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import peewee as pw

from console.models.clock import ms_of
from console.views.map import things
from console.views.map.fleet import TRAIL_MS, UnitRow
from console.views.map.things.shown import Shown, rows

MAX_IDS = 900
"""SQLite allows about a thousand values in one query."""
BUCKET_MS = 10_000
_UNIT = "SELECT id, name, kind, status, lon, lat, heading_deg, fix_heard_ms, valid_s, fix_hlc FROM unit"


@dataclass
class Everything:
    units: list[UnitRow]
    things: dict[str, Shown]


def everything(database: pw.SqliteDatabase, now_ms: int) -> Everything:
    with database.atomic():
        return Everything([UnitRow(*row) for row in rows(database, _UNIT)], things.read(database, things.READERS, now_ms))


def units(database: pw.SqliteDatabase, ids: Collection[str]) -> list[UnitRow]:
    wanted, found = list(ids), []
    for start in range(0, len(wanted), MAX_IDS):
        part = wanted[start : start + MAX_IDS]
        found += [UnitRow(*row) for row in rows(database, f"{_UNIT} WHERE id IN ({','.join('?' * len(part))})", part)]
    return found


def trails(database: pw.SqliteDatabase, now_ms: int) -> dict[str, list[tuple[int, float, float]]]:
    """Where every unit was in the TRAIL_MS before `now_ms`: (UTC ms, lon, lat). One query, a search of the key for each unit."""
    query = (
        "SELECT unit, hlc, lon, lat FROM track WHERE unit IN (SELECT id FROM unit) AND bucket >= ? AND bucket <= ? ORDER BY unit, bucket"
    )
    found: dict[str, list[tuple[int, float, float]]] = {}
    for unit, hlc, lon, lat in rows(database, query, ((now_ms - TRAIL_MS) // BUCKET_MS, now_ms // BUCKET_MS)):
        found.setdefault(unit, []).append((ms_of(hlc), lon, lat))
    return found
