"""What the map shows besides units and points: one module a kind, each with one reader.

To show another kind: write `things/<kind>s.py` with a `Reader` (`things.shown`) and name it in READERS under its table's name; the page gets
its items as `page.things.lists.<kind>` and a part of the page draws them (`resources/map/parts.js`). A kind made of several tables, or
of another than it is named after, names them in OF_TABLE; one that changes as time goes by without any news is in AGING.
"""

from __future__ import annotations

from collections.abc import Collection

import peewee as pw

from console.views.map.things.basins import basins
from console.views.map.things.helps import helps
from console.views.map.things.incidents import incidents
from console.views.map.things.plots import plots
from console.views.map.things.quakes import quakes
from console.views.map.things.roads import roads
from console.views.map.things.shown import Reader, Shown
from console.views.map.things.warnings import warnings

READERS: dict[str, Reader] = {
    "incident": incidents,
    "warning": warnings,
    "road": roads,
    "help": helps,
    "plot": plots,
    "basin": basins,
    "quake": quakes,
}
OF_TABLE: dict[str, tuple[str, ...]] = {"unit": ("help",), "risk": ("basin",)}
"""A change of this table changes these kinds besides the one of its name."""
AGING = frozenset({"quake", "sensor", "warning", "help", "plot"})
"""Read again as time goes by: a warning runs out, a reading grows old, a caller moves, a plot ends."""


def kinds_of(tables: Collection[str]) -> set[str]:
    """The kinds that a change of these tables may have changed."""
    return {kind for table in tables for kind in (table, *OF_TABLE.get(table, ())) if kind in READERS}


def read(database: pw.SqliteDatabase, kinds: Collection[str], now_ms: int) -> dict[str, Shown]:
    return {kind: READERS[kind](database, now_ms) for kind in kinds if kind in READERS}


__all__ = ["AGING", "OF_TABLE", "READERS", "Reader", "Shown", "kinds_of", "read"]
