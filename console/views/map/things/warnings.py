"""Warnings in force, for the map. Qt-free; on the reader thread."""

from __future__ import annotations

from typing import Any

import msgspec
import peewee as pw

from console.models.kinds import WarningArea
from console.views.map.fleet import short
from console.views.map.things.shown import Shown, rows

_LEVELS = {"red": 1, "orange": 2, "yellow": 3, "blue": 4, "extreme": 1, "severe": 2, "moderate": 3, "minor": 4}
_QUERY = (
    "SELECT id, headline, event, colour, severity, cap_status, areas FROM warning WHERE identifier != '' AND superseded_by = '' "
    "AND msg_type != 'Cancel' AND (expires_ms IS NULL OR expires_ms > ?) ORDER BY sent_ms"
)
_areas = msgspec.msgpack.Decoder(list[WarningArea])


def level_of(colour: str, severity: str) -> int:
    """1 (red) to 4 (blue) by the colour, where none was told by the severity; 0 for neither."""
    return _LEVELS.get((colour or severity).lower(), 0)


def warnings(database: pw.SqliteDatabase, now_ms: int) -> Shown:
    """Received (not only referred to), not superseded, not cancelled, not expired."""
    shown = Shown()
    for item_id, headline, event, colour, severity, status, packed in rows(database, _QUERY, (now_ms,)):
        areas = _drawable(packed)
        level = level_of(colour, severity)
        item = {"id": item_id, "label": short(event or headline), "level": level, "test": status != "Actual", "areas": areas}
        lon, lat = _middle(areas) or (None, None)
        shown.put(lon, lat, item)
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
