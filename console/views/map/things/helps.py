"""Units that call for help, for the map. Qt-free; on the reader thread."""

from __future__ import annotations

import peewee as pw

from console.views.i18n import tr, word
from console.views.map.fleet import short
from console.views.map.things.shown import Shown, rows

_QUERY = (
    "SELECT id, name, callsign, help, lon, lat, help_lon, help_lat, fix_heard_ms IS NOT NULL AND "
    "(help_lon IS NULL OR help_lat IS NULL OR fix_heard_ms >= help_ms) FROM unit WHERE help <> '' ORDER BY help_ms"
)


def helps(database: pw.SqliteDatabase, _now_ms: int) -> Shown:
    """`id` is the unit's. `follow`: where the unit is; else, as nothing newer is known, where it said it is."""
    shown = Shown()
    for item_id, name, callsign, nature, lon, lat, help_lon, help_lat, follow in rows(database, _QUERY):
        label = tr("HELP {unit}: {nature}", unit=short(name or callsign or item_id), nature=word("help_nature", nature))
        at = (lon, lat) if follow else (help_lon, help_lat)
        shown.put(at[0], at[1], {"id": item_id, "label": label, "follow": bool(follow)})
    return shown
