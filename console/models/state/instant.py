"""The state at any instant of a journal, for the same queries as the live state.

An in-memory database with the same state tables, the journal attached read-only, and views over its log tables that end at the
instant. It starts from the nearest keyframe and applies, with the same projection, the events that are missing.
"""

from __future__ import annotations

import sqlite3
import zlib
from pathlib import Path

import msgspec
import peewee as pw

from console.models.changes import Changes
from console.models.journal import schema
from console.models.journal.faults import CorruptFault, fault_of
from console.models.journal.reading import open_read_only, read_only_uri, span
from console.models.state import keyframes
from console.models.state.project import Projection, happenings
from console.models.state.rows import COLUMNS
from console.models.state.tables import LOG_TABLES

_FLUSH_EVERY = 10_000


class Instant:
    """State at the hlc last sought. One thread at a time; works while the writer writes.

    `database` is for peewee queries (the very ones that presenters make of the live state), `connection` for plain SQL.
    """

    def __init__(self, path: Path) -> None:
        open_read_only(path).close()  # checks the file's marks
        self.path = path
        self.database = pw.SqliteDatabase("file::memory:", uri=True, thread_safe=False, check_same_thread=False)
        self.database.connect()
        self.connection = schema.raw(self.database)
        self._projection = Projection(self.connection, logs=False)
        self._hlc = -1  # sought last; -1: never
        self._seen = 0  # journal position reached when it was
        try:
            self._set_up()
        except sqlite3.Error as error:
            self.close()
            raise fault_of(error, path) from error

    def _set_up(self) -> None:
        connection = self.connection
        connection.execute("ATTACH DATABASE ? AS journal", (read_only_uri(self.path),))
        schema.create_state(self.database, logs=False)
        connection.execute("CREATE TEMP TABLE instant (hlc INTEGER NOT NULL)")
        connection.execute("INSERT INTO instant VALUES (-1)")
        for table in LOG_TABLES:
            name = table._meta.table_name
            connection.execute(f"CREATE TEMP VIEW {name} AS SELECT * FROM journal.{name} WHERE hlc <= (SELECT hlc FROM temp.instant)")

    @property
    def hlc(self) -> int:
        """The instant shown; -1 before the first `seek`."""
        return self._hlc

    def span(self) -> tuple[int, int] | None:
        """(first hlc, last hlc) of the journal by now, None when it is empty."""
        return span(self.connection, "journal")

    def seek(self, hlc: int) -> Changes | None:
        """Show the state after exactly the events held whose hlc is not greater.

        Returns what changed when it went forward from where it was, None when it jumped (anything may differ).
        """
        connection = self.connection
        connection.execute("BEGIN")
        try:
            changes = self._seek(hlc)
            connection.execute("UPDATE instant SET hlc = ?", (hlc,))
            connection.execute("COMMIT")
        except sqlite3.Error as error:
            self._lose_place()
            raise fault_of(error, self.path) from error
        except BaseException:
            self._lose_place()
            raise
        self._hlc = hlc
        return changes

    def _lose_place(self) -> None:
        """Something failed half way: the next seek starts from a keyframe again."""
        if self.connection.in_transaction:
            self.connection.execute("ROLLBACK")
        self._projection.forget()
        self._hlc = -1

    def _seek(self, hlc: int) -> Changes | None:
        top = self.connection.execute("SELECT coalesce(max(position), 0) FROM journal.event").fetchone()[0]
        keyframe = self.connection.execute(
            "SELECT position, max_hlc FROM journal.keyframe WHERE max_hlc <= ? ORDER BY position DESC LIMIT 1", (hlc,)
        ).fetchone()
        forward = 0 <= self._hlc <= hlc and (keyframe is None or keyframe[1] <= self._hlc)
        if forward:
            changes = self._apply("e.hlc > ? AND e.hlc <= ?", (self._hlc, hlc))
            changes.merge(self._apply("e.position > ? AND e.hlc <= ?", (self._seen, self._hlc)))
        else:
            changes = self._jump(hlc, *(keyframe or (0, 0)))
        self._seen = top
        changes.position = top
        return changes if forward else None

    def _jump(self, hlc: int, position: int, max_hlc: int) -> Changes:
        """From the keyframe at `position` (0: from nothing), whose greatest hlc is `max_hlc`."""
        self._projection.forget()
        blob = self.connection.execute("SELECT blob FROM journal.keyframe WHERE position = ?", (position,)).fetchone()
        if blob is not None:
            self._load(position, blob[0])
        else:
            for name in COLUMNS:
                self.connection.execute(f'DELETE FROM main."{name}"')
        changes = self._apply("e.hlc >= ? AND e.hlc <= ? AND e.position > ?", (max_hlc, hlc, position))
        changes.merge(self._apply("e.late AND e.position > ? AND e.hlc < ?", (position, max_hlc)))
        return changes

    def _load(self, position: int, blob: bytes) -> None:
        try:
            keyframes.load(self.connection, blob)
        except (zlib.error, msgspec.DecodeError) as error:
            raise CorruptFault(
                f"{self.path}: the keyframe at {position} is damaged ({error}). `fengsui journal verify` tells more."
            ) from error

    def _apply(self, where: str, parameters: tuple[object, ...]) -> Changes:
        changes = Changes()
        for count, at in enumerate(happenings(self.connection, where, parameters, schema="journal")):
            self._projection.apply(at)
            if count % _FLUSH_EVERY == _FLUSH_EVERY - 1:
                changes.merge(self._projection.flush())
        changes.merge(self._projection.flush())
        return changes

    def close(self) -> None:
        self.database.close()
