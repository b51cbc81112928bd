"""Early events: those that came by a narrow way before their stream got that far.

A short message from a satellite carries one event and not the thousand before it; a narrow link is sent the newest position of each unit
before the older ones. Such an event is kept in the table `early` and shown at once. When its stream arrives the event itself stands, and
the early one goes: it has the same stream, number and time, though its body may have been rounded to fit.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, NamedTuple

import msgspec
from msgspec import UNSET, Meta

from console.models import kinds
from console.models.event import (
    HEAD_BYTES,
    MAX_BODY_BYTES,
    MAX_KIND_CHARS,
    MAX_SUBJECT_CHARS,
    ORIGIN_BYTES,
    SIGNATURE_BYTES,
    Lane,
    Origin,
    Stream,
    Topic,
    Vector,
    chain,
)
from console.models.identity import owned_subject, signature_ok
from console.models.run import MAX_AGE_MS
from console.models.trust import Refused, Trust

_REFERS = frozenset({"unit", "incident", "table", "references"})
"""Fields that name another thing, which is written to as well."""
MAX_OF_ORIGIN = 1000
"""Early events kept of one peer: more than any narrow way brings before a wide one opens."""
UNSEALED = frozenset(
    {
        "unit.position",
        "unit.status",
        "unit.report",
        "unit.help",
        "unit.helped",
        "task.assigned",
        "task.answered",
        "loss.reported",
        "log.entered",
        "road.closed",
        "road.opened",
        "sensor.reading",
        "warning.received",
        "warning.acknowledged",
    }
)
"""Kinds believed without a signature, by the word of the peer that took them off its carrier."""


class Early(msgspec.Struct, frozen=True, array_like=True):
    """One event ahead of its stream. `age_ms` as in `run.Entry`; `prev` and `signature`: as authored, or empty where the carrier has no
    room for them. `carrier`: by what it came here, such as "beidou"; "" over a link."""

    origin: Annotated[bytes, Meta(min_length=ORIGIN_BYTES, max_length=ORIGIN_BYTES)]
    topic: Annotated[str, Meta(max_length=32, pattern=r"^[0-9]{2,12}/(command|report|telemetry)\Z")]
    seq: Annotated[int, Meta(ge=1, lt=1 << 62)]
    hlc: Annotated[int, Meta(ge=1, le=(1 << 63) - 1)]
    kind: Annotated[str, Meta(min_length=1, max_length=MAX_KIND_CHARS)]
    subject: Annotated[str, Meta(max_length=MAX_SUBJECT_CHARS)]
    body: Annotated[bytes, Meta(max_length=MAX_BODY_BYTES)]
    age_ms: Annotated[int, Meta(ge=0, le=MAX_AGE_MS)] = 0
    prev: Annotated[bytes, Meta(max_length=HEAD_BYTES)] = b""
    signature: Annotated[bytes, Meta(max_length=SIGNATURE_BYTES)] = b""
    carrier: Annotated[str, Meta(max_length=32)] = ""

    @property
    def stream(self) -> Stream:
        return Stream(self.origin, self.topic)

    @property
    def lane(self) -> Lane:
        return Lane(self.topic.rpartition("/")[2])


def judge(trust: Trust, early: Early, via: Origin | None) -> kinds.Body:
    """The body of an early event that may be believed. Raises Refused.

    It is checked alone: its speaker, area, kind and subject as any event's; its signature where it has one, over the head that follows
    from `prev`. Without one it must be of the kinds in UNSEALED, and `via` somebody who may pass on what is not signed.
    """
    try:
        topic = Topic.parse(early.topic)
    except ValueError as error:
        raise Refused("area", str(error)) from error
    grant = trust.check_speaker(early.origin, topic.area)
    if grant.revoked_hlc and early.hlc > grant.revoked_hlc:
        raise Refused("revoked", f"{grant.label} was revoked")
    known = kinds.KINDS.get(early.kind)
    if known is None or known.lane is not topic.lane:
        raise Refused("kind-lane", f"{early.kind} cannot come early on the {topic.lane.value} lane")
    if trust.check_kind(grant, early.kind) and not early.subject.startswith(owned_subject(grant.origin, "")):
        raise Refused("subject", f"{early.kind} about {early.subject!r}, which does not belong to {grant.label}")
    if early.signature:
        head = chain(early.prev, early.origin, early.topic, early.seq, early.hlc, early.kind, early.subject, early.body)
        if not signature_ok(grant.sign_key, head, early.signature):
            raise Refused("signature", "its signature does not match its content and author")
    elif early.kind not in UNSEALED:
        raise Refused("signature", f"{early.kind} is not believed without a signature")
    elif via is not None:
        trust.check_relay(early.origin, topic.area, via)
    try:
        body = kinds.decode_body(early.kind, early.body)
    except msgspec.DecodeError as error:
        raise Refused("body", f"{early.kind}: {error}") from error
    assert body is not None  # the kind is known
    trust.check_body(grant, early.subject, body)
    return body


class Shelved(NamedTuple):
    """What was kept of an early event."""

    heard_ms: int
    hlc: int
    kind: str
    subject: str
    body: bytes

    def strayed(self, hlc: int, kind: str, subject: str, body: kinds.Body | None) -> bool:
        """Whether it wrote what the event itself, with these fields, does not write again: then something of it stays. A carrier rounds and
        shortens; it tells no other thing, and nothing that the event leaves alone."""
        if (self.hlc, self.kind, self.subject) != (hlc, kind, subject):
            return True
        mine = kinds.decode_body(kind, self.body)
        names = mine.__struct_fields__ if mine is not None else ()
        pairs = [(name, getattr(mine, name), getattr(body, name)) for name in names]
        return any(its != own and (own is UNSET or (name in _REFERS and bool(its))) for name, its, own in pairs)


class EarlyShelf:
    """The table `early`, and in memory which streams have any. Used by the journal's writer, inside its transactions."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._seqs: dict[Stream, set[int]] = {}
        self.reload()

    def reload(self) -> None:
        """From the table: at the start, or when a transaction was rolled back."""
        self._seqs = {}
        for origin, topic, seq in self._connection.execute("SELECT origin, topic, seq FROM early"):
            self._seqs.setdefault(Stream(origin, topic), set()).add(seq)

    def __bool__(self) -> bool:
        return bool(self._seqs)

    def has(self, stream: Stream, seq: int) -> bool:
        return seq in self._seqs.get(stream, ())

    def of(self, stream: Stream) -> bool:
        return stream in self._seqs

    def count(self, origin: Origin) -> int:
        return sum(len(seqs) for stream, seqs in self._seqs.items() if stream.origin == origin)

    def put(self, early: Early, now_ms: int) -> None:
        """An older telemetry event about the same subject goes: only the newest of those is of use ahead of its stream."""
        if early.lane is Lane.TELEMETRY:
            self._drop(early.stream, "subject = ? AND seq < ?", (early.subject, early.seq))
        self._connection.execute(
            "INSERT INTO early (origin, topic, seq, hlc, heard_ms, taken_ms, kind, subject, body, prev, signature, carrier) "
            "VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",
            (
                early.origin,
                early.topic,
                early.seq,
                early.hlc,
                now_ms - early.age_ms,
                now_ms,
                early.kind,
                early.subject,
                early.body,
                early.prev,
                early.signature,
                early.carrier,
            ),
        )
        self._seqs.setdefault(early.stream, set()).add(early.seq)

    def kept(self, stream: Stream, upto_seq: int) -> dict[int, Shelved]:
        """By seq: what is kept ahead of a stream, as far as `upto_seq`."""
        if stream not in self._seqs:
            return {}
        rows = self._connection.execute(
            "SELECT seq, heard_ms, hlc, kind, subject, body FROM early WHERE origin = ? AND topic = ? AND seq <= ?", (*stream, upto_seq)
        )
        return {seq: Shelved(*row) for seq, *row in rows}

    def reached(self, stream: Stream, seq: int) -> None:
        """Drop what the stream itself has by now."""
        self._drop(stream, "seq <= ?", (seq,))

    def _drop(self, stream: Stream, where: str, parameters: Sequence[object]) -> None:
        rows = self._connection.execute(
            f"DELETE FROM early WHERE origin = ? AND topic = ? AND {where} RETURNING seq", (*stream, *parameters)
        ).fetchall()
        left = self._seqs.get(stream, set()) - {row[0] for row in rows}
        if left:
            self._seqs[stream] = left
        else:
            self._seqs.pop(stream, None)

    def beyond(self, after: Vector, now_ms: int) -> list[Early]:
        """What is kept that a peer with vector `after` does not hold as an event."""
        if not self._seqs:
            return []
        rows = self._connection.execute(
            "SELECT origin, topic, seq, hlc, kind, subject, body, heard_ms, prev, signature, carrier FROM early ORDER BY hlc"
        )
        return list(_beyond(rows, after, now_ms))


def _beyond(rows: Iterable[tuple[object, ...]], after: Mapping[Stream, int], now_ms: int) -> Iterable[Early]:
    for row in rows:
        origin, topic, seq, hlc, kind, subject, body, heard_ms, prev, signature, carrier = row
        if seq > after.get(Stream(origin, topic), 0):  # type: ignore[arg-type, operator]
            age_ms = min(max(0, now_ms - heard_ms), MAX_AGE_MS)  # type: ignore[operator]
            yield Early(origin, topic, seq, hlc, kind, subject, body, age_ms, prev, signature, carrier)  # type: ignore[arg-type]
