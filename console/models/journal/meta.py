"""What a journal knows of itself: whose it is, and whom it trusts from outside."""

from __future__ import annotations

import sqlite3
from typing import Any, TypeVar

import msgspec

from console.models.event import Origin
from console.models.form import ready
from console.models.trust import Grant

T = TypeVar("T")
_encode = msgspec.msgpack.Encoder().encode


class Identity(msgspec.Struct, frozen=True):
    """This machine's peer. `area`: GB/T 2260 code it stands for."""

    origin: Origin
    name: str
    role: str
    area: str


def put(connection: sqlite3.Connection, key: str, value: Any) -> None:
    connection.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", (key, _encode(value)))


def get(connection: sqlite3.Connection, key: str, of: type[T]) -> T | None:
    found = connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
    return None if found is None else msgspec.msgpack.decode(found[0], type=ready(of))


def identity(connection: sqlite3.Connection) -> Identity | None:
    return get(connection, "identity", Identity)


def roots(connection: sqlite3.Connection) -> list[Grant]:
    """The nodes that tokens vouched for."""
    return get(connection, "roots", list[Grant]) or []


def witnessed(connection: sqlite3.Connection) -> list[bytes]:
    """Signing keys of peers whose enrolment was damaged: what they said stays proven."""
    return get(connection, "witnessed", list[bytes]) or []


def put_witnessed(connection: sqlite3.Connection, keys: list[bytes]) -> None:
    put(connection, "witnessed", keys)


def put_roots(connection: sqlite3.Connection, grants: list[Grant]) -> None:
    put(connection, "roots", grants)
