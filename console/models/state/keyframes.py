"""Keyframes: the state tables as they were at a position of the journal, so that any instant is near one.

A keyframe is zlib-compressed msgpack of {table: rows}, rows in column order. Written by the journal's writer inside an append.
"""

from __future__ import annotations

import sqlite3
import zlib
from typing import Any

import msgspec

from console.models.state.rows import COLUMNS

KEYFRAME_EVERY = 50_000  # events
KEYFRAMES_KEPT = 64
MAX_BLOB_BYTES = 16 * 1024 * 1024

_FAST = 1
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(dict[str, list[list[Any]]]).decode


def save(connection: sqlite3.Connection, position: int, max_hlc: int) -> None:
    """Add a keyframe of the state as it is, and thin out when there are too many: every second one goes, the spacing doubles."""
    tables = {name: connection.execute(f'SELECT {_names(name)} FROM "{name}"').fetchall() for name in COLUMNS}
    blob = zlib.compress(_encode(tables), _FAST)
    if len(blob) > MAX_BLOB_BYTES:
        return
    connection.execute("INSERT OR REPLACE INTO keyframe (position, max_hlc, blob) VALUES (?, ?, ?)", (position, max_hlc, blob))
    positions = [row[0] for row in connection.execute("SELECT position FROM keyframe ORDER BY position")]
    if len(positions) > KEYFRAMES_KEPT:
        connection.executemany("DELETE FROM keyframe WHERE position = ?", [(each,) for each in positions[:-1:2]])


def decode(blob: bytes) -> dict[str, list[list[Any]]]:
    """Rows by table. Raises zlib.error or msgspec.DecodeError for what is no keyframe."""
    return _decode(zlib.decompress(blob))


def load(connection: sqlite3.Connection, blob: bytes) -> None:
    """Replace the state tables of `connection` by a keyframe's."""
    tables = decode(blob)
    for name, columns in COLUMNS.items():
        connection.execute(f'DELETE FROM main."{name}"')
        connection.executemany(columns.insert, tables.get(name, []))


def _names(table: str) -> str:
    return ", ".join(f'"{name}"' for name in COLUMNS[table].names)
