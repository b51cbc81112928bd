"""Things of one kind as the map's page draws them. Qt-free."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import peewee as pw

from console.views.map.fleet import hidden_why

MAX_SHOWN = 5000
"""Of things that are told one by one; what is beyond is counted as hidden. Things by the ten thousand are points (`map.points`)."""
Reader = Callable[[pw.SqliteDatabase, int], "Shown"]
"""Reads, on the reader thread, what there is at `now_ms` of the window's time."""


@dataclass
class Shown:
    """`items`: one JSON object a thing, with its `id` and `at` [lon, lat]; `hidden`: how many cannot be drawn, by reason."""

    items: list[dict[str, Any]] = field(default_factory=list)
    hidden: dict[str, int] = field(default_factory=lambda: {"no_position": 0, "out_of_range": 0, "too_many": 0})

    def put(self, lon: float | None, lat: float | None, item: dict[str, Any]) -> None:
        why = hidden_why(lon, lat) or ("too_many" if len(self.items) >= MAX_SHOWN else "")
        if why:
            self.hidden[why] += 1
        else:
            self.items.append(item | {"at": [lon, lat]})


def rows(database: pw.SqliteDatabase, query: str, values: Iterable[Any] = ()) -> Iterable[tuple[Any, ...]]:
    return database.execute_sql(query, tuple(values))  # type: ignore[no-untyped-call,no-any-return]
