"""Stores, shelters and other places, for the map. Qt-free; on the reader thread."""

from __future__ import annotations

import peewee as pw

from console.views.map.fleet import short
from console.views.map.things.shown import Shown, rows

_QUERY = "SELECT id, name, lon, lat FROM resource WHERE NOT withdrawn ORDER BY id"


def resources(database: pw.SqliteDatabase, _now_ms: int) -> Shown:
    shown = Shown()
    for item_id, name, lon, lat in rows(database, _QUERY):
        shown.put(lon, lat, {"id": item_id, "label": short(name)})
    return shown
