"""What SQLite's errors mean to a person."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import peewee as pw

from console.errors import Fault


class StoreFault(Fault):
    """The journal's place gives or takes nothing for now: whoever wanted to store keeps what it has, and tries again."""


class DiskFullFault(StoreFault):
    """Nothing more can be stored until room is made."""


class ReadOnlyFault(StoreFault):
    """The file or its directory may not be written."""


class CorruptFault(StoreFault):
    """The file is damaged, or no database at all. `damage`: what is wrong, in few words."""

    def __init__(self, message: str, damage: str = "") -> None:
        super().__init__(message)
        self.damage = damage or message


class ForeignFault(Fault):
    """A SQLite file of another program."""


_FULL = frozenset({"SQLITE_FULL", "SQLITE_IOERR_WRITE", "SQLITE_IOERR_SHMSIZE", "SQLITE_IOERR_FSYNC", "SQLITE_IOERR_TRUNCATE"})
_READ_ONLY = frozenset({"SQLITE_READONLY", "SQLITE_PERM"})
_UNREADABLE = frozenset({"SQLITE_IOERR_READ", "SQLITE_IOERR_SHORT_READ", "SQLITE_IOERR_CORRUPTFS", "SQLITE_IOERR_DATA", "SQLITE_FORMAT"})


def fault_of(error: sqlite3.Error | pw.DatabaseError, path: Path) -> Fault:
    """The Fault that says what is wrong with `path` and what to do."""
    cause = error if isinstance(error, sqlite3.Error) else error.__cause__
    name = str(getattr(cause, "sqlite_errorname", ""))
    if name in _FULL:
        return DiskFullFault(f"the disk of {path} is full or failing ({error}). Make room on it; what was acknowledged is safe.")
    if name in _READ_ONLY or name.startswith("SQLITE_READONLY"):
        return ReadOnlyFault(f"{path} may not be written ({error}). Check the rights of the file and of its directory.")
    if name == "SQLITE_NOTADB":
        return CorruptFault(f"{path} is not a journal. It was left untouched; choose another data directory.", "it is no database any more")
    if name.startswith("SQLITE_CORRUPT") or name in _UNREADABLE or (isinstance(cause, sqlite3.OperationalError) and not name):
        remedy = "Start a peer on it: what is good is kept, and the rest asked for again."
        return CorruptFault(f"{path} is damaged ({error}). {remedy}", str(error))
    if name == "SQLITE_CANTOPEN":
        return Fault(f"{path} cannot be opened. Check that it exists and may be read.")
    return Fault(f"{path}: {error} ({name or type(error).__name__})")
