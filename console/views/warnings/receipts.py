"""Who took note of a warning, and who of those it concerns did not yet. No Qt.

A unit is concerned when it was last in the warning's area (polygon or circle), or when its own area lies within one that the warning
names by code (GB/T 2260); a warning that gives neither concerns the units of the area that it was received for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import peewee as pw

from console.models.geo.sphere import distance_m
from console.models.identity import owned_subject
from console.models.kinds import WarningArea
from console.models.state.tables import Receipt, Unit
from console.models.state.tables import Warning as WarningTable
from console.views.age import age_text
from console.views.i18n import tr
from console.views.tables.names import name_of, peer_names

_stamps = msgspec.msgpack.Decoder(dict[str, tuple[int, bytes]]).decode
_areas = msgspec.msgpack.Decoder(list[WarningArea]).decode
MOST_NAMED = 200


@dataclass(frozen=True)
class Taken:
    """One unit. `heard_ms`: when it took note, by this machine's clock, None: not yet; `last_ms`: when anything was last heard of it. `by`: the
    peer that ticked it by hand, "" where the unit's own said it."""

    unit: str
    name: str
    heard_ms: int | None
    acted: bool
    note: str
    last_ms: int | None
    area: str = ""
    by: str = ""


def read_receipts(database: pw.SqliteDatabase, warning: str) -> list[Taken]:
    """Those who took note, latest first; then those concerned who did not, those heard longest ago first."""
    rows = Receipt.select().where(Receipt.warning == warning).dicts().execute(database)
    receipts = {row["unit"]: row for row in rows}
    names = peer_names(database) if receipts else {}
    held = WarningTable.select(WarningTable.area, WarningTable.areas).where(WarningTable.id == warning).tuples().execute(database)
    area, packed = next(iter(held), ("", None))
    areas = _decoded(packed)
    found = []
    fields = (Unit.id, Unit.name, Unit.callsign, Unit.area, Unit.lon, Unit.lat, Unit.heard_ms)
    for unit, name, callsign, unit_area, lon, lat, last_ms in Unit.select(*fields).tuples().execute(database):
        receipt = receipts.pop(unit, None)
        if receipt is not None:
            found.append(_taken(receipt, name or callsign or unit, unit_area, last_ms, names))
        elif concerns(areas, area, unit_area, lon, lat):
            found.append(Taken(unit, name or callsign or unit, None, False, "", last_ms, unit_area))
    found += [_taken(row, unit, row["area"], None, names) for unit, row in receipts.items()]
    return sorted(found, key=lambda each: (each.heard_ms is None, -(each.heard_ms or 0), each.last_ms or 0, each.name))


def _taken(receipt: dict[str, Any], name: str, area: str, last_ms: int | None, names: dict[str, str]) -> Taken:
    unit, note = receipt["unit"], receipt["note"]
    return Taken(unit, name, receipt["heard_ms"], bool(receipt["acted"]), note, last_ms, area, _by(unit, receipt["stamps"], names))


def _by(unit: str, stamps: bytes | None, names: dict[str, str]) -> str:
    """Who wrote the receipt that stands, where that is not the unit's own peer."""
    try:
        held = {} if stamps is None else _stamps(bytes(stamps))
    except msgspec.DecodeError:
        return ""
    if "acted" not in held:
        return ""
    origin = held["acted"][1]
    return "" if unit.startswith(owned_subject(origin, "")) else name_of(origin.hex(), names)


def concerns(areas: Sequence[WarningArea], received_for: str, unit_area: str, lon: float | None, lat: float | None) -> bool:
    shapes = any(area.polygons or area.circles for area in areas)
    codes = [code for area in areas for _, value in area.geocodes if (code := area_code(value))]
    if not shapes and not codes:
        return bool(unit_area) and unit_area.startswith(received_for)
    if shapes and lon is not None and lat is not None:
        return any(_inside(area, lon, lat) for area in areas)
    return any(unit_area.startswith(code) for code in codes)


def area_code(value: str) -> str:
    """A code of GB/T 2260, without the zeros that only fill it up; "" for a code of another kind."""
    code = value.strip()
    if not (code.isascii() and code.isdecimal() and len(code) in (6, 9, 12)):
        return ""
    while len(code) > 2 and code.endswith("00"):
        code = code[:-2] if len(code) <= 6 else code[:-3]
    return code


def pairs(found: Sequence[Taken], now_ms: int) -> list[tuple[str, list[tuple[str, str]]]]:
    """For the card of a warning: two columns, of those who took note and those who did not yet."""
    took = [each for each in found if each.heard_ms is not None]
    missing = [each for each in found if each.heard_ms is None]
    if not found:
        return []
    return [
        (tr("Took note: {n} of {all}", n=len(took), all=len(found)), [(each.name, _took_text(each, now_ms)) for each in took[:MOST_NAMED]]),
        (tr("Not yet: {n}", n=len(missing)), [(each.name, _missing_text(each, now_ms)) for each in missing[:MOST_NAMED]]),
    ]


def _took_text(each: Taken, now_ms: int) -> str:
    did = tr("acts") if each.acted else tr("read")
    by = tr("ticked by hand at {peer}", peer=each.by) if each.by else ""
    return " · ".join(part for part in (did, tr("{span} ago", span=age_text(each.heard_ms, now_ms)), by, each.note) if part)


def _missing_text(each: Taken, now_ms: int) -> str:
    if each.last_ms is None:
        return tr("no answer · never heard")
    return tr("no answer · last heard {span} ago", span=age_text(each.last_ms, now_ms))


def _decoded(packed: bytes | None) -> list[WarningArea]:
    try:
        return _areas(bytes(packed)) if packed else []
    except msgspec.DecodeError:
        return []


def _inside(area: WarningArea, lon: float, lat: float) -> bool:
    return any(_in_ring(ring, lon, lat) for ring in area.polygons) or any(
        distance_m(lon, lat, circle[0], circle[1]) <= circle[2] for circle in area.circles
    )


def _in_ring(ring: Sequence[tuple[float, float]], lon: float, lat: float) -> bool:
    """By the number of times a line to the west crosses the ring."""
    inside = False
    for (lon_1, lat_1), (lon_2, lat_2) in zip(ring, [*ring[1:], *ring[:1]], strict=True):
        if (lat_1 > lat) != (lat_2 > lat) and lon > lon_1 + (lat - lat_1) / (lat_2 - lat_1) * (lon_2 - lon_1):
            inside = not inside
    return inside
