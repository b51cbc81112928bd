"""What SQLite's errors mean to a person."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import peewee as pw

from console.errors import Fault


class DiskFullFault(Fault):
    """Nothing more can be stored until room is made."""


class ReadOnlyFault(Fault):
    """The file or its directory may not be written."""


class CorruptFault(Fault):
    """The file is damaged, or no database at all."""


_FULL = frozenset({"SQLITE_FULL", "SQLITE_IOERR_WRITE", "SQLITE_IOERR_SHMSIZE", "SQLITE_IOERR_FSYNC"})
_READ_ONLY = frozenset({"SQLITE_READONLY", "SQLITE_PERM"})


def fault_of(error: sqlite3.Error | pw.DatabaseError, path: Path) -> Fault:
    """The Fault that says what is wrong with `path` and what to do."""
    cause = error if isinstance(error, sqlite3.Error) else error.__cause__
    name = str(getattr(cause, "sqlite_errorname", ""))
    if name in _FULL:
        return DiskFullFault(f"the disk of {path} is full or failing ({error}). Make room on it; what was acknowledged is safe.")
    if name in _READ_ONLY or name.startswith("SQLITE_READONLY"):
        return ReadOnlyFault(f"{path} may not be written ({error}). Check the rights of the file and of its directory.")
    if name == "SQLITE_NOTADB":
        return CorruptFault(f"{path} is not a journal. It was left untouched; choose another data directory.")
    if name.startswith("SQLITE_CORRUPT"):
        return CorruptFault(f"{path} is damaged ({error}). Copy it away, start with an empty one and let the other peers send it again.")
    if name == "SQLITE_CANTOPEN":
        return Fault(f"{path} cannot be opened. Check that it exists and may be read.")
    return Fault(f"{path}: {error} ({name or type(error).__name__})")
