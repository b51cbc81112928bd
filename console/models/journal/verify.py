"""Verification: every chain and signature recomputed, and the projected tables compared with a fresh projection."""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterator
from typing import NamedTuple

import msgspec
import peewee as pw

from console.models import kinds
from console.models.clock import follows
from console.models.event import GENESIS, Head, Origin, Stream, Topic, chain
from console.models.identity import origin_of, signature_ok
from console.models.journal import meta, schema
from console.models.journal.retention import above_horizon
from console.models.state import keyframes
from console.models.state.project import project_all
from console.models.state.tables import LOG_TABLES, STATE_TABLES


class Damage(NamedTuple):
    """What is wrong with one stream, at its first bad event; or with the file or a table (`origin` and `topic` empty, seq 0)."""

    origin: str
    topic: str
    seq: int
    what: str


class Verdict(NamedTuple):
    events: int
    streams: int
    damage: list[Damage]


ENROLMENTS = "SELECT body FROM event WHERE kind = 'peer.enrolled'"
_TYPES = (int, int, str, str, bytes, bytes, bytes, bytes)


class _Bad(Exception):
    pass


def verify(connection: sqlite3.Connection) -> Verdict:
    """Check a whole journal through a read-only connection, as it is at this moment (one snapshot)."""
    connection.execute("BEGIN")
    try:
        damage = [Damage("", "", 0, f"file: {line}") for line in file_damage(connection)]
        if not damage:
            damage = list(stream_damage(connection))
        if not damage:
            damage = [Damage("", "", 0, line) for line in (*_table_damage(connection), *_keyframe_damage(connection))]
        events = connection.execute("SELECT count(*) FROM event").fetchone()[0]
        streams = connection.execute("SELECT count(*) FROM stream").fetchone()[0]
    except sqlite3.DatabaseError as error:
        return Verdict(0, 0, [Damage("", "", 0, f"file: {error}")])
    finally:
        connection.execute("ROLLBACK")
    return Verdict(events, streams, damage)


def file_damage(connection: sqlite3.Connection) -> list[str]:
    """What SQLite itself finds wrong with pages and indexes; reads all of the file."""
    return [row[0] for row in connection.execute("PRAGMA main.integrity_check(10)") if row[0] != "ok"]


# -- chains and signatures ------------------------------------------------------------------------------------------------


def stream_damage(connection: sqlite3.Connection) -> Iterator[Damage]:
    """The first event of each stream that is missing or was altered."""
    keys = dict(signing_keys(connection))
    streams = connection.execute("SELECT id, origin, topic, seq, head, floor, floor_head FROM stream").fetchall()
    for stream_id, origin, topic, seq, head, floor, floor_head in streams:
        held, reached = floor, floor_head or GENESIS
        try:
            for good in _chain(connection, stream_id, Stream(origin, topic), keys.get(origin), (held, reached)):
                held, reached = good
            if (held, reached) != (seq, head):
                raise _Bad(f"the stream ends at {held}, its record says {seq}" if held != seq else "its head is not the one recorded")
        except _Bad as bad:
            yield Damage(origin.hex(), topic, held + (held < seq), str(bad))
    for stream_id, count in connection.execute(
        "SELECT stream, count(*) FROM event WHERE stream NOT IN (SELECT id FROM stream) GROUP BY stream"
    ):
        yield Damage("", "", 0, f"{count} events of a stream that is not recorded ({stream_id})")


def signing_keys(connection: sqlite3.Connection, enrolments: str = ENROLMENTS) -> Iterator[tuple[Origin, bytes]]:
    """Signing keys by origin, from wherever they stand: an origin is the hash of its key, so a key proves itself."""
    own = meta.get(connection, "sign_key", bytes)
    if own is not None:
        yield origin_of(own), own
    for grant in meta.roots(connection):
        yield origin_of(grant.sign_key), grant.sign_key
    for key in meta.witnessed(connection):
        yield origin_of(key), key
    for (raw,) in connection.execute(enrolments):
        try:
            body = kinds.decode_body("peer.enrolled", raw)
        except (msgspec.DecodeError, UnicodeDecodeError):
            continue
        if isinstance(body, kinds.PeerEnrolled):
            yield origin_of(body.sign_key), body.sign_key


def _chain(
    connection: sqlite3.Connection, stream_id: int, stream: Stream, key: bytes | None, floor: tuple[int, Head]
) -> Iterator[tuple[int, Head]]:
    """(seq, head) of one good event after another; raises _Bad at the first that is not. `floor`: what is no longer held, and the head there.

    Of an event whose content was destroyed the head was kept: the event before it and the one after it have to agree with it, and its
    author's signature is over it.
    """
    try:
        signed = Topic.parse(stream.topic).lane.signed
    except ValueError as error:
        raise _Bad(str(error)) from error
    expected, head, last_hlc = floor[0] + 1, floor[1], 0
    rows = connection.execute(
        "SELECT seq, hlc, kind, subject, body, prev, signature, erased FROM event WHERE stream = ? ORDER BY seq", (stream_id,)
    )
    for row in rows:
        if tuple(map(type, row)) != _TYPES:
            raise _Bad("its fields are not of their types")
        seq, hlc, kind, subject, body, prev, signature, erased = row
        if seq != expected:
            raise _Bad(f"event {expected} is missing")
        if not follows(last_hlc, hlc):
            raise _Bad("it is not later than the event before it")
        before, head = head, erased or chain(head, stream.origin, stream.topic, seq, hlc, kind, subject, body)
        if signed and prev != before:
            raise _Bad("it does not follow the event before it: one of the two was altered")
        if signed and (key is None or not signature_ok(key, head, signature)):
            raise _Bad("no key of its author is known" if key is None else "its signature does not match: it was altered")
        if not signed and (prev or signature):
            raise _Bad("telemetry carries no seal")
        _check_body(kind, body)
        yield seq, head
        expected, last_hlc = seq + 1, hlc


def _check_body(kind: str, body: bytes) -> None:
    try:
        kinds.decode_body(kind, body)
    except msgspec.DecodeError as error:
        raise _Bad(f"its body is not a {kind}: {error}") from error


# -- projected tables -------------------------------------------------------------------------------------------------------


def _table_damage(connection: sqlite3.Connection) -> Iterator[str]:
    database = pw.SqliteDatabase(":memory:", thread_safe=False)
    database.connect()
    try:
        fresh = schema.raw(database)
        schema.create_state(database, logs=True)
        fresh.execute("BEGIN")
        project_all(connection, fresh)
        for table in (*STATE_TABLES, *LOG_TABLES):
            yield from _difference(connection, fresh, str(table._meta.table_name))
        fresh.execute("COMMIT")
    finally:
        database.close()


def _keyframe_damage(connection: sqlite3.Connection) -> Iterator[str]:
    """Keyframes are told when they cannot be read; that they were right when they were saved is not proven again."""
    for position, blob in connection.execute("SELECT position, blob FROM keyframe ORDER BY position"):
        try:
            keyframes.decode(blob)
        except (zlib.error, msgspec.DecodeError) as error:
            yield f"keyframe at {position}: {error}"


def _difference(connection: sqlite3.Connection, fresh: sqlite3.Connection, table: str) -> Iterator[str]:
    where = f"WHERE {above_horizon(connection, table)}"
    select = f'SELECT * FROM "{table}" {where} ORDER BY 1, 2, 3, 4, 5'
    held, expected = connection.execute(select), fresh.execute(select)
    for mine, theirs in zip(held, expected, strict=False):
        if mine != theirs:
            yield f"table {table}: row {min(mine[0], theirs[0])!r} is not what the events say"
            return
    counts = [each.execute(f'SELECT count(*) FROM "{table}" {where}').fetchone()[0] for each in (connection, fresh)]
    if counts[0] != counts[1]:
        yield f"table {table}: {counts[0]} rows where the events give {counts[1]}"
