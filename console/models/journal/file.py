"""The open file of a journal: its marks checked, its transactions all or nothing, damage noted when it is met."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import peewee as pw

from console.models.journal import meta, schema
from console.models.journal.faults import CorruptFault, fault_of
from console.models.journal.lock import WriterLock
from console.models.journal.refresh import refresh
from console.models.journal.soundness import check
from console.models.journal.suspicion import suspect
from console.models.state.project import PROJECTION_VERSION

FULL, NORMAL = 2, 1
"""`synchronous`: synced to disk before a transaction returns, or not."""
_CHECKPOINT_PAGES = 4000
_CACHE_KIB = 8 * 1024


class JournalFile:
    """`damage`: what was met, "" while nothing was. Raises Fault on construction (and whatever a damaged file makes its reader raise)."""

    def __init__(self, path: Path, lock: WriterLock) -> None:
        self.path, self.lock = path, lock
        self.damage = ""
        self._synchronous = FULL
        self.database = pw.SqliteDatabase(str(path), thread_safe=False, check_same_thread=False)
        try:
            _prepare(self.database, path, fresh=not (lock.opened_before and path.exists()))
            self.connection = schema.raw(self.database)
            check(self.connection, path)
        except BaseException:
            self.database.close()
            raise

    @contextmanager
    def transaction(self, synchronous: int) -> Iterator[None]:
        """All or nothing. SQLite's errors come out as Fault."""
        connection = self.connection
        with self.faults():
            if synchronous != self._synchronous:
                connection.execute(f"PRAGMA synchronous = {synchronous}")
                self._synchronous = synchronous
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    with suppress(sqlite3.Error):
                        connection.execute("ROLLBACK")
                raise

    @contextmanager
    def faults(self) -> Iterator[None]:
        """SQLite's errors come out as Fault; damage is noted for the next opening."""
        try:
            yield
        except (sqlite3.Error, pw.DatabaseError, CorruptFault) as error:
            fault = error if isinstance(error, CorruptFault) else fault_of(error, self.path)
            if isinstance(fault, CorruptFault) and not self.damage:
                self.suspect(str(fault))
            raise fault from error

    def suspect(self, damage: str) -> None:
        """Damage was met: have the next opening see to it."""
        self.damage = damage
        suspect(self.path, damage)

    def close(self) -> None:
        """Idempotent."""
        self.database.close()
        self.lock.release()


def _prepare(database: pw.SqliteDatabase, path: Path, *, fresh: bool) -> None:
    """Check the marks before anything is written, then create or migrate, and project anew what another version projected. `fresh`: there
    may be nothing in the file yet."""
    database.connect()
    connection = schema.raw(database)
    version = schema.version_of(connection, path)
    if version == 0 and not fresh:
        raise CorruptFault(f"{path} was a journal and is empty. Start a peer on it.", "it is empty")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = 2")
    connection.execute("PRAGMA secure_delete = ON")
    connection.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT_PAGES}")
    connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
    if version == 0:
        schema.create(database)
        meta.put(connection, "projection", PROJECTION_VERSION)
    else:
        schema.migrate(database, version)
    if meta.get(connection, "projection", int) != PROJECTION_VERSION:
        _project_anew(connection)


def _project_anew(connection: sqlite3.Connection) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        refresh(connection)
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
