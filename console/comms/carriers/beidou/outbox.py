"""What the journal has for short messages: events of the code book as they are written or arrive, and whom each concerns."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from console.comms.carriers.beidou.codebook import KINDS
from console.comms.carriers.beidou.packing import PREFIX_BYTES
from console.comms.interest import Interest
from console.models import kinds
from console.models.event import Event, Origin, Stream, Vector
from console.models.journal.early import Early
from console.models.trust import Grant

LOOK_BACK = 200
"""Of each stream no more than its last so many events are looked through."""
_FOR_CONSOLES = KINDS - {"unit.position", "unit.status", "sensor.reading"}
_SELECT = (
    "SELECT e.seq, e.hlc, e.heard_ms, e.kind, e.subject, e.body FROM event e JOIN stream s ON s.id = e.stream "
    f"WHERE s.origin = ? AND s.topic = ? AND e.seq > ? AND e.erased = x'' AND e.kind IN ({','.join('?' * len(KINDS))}) ORDER BY e.seq"
)


class Found(NamedTuple):
    """`heard_ms`: when it was said, by this machine's UTC clock."""

    event: Event
    heard_ms: int


class Outbox:
    """`connection`: a reader of the journal. On the peer's thread. Telemetry of others is left to the wide link."""

    def __init__(self, connection: sqlite3.Connection, own: Origin) -> None:
        self._connection, self._own = connection, own
        self._seen: Vector = {}
        self._seen_early: set[tuple[Stream, int]] = set()

    def begin_anew(self) -> None:
        """Tell everything again: there is somebody who was not told."""
        self._seen, self._seen_early = {}, set()

    def news(self, vector: Mapping[Stream, int], limit: int) -> Iterator[Found]:
        """What was added since the last time; after so many the rest is left for the next."""
        told = 0
        for stream, seq in vector.items():
            seen = self._seen.get(stream, 0)
            if told >= limit:
                return
            if seq > seen and (stream.origin == self._own or not stream.topic.endswith("/telemetry")):
                self._seen[stream] = seq
                found = self._read(stream, max(seen, seq - LOOK_BACK))
                told += 1 + len(found)
                yield from found

    def early_news(self, events: Sequence[Early], now_ms: int) -> Iterator[Found]:
        """Likewise of what came ahead of its stream: by another short message, and has further to go."""
        for early in events:
            key = (early.stream, early.seq)
            if key not in self._seen_early and early.kind in KINDS and not early.topic.endswith("/telemetry"):
                self._seen_early.add(key)
                event = Event(early.origin, early.topic, early.seq, early.hlc, early.kind, early.subject, early.body)
                yield Found(event, now_ms - early.age_ms)
        self._seen_early &= {(early.stream, early.seq) for early in events}

    def _read(self, stream: Stream, after: int) -> list[Found]:
        rows = self._connection.execute(_SELECT, (*stream, after, *KINDS))
        return [Found(Event(*stream, seq, hlc, kind, subject, body), heard_ms) for seq, hlc, heard_ms, kind, subject, body in rows]


class Place(NamedTuple):
    """Who this peer is to others. `upstreams`: the nodes that what is said here goes up to; `cut_off`: no network reaches any of them."""

    own: Origin
    role: str
    area: str
    upstreams: frozenset[Origin]
    cut_off: bool


def concerns(found: Found, other: Grant, place: Place) -> bool:
    """Whether an event is of use to another peer that no network reaches.

    Up goes what this peer says (a node: what its area says); down go orders to that peer's units and what holds for its area; a console in
    the field is told what matters in its area. Beside its node a peer speaks to others only while it is cut off.
    """
    event = found.event
    area = event.topic.partition("/")[0]
    if event.origin == other.origin:
        return False
    if other.origin in place.upstreams:
        return event.origin == place.own or (place.role == "node" and area.startswith(place.area))
    if place.role not in ("node", "console") or other.role == "node" or not (place.role == "node" or place.cut_off):
        return False
    if place.role != "node" and event.origin != place.own:
        return False
    if other.role == "console":
        return event.kind in _FOR_CONSOLES and area.startswith(other.area)
    return _addressed(event, other)


_TO_ALL = frozenset({"warning.received", "road.closed", "road.opened"})


def addressed_to(event: Event) -> bytes | None:
    """The beginning of the origin of the one peer below that it is for; b"" for none of them, None for all in its area."""
    if event.kind in _TO_ALL:
        return None
    if event.kind == "task.assigned":
        body = kinds.decode_body(event.kind, event.body)
        return _owner(body.unit) if isinstance(body, kinds.TaskAssigned) else b""
    return _owner(event.subject) if event.kind == "unit.helped" else b""


def _owner(subject: str) -> bytes:
    try:
        return bytes.fromhex(subject.partition(":")[0])
    except ValueError:
        return b""


def _addressed(event: Event, other: Grant) -> bool:
    """An order to a unit of that peer, an answer to its call, or what everybody in its area is told."""
    owner = addressed_to(event)
    if owner is None:
        return Interest(other.role, other.area).wants().covers(event.topic)
    return len(owner) == PREFIX_BYTES and other.origin.startswith(owner)
