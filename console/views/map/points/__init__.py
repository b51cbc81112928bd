"""Things that stand where they are, by the ten thousand: on the map clustered, and drawn one by one where there is room.

To show another kind of thing so: write a module with `KINDS`, `STATUSES`, `COLUMNS` (of its table) and `row_of(values)`, and name it in
SETS under its table's name. The page draws what it is by `resources/map/signs.js`; texts are under `[words.<set>_kind]` and
`[words.<set>_status]` of the translations, where those of the panels are not taken.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any, NamedTuple

import peewee as pw

from console.views.map.points import feeds, resources, sensors
from console.views.map.points.columns import Points, Row
from console.views.map.things.shown import rows

MAX_IDS = 900
"""SQLite allows about a thousand values in one query."""
WHOLE_FROM = 4000
"""With more rows to read again the whole table is read."""


class Set(NamedTuple):
    """`layer`: the key by which the layers' list shows or hides it."""

    layer: str
    kinds: tuple[str, ...]
    statuses: tuple[str, ...]
    columns: str
    row_of: Callable[[tuple[Any, ...]], Row]


def _set(layer: str, module: Any) -> Set:
    return Set(layer, module.KINDS, module.STATUSES, module.COLUMNS, module.row_of)


SETS: dict[str, Set] = {"sensor": _set("sensors", sensors), "resource": _set("resources", resources), "feed": _set("feeds", feeds)}


def empty(name: str) -> Points:
    return Points(SETS[name].kinds, SETS[name].statuses)


def read(database: pw.SqliteDatabase, name: str, held: Points, ids: Collection[str] | None, now_ms: int) -> Points:
    """`held` with everything (`ids` None), or with these ids, as they are in the database. On the reader thread."""
    what = SETS[name]
    query = f"SELECT {what.columns} FROM {name} WHERE NOT withdrawn"
    if ids is None or len(ids) > WHOLE_FROM:
        return held.filled([what.row_of(values) for values in rows(database, f"{query} ORDER BY id")], now_ms)
    found, wanted = [], sorted(ids)
    for start in range(0, len(wanted), MAX_IDS):
        part = wanted[start : start + MAX_IDS]
        found += [what.row_of(values) for values in rows(database, f"{query} AND id IN ({','.join('?' * len(part))})", part)]
    return held.changed(found, frozenset(ids), now_ms)


__all__ = ["SETS", "Points", "Row", "Set", "empty", "read"]
