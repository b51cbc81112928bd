"""Old telemetry goes: of each stream the oldest events, up to its *floor*. The vector stays true: it says how far a stream was taken in, and
a peer that still lacks what is below the floor is told that it is no longer held here (`Run.base`).

What they said stays where it is of use: tracks at one point per 10 s, every reading, and of each thing the first and
the newest in the table `kept`, from which the projected tables are made when they have to be made anew.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from typing import NamedTuple

from console.models.clock import ms_of
from console.models.event import GENESIS, Head, Lane, Stream, Topic, chain
from console.models.journal import meta
from console.models.journal.faults import CorruptFault
from console.models.journal.tail import Tail
from console.models.state.project import TRACK_BUCKET_MS

SLICE = 2000
"""Events looked at in one transaction: a few milliseconds."""
_KEEP_NEWEST = (
    "INSERT INTO kept (origin, topic, kind, subject, newest, seq, hlc, heard_ms, taken_ms, body) VALUES (?,?,?,?,1,?,?,?,?,?) "
    "ON CONFLICT (origin, topic, kind, subject, newest) DO UPDATE SET seq = excluded.seq, hlc = excluded.hlc, heard_ms = excluded.heard_ms, "
    "taken_ms = excluded.taken_ms, body = excluded.body WHERE excluded.seq > kept.seq"
)
_KEEP_OLDEST = (
    "INSERT OR IGNORE INTO kept (origin, topic, kind, subject, newest, seq, hlc, heard_ms, taken_ms, body) VALUES (?,?,?,?,0,?,?,?,?,?)"
)


class Dropped(NamedTuple):
    """What one step did: how many events it dropped, the changed ends of streams, and whether there may be more to drop."""

    events: int
    tails: dict[Stream, Tail]
    more: bool


def above_horizon(connection: sqlite3.Connection, table: str) -> str:
    """The condition on rows of a log table that the events held give; of telemetry that was dropped the rows below it are all there is."""
    horizon_hlc = meta.get(connection, "horizon_hlc", int)
    if horizon_hlc is None or table not in _OUTLIVE:
        return "1"
    return _OUTLIVE[table](horizon_hlc)


_OUTLIVE: Mapping[str, Callable[[int], str]] = {
    "track": lambda hlc: f"bucket > {ms_of(hlc) // TRACK_BUCKET_MS}",
    "reading": lambda hlc: f"hlc > {hlc}",
}
"""Log tables whose rows stay when the telemetry they were made from goes."""


def _raise_horizon(connection: sqlite3.Connection, hlc: int) -> None:
    meta.put(connection, "horizon_hlc", max(hlc, meta.get(connection, "horizon_hlc", int) or 0))


def drop(connection: sqlite3.Connection, tails: Mapping[Stream, Tail], before_hlc: int, limit: int = SLICE) -> Dropped:
    """Drop telemetry said before `before_hlc`, inside an open transaction: of one stream after another, `limit` events at most."""
    left, changed = limit, {}
    for stream, tail in tails.items():
        if Topic.parse(stream.topic).lane is not Lane.TELEMETRY or tail.floor == tail.seq:
            continue
        floor, head = _drop_of(connection, stream, tail, before_hlc, left)
        if floor > tail.floor:
            changed[stream] = tail._replace(floor=floor, floor_head=head)
            left -= floor - tail.floor
        if left <= 0:
            break
    if changed:
        _raise_horizon(connection, before_hlc)
        connection.executemany(
            "UPDATE stream SET floor = ?, floor_head = ? WHERE id = ?",
            [(tail.floor, tail.floor_head, tail.id) for tail in changed.values()],
        )
    return Dropped(limit - left, changed, left <= 0)


def _drop_of(connection: sqlite3.Connection, stream: Stream, tail: Tail, before_hlc: int, limit: int) -> tuple[int, Head]:
    """The new floor of a stream and the head there."""
    rows = connection.execute(
        "SELECT seq, hlc, kind, subject, body, heard_ms, taken_ms FROM event WHERE stream = ? AND seq > ? ORDER BY seq LIMIT ?",
        (tail.id, tail.floor, limit),
    ).fetchall()
    floor, head = tail.floor, tail.floor_head or GENESIS
    oldest: dict[tuple[str, str], tuple[object, ...]] = {}
    newest: dict[tuple[str, str], tuple[object, ...]] = {}
    for seq, hlc, kind, subject, body, heard_ms, taken_ms in rows:
        if hlc >= before_hlc:
            break
        floor, head = seq, chain(head, *stream, seq, hlc, kind, subject, body)
        newest[kind, subject] = row = (*stream, kind, subject, seq, hlc, heard_ms, taken_ms, body)
        oldest.setdefault((kind, subject), row)
    if floor > tail.floor:
        connection.executemany(_KEEP_OLDEST, oldest.values())
        connection.executemany(_KEEP_NEWEST, newest.values())
        connection.execute("DELETE FROM event WHERE stream = ? AND seq <= ?", (tail.id, floor))
    return floor, head


def skip(connection: sqlite3.Connection, stream: Stream, tail: Tail, floor: int, floor_head: Head) -> Tail:
    """Nobody holds the events up to `floor` any more: go on from there. What is held below it is dropped."""
    while tail.floor < tail.seq:
        upto, head = _drop_of(connection, stream, tail, 1 << 63, SLICE)
        if upto == tail.floor:
            raise CorruptFault(f"the journal lacks event {upto + 1} of {stream.topic}. `fengsui journal verify` tells what is damaged.")
        tail = tail._replace(floor=upto, floor_head=head)
    _raise_horizon(connection, tail.hlc)
    return tail._replace(seq=floor, head=floor_head, floor=floor, floor_head=floor_head)
