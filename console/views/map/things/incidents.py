"""Incidents, for the map. Qt-free; on the reader thread."""

from __future__ import annotations

import peewee as pw

from console.views.map.fleet import short
from console.views.map.things.shown import Shown, rows

_QUERY = "SELECT id, title, level, status, lon, lat FROM incident WHERE NOT withdrawn ORDER BY opened_ms"


def incidents(database: pw.SqliteDatabase, _now_ms: int) -> Shown:
    shown = Shown()
    for item_id, title, level, status, lon, lat in rows(database, _QUERY):
        shown.put(lon, lat, {"id": item_id, "label": short(title), "level": level if 0 <= level <= 4 else 0, "closed": status == "closed"})
    return shown
