"""Everything in a journal that is derived from its events, made anew: projected tables, keyframes, the texts for searching."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from console.models import kinds
from console.models.journal import meta
from console.models.journal.retention import above_horizon
from console.models.journal.schema import SEARCH_DDL
from console.models.journal.search import INSERT_TEXT, text_of
from console.models.state import keyframes
from console.models.state.project import PROJECTION_VERSION, project_all
from console.models.state.tables import LOG_TABLES, STATE_TABLES


def refresh(connection: sqlite3.Connection) -> None:
    """Inside an open transaction."""
    for table in (*STATE_TABLES, *LOG_TABLES):
        name = str(table._meta.table_name)
        connection.execute(f'DELETE FROM "{name}" WHERE {above_horizon(connection, name)}')
    connection.execute("DELETE FROM keyframe")
    project_all(connection, connection)
    connection.execute("DROP TABLE IF EXISTS search")
    connection.execute(SEARCH_DDL)
    connection.executemany(INSERT_TEXT, _texts(connection))
    _save_keyframe(connection)
    meta.put(connection, "projection", PROJECTION_VERSION)


def _texts(connection: sqlite3.Connection) -> Iterator[tuple[int, str]]:
    rows = connection.execute("SELECT position, kind, body FROM event WHERE signature <> x'' AND erased = x'' ORDER BY position")
    for position, kind, raw in rows:
        body = kinds.decode_body(kind, raw)
        text = "" if body is None else text_of(body)
        if text:
            yield position, text


def _save_keyframe(connection: sqlite3.Connection) -> None:
    """So that an instant of the past need not be made from the first event on."""
    position = connection.execute("SELECT max(position) FROM event").fetchone()[0]
    if position is not None and position >= keyframes.KEYFRAME_EVERY:
        (max_hlc,) = connection.execute("SELECT coalesce(max(hlc), 0) FROM event WHERE NOT held").fetchone()
        keyframes.save(connection, position, max_hlc)
