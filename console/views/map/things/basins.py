"""Basins and townships with the gravest risk of each, for the map. Qt-free; on the reader thread."""

from __future__ import annotations

from typing import Any

import msgspec
import peewee as pw

from console.models.state.tables import PRESENT_RISK
from console.views.i18n import word
from console.views.map.fleet import short
from console.views.map.things.shown import Shown, rows

_QUERY = "SELECT id, name, kind, outer FROM basin WHERE NOT withdrawn ORDER BY kind DESC, id"
_RISKS = f"SELECT place, hazard, level, stage, seen_level, unsure FROM {PRESENT_RISK} ORDER BY place"
_rings = msgspec.msgpack.Decoder(list[list[tuple[float, float]]])
_words = msgspec.msgpack.Decoder(list[str])


def basins(database: pw.SqliteDatabase, _now_ms: int) -> Shown:
    """`level`: of the gravest risk, 0 none; `blind`: nothing is heard from there; `armed`: not there yet, only armed or expected; `fresh`: not
    acknowledged; `rings`: outlines."""
    risks: dict[str, dict[str, Any]] = {}
    for place, hazard, level, stage, seen_level, unsure in rows(database, _RISKS):
        held = risks.setdefault(place, {"level": 0, "blind": False, "hazard": "", "armed": False, "fresh": False})
        held["blind"] = held["blind"] or "no_data" in _unpacked(unsure)
        if level and (not held["level"] or level < held["level"]):
            fresh = not seen_level or level < seen_level
            held |= {"level": level, "hazard": hazard, "armed": stage in ("armed", "forecast"), "fresh": fresh}
    shown = Shown()
    for item_id, name, kind, packed in rows(database, _QUERY):
        rings = _outlines(packed)
        risk = risks.get(item_id, {"level": 0, "blind": False, "hazard": "", "armed": False, "fresh": False})
        hazard = word("risk_hazard", risk["hazard"]) if risk["level"] else ""
        label = " ".join(part for part in (short(name or item_id), hazard) if part)
        item = {"id": item_id, "label": label, "township": kind == "township", "rings": rings}
        lon, lat = _middle(rings)
        shown.put(lon, lat, item | {key: risk[key] for key in ("level", "blind", "armed", "fresh")})
    return shown


def _unpacked(packed: bytes | None) -> list[str]:
    try:
        return _words.decode(packed) if packed else []
    except msgspec.DecodeError:
        return []


def _outlines(packed: bytes | None) -> list[list[tuple[float, float]]]:
    try:
        return _rings.decode(packed) if packed else []
    except msgspec.DecodeError:
        return []


def _middle(rings: list[list[tuple[float, float]]]) -> tuple[float | None, float | None]:
    if not rings or not rings[0]:
        return None, None
    lons, lats = [point[0] for point in rings[0]], [point[1] for point in rings[0]]
    return (min(lons) + max(lons)) / 2, (min(lats) + max(lats)) / 2
