"""All feeds as one immutable snapshot: 50,000 of them listed, grouped, ordered and searched in milliseconds. Made on the reader thread."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

import peewee as pw

from console.models.feeds.code import CODE_DIGITS, area_of
from console.models.state.tables import Feed


class Entry(NamedTuple):
    """One feed. `area`: where it is by its code, else by who registered it; `search`: folded text."""

    id: str
    name: str
    url: str
    snapshot_url: str
    kind: str
    code: str
    owner: str
    folder: str
    road: str
    basin: str
    lon: float | None
    lat: float | None
    bearing_deg: float | None
    view_deg: float | None
    range_m: float | None
    note: str
    withdrawn: bool
    area: str
    event_area: str
    search: str


_area_of = lru_cache(maxsize=4096)(area_of)
GROUPINGS = ("folder", "area", "owner", "road", "basin")
_COLUMNS = (
    Feed.id,
    Feed.name,
    Feed.url,
    Feed.snapshot_url,
    Feed.kind,
    Feed.code,
    Feed.owner,
    Feed.folder,
    Feed.road,
    Feed.basin,
    Feed.lon,
    Feed.lat,
    Feed.bearing_deg,
    Feed.view_deg,
    Feed.range_m,
    Feed.note,
    Feed.withdrawn,
    Feed.area,
)


def read_entries(database: pw.SqliteDatabase, ids: Sequence[str] | None = None) -> list[Entry]:
    query = Feed.select(*_COLUMNS)
    if ids is not None:
        query = query.where(Feed.id.in_(list(ids)))
    sql, values = query.sql()
    connection: sqlite3.Connection = database.connection()  # type: ignore[no-untyped-call]
    return [_entry(row) for row in connection.execute(sql, values)]


def _entry(row: Sequence[Any]) -> Entry:
    """Of 50,000 each microsecond counts."""
    feed, name, url, snapshot, kind, code, owner, folder, road, basin, lon, lat, bearing, view, reach, note, withdrawn, event_area = row
    name = name or feed
    area = _area_of(code[:8]) if len(code) == CODE_DIGITS and code.isdecimal() else event_area
    search = f"{name}\n{code}\n{folder}\n{owner}\n{road}\n{basin}\n{area}".casefold()
    seen = (lon, lat, bearing, view, reach, note, bool(withdrawn), area, event_area, search)
    return Entry._make((feed, name, url, snapshot, kind, code, owner, folder, road, basin, *seen))


class Book:
    """`entries` by id. Cheap to make anew from a former one when a few changed."""

    def __init__(self, entries: Mapping[str, Entry]) -> None:
        self.entries = entries

    @classmethod
    def read(cls, database: pw.SqliteDatabase) -> Book:
        return cls({entry.id: entry for entry in read_entries(database)})

    def renewed(self, database: pw.SqliteDatabase, ids: Sequence[str]) -> Book:
        """With these read again; one that is no more is left out."""
        found = {entry.id: entry for entry in read_entries(database, ids)}
        gone = set(ids) - found.keys()
        kept = {entry_id: entry for entry_id, entry in self.entries.items() if entry_id not in gone} if gone else dict(self.entries)
        kept.update(found)
        return Book(kept)

    def ordered(self, key: str, *, descending: bool = False) -> list[Entry]:
        """By one field; those without a value last."""
        held = self._orders.get(key)
        if held is None:
            at = Entry._fields.index(key)
            name = Entry._fields.index("name")
            held = self._orders[key] = sorted(
                self.entries.values(), key=lambda entry: (entry[at] in ("", None), entry[at] or "", entry[name])
            )
        if not descending:
            return held
        filled = [entry for entry in held if getattr(entry, key) not in ("", None)]
        return [*reversed(filled), *held[len(filled) :]]

    @cached_property
    def _orders(self) -> dict[str, list[Entry]]:
        return {}

    def find(
        self,
        words: str = "",
        *,
        order: str = "name",
        descending: bool = False,
        within: tuple[str, str] | None = None,
        accepts: Callable[[Entry], bool] | None = None,
        withdrawn: bool = False,
    ) -> list[Entry]:
        """Those in whose texts every word occurs. `within`: (one of GROUPINGS, group); a folder or area holds what is below it."""
        found: Iterable[Entry] = self.ordered(order, descending=descending)
        for word in words.casefold().split():
            found = [entry for entry in found if word in entry.search]
        if within is not None:
            belongs = _belongs(*within)
            found = [entry for entry in found if belongs(entry)]
        if accepts is not None:
            found = [entry for entry in found if accepts(entry)]
        return [entry for entry in found if entry.withdrawn == withdrawn]

    def groups(self, grouping: str) -> list[Group]:
        """The tree of one of GROUPINGS, parents before what is below them; how many feeds in and below each."""
        at = Entry._fields.index(grouping)
        counts = Counter(str(entry[at]) for entry in self.entries.values() if not entry.withdrawn)
        totals: Counter[str] = Counter()
        for value, count in counts.items():
            for name in _upward(grouping, value):
                totals[name] += count
        return [Group(name, _parent(grouping, name), count) for name, count in sorted(totals.items())]


class Group(NamedTuple):
    """`name`: the whole path of a folder, the code of an area; "" of those that tell none. `parent`: None at the top."""

    name: str
    parent: str | None
    feeds: int


_LEVELS = (9, 6, 4, 2)
"""Digits of a township, county, prefecture and region in GB/T 2260."""


def _parent(grouping: str, name: str) -> str | None:
    if grouping == "folder" and "/" in name:
        return name.rpartition("/")[0]
    if grouping == "area":
        return next((name[:digits] for digits in _LEVELS if digits < len(name)), None)
    return None


def _upward(grouping: str, name: str) -> Iterable[str]:
    at: str | None = name
    while at is not None:
        yield at
        at = _parent(grouping, at)


def _belongs(grouping: str, name: str) -> Callable[[Entry], bool]:
    at = Entry._fields.index(grouping)
    if grouping == "folder" and name:
        return lambda entry: entry.folder == name or entry.folder.startswith(name + "/")
    if grouping == "area" and name:
        return lambda entry: str(entry[at]).startswith(name)
    return lambda entry: entry[at] == name
