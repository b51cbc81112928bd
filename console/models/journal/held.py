"""What a journal holds, stream by stream, in memory: where each ends, and what another peer lacks of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence

from console.models.event import LANES_BY_URGENCY, Head, Lane, Origin, Stream, Topic, Vector
from console.models.journal.early import Early
from console.models.journal.faults import CorruptFault
from console.models.journal.tail import Tail
from console.models.run import MAX_AGE_MS, Entry, Run

_EVENT_OVERHEAD_BYTES = 48  # what the codec adds to texts and bytes, about
_RUN_OVERHEAD_BYTES = 48
_MAX_ENTRIES = 10_000
_LOOKED_AT = 500


class Held:
    """The tails of all streams, and an index of them by lane."""

    def __init__(self, tails: dict[Stream, Tail]) -> None:
        self.tails: dict[Stream, Tail] = {}
        self.heads: dict[Stream, tuple[int, Head]] = {}
        self._lanes: dict[Lane, list[Stream]] = {lane: [] for lane in LANES_BY_URGENCY}
        self.update(tails)

    def update(self, tails: Mapping[Stream, Tail]) -> None:
        for stream, tail in tails.items():
            if stream not in self.tails:
                self._lanes[Topic.parse(stream.topic).lane].append(stream)
            self.tails[stream] = tail
            self.heads[stream] = (tail.seq, tail.head)

    def vector(self) -> Vector:
        return {stream: tail.seq for stream, tail in self.tails.items()}

    def narrowed(self, topic_prefix: str, origin: Origin | None) -> dict[Stream, tuple[int, Head]]:
        return {
            stream: head
            for stream, head in self.heads.items()
            if stream.topic.startswith(topic_prefix) and (origin is None or stream.origin == origin)
        }

    def _lacking(self, after: Vector, lane: Lane, areas: Sequence[str], origin: Origin | None = None) -> Iterator[tuple[Stream, int]]:
        """The streams of a lane that end after what `after` says, with the last seq it says."""
        prefixes = tuple(areas)
        tails, known = self.tails, after.get
        for stream in self._lanes[lane]:
            if origin is not None and stream.origin != origin:
                continue
            seq = known(stream, 0)
            if seq < tails[stream].seq > tails[stream].floor and stream.topic.startswith(prefixes):
                yield stream, seq

    def waiting(self, after: Vector, areas: Sequence[str], lane: Lane) -> int:
        return sum(self.tails[stream].seq - max(seq, self.tails[stream].floor) for stream, seq in self._lacking(after, lane, areas))

    def oldest_ms(self, connection: sqlite3.Connection, after: Vector, areas: Mapping[Lane, Sequence[str]]) -> dict[Lane, int]:
        oldest: dict[Lane, int] = {}
        for lane, prefixes in areas.items():
            for stream, seq in self._lacking(after, lane, prefixes):
                first = connection.execute(
                    "SELECT heard_ms FROM event WHERE stream = ? AND seq > ? ORDER BY seq LIMIT 1", (self.tails[stream].id, seq)
                ).fetchone()
                if first is not None:
                    oldest[lane] = min(first[0], oldest.get(lane, first[0]))
        return oldest

    def newest(self, connection: sqlite3.Connection, after: Vector, areas: Sequence[str], *, limit: int, now_ms: int) -> list[Early]:
        """Of each subject the newest telemetry that is lacking, looked for in the last `_LOOKED_AT` events of each stream."""
        found: list[Early] = []
        for stream, seq in self._lacking(after, Lane.TELEMETRY, areas):
            tail = self.tails[stream]
            rows = connection.execute(
                "SELECT seq, hlc, kind, subject, body, heard_ms FROM event WHERE stream = ? AND seq > ? ORDER BY seq DESC LIMIT ?",
                (tail.id, max(seq, tail.seq - _LOOKED_AT), _LOOKED_AT),
            )
            seen: set[tuple[str, str]] = set()
            for number, hlc, kind, subject, body, heard_ms in rows:
                if (kind, subject) not in seen:
                    seen.add((kind, subject))
                    age_ms = min(max(0, now_ms - heard_ms), MAX_AGE_MS)
                    found.append(Early(stream.origin, stream.topic, number, hlc, kind, subject, body, age_ms))
            if len(found) >= limit:
                break
        return found[:limit]

    def read(
        self,
        connection: sqlite3.Connection,
        after: Vector,
        lane: Lane,
        areas: Sequence[str],
        origin: Origin | None,
        *,
        max_bytes: int,
        now_ms: int,
    ) -> list[Run]:
        starts = []
        for stream, lacked in self._lacking(after, lane, areas, origin):
            seq = max(lacked, self.tails[stream].floor)
            first = connection.execute(
                "SELECT position FROM event WHERE stream = ? AND seq = ?", (self.tails[stream].id, seq + 1)
            ).fetchone()
            if first is None:
                raise CorruptFault(f"the journal lacks event {seq + 1} of {stream.topic}. `fengsui journal verify` tells what is damaged.")
            starts.append((first[0], stream, seq, self.tails[stream].floor_head if seq > lacked else b""))
        starts.sort(key=lambda start: start[0])
        runs: list[Run] = []
        room = max_bytes
        for _, stream, seq, base in starts:
            entries, used = _entries(connection, self.tails[stream].id, seq, room, now_ms, at_least_one=not runs)
            if entries:
                runs.append(Run(stream.origin, stream.topic, seq + 1, entries, base))
            room -= used + _RUN_OVERHEAD_BYTES
            if seq + len(entries) < self.tails[stream].seq:
                break
        return runs


def _entries(
    connection: sqlite3.Connection, stream_id: int, after_seq: int, max_bytes: int, now_ms: int, *, at_least_one: bool
) -> tuple[list[Entry], int]:
    """Entries of one stream from `after_seq` + 1 on, and about how many bytes they are."""
    entries: list[Entry] = []
    used = 0
    rows = connection.execute(
        "SELECT hlc, kind, subject, body, heard_ms, prev, signature, erased FROM event WHERE stream = ? AND seq > ? ORDER BY seq LIMIT ?",
        (stream_id, after_seq, _MAX_ENTRIES),
    )
    for hlc, kind, subject, body, heard_ms, prev, signature, erased in rows:
        size = _EVENT_OVERHEAD_BYTES + len(kind) + len(subject) + len(body) + len(prev) + len(signature)
        if used + size > max_bytes and (entries or not at_least_one):
            break
        used += size
        entries.append(Entry(hlc, kind, subject, body, min(max(0, now_ms - heard_ms), MAX_AGE_MS), prev, signature, erased))
    return entries, used
