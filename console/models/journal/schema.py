"""The journal file's own tables, its marks, and its stepwise migrations.

`application_id` says that a SQLite file is a Fengsui journal, `user_version` which schema it has. Tables are defined, created and
migrated through peewee; rows are appended in bulk through the raw connection.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import peewee as pw

from console.errors import Fault
from console.models.journal.faults import ForeignFault, fault_of
from console.models.state.tables import LOG_TABLES, STATE_TABLES, Table, Track

APPLICATION_ID = 0x46454E47  # "FENG"
VERSION = 3

Step = Callable[[pw.SqliteDatabase], None]


def _to_2(database: pw.SqliteDatabase) -> None:
    """Marks of events, early events, and the tables of roads, modes and conflicts. The projected tables are made anew: the projection's
    version was raised with it. When an old event arrived was not kept: as of when it was said."""
    connection = raw(database)
    for column in ("taken_ms INTEGER NOT NULL DEFAULT 0", "held INTEGER NOT NULL DEFAULT 0", "erased BLOB NOT NULL DEFAULT x''"):
        connection.execute(f"ALTER TABLE event ADD COLUMN {column}")
    for column in ("floor INTEGER NOT NULL DEFAULT 0", "floor_head BLOB NOT NULL DEFAULT x''"):
        connection.execute(f"ALTER TABLE stream ADD COLUMN {column}")
    connection.execute("UPDATE event SET taken_ms = heard_ms")
    connection.execute("CREATE INDEX event_held ON event (hlc) WHERE held")
    _drop_projected(database)
    _create_tables(database, (*STATE_TABLES, *LOG_TABLES, EarlyRow, ErasureRow, KeptRow))


def _to_3(database: pw.SqliteDatabase) -> None:
    """Tables of plots, feeds, basins, risks, quakes and readings. The projected tables are made anew, but for tracks: of telemetry that was
    dropped they are all there is."""
    _drop_projected(database, kept=(Track,))
    _create_tables(database, (*STATE_TABLES, *LOG_TABLES))


def _drop_projected(database: pw.SqliteDatabase, kept: Sequence[type[Table]] = ()) -> None:
    for table in (*STATE_TABLES, *LOG_TABLES):
        if table not in kept:
            raw(database).execute(f'DROP TABLE IF EXISTS "{table._meta.table_name}"')


STEPS: Mapping[int, Step] = {1: _to_2, 2: _to_3}
"""version -> what turns a file of that version into one of the next. Tests keep a saved file of every version."""


class StreamRow(Table):
    """One stream: how far it is held, and the head that commits to all of it. `floor`: events up to it are no longer held here (old
    telemetry, `console.models.journal.retention`); `floor_head`: the head after that one."""

    id = pw.AutoField()
    origin = pw.BlobField()
    topic = pw.TextField()
    seq = pw.BigIntegerField()
    head = pw.BlobField()
    hlc = pw.BigIntegerField()  # of its last event: the next must be later
    floor = pw.BigIntegerField(default=0)
    floor_head = pw.BlobField(default=b"")

    class Meta:
        table_name = "stream"
        indexes = ((("origin", "topic"), True),)


class EventRow(Table):
    """One event. `position`: order of arrival here. `heard_ms`: see `state.tables`; `taken_ms`: this machine's clock when it arrived.
    `late`: it came after a keyframe was saved that it should have been part of. `held`: its author's clock is far ahead, its time has
    not come. `erased`: empty, or the stream's head after it: its content was destroyed, and the body is empty."""

    position = pw.BigIntegerField(primary_key=True)
    stream = pw.IntegerField()
    seq = pw.BigIntegerField()
    hlc = pw.BigIntegerField()
    heard_ms = pw.BigIntegerField()
    kind = pw.TextField()
    subject = pw.TextField()
    body = pw.BlobField()
    prev = pw.BlobField()
    signature = pw.BlobField()
    late = pw.BooleanField()
    taken_ms = pw.BigIntegerField(default=0)
    held = pw.BooleanField(default=False)
    erased = pw.BlobField(default=b"")

    class Meta:
        table_name = "event"
        constraints = (pw.SQL("FOREIGN KEY (stream) REFERENCES stream (id)"),)
        indexes = ((("stream", "seq"), True), (("hlc",), False))


class EarlyRow(Table):
    """An event that came ahead of its stream (`console.models.journal.early`), until the stream gets that far."""

    origin = pw.BlobField()
    topic = pw.TextField()
    seq = pw.BigIntegerField()
    hlc = pw.BigIntegerField()
    heard_ms = pw.BigIntegerField()
    taken_ms = pw.BigIntegerField()
    kind = pw.TextField()
    subject = pw.TextField()
    body = pw.BlobField()
    prev = pw.BlobField()
    signature = pw.BlobField()
    carrier = pw.TextField()

    class Meta:
        table_name = "early"
        primary_key = pw.CompositeKey("origin", "topic", "seq")
        without_rowid = True


class ErasureRow(Table):
    """An event that was ordered to be erased (`console.models.journal.erasing`), held here or not. `head`: of its stream after it."""

    origin = pw.BlobField()
    topic = pw.TextField()
    seq = pw.BigIntegerField()
    head = pw.BlobField()
    incident = pw.TextField()

    class Meta:
        table_name = "erasure"
        primary_key = pw.CompositeKey("origin", "topic", "seq")
        without_rowid = True
        indexes = ((("incident",), False),)


class KeptRow(Table):
    """Of a thing the first and the newest telemetry that is no longer held as an event (`console.models.journal.retention`)."""

    origin = pw.BlobField()
    topic = pw.TextField()
    kind = pw.TextField()
    subject = pw.TextField()
    newest = pw.BooleanField()
    seq = pw.BigIntegerField()
    hlc = pw.BigIntegerField()
    heard_ms = pw.BigIntegerField()
    taken_ms = pw.BigIntegerField()
    body = pw.BlobField()

    class Meta:
        table_name = "kept"
        primary_key = pw.CompositeKey("origin", "topic", "kind", "subject", "newest")
        without_rowid = True


class MetaRow(Table):
    """What this file knows of itself, as msgpack values."""

    key = pw.TextField(primary_key=True)
    value = pw.BlobField()

    class Meta:
        table_name = "meta"
        without_rowid = True


class KeyframeRow(Table):
    """The state tables as they were at `position`; `max_hlc` is the greatest of the events up to there."""

    position = pw.BigIntegerField(primary_key=True)
    max_hlc = pw.BigIntegerField()
    blob = pw.BlobField()

    class Meta:
        table_name = "keyframe"


EventRow.add_index(EventRow.position, where=pw.SQL("late"), name="event_late")
EventRow.add_index(EventRow.hlc, where=pw.SQL("signature <> x''"), name="event_moment")
EventRow.add_index(EventRow.hlc, where=pw.SQL("held"), name="event_held")

JOURNAL_TABLES: tuple[type[Table], ...] = (StreamRow, EventRow, EarlyRow, ErasureRow, KeptRow, MetaRow, KeyframeRow)
SEARCH_DDL = "CREATE VIRTUAL TABLE IF NOT EXISTS search USING fts5(text, tokenize='trigram')"

INSERT_EVENT = (
    "INSERT INTO event (position, stream, seq, hlc, heard_ms, kind, subject, body, prev, signature, late, taken_ms, held, erased) "
    "VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)"
)
UPSERT_STREAM = (
    "INSERT INTO stream (id, origin, topic, seq, head, hlc, floor, floor_head) VALUES (?,?,?,?,?,?,?,?) "
    "ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, head = excluded.head, hlc = excluded.hlc, "
    "floor = excluded.floor, floor_head = excluded.floor_head"
)


def raw(database: Any) -> sqlite3.Connection:
    """The connection under a peewee database."""
    connection: sqlite3.Connection = database.connection()
    return connection


def create(database: pw.SqliteDatabase) -> None:
    """All tables of the current version, in one transaction, marks last."""
    with database.atomic("IMMEDIATE"):
        _create_tables(database, (*STATE_TABLES, *LOG_TABLES, *JOURNAL_TABLES))
        connection = raw(database)
        connection.execute(SEARCH_DDL)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {VERSION}")


def create_state(database: pw.SqliteDatabase, *, logs: bool) -> None:
    """The projected tables alone: for a state held in memory."""
    _create_tables(database, (*STATE_TABLES, *(LOG_TABLES if logs else ())))


def _create_tables(database: pw.SqliteDatabase, tables: Sequence[type[Table]]) -> None:
    with database.bind_ctx(tables, bind_refs=False, bind_backrefs=False):
        database.create_tables(tables)


def version_of(connection: sqlite3.Connection, path: Path) -> int:
    """The schema version of an open file, 0 when it is empty. Raises Fault for a file that is not a journal or a newer one."""
    try:
        application = connection.execute("PRAGMA application_id").fetchone()[0]
        version = int(connection.execute("PRAGMA user_version").fetchone()[0])
        empty = not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    except sqlite3.DatabaseError as error:
        raise fault_of(error, path) from error
    if empty and not application and not version:
        return 0
    if application != APPLICATION_ID:
        raise ForeignFault(
            f"{path} is a SQLite file of another program, not a journal. It was left untouched; choose another data directory."
        )
    if version > VERSION:
        raise Fault(
            f"{path} was written by a newer version of this program (schema {version}, this one knows {VERSION}). "
            "It was left untouched; install the newer version."
        )
    return version


def migrate(database: pw.SqliteDatabase, version: int, target: int = VERSION, steps: Mapping[int, Step] = STEPS) -> None:
    """From `version` to `target`, one transaction a step: a failure leaves the file at the last whole step."""
    for current in range(version, target):
        with database.atomic("EXCLUSIVE"):
            steps[current](database)
            raw(database).execute(f"PRAGMA user_version = {current + 1}")
