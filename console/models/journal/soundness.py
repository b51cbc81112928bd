"""Whether a journal's file is sound, as far as can be told cheaply, and what can be mended in it as it is."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from pathlib import Path

import msgspec
import peewee as pw

from console.models.journal import meta, schema
from console.models.journal.faults import CorruptFault, DiskFullFault, ReadOnlyFault, fault_of
from console.models.journal.pages import Log
from console.models.journal.refresh import refresh
from console.models.journal.suspicion import beside
from console.models.journal.verify import file_damage, stream_damage

_SPARED = frozenset({"SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_NOMEM", "SQLITE_CANTOPEN", "SQLITE_PERM", "SQLITE_AUTH"})


def check(connection: sqlite3.Connection, path: Path) -> None:
    """Raises CorruptFault, or what SQLite raises, when the file is shorter than it says, the way to a table's first row is spoilt, or a stream
    does not end where its row says. Cheap: nothing of the size of the journal is read."""
    page_bytes = connection.execute("PRAGMA page_size").fetchone()[0]
    said = connection.execute("PRAGMA page_count").fetchone()[0]
    there = path.stat().st_size // page_bytes
    with closing(Log(beside(path, "-wal"))) as log:
        logged = {frame.page for frame in log.frames}
    if not logged.issuperset(range(there + 1, said + 1)):
        raise _short(path, f"it has {there} pages where it says {said}")
    for (table,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
        connection.execute(f'SELECT * FROM "{table}" LIMIT 1').fetchone()
    for row_id, topic, seq, hlc, floor in connection.execute("SELECT id, topic, seq, hlc, floor FROM stream").fetchall():
        if seq <= floor:
            continue
        last = connection.execute("SELECT seq, hlc FROM event WHERE stream = ? ORDER BY seq DESC LIMIT 1", (row_id,)).fetchone()
        if last != (seq, hlc):
            raise _short(path, f"{topic} does not end at {seq} as it says")


def _short(path: Path, damage: str) -> CorruptFault:
    return CorruptFault(f"{path} is damaged: {damage}. Start a peer on it.", damage)


def believed_frames(connection: sqlite3.Connection) -> int:
    """How many frames of its log SQLite believes. It moves them into the file by the way, and says so only then."""
    _, frames, _ = connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
    return max(0, int(frames))


def mended_in_place(path: Path) -> bool:
    """Whether the events of the journal are whole, once indexes and what is derived from events were made anew in it."""
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            if meta.identity(connection) is None:
                return False
            connection.execute("BEGIN IMMEDIATE")
            try:
                if not _mend(connection):
                    connection.execute("ROLLBACK")
                    return False
                connection.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):
                    connection.execute("ROLLBACK")
                raise
            return not file_damage(connection)
    except (sqlite3.Error, pw.DatabaseError) as error:
        fault = fault_of(error, path)
        if isinstance(fault, DiskFullFault | ReadOnlyFault):
            raise
        return False
    except (msgspec.DecodeError, ValueError, TypeError, LookupError):
        return False


def _mend(connection: sqlite3.Connection) -> bool:
    if file_damage(connection):
        connection.execute("REINDEX")
        if file_damage(connection):
            return False
    if any(True for _ in stream_damage(connection)):
        return False
    refresh(connection)
    connection.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
    return True


def means_damage(error: sqlite3.Error | pw.DatabaseError) -> bool:
    """Whether an error met while a journal was opened is the file's own fault."""
    cause = error if isinstance(error, sqlite3.Error) else error.__cause__
    name = str(getattr(cause, "sqlite_errorname", ""))
    if isinstance(fault_of(error, Path()), DiskFullFault | ReadOnlyFault):
        return False
    return not any(name.startswith(spared) for spared in _SPARED)
