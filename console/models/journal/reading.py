"""Reading a journal beside its writer: read-only connections, never a lock that the writer would wait for."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import NamedTuple

import peewee as pw

from console.errors import Fault, UsageFault
from console.models.event import Head, Origin, Stream
from console.models.journal import meta, schema
from console.models.journal.faults import fault_of
from console.models.trust import enrolled

_ORIGIN_PREFIX_CHARS = 6


class Moment(NamedTuple):
    """A command or report event, as a place to step to in time. `origin` in hex."""

    hlc: int
    kind: str
    subject: str
    origin: str
    topic: str
    seq: int


def read_only_uri(path: Path) -> str:
    """The SQLite URI of an existing file, never created and never written. Raises Fault when there is none."""
    if not path.is_file():
        raise Fault(f"there is no journal at {path}. Start a peer on this data directory first (`fengsui` or `fengsui node`).")
    return path.resolve().as_uri() + "?mode=ro"


def open_read_only(path: Path) -> pw.SqliteDatabase:
    """A connected peewee database on the journal. Raises Fault: missing, not a journal, newer, not migrated yet."""
    database = pw.SqliteDatabase(read_only_uri(path), uri=True, thread_safe=False, check_same_thread=False)
    try:
        database.connect()
        connection = schema.raw(database)
        connection.execute("PRAGMA query_only = 1")
        version = schema.version_of(connection, path)
    except (sqlite3.Error, pw.DatabaseError) as error:
        database.close()
        raise fault_of(error, path) from error
    except Fault:
        database.close()
        raise
    if version != schema.VERSION:
        database.close()
        raise Fault(f"{path} has schema {version}, this version reads {schema.VERSION}. Start a peer on it once: it upgrades the file.")
    return database


class Reader:
    """Read access to the live journal. One thread at a time; `database` is for peewee queries, `connection` for plain SQL."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.database = open_read_only(path)
        self.connection = schema.raw(self.database)

    def span(self) -> tuple[int, int] | None:
        """(first hlc, last hlc) of everything held, None when nothing is."""
        return span(self.connection)

    def moments(self, after_hlc: int, before_hlc: int, limit: int = 1000, *, latest: bool = False) -> list[Moment]:
        """Command and report events strictly between two hlcs in order of hlc; with `latest` the last ones, newest first."""
        rows = self.connection.execute(
            "SELECT e.hlc, e.kind, e.subject, lower(hex(s.origin)), s.topic, e.seq FROM event e JOIN stream s ON s.id = e.stream "
            f"WHERE e.signature <> x'' AND e.hlc > ? AND e.hlc < ? ORDER BY e.hlc {'DESC' if latest else ''} LIMIT ?",
            (after_hlc, before_hlc, limit),
        )
        return [Moment(*row) for row in rows]

    def position(self) -> int:
        return int(self.connection.execute("SELECT coalesce(max(position), 0) FROM event").fetchone()[0])

    def heads(self) -> dict[Stream, tuple[int, Head]]:
        return heads(self.connection)

    def origin_named(self, text: str) -> Origin:
        """The peer with this exact name, origin in hex, or beginning of it (6 digits at least). Raises UsageFault when not one."""
        peers = _peers(self.connection)
        low = text.lower()
        found = {origin for origin, name in peers if name == text or origin.hex() == low}
        if not found and len(low) >= _ORIGIN_PREFIX_CHARS:
            found = {origin for origin, _ in peers if origin.hex().startswith(low)}
        if len(found) != 1:
            raise UsageFault(f"{'no' if not found else 'more than one'} peer {text!r} in {self.path}. `fengsui peers` lists them.")
        return found.pop()

    def name_of(self, origin: Origin) -> str:
        """The peer's name, or the beginning of its origin."""
        names = dict(_peers(self.connection))
        return names.get(origin) or origin.hex()[:12]

    def close(self) -> None:
        self.database.close()


def span(connection: sqlite3.Connection, journal: str = "main") -> tuple[int, int] | None:
    first = connection.execute(f"SELECT hlc FROM {journal}.event ORDER BY hlc LIMIT 1").fetchone()
    last = connection.execute(f"SELECT hlc FROM {journal}.event WHERE NOT held ORDER BY hlc DESC LIMIT 1").fetchone()
    return None if first is None else (first[0], last[0])


def heads(connection: sqlite3.Connection) -> dict[Stream, tuple[int, Head]]:
    return {
        Stream(origin, topic): (seq, head) for origin, topic, seq, head in connection.execute("SELECT origin, topic, seq, head FROM stream")
    }


def _peers(connection: sqlite3.Connection) -> list[tuple[Origin, str]]:
    """Every origin known, later names over earlier ones: those with streams, those enrolled, the roots, ourselves."""
    peers = [(row[0], "") for row in connection.execute("SELECT DISTINCT origin FROM stream")]
    peers += [(grant.origin, grant.name) for grant in (*enrolled(connection), *meta.roots(connection))]
    own = meta.identity(connection)
    return peers if own is None else [*peers, (own.origin, own.name)]
