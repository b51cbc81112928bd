"""The store of online maps: one SQLite file a machine, for every source and every area chosen for offline use.

An area is a box and zooms of one source; it holds no tiles of its own. A tile is there once for each source, whoever of the areas needs it,
and pictures that are equal, of the open desert say, once for all. So two areas share what they have in common, and taking one away frees
only what no other needs. One process fills it (`console.comms.tiles`), any number read.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from console.errors import Fault
from console.models.form import ready
from console.models.maps.squares import Box, Range, ranges

STORE_NAME = "online.tiles"
APPLICATION_ID = 0x46535453  # "FSTS"
VERSION = 1
DAY_MS = 86_400_000
_SCHEMA = """
CREATE TABLE source (id TEXT PRIMARY KEY, told TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE area (id TEXT PRIMARY KEY, source TEXT NOT NULL, told TEXT NOT NULL, state TEXT NOT NULL DEFAULT '', at_ms INTEGER) WITHOUT ROWID;
CREATE TABLE picture (id INTEGER PRIMARY KEY, digest BLOB NOT NULL UNIQUE, data BLOB NOT NULL);
CREATE TABLE tile (source TEXT, zoom INTEGER, col INTEGER, row INTEGER, picture INTEGER, at_ms INTEGER NOT NULL,
    PRIMARY KEY (source, zoom, col, row)) WITHOUT ROWID;
CREATE INDEX tile_picture ON tile (picture);
"""
"""A tile without a picture: the source has none there, as of `at_ms`."""


class Source(msgspec.Struct, frozen=True):
    """`template`: an address with {z} {x} {y} (or {-y}, counted from the south); `per_s`: requests a second; `datum`, `approval`: as for files."""

    id: str
    name: str
    template: str
    datum: str
    approval: str = ""
    attribution: str = ""
    min_zoom: int = 0
    max_zoom: int = 18
    per_s: float = 4.0


class Area(msgspec.Struct, frozen=True):
    """A box of `source` for offline use, kept from `min_zoom` to `max_zoom`."""

    id: str
    source: str
    name: str
    box: tuple[float, float, float, float]
    min_zoom: int
    max_zoom: int

    @property
    def ranges(self) -> list[Range]:
        return ranges(self.box, self.min_zoom, self.max_zoom)

    @property
    def total(self) -> int:
        return sum(one.tiles for one in self.ranges)


class Fill(NamedTuple):
    """How far an area is: `held` tiles with a picture, `absent` ones that the source has not; `state`: why it stopped, "" for no reason;
    `at_ms`: when that was."""

    held: int
    absent: int
    total: int
    state: str
    at_ms: int | None


class TileStore:
    """Made where there is none, unless `reading`. One thread. Raises Fault, naming the file and what to do."""

    def __init__(self, path: Path, *, reading: bool = False) -> None:
        self.path = path
        try:
            if not reading:
                path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            address = f"{path.resolve().as_uri()}?mode={'ro' if reading else 'rwc'}"
            self._database = sqlite3.connect(
                address, uri=True, timeout=20.0, isolation_level=None, check_same_thread=False, factory=_Connection
            )
            self._database.path = path
            try:
                if not reading:
                    path.chmod(0o600)  # addresses may have keys in them
                self._prepare(reading)
            except BaseException:
                self._database.close()
                raise
        except (sqlite3.Error, OSError) as error:
            raise _unusable(path, error) from error

    def close(self) -> None:
        self._database.close()

    def _prepare(self, reading: bool) -> None:
        kind = self._one("PRAGMA application_id")
        version = self._one("PRAGMA user_version")
        if kind == APPLICATION_ID and version > VERSION:
            raise Fault(f"{self.path}: of a newer version of this program. Update the program; the file is left as it is.")
        if kind == APPLICATION_ID:
            return
        if reading or self._one("SELECT count(*) FROM sqlite_master"):
            raise Fault(f"{self.path}: not a store of online maps. Move the file away.")
        self._database.execute("PRAGMA auto_vacuum = INCREMENTAL")
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.executescript(f"BEGIN; {_SCHEMA} PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {VERSION}; COMMIT;")

    def _one(self, query: str, *values: Any) -> Any:
        row = self._database.execute(query, values).fetchone()
        return row[0] if row else None

    # -- sources and areas ---------------------------------------------------------------------------------------------------------

    def sources(self) -> list[Source]:
        return [msgspec.json.decode(told, type=ready(Source)) for (told,) in self._database.execute("SELECT told FROM source ORDER BY id")]

    def source(self, source_id: str) -> Source:
        told = self._one("SELECT told FROM source WHERE id = ?", source_id)
        if told is None:
            raise Fault(f"{self.path}: no online source {source_id!r}. Add it again.")
        return msgspec.json.decode(told, type=ready(Source))

    def put_source(self, source: Source) -> None:
        self._database.execute("INSERT OR REPLACE INTO source VALUES (?, ?)", (source.id, msgspec.json.encode(source).decode()))

    def remove_source(self, source_id: str) -> None:
        """With its areas and tiles."""
        with _Transaction(self._database):
            for table, column in (("area", "source"), ("tile", "source"), ("source", "id")):
                self._database.execute(f"DELETE FROM {table} WHERE {column} = ?", (source_id,))
            self._drop_pictures()
        self._give_back()

    def areas(self) -> list[Area]:
        return [msgspec.json.decode(told, type=ready(Area)) for (told,) in self._database.execute("SELECT told FROM area ORDER BY id")]

    def area(self, area_id: str) -> Area:
        told = self._one("SELECT told FROM area WHERE id = ?", area_id)
        if told is None:
            raise Fault(f"{self.path}: no offline area {area_id!r}. Choose it again.")
        return msgspec.json.decode(told, type=ready(Area))

    def put_area(self, area: Area) -> None:
        told = msgspec.json.encode(area).decode()
        self._database.execute("INSERT OR REPLACE INTO area (id, source, told) VALUES (?, ?, ?)", (area.id, area.source, told))

    def remove_area(self, area_id: str) -> int:
        """Frees the tiles that no other area needs; how many."""
        area = self.area(area_id)
        with _Transaction(self._database):
            self._database.execute("DELETE FROM area WHERE id = ?", (area_id,))
            others = [one for other in self.areas() if other.source == area.source for one in other.ranges]
            freed = sum(self._free(area.source, one, [other for other in others if other.zoom == one.zoom]) for one in area.ranges)
            self._drop_pictures()
        self._give_back()
        return freed

    def _free(self, source: str, gone: Range, others: list[Range]) -> int:
        within = "col BETWEEN ? AND ? AND row BETWEEN ? AND ?"
        query = f"DELETE FROM tile WHERE source = ? AND zoom = ? AND {within}" + f" AND NOT ({within})" * len(others)
        values = [value for one in (gone, *others) for value in (one.west, one.east, one.north, one.south)]
        return self._database.execute(query, (source, gone.zoom, *values)).rowcount

    def _drop_pictures(self) -> None:
        self._database.execute("DELETE FROM picture WHERE id NOT IN (SELECT picture FROM tile WHERE picture IS NOT NULL)")

    def _give_back(self) -> None:
        """The disk what was freed."""
        self._database.executescript("PRAGMA incremental_vacuum; PRAGMA wal_checkpoint(TRUNCATE);")

    # -- tiles ---------------------------------------------------------------------------------------------------------------------

    def tile(self, source: str, zoom: int, column: int, row: int) -> bytes | None:
        query = "SELECT data FROM tile JOIN picture ON picture.id = tile.picture WHERE source = ? AND zoom = ? AND col = ? AND row = ?"
        found: bytes | None = self._one(query, source, zoom, column, row)
        return found

    def put(self, source: str, square: tuple[int, int, int], data: bytes | None, now_ms: int) -> None:
        """`data` None: the source has none there."""
        with _Transaction(self._database):
            picture = None if data is None else self._picture(data)
            self._database.execute("INSERT OR REPLACE INTO tile VALUES (?, ?, ?, ?, ?, ?)", (source, *square, picture, now_ms))

    def _picture(self, data: bytes) -> int:
        digest = hashlib.sha256(data).digest()[:16]
        self._database.execute("INSERT OR IGNORE INTO picture (digest, data) VALUES (?, ?)", (digest, data))
        return int(self._one("SELECT id FROM picture WHERE digest = ?", digest))

    def missing(self, area: Area, now_ms: int, absent_ms: int) -> Iterator[tuple[int, int, int]]:
        """(zoom, column, row) that is not there, the least zoom first; an absent one again when it is older than `absent_ms`."""
        held = (
            "SELECT row FROM tile WHERE source = ? AND zoom = ? AND col = ? AND row BETWEEN ? AND ? AND (picture IS NOT NULL OR at_ms > ?)"
        )
        for zoom, west, north, east, south in area.ranges:
            for column in range(west, east + 1):
                there = {row for (row,) in self._database.execute(held, (area.source, zoom, column, north, south, now_ms - absent_ms))}
                for row in range(north, south + 1):
                    if row not in there:
                        yield zoom, column, row

    def fill(self, area: Area) -> Fill:
        held = absent = 0
        query = "SELECT count(picture), count(*) FROM tile WHERE source = ? AND zoom = ? AND col BETWEEN ? AND ? AND row BETWEEN ? AND ?"
        for zoom, west, north, east, south in area.ranges:
            pictures, rows = self._database.execute(query, (area.source, zoom, west, east, north, south)).fetchone()
            held, absent = held + pictures, absent + rows - pictures
        state, at_ms = self._database.execute("SELECT state, at_ms FROM area WHERE id = ?", (area.id,)).fetchone() or ("", None)
        return Fill(held, absent, area.total, state, at_ms)

    def note(self, area_id: str, state: str, now_ms: int) -> None:
        """Why the filling of an area stopped, "" for no reason."""
        self._database.execute("UPDATE area SET state = ?, at_ms = ? WHERE id = ?", (state, now_ms, area_id))

    def typical_bytes(self, source: str, otherwise: int) -> int:
        """Of a tile of this source, by the newest thousand that are here."""
        query = (
            "SELECT avg(length(data)), count(*) FROM (SELECT picture FROM tile WHERE source = ? AND picture IS NOT NULL LIMIT 1000) "
            "JOIN picture ON picture.id = picture"
        )
        mean, seen = self._database.execute(query, (source,)).fetchone()
        return round(mean) if seen >= 20 else otherwise

    def sample(self, source: str) -> bytes | None:
        query = "SELECT data FROM tile JOIN picture ON picture.id = tile.picture WHERE source = ? LIMIT 1"
        found: bytes | None = self._one(query, source)
        return found

    def wanted(self, area: Area) -> int:
        """Tiles that the area needs and that are not here, however they came."""
        fill = self.fill(area)
        return fill.total - fill.held - fill.absent

    def bytes_held(self) -> int:
        """Of the file, without what waits to be written into it."""
        return int(self._one("PRAGMA page_count")) * int(self._one("PRAGMA page_size"))

    def extent(self, source: str) -> tuple[int, int, Box | None]:
        """Zooms that have tiles, and the box of the areas."""
        low, high = (
            self._one(f"SELECT {what}(zoom) FROM tile WHERE source = ? AND picture IS NOT NULL", source) for what in ("min", "max")
        )
        boxes = [area.box for area in self.areas() if area.source == source]
        west, south, east, north = zip(*boxes, strict=True) if boxes else ((), (), (), ())
        box = (min(west), min(south), max(east), max(north)) if boxes else None
        return (0, 0, box) if low is None else (low, high, box)


class _Connection(sqlite3.Connection):
    """Says what stands in the way, a full disk above all, as the Fault that it is."""

    path = Path()

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        try:
            return super().execute(sql, parameters)
        except sqlite3.Error as error:
            raise _unusable(self.path, error) from error

    def executescript(self, sql_script: str, /) -> sqlite3.Cursor:
        try:
            return super().executescript(sql_script)
        except sqlite3.Error as error:
            raise _unusable(self.path, error) from error


def _unusable(path: Path, error: Exception) -> Fault:
    return Fault(f"{path}: the store of online maps cannot be used ({error}). Check the disk, or remove the file.")


class _Transaction:
    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    def __enter__(self) -> None:
        self._database.execute("BEGIN IMMEDIATE")

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            self._database.execute("COMMIT")
        elif self._database.in_transaction:
            self._database.execute("ROLLBACK")


def read_store(path: Path) -> tuple[list[Source], list[tuple[Area, Fill]], int]:
    """Sources, areas with how far they are, and bytes; nothing where there is no store."""
    if not path.exists():
        return [], [], 0
    with closing(TileStore(path, reading=True)) as store:
        return store.sources(), [(area, store.fill(area)) for area in store.areas()], store.bytes_held()
