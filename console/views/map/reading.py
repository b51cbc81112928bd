"""What the map reads from the database. Called on the reader thread; gives plain values. Qt-free."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import peewee as pw

from console.views.map import things
from console.views.map.fleet import Fleet, UnitRow
from console.views.map.things.shown import Shown, rows

MAX_IDS = 900
"""SQLite allows about a thousand values in one query."""
_UNIT = "SELECT id, name, kind, status, lon, lat, heading_deg, fix_heard_ms, valid_s, fix_hlc FROM unit"


@dataclass
class Everything:
    units: Fleet
    things: dict[str, Shown]


def everything(database: pw.SqliteDatabase, now_ms: int) -> Everything:
    with database.atomic():
        return Everything(Fleet.of((UnitRow(*row) for row in rows(database, _UNIT)), now_ms), things.read(database, things.READERS, now_ms))


def units(database: pw.SqliteDatabase, ids: Collection[str]) -> list[UnitRow]:
    wanted, found = list(ids), []
    for start in range(0, len(wanted), MAX_IDS):
        part = wanted[start : start + MAX_IDS]
        found += [UnitRow(*row) for row in rows(database, f"{_UNIT} WHERE id IN ({','.join('?' * len(part))})", part)]
    return found
