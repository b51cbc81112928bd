"""Fake parts of a context, and small map files, good ones."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import peewee as pw

NOW_MS = 1_404_460_800_000


class Clock:
    """The window's time, set by hand."""

    def __init__(self) -> None:
        self.ms = NOW_MS
        self.live = True

    def now_ms(self) -> int:
        return self.ms

    def wall_ms(self) -> int:
        return self.ms


class Reader:
    """Reads at once, answers when the event loop turns; a newer read of a tag replaces the older."""

    def __init__(self, database: pw.SqliteDatabase) -> None:
        self.database = database
        self._tickets: dict[str, int] = {}

    def run(self, tag: str, work: Callable[[pw.SqliteDatabase], Any], done: Callable[[Any], None]) -> None:
        ticket = self._tickets[tag] = self._tickets.get(tag, 0) + 1

        from PySide6.QtCore import QTimer

        def deliver() -> None:
            if self._tickets[tag] == ticket:
                done(work(self.database))

        QTimer.singleShot(0, deliver)


class Silent:
    def write(self, *_: object) -> None:
        raise AssertionError("the map writes nothing")

    def purge(self, *_: object, **_by_name: object) -> None:
        raise AssertionError("nothing is destroyed here")


PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360f8cfc0f01f0005000103"
    "ff8e9f2b6c0000000049454e44ae426082"
)


def make_mbtiles(path: Path, tiles: list[tuple[Any, int, int, Any]], metadata: dict[str, str]) -> Path:
    database = sqlite3.connect(path)
    with database:
        database.execute("CREATE TABLE metadata (name text, value text)")
        database.execute("CREATE TABLE tiles (zoom_level integer, tile_column integer, tile_row integer, tile_data blob)")
        database.executemany("INSERT INTO metadata VALUES (?, ?)", metadata.items())
        database.executemany("INSERT INTO tiles VALUES (?, ?, ?, ?)", tiles)
    database.close()
    return path


def feature(geometry: Any, **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def save(path: Path, features: Any) -> Path:
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8-sig")
    return path


SQUARE = {"type": "Polygon", "coordinates": [[[82, 44], [83, 44], [83, 45], [82, 44]]]}
