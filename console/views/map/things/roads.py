"""Roads that are closed, for the map. Qt-free; on the reader thread."""

from __future__ import annotations

import peewee as pw

from console.views.i18n import word
from console.views.map.fleet import hidden_why, short
from console.views.map.things.shown import Shown, rows
from console.views.roads.way import points_of

_QUERY = "SELECT id, name, reason, lon, lat, line FROM road WHERE status = 'closed' AND NOT withdrawn ORDER BY id"


def roads(database: pw.SqliteDatabase, _now_ms: int) -> Shown:
    """`line`: of (lon, lat), empty at a point. The symbol stands in the middle of a line."""
    shown = Shown()
    for item_id, name, reason, lon, lat, packed in rows(database, _QUERY):
        line = [point for point in points_of(lon, lat, packed) if not hidden_why(*point)]
        middle_lon, middle_lat = line[len(line) // 2] if line else (lon, lat)
        label = " · ".join(part for part in (short(name or item_id), word("road_reason", reason)) if part)
        shown.put(middle_lon, middle_lat, {"id": item_id, "label": label, "line": line if len(line) > 1 else []})
    return shown
