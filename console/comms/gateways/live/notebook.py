"""What a gateway must remember beside its journal: which files it has taken, and how new what it knows of each earthquake is."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from console.errors import Fault

_MOST_FILES = 50_000
_DDL = (
    "CREATE TABLE IF NOT EXISTS taken (source TEXT, digest TEXT, name TEXT, PRIMARY KEY (source, digest))",
    "CREATE TABLE IF NOT EXISTS tremor (key TEXT PRIMARY KEY, updated_ms INTEGER NOT NULL, said BLOB NOT NULL)",
)


class Notebook:
    """A small SQLite file; made, used and closed by one thread. What it loses is read again, and changes nothing."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with self._faults():
            self._connection = sqlite3.connect(path, isolation_level=None, timeout=10)
            self._connection.execute("PRAGMA journal_mode = WAL")
            for statement in _DDL:
                self._connection.execute(statement)

    def close(self) -> None:
        self._connection.close()

    def taken_as(self, source: str, digest: str) -> str:
        """The name under which a file of this content was taken, "" when it was not."""
        with self._faults():
            row = self._connection.execute("SELECT name FROM taken WHERE source = ? AND digest = ?", (source, digest)).fetchone()
        return "" if row is None else str(row[0])

    def note_taken(self, source: str, digest: str, name: str) -> None:
        with self._faults():
            self._connection.execute("INSERT OR REPLACE INTO taken VALUES (?, ?, ?)", (source, digest, name))
            self._connection.execute(
                "DELETE FROM taken WHERE source = ? AND rowid <= (SELECT max(rowid) FROM taken WHERE source = ?) - ?",
                (source, source, _MOST_FILES),
            )

    def tremor(self, key: str) -> tuple[int, bytes] | None:
        """(when its source last changed it, what was said of it)."""
        with self._faults():
            row = self._connection.execute("SELECT updated_ms, said FROM tremor WHERE key = ?", (key,)).fetchone()
        return None if row is None else (int(row[0]), bytes(row[1]))

    def note_tremors(self, tremors: list[tuple[str, int, bytes]]) -> None:
        with self._faults(), self._connection:
            self._connection.execute("BEGIN")
            self._connection.executemany("INSERT OR REPLACE INTO tremor VALUES (?, ?, ?)", tremors)

    @contextmanager
    def _faults(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise Fault(
                f"{self._path}: {error}. Make room on the disk, or remove the file: what was taken before is then taken again, and changes nothing."
            ) from error
