"""A journal made anew from what a damaged one still says: of every stream the longest prefix that can be proven.

A report or command proves itself by its author's signature over everything before it. Telemetry is not signed: a prefix of it is proven
by a head that the stream's row recorded. What only describes an event here (when it was heard) proves nothing and is kept within reason.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import msgspec

from console.models import kinds
from console.models.clock import follows
from console.models.event import GENESIS, Head, Origin, Stream, Topic, chain
from console.models.form import ready
from console.models.identity import Signer, origin_of, signature_ok
from console.models.journal import meta, schema
from console.models.journal.meta import Identity
from console.models.journal.salvage import End, Salvage
from console.models.journal.verify import ENROLMENTS, signing_keys
from console.models.trust import Grant

_BELIEVED_AHEAD = 100_000
"""A stream's row that claims more than this beyond the events that can be read is taken for damaged."""


class Remembered(NamedTuple):
    """What is remembered beside the journal (`peer.json`): who this peer is and whom it believes, should the journal not say."""

    identity: Identity
    roots: list[Grant]


class Kept(NamedTuple):
    """Of one stream: how far it could be proven, how far it is known to have gone, and whether a row of its own said so."""

    seq: int
    claimed: int
    recorded: bool


class Walk(NamedTuple):
    """The proven part of a stream: rows of `staged`, its end, and its floor."""

    rows: list[int]
    seq: int
    head: Head
    hlc: int
    floor: int
    floor_head: Head


def rebuild(
    salvage: Salvage, connection: sqlite3.Connection, signer: Signer, remembered: Remembered | None, now_ms: int
) -> dict[Stream, Kept]:
    """Fill the empty journal of `connection`, which has the salvage's `staged`, inside an open transaction. The projected tables are not
    filled. What became of each stream."""
    _put_meta(salvage.meta, connection, signer, remembered)
    keys = keys_of(connection)
    connection.execute("CREATE TEMP TABLE chosen (staged INTEGER PRIMARY KEY, stream INTEGER)")
    kept: dict[Stream, Kept] = {}
    for row_id in _stream_ids(salvage, connection):
        stream, found = _best(salvage, connection, row_id, keys)
        if stream is None:
            continue
        kept[stream] = Kept(found.seq, max(found.seq, claimed(salvage, connection, row_id)), row_id in salvage.ends)
        if found.rows:
            _put_stream(connection, stream, found)
    _put_events(connection, now_ms)
    _put_early(salvage, connection, kept)
    _put_kept(salvage, connection)
    _put_witnessed(connection, kept, keys)
    connection.execute("DROP TABLE temp.chosen")
    return kept


# -- who and whom ----------------------------------------------------------------------------------------------------------


def _put_meta(found: Mapping[str, list[bytes]], connection: sqlite3.Connection, signer: Signer, remembered: Remembered | None) -> None:
    """Values that can be decoded, the newest of each; who this is and whom it believes as remembered, where they say nothing."""
    types: dict[str, Any] = {"identity": Identity, "roots": list[Grant]}
    for key, values in found.items():
        value = next((value for value in reversed(values) if _decodes(value, types.get(key, Any))), None)
        if value is not None and key not in ("projection", "sign_key"):
            connection.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", (key, value))
    meta.put(connection, "sign_key", signer.public_key)
    identity = meta.identity(connection)
    if (identity is None or identity.origin != signer.origin) and remembered is not None:
        meta.put(connection, "identity", remembered.identity)
    sound = [root for root in meta.roots(connection) if origin_of(root.sign_key) == root.origin]
    named = {root.origin for root in sound}
    more = [root for root in (remembered.roots if remembered is not None else []) if root.origin not in named]
    meta.put_roots(connection, [*sound, *more])


def _decodes(raw: bytes, of: Any) -> bool:
    try:
        msgspec.msgpack.decode(raw, type=ready(of))
    except (msgspec.DecodeError, UnicodeDecodeError):
        return False
    return True


def keys_of(connection: sqlite3.Connection) -> dict[Origin, bytes]:
    """Signing keys by origin, of the journal and of `staged`."""
    return dict(signing_keys(connection, f"SELECT body FROM staged WHERE kind = 'peer.enrolled' UNION ALL {ENROLMENTS}"))


def _put_witnessed(connection: sqlite3.Connection, kept: Iterable[Stream], keys: Mapping[Origin, bytes]) -> None:
    """The keys of those whose enrolment could not be kept itself."""
    known = dict(signing_keys(connection))
    origins = {stream.origin for stream in kept} - set(known)
    meta.put_witnessed(connection, [*meta.witnessed(connection), *(keys[origin] for origin in sorted(origins) if origin in keys)])


# -- streams ---------------------------------------------------------------------------------------------------------------


def _stream_ids(salvage: Salvage, connection: sqlite3.Connection) -> list[int]:
    staged = {row[0] for row in connection.execute("SELECT DISTINCT stream FROM staged")}
    return sorted(staged | set(salvage.ends))


def claimed(salvage: Salvage, connection: sqlite3.Connection, row_id: int) -> int:
    """How far a stream is known to have gone."""
    seen = connection.execute("SELECT max(seq) FROM staged WHERE stream = ?", (row_id,)).fetchone()[0] or 0
    said = max((end.seq for end in salvage.ends.get(row_id, ())), default=0)
    return max(seen, said if said <= seen + _BELIEVED_AHEAD else 0)


def _best(salvage: Salvage, connection: sqlite3.Connection, row_id: int, keys: Mapping[Origin, bytes]) -> tuple[Stream | None, Walk]:
    """Which of the streams it may be it is: the one of which most can be proven. (None, ...) when it has no name at all."""
    ends = list(salvage.ends.get(row_id, ()))
    floors = sorted({(end.floor, end.floor_head or GENESIS) for end in ends} | {(0, GENESIS)}, reverse=True)
    best: tuple[Stream | None, Walk] = (None, Walk([], 0, GENESIS, 0, 0, GENESIS))
    for stream in salvage.names.get(row_id, ()):
        for floor in floors:
            found = walk(connection, row_id, stream, keys.get(stream.origin), floor, ends)
            if best[0] is None or found.seq > best[1].seq:
                best = (stream, found)
            if found.rows:
                break
    return best


def walk(
    connection: sqlite3.Connection, row_id: int, stream: Stream, key: bytes | None, floor: tuple[int, Head], ends: Iterable[End]
) -> Walk:
    """Through `staged` from the floor (seq, head after it) on, for as long as each event follows; telemetry up to the last head that was
    recorded. `key`: the author's."""
    try:
        signed = Topic.parse(stream.topic).lane.signed
    except ValueError:
        return Walk([], 0, GENESIS, 0, 0, GENESIS)
    recorded = {(end.seq, end.head) for end in ends}
    seq, head, last_hlc = floor[0], floor[1], 0
    rows: list[int] = []
    proven = Walk([], 0, GENESIS, 0, *floor)
    count = 0
    select = (
        "SELECT rowid, seq, hlc, kind, subject, body, prev, signature, erased FROM staged WHERE stream = ? AND seq > ? "
        "ORDER BY seq, erased = x''"
    )
    for row in connection.execute(select, (row_id, floor[0])):
        if row[1] == seq:
            continue  # another version of the event just proven
        if row[1] != seq + 1:
            break
        after = _follows(stream, row, head, last_hlc, key if signed else b"")
        if after is None:
            continue  # perhaps another version of it does
        rows.append(row[0])
        seq, head, last_hlc = row[1], after, row[2]
        if signed or (seq, head) in recorded:
            count, proven = len(rows), Walk([], seq, head, last_hlc, *floor)
    return proven._replace(rows=rows[:count])


def _follows(stream: Stream, row: tuple[Any, ...], head: Head, last_hlc: int, key: bytes | None) -> Head | None:
    """The head after the event of `row`; None when it does not follow `head`. `key`: its author's, b"" for telemetry, None: not known."""
    _, seq, hlc, kind, subject, body, prev, signature, erased = row
    if not follows(last_hlc, hlc) or key is None:
        return None
    after: Head = erased or chain(head, stream.origin, stream.topic, seq, hlc, kind, subject, body)
    if not key:
        return after if not prev and not signature and _is_body(kind, body) else None
    if prev != head or not signature_ok(key, after, signature):
        return None
    return after if erased or _is_body(kind, body) else None


def _is_body(kind: str, body: bytes) -> bool:
    try:
        kinds.decode_body(kind, body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return False
    return True


# -- into the tables -------------------------------------------------------------------------------------------------------


def _put_stream(connection: sqlite3.Connection, stream: Stream, found: Walk) -> None:
    number = connection.execute("SELECT count(*) FROM stream").fetchone()[0] + 1
    floor_head = found.floor_head if found.floor else b""
    connection.execute(schema.UPSERT_STREAM, (number, *stream, found.seq, found.head, found.hlc, found.floor, floor_head))
    connection.executemany("INSERT INTO chosen VALUES (?, ?)", [(row, number) for row in found.rows])


def _put_events(connection: sqlite3.Connection, now_ms: int) -> None:
    """In their order of arrival, numbered anew from 1."""
    connection.execute(
        "INSERT INTO event (position, stream, seq, hlc, heard_ms, kind, subject, body, prev, signature, late, taken_ms, held, erased) "
        "SELECT row_number() OVER (ORDER BY s.position, c.stream, s.seq), c.stream, s.seq, s.hlc, min(s.heard_ms, ?), s.kind, s.subject, "
        "s.body, s.prev, s.signature, s.late <> 0, min(s.taken_ms, ?), s.held <> 0, s.erased "
        "FROM chosen c JOIN staged s ON s.rowid = c.staged",
        (now_ms, now_ms),
    )


def _put_early(salvage: Salvage, connection: sqlite3.Connection, kept: Mapping[Stream, Kept]) -> None:
    """What came ahead of its stream and is not in it yet."""
    for row in salvage.early.values():
        stream = Stream(row[0], row[1])  # type: ignore[arg-type]
        held = kept[stream].seq if stream in kept else 0
        if row[2] > held and row[6] in kinds.KINDS and _is_body(row[6], row[8]):  # type: ignore[operator, arg-type]
            connection.execute(f"INSERT OR IGNORE INTO early VALUES ({', '.join('?' * len(row))})", row)


def _put_kept(salvage: Salvage, connection: sqlite3.Connection) -> None:
    """What is left of telemetry that was dropped: nothing proves it, so it has to be of such a part of a stream and to make sense."""
    floors = {Stream(origin, topic): floor for origin, topic, floor in connection.execute("SELECT origin, topic, floor FROM stream")}
    for row in salvage.kept.values():
        below = row[5] <= floors.get(Stream(row[0], row[1]), 0)  # type: ignore[arg-type]
        if below and row[2] in kinds.KINDS and _is_body(row[2], row[9]):  # type: ignore[arg-type]
            connection.execute(f"INSERT OR IGNORE INTO kept VALUES ({', '.join('?' * len(row))})", row)
