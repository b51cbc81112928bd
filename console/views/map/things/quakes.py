"""Earthquakes with their rings of estimated intensity, for the map. Qt-free; on the reader thread."""

from __future__ import annotations

import peewee as pw

from console.models.hazards.quake import rings
from console.models.hazards.rules import earthquake_rule
from console.views.map.fleet import short
from console.views.map.things.shown import Shown, rows

SHOWN_MS = 30 * 24 * 3600 * 1000
FRESH_MS = 24 * 3600 * 1000
MOST = 300
_QUERY = (
    "SELECT id, magnitude, scale, lon, lat, at_ms, place FROM quake WHERE status <> 'deleted' AND at_ms BETWEEN ? AND ? AND magnitude >= ? "
    "ORDER BY magnitude DESC LIMIT ?"
)


def quakes(database: pw.SqliteDatabase, now_ms: int) -> Shown:
    """Of the last thirty days, those that can be felt widely. `rings`: [intensity, ring] outermost first; `fresh`: within a
    day, its rings are drawn without asking."""
    rule, shown = earthquake_rule(), Shown()
    for item_id, magnitude, scale, lon, lat, at_ms, place in rows(
        database, _QUERY, (now_ms - SHOWN_MS, now_ms, rule.least_magnitude, MOST)
    ):
        if lon is None or lat is None:
            continue
        label = " ".join(part for part in (f"{scale or 'M'} {magnitude:.1f}", short(place)) if part)
        found = [[ring.intensity, ring.ring] for ring in rings(lon, lat, magnitude, rule)]
        item = {"id": item_id, "label": label, "magnitude": magnitude, "rings": found, "fresh": now_ms - at_ms <= FRESH_MS}
        shown.put(lon, lat, item)
    return shown
