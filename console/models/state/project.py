"""The projection: applies events to the state and log tables and says what changed.

It runs inside the transaction that appends the events, over the whole journal into an empty database (`rebuild`), and over the
events up to an instant (`console.models.state.instant`): always the same code, and the order of the events never matters.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from itertools import chain

import msgspec

from console.models import kinds
from console.models.changes import Changes, Fix
from console.models.clock import COUNTER_BITS, far_ahead, ms_of
from console.models.event import Origin, Topic
from console.models.identity import owned_subject
from console.models.state import rules
from console.models.state.rows import Rows
from console.models.state.rules import Happening, Mark, Move

PROJECTION_VERSION = 4
"""Raised whenever the same events would give other tables: a journal projected by another version is projected anew on opening."""

TRACK_BUCKET_MS = 10_000
_encode = msgspec.msgpack.Encoder().encode
_TRACKED_UNITS = 20_000
_NEVER_HELD = ("unit.", "sensor.", "gateway.", "power.", "card.", "lead.")
"""Kinds that a clock far ahead does not hold back when a peer tells of what is its own: that wins over nobody else's words."""
_INCIDENT_SUBJECT = frozenset(
    {
        "incident.opened",
        "incident.changed",
        "incident.closed",
        "incident.purged",
        "log.entered",
        "loss.reported",
        "conflict.reviewed",
        "hold.placed",
        "hold.lifted",
    }
)
_WRITTEN = {
    "incident.opened": ("title", "category", "hazard", "level", "place", "lon", "lat"),
    "incident.changed": ("title", "category", "hazard", "level", "place", "lon", "lat", "response_level"),
    "resource.registered": ("quantity",),
    "resource.changed": ("quantity", "status", "incident"),
}
"""The fields whose every write is kept, so that two who wrote one apart can both be shown."""
_INSERT_TIMELINE = (
    'INSERT OR REPLACE INTO timeline ("incident", hlc, origin, topic, seq, kind, subject, body, heard_ms, taken_ms, mark) '
    "VALUES (?,?,?,?,?,?,?,?,?,?,?)"
)
_INSERT_WRITTEN = 'INSERT OR IGNORE INTO written (subject, field, hlc, origin, base, "value") VALUES (?,?,?,?,?,?)'
_UPSERT_TRACK = (
    "INSERT INTO track (unit, bucket, hlc, lon, lat) VALUES (?,?,?,?,?) ON CONFLICT (unit, bucket) DO UPDATE "
    "SET hlc = excluded.hlc, lon = excluded.lon, lat = excluded.lat "
    "WHERE (excluded.hlc, excluded.lon, excluded.lat) < (track.hlc, track.lon, track.lat)"
)
_UPSERT_READING = (
    'INSERT INTO reading (sensor, at_ms, "value", quality, hlc) VALUES (?,?,?,?,?) ON CONFLICT (sensor, at_ms, hlc) DO UPDATE '
    'SET "value" = excluded."value", quality = excluded.quality '
    'WHERE (excluded."value", excluded.quality) > (reading."value", reading.quality)'
)


class Projection:
    """Applies events through one connection; `logs=False` leaves the log tables alone (where they are views of the journal's)."""

    def __init__(self, connection: sqlite3.Connection, *, logs: bool = True) -> None:
        self._connection = connection
        self._logs = logs
        self.rows = Rows(connection)
        self._fixes: dict[str, Fix] = {}
        self._timeline: list[tuple[object, ...]] = []
        self._tracks: list[tuple[str, int, int, float, float]] = []
        self._written: list[tuple[object, ...]] = []
        self._readings: list[tuple[object, ...]] = []
        self._writers: set[tuple[str, str]] = set()  # table and id of what they are about
        self._tracked: dict[str, tuple[int, int]] = {}  # unit -> bucket last written and the earliest hlc in it
        self._moves: list[Move] = []
        self.move = self._moves.append

    def apply(self, at: Happening) -> None:
        """Take one event of a known kind. Nothing is written before `flush`."""
        if at.held and not may_be_held(at.origin, at.kind, at.subject):
            at = msgspec.structs.replace(at, held=False, mark=Mark.NONE if at.mark is Mark.HELD else at.mark)
        if isinstance(at.body, kinds.UnitPosition):
            if at.held:
                return
            early = at.mark is Mark.EARLY
            self.move(Move(at.hlc - early, at.origin, at.area, at.heard_ms, at.subject, at.body, early))
            return
        rule = rules.RULES.get(at.kind)
        if rule is not None:
            rule(self.rows, at, at.body)
        self._log(at)

    def flush(self) -> Changes:
        """Write everything taken since the last time, into the transaction that is open."""
        self._settle_moves()
        ids = self.rows.flush()
        if self._timeline:
            if self._logs:
                self._connection.executemany(_INSERT_TIMELINE, self._timeline)
            ids.setdefault("timeline", set()).update(str(entry[0]) for entry in self._timeline)
        if self._written and self._logs:
            self._connection.executemany(_INSERT_WRITTEN, self._written)
        for table, subject in self._writers:  # a write that lost changes no row, and may be a conflict all the same
            ids.setdefault(table, set()).add(subject)
        if self._tracks:
            self._connection.executemany(_UPSERT_TRACK, self._tracks)
        if self._readings:
            self._connection.executemany(_UPSERT_READING, self._readings)
        changes = Changes(ids=ids, fixes=self._fixes)
        self._fixes, self._timeline, self._tracks, self._written, self._readings, self._writers = {}, [], [], [], [], set()
        if len(self._tracked) > _TRACKED_UNITS:
            self._tracked = {}
        return changes

    def forget(self) -> None:
        """The transaction was rolled back, or the tables were replaced: nothing held here is true any more."""
        self.rows.forget()
        self._fixes, self._timeline, self._tracks, self._written, self._readings, self._writers = {}, [], [], [], [], set()
        self._tracked = {}
        self._moves.clear()

    def _settle_moves(self) -> None:
        """All new positions of a unit at once, so that its row is written once however many there are."""
        by_unit: dict[str, list[Move]] = {}
        for move in self._moves:
            by_unit.setdefault(move[4], []).append(move)
        self._moves.clear()
        for unit, moves in by_unit.items():
            fix = rules.moved(self.rows, unit, moves)
            if fix is not None:
                body = fix.body
                self._fixes[unit] = Fix(unit, body.lon, body.lat, body.heading_deg, body.speed_mps, fix.heard_ms, body.valid_s, fix.hlc)
            if self._logs:
                self._track(unit, moves)

    def _track(self, unit: str, moves: list[Move]) -> None:
        bucket, earliest = self._tracked.get(unit, (-1, 0))
        for move in moves:
            hlc = move[0]
            if move.early or ((hlc >> COUNTER_BITS) // TRACK_BUCKET_MS == bucket and hlc > earliest):
                continue
            bucket, earliest = ms_of(hlc) // TRACK_BUCKET_MS, hlc
            self._tracks.append((unit, bucket, hlc, move.body.lon, move.body.lat))
        self._tracked[unit] = (bucket, earliest)

    def _log(self, at: Happening) -> None:
        if isinstance(at.body, kinds.SensorReading | kinds.SensorSeries):
            if self._logs and not at.held and at.mark is not Mark.EARLY:
                self._readings += [(at.subject, *read, at.hlc) for read in rules.readings_of(at)]
            return
        about_it = at.kind in _INCIDENT_SUBJECT or getattr(at.body, "table", "") == "incident"
        incident = at.subject if about_it else getattr(at.body, "incident", "")
        if isinstance(incident, str) and incident:
            place = (incident, at.hlc, at.origin.hex(), at.topic, at.seq)
            self._timeline.append((*place, at.kind, at.subject, at.raw, at.heard_ms, at.taken_ms, at.mark.value))
        if at.kind in _WRITTEN and not at.held and at.mark is not Mark.EARLY:
            self._note_writes(at)

    def _note_writes(self, at: Happening) -> None:
        base = getattr(at.body, "base", None)
        self._writers.add((at.kind.partition(".")[0], at.subject))
        for field in _WRITTEN[at.kind]:
            value = getattr(at.body, field)
            if value is not msgspec.UNSET:
                self._written.append((at.subject, field, at.hlc, at.origin.hex(), at.hlc if base is None else base, _encode(value)))


def may_be_held(origin: Origin, kind: str, subject: str) -> bool:
    """Whether such an event waits when its author's clock is far ahead. Whom nodes believe does not: a revocation must not wait."""
    return not (kind.startswith("peer.") or (kind.startswith(_NEVER_HELD) and subject.startswith(owned_subject(origin, ""))))


def incident_of(kind: str, subject: str, body: kinds.Body) -> str:
    """The incident that an event is about, "" when it is about none."""
    incident = subject if kind in _INCIDENT_SUBJECT else getattr(body, "incident", "")
    return incident if isinstance(incident, str) else ""


SELECT_HAPPENINGS = """
    SELECT s.origin, s.topic, e.seq, e.hlc, e.heard_ms, e.kind, e.subject, e.body, e.taken_ms, e.held, e.erased
    FROM {schema}.event e JOIN {schema}.stream s ON s.id = e.stream"""
SELECT_KEPT = "SELECT origin, topic, seq, hlc, heard_ms, kind, subject, body, taken_ms FROM {schema}.kept"
SELECT_EARLY = "SELECT origin, topic, seq, hlc, heard_ms, kind, subject, body, taken_ms FROM {schema}.early"


def happenings(
    connection: sqlite3.Connection, where: str = "", parameters: tuple[object, ...] = (), *, schema: str = "main"
) -> Iterator[Happening]:
    """The events of known kinds that a journal holds, narrowed by `where` (columns of `e` and `s`)."""
    areas: dict[str, str] = {}
    sql = SELECT_HAPPENINGS.format(schema=schema) + (f" WHERE {where}" if where else "")
    for origin, topic, seq, hlc, heard_ms, kind, subject, raw, taken_ms, held, erased in connection.execute(sql, parameters):
        mark = Mark.ERASED if erased else Mark.HELD if held else Mark.NONE
        body = kinds.decode_body(kind, raw)
        if body is not None:
            area = areas.get(topic) or areas.setdefault(topic, Topic.parse(topic).area)
            yield Happening(origin, topic, area, seq, hlc, heard_ms, kind, subject, raw, body, taken_ms, mark, bool(held))


def kept_happenings(connection: sqlite3.Connection, *, schema: str = "main") -> Iterator[Happening]:
    """The newest of each thing of the telemetry that is no longer held as events."""
    for origin, topic, seq, hlc, heard_ms, kind, subject, raw, taken_ms in connection.execute(SELECT_KEPT.format(schema=schema)):
        body, area = kinds.decode_body(kind, raw), Topic.parse(topic).area
        if body is not None:
            yield Happening(origin, topic, area, seq, hlc, heard_ms, kind, subject, raw, body, taken_ms)


def early_happenings(connection: sqlite3.Connection, *, schema: str = "main") -> Iterator[Happening]:
    """What came ahead of its stream and is not here in full yet."""
    for origin, topic, seq, hlc, heard_ms, kind, subject, raw, taken_ms in connection.execute(SELECT_EARLY.format(schema=schema)):
        body, area = kinds.decode_body(kind, raw), Topic.parse(topic).area
        if body is not None:
            held = far_ahead(hlc, taken_ms)
            yield Happening(origin, topic, area, seq, hlc, heard_ms, kind, subject, raw, body, taken_ms, Mark.EARLY, held)


def project_all(source: sqlite3.Connection, target: sqlite3.Connection, *, schema: str = "main") -> None:
    """Project every event of `source` into the (empty) tables of `target`. Of telemetry that was dropped the track is not there."""
    projection = Projection(target)
    everything = chain(kept_happenings(source, schema=schema), happenings(source, schema=schema), early_happenings(source, schema=schema))
    for count, at in enumerate(everything):
        projection.apply(at)
        if count % 10_000 == 9_999:
            projection.flush()
    projection.flush()
