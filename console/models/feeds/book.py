"""All feeds as one immutable snapshot: 50,000 of them listed, grouped, ordered and searched in milliseconds. Made on the reader thread."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property, lru_cache
from itertools import compress
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple

import peewee as pw

from console.models.feeds.code import CODE_DIGITS, area_of
from console.models.state.tables import Feed

if TYPE_CHECKING:
    from console.models.search.names import Names


class Entry(NamedTuple):
    """One feed. `area`: where it is by its code, else by who registered it."""

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

    @property
    def texts(self) -> tuple[str, ...]:
        """What it is found by."""
        return self.name, self.code, self.folder, self.owner, self.road, self.basin, self.area

    @property
    def search(self) -> str:
        """As any row of a table; what is typed is looked up by `Book.matching`."""
        return "\n".join(self.texts).casefold()


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
    seen = (lon, lat, bearing, view, reach, note, bool(withdrawn), area, event_area)
    return Entry._make((feed, name, url, snapshot, kind, code, owner, folder, road, basin, *seen))


class Book:
    """`entries` by id. Cheap to make anew from a former one when a few changed. One thread at a time, but for `ready`."""

    def __init__(self, entries: Mapping[str, Entry], names: Names | None = None) -> None:
        self.entries = entries
        self._names = names
        self._making = Lock()

    @classmethod
    def read(cls, database: pw.SqliteDatabase) -> Book:
        return cls({entry.id: entry for entry in read_entries(database)})

    def renewed(self, database: pw.SqliteDatabase, ids: Sequence[str]) -> Book:
        """With these read again; one that is no more is left out."""
        found = {entry.id: entry for entry in read_entries(database, ids)}
        gone = set(ids) - found.keys()
        kept = {entry_id: entry for entry_id, entry in self.entries.items() if entry_id not in gone} if gone else dict(self.entries)
        kept.update(found)
        names = self._names and self._names.renewed({entry_id: entry.texts for entry_id, entry in found.items()}, gone)
        return Book(kept, names)

    def ready(self) -> Names:
        """What is typed is looked up in, made when it is first asked for: a second for 50,000 feeds, on whatever thread."""
        with self._making:
            if self._names is None:
                from console.models.search.names import Names

                self._names = Names({entry_id: entry.texts for entry_id, entry in self.entries.items()})
            return self._names

    def matching(self, words: str) -> set[str]:
        """Ids of those in whose texts every word occurs, as written, in pinyin or by initials."""
        names = self.ready()
        return set(compress(self.entries, names.matching(words)[names.numbers_of(self.entries)].tolist()))

    def ordered(self, key: str, *, descending: bool = False) -> list[str]:
        """Ids of all by one field; those without a value last. Nobody changes the list."""
        return self._order(key, descending=descending).ids

    def listed(
        self,
        words: str = "",
        *,
        order: str = "name",
        descending: bool = False,
        within: tuple[str, str] | None = None,
        accepts: Callable[[Entry], bool] | None = None,
        withdrawn: bool = False,
    ) -> list[str]:
        """Ids of those that are `matching`. `within`: (one of GROUPINGS, group); a folder or area holds what is below it."""
        rows = self._order(order, descending=descending)
        kept = rows.withdrawn if withdrawn else ~rows.withdrawn
        if words.strip():
            kept = kept & self.ready().matching(words)[rows.numbers(self.ready())]
        found: list[str] = rows.ids if kept.all() else rows.column[kept].tolist()
        if within is not None:
            belongs = _belongs(*within)
            found = [entry_id for entry_id in found if belongs(self.entries[entry_id])]
        if accepts is not None:
            found = [entry_id for entry_id in found if accepts(self.entries[entry_id])]
        return found

    def find(self, words: str = "", *, withdrawn: bool = False) -> list[Entry]:
        """As `listed`, by name."""
        return [self.entries[entry_id] for entry_id in self.listed(words, withdrawn=withdrawn)]

    def _order(self, key: str, *, descending: bool) -> _Order:
        held = self._orders.get((key, descending))
        if held is None:
            at, name = Entry._fields.index(key), Entry._fields.index("name")
            rows = sorted(self.entries.values(), key=lambda entry: (entry[at] in ("", None), entry[at] or "", entry[name]))
            if descending:
                filled = sum(entry[at] not in ("", None) for entry in rows)
                rows = [*reversed(rows[:filled]), *rows[filled:]]
            held = self._orders[key, descending] = _Order(rows)
        return held

    @cached_property
    def _orders(self) -> dict[tuple[str, bool], _Order]:
        return {}

    def groups(self, grouping: str) -> list[Group]:
        """The tree of one of GROUPINGS, parents before what is below them; how many feeds in and below each."""
        at = Entry._fields.index(grouping)
        counts = Counter(str(entry[at]) for entry in self.entries.values() if not entry.withdrawn)
        totals: Counter[str] = Counter()
        for value, count in counts.items():
            for name in _upward(grouping, value):
                totals[name] += count
        return [Group(name, _parent(grouping, name), count) for name, count in sorted(totals.items())]


class _Order:
    """All entries in one order, in columns: choosing among 50,000 touches none of them. `column`: `ids` again, to choose from."""

    def __init__(self, rows: Sequence[Entry]) -> None:
        import numpy as np  # nothing is listed while the window is made

        self.ids = [entry.id for entry in rows]
        self.column = np.array(self.ids, object)
        self.withdrawn = np.array([entry.withdrawn for entry in rows], bool)
        self._numbers: Any = None

    def numbers(self, names: Names) -> Any:
        """Of each its number among the names."""
        if self._numbers is None:
            self._numbers = names.numbers_of(self.ids)
        return self._numbers


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
