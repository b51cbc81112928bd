"""The position of the one selected thing, whatever it is: a row or a symbol on the map. No Qt."""

from __future__ import annotations

from typing import Any

import peewee as pw

from console.models.state.tables import Incident, Resource, Road, Sensor, Unit

_TABLES: dict[str, Any] = {"incident": Incident, "unit": Unit, "resource": Resource, "road": Road, "sensor": Sensor}


def position_text(database: pw.SqliteDatabase, thing: str | None, item_id: str) -> str:
    """Longitude and latitude, "lon, lat", in degrees as an entry field takes it, "" when nothing with a position is selected."""
    table = None if thing is None else _TABLES.get(thing)
    if table is None:
        return ""
    found = list(table.select(table.lon, table.lat).where(table.id == item_id).tuples().execute(database))
    return f"{found[0][0]:.6f}, {found[0][1]:.6f}" if found and None not in found[0] else ""
