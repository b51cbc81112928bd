"""Sensors, for the map. Qt-free; on the reader thread."""

from __future__ import annotations

import peewee as pw

from console.models.rules.staleness import Freshness, freshness
from console.views.map.fleet import short
from console.views.map.things.shown import Shown, rows

_QUERY = "SELECT id, name, unit, value, valid_s, heard_ms, lon, lat FROM sensor ORDER BY id"


def sensors(database: pw.SqliteDatabase, now_ms: int) -> Shown:
    shown = Shown()
    for item_id, name, unit, value, valid_s, heard_ms, lon, lat in rows(database, _QUERY):
        reading = "" if value is None else f" {value:g}{' ' + unit if unit else ''}"
        stale = heard_ms is None or freshness(heard_ms, valid_s, now_ms) is not Freshness.FRESH
        shown.put(lon, lat, {"id": item_id, "label": f"{short(name)}{reading}", "stale": stale})
    return shown
