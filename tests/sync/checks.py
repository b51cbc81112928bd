"""What must hold: at every step of a story, and when all is mended and told."""

from __future__ import annotations

import sqlite3
from collections.abc import Set as AbstractSet
from contextlib import closing
from functools import lru_cache

import peewee as pw

from console.models.event import Stream
from console.models.journal.schema import create_state, raw
from console.models.journal.verify import verify
from console.models.state.project import Projection, happenings
from tests.sync.links import End
from tests.sync.members import Member
from tests.sync.world import World

_LOCAL = ("heard_ms", "taken_ms", "help_ms")
"""Ends of names of columns that are of this machine's own clock."""
Rows = list[tuple[object, ...]]
Tables = dict[str, Rows]
_ALIKE = (("prefecture", "desk"), ("west", "laptop"))
"""Who want the same."""


def nothing_acknowledged_is_missing(world: World) -> None:
    """What one side takes for held by the other is in the other's journal. (A process that died is no other side any more.)"""
    for connection in world.connections:
        for mine, theirs in ((connection.up, connection.down), (connection.down, connection.up)):
            if mine.line is not None and not mine.over and not theirs.over:
                _check_acknowledged(mine, theirs)


def _check_acknowledged(mine: End, theirs: End) -> None:
    assert mine.line is not None
    held = theirs.member.journal.vector()
    for stream, seq in mine.line.session.acked.items():
        assert held.get(stream, 0) >= seq, f"{mine.member.name} takes {seq} of {stream.topic} for held by {theirs.member.name}"


def all_is_told(world: World) -> None:
    lacking = world.lacking()
    assert not lacking, "; ".join(lacking)
    for stream, seq in world.said.items():
        heads = {name: member.journal.heads().get(stream) for name, member in world.members.items() if member.wants(stream)}
        assert len(set(heads.values())) == 1, f"{world.name_of(stream)} {seq} differs: {heads}"
    for one, other in _ALIKE:
        assert world.members[one].journal.digest() == world.members[other].journal.digest()


def all_is_whole(world: World) -> None:
    """Every chain and signature, and the tables: as their own events say, and as those of whoever holds all events say."""
    with closing(_reader(world.members["prefecture"])) as everything:
        expected: dict[frozenset[Stream], Tables] = {}
        for member in world.members.values():
            streams = frozenset(member.journal.heads())
            if streams not in expected:
                expected[streams] = _projected(everything, streams)
            _check_whole(member, expected[streams])


def _check_whole(member: Member, expected: Tables) -> None:
    with closing(_reader(member)) as reader:
        damage = verify(reader).damage
        assert not damage, f"{member.name}: {damage}"
        for left in ("SELECT count(*) FROM early", "SELECT count(*) FROM event WHERE held"):
            assert reader.execute(left).fetchone() == (0,), f"{member.name}: {left}"
        for table, rows in expected.items():
            assert rows == _rows(reader, table), f"{member.name}: table {table} is not what the same events give elsewhere"


def _projected(source: sqlite3.Connection, streams: AbstractSet[Stream]) -> Tables:
    """What a fresh projection of these streams' events makes of each table."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as memory:
        raw(_empty()).backup(memory)
        projection = Projection(memory)
        for at in happenings(source):
            if Stream(at.origin, at.topic) in streams:
                projection.apply(at)
        projection.flush()
        tables = [name for (name,) in memory.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {table: _rows(memory, table) for table in tables}


@lru_cache(maxsize=1)
def _empty() -> pw.SqliteDatabase:
    """The tables of a state, empty: making them takes peewee longer than all that is done with them here."""
    database = pw.SqliteDatabase(":memory:", thread_safe=False)
    database.connect()
    create_state(database, logs=True)
    return database


def _rows(connection: sqlite3.Connection, table: str) -> Rows:
    columns = [row[1] for row in connection.execute(f'PRAGMA table_info("{table}")')]
    shared = ", ".join(f'"{name}"' for name in columns if not name.endswith(_LOCAL))
    return sorted(connection.execute(f'SELECT {shared} FROM "{table}"').fetchall(), key=repr)


def _reader(member: Member) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{member.path}?mode=ro", uri=True, isolation_level=None)
