"""The end of a write-ahead log that SQLite does not believe any more: frames after one that is torn or was altered.

A power cut leaves such an end when telemetry was not synced yet, a failing disk in the middle of what was. What lies there is not lost
for that: each event that follows the end of its stream, by chain and signature or by a recorded head, is taken.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import NamedTuple

from console.models.event import GENESIS, Head, Origin, Stream, Topic
from console.models.journal.ending import Loss
from console.models.journal.pages import Log, Pages
from console.models.journal.rebuild import claimed, keys_of, walk
from console.models.journal.salvage import Salvage
from console.models.run import MAX_AGE_MS, Entry, Run

_MAX_ENTRIES = 5000


class Torn(NamedTuple):
    """`runs`: what follows on what is held, in order of arrival; `losses`: streams of commands and reports that had gone further still."""

    runs: list[Run]
    losses: list[Loss]


def read(log: Log, after_frame: int, connection: sqlite3.Connection, now_ms: int) -> Torn:
    """`connection`: of the open journal, outside a transaction."""
    with closing(Pages(None, log)) as pages:
        salvage = Salvage(pages, connection, after_frame)
    try:
        keys = keys_of(connection)
        found = [_further(salvage, connection, each, keys, now_ms) for each in _streams(salvage, connection)]
    finally:
        connection.execute("DROP TABLE temp.staged")
    runs = sorted((each for runs, _ in found for each in runs), key=lambda each: each[0])
    return Torn([run for _, run in runs], [loss for _, loss in found if loss.claimed > loss.kept and _is_signed(loss.topic)])


class _Held(NamedTuple):
    row_id: int
    stream: Stream
    seq: int
    head: Head


def _streams(salvage: Salvage, connection: sqlite3.Connection) -> Iterator[_Held]:
    """Those held, and those that began in the torn part."""
    held = [
        _Held(id_, Stream(origin, topic), seq, head)
        for id_, origin, topic, seq, head in connection.execute("SELECT id, origin, topic, seq, head FROM stream")
    ]
    yield from held
    known, ids = {each.stream for each in held}, {each.row_id for each in held}
    for row_id, streams in salvage.names.items():
        if row_id not in ids:
            yield from (_Held(row_id, stream, 0, GENESIS) for stream in streams if stream not in known)


def _further(
    salvage: Salvage, connection: sqlite3.Connection, held: _Held, keys: dict[Origin, bytes], now_ms: int
) -> tuple[list[tuple[int, Run]], Loss]:
    ends = salvage.ends.get(held.row_id, ())
    found = walk(connection, held.row_id, held.stream, keys.get(held.stream.origin), (held.seq, held.head), ends)
    runs = []
    for start in range(0, len(found.rows), _MAX_ENTRIES):
        rows = [_row(connection, row) for row in found.rows[start : start + _MAX_ENTRIES]]
        entries = [
            Entry(hlc, kind, subject, body, min(max(0, now_ms - heard), MAX_AGE_MS), prev, seal)
            for _, hlc, kind, subject, body, heard, prev, seal in rows
        ]
        runs.append((rows[0][0], Run(*held.stream, held.seq + 1 + start, entries)))
    return runs, Loss(*held.stream, max(held.seq, found.seq), claimed(salvage, connection, held.row_id))


def _row(connection: sqlite3.Connection, row: int) -> tuple[int, int, str, str, bytes, int, bytes, bytes]:
    found: tuple[int, int, str, str, bytes, int, bytes, bytes] = connection.execute(
        "SELECT position, hlc, kind, subject, body, heard_ms, prev, signature FROM staged WHERE rowid = ?", (row,)
    ).fetchone()
    return found


def _is_signed(topic: str) -> bool:
    try:
        return Topic.parse(topic).lane.signed
    except ValueError:
        return False
