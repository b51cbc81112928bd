"""What of this journal goes into a bundle for one peer.

Ordinarily: all that the peer may have (as over a link: `comms.interest`) and is not known to have, stream by stream, so that it can be
appended to its journal as it is.

For one incident: every order that the peer lacks, because orders are few, who may speak stands among them, and a stream has no
holes; and all that was said about the incident. A stream of reports is carried whole up to the last of these, where the rest of it is
not much more (`WHOLE_TIMES`, `WHOLE_EVENTS`): then nothing provisional remains there. Else its events travel alone, as *early* events
(`models.journal.early`): each proves itself by its own `prev` and signature, is shown at once, and becomes part of its stream when that
arrives. The newest position of each unit on the incident goes likewise.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from typing import NamedTuple

from console.comms.carriers.bundle import layout
from console.comms.interest import Interest
from console.comms.security.keys import KEY_BYTES
from console.errors import Fault
from console.models.event import LANES_BY_URGENCY, Origin, Stream, Vector
from console.models.journal import known, meta
from console.models.journal.early import EarlyShelf
from console.models.journal.held import Held
from console.models.journal.reading import Reader
from console.models.journal.tail import Tail
from console.models.run import MAX_AGE_MS, Entry, Run
from console.models.trust import Grant, Trust

READ_BYTES = 512 * 1024
WHOLE_TIMES, WHOLE_EVENTS = 4, 500
_RELAYS = ("node", "console")
_ENTRY_BYTES = layout.LENGTH_BYTES + layout.TAG_BYTES + 72
_TAILS = "SELECT origin, topic, id, seq, head, hlc, floor, floor_head FROM stream"
_ENTRY = "SELECT hlc, kind, subject, body, heard_ms, prev, signature FROM event WHERE stream = ? AND seq = ? AND erased = x''"
_SIZES = (
    "SELECT coalesce(sum(length(body) + length(CAST(kind AS BLOB)) + length(CAST(subject AS BLOB)) + length(signature) + ?), 0) "
    "FROM event WHERE stream = ? AND seq > ? AND seq <= ?"
)
_FIXES = (
    "SELECT s.origin, s.topic, e.seq FROM unit u JOIN event e ON e.hlc = u.fix_hlc AND e.subject = u.id AND e.kind = 'unit.position' "
    "JOIN stream s ON s.id = e.stream WHERE u.incident = ?"
)


class Ask(NamedTuple):
    """For whom, about what. `incident` "": all that it is not known to have."""

    receiver: Grant
    incident: str = ""


class Choice:
    """Made, used and closed by one thread, beside the journal's writer; what is written after it was made is not in it.

    `holds`: what we hold of all that the receiver may have; `known_ms`: as of when we know what it holds; `title`: of the incident.
    """

    def __init__(self, reader: Reader, own: Origin, trust: Trust, ask: Ask, wall: Callable[[], int]) -> None:
        self._connection, self._wall = reader.connection, wall
        self._connection.execute("BEGIN")  # one moment of the journal, until the reader is closed: old telemetry may go meanwhile
        receiver = ask.receiver
        self._receiver, self._wants = receiver.origin, Interest(receiver.role, receiver.area).wants()
        tails = {Stream(origin, topic): Tail(*tail) for origin, topic, *tail in self._connection.execute(_TAILS)}
        self.holds = {stream: tail.seq for stream, tail in tails.items() if tail.seq and self._may_have(stream)}
        learned = known.read(self._connection, receiver.origin)
        self.known_ms = None if learned is None else learned.as_of_ms
        others = {stream: tail.seq for stream, tail in tails.items() if not _may_relay(trust, own, stream)}
        self._after = {**(_unheard(tails, receiver.origin) if learned is None else learned.vector()), **others}
        self.title = ""
        self._alone: list[tuple[Stream, int]] = []
        self._narrowed = bool(ask.incident)
        if ask.incident:
            self.title = _title(self._connection, ask.incident)
            tails = self._narrow(tails, ask.incident)
        self._held = Held(tails)

    def _may_have(self, stream: Stream) -> bool:
        """What it said itself it may always have back, should its journal have been lost."""
        return stream.origin == self._receiver or self._wants.covers(stream.topic)

    # -- one incident ---------------------------------------------------------------------------------------------------------

    def _narrow(self, tails: dict[Stream, Tail], incident: str) -> dict[Stream, Tail]:
        """The streams that are carried; what goes alone is put into `_alone`."""
        kept = {stream: tail for stream, tail in tails.items() if stream.topic.endswith("/command")}
        rows = self._connection.execute(
            "SELECT origin, topic, seq FROM timeline WHERE incident = ? ORDER BY origin, topic, seq", (incident,)
        )
        said = ((Stream(bytes.fromhex(origin), topic), seq) for origin, topic, seq in rows)
        for stream, group in groupby(said, lambda each: each[0]):
            seqs = [seq for _, seq in group if stream in tails and seq <= tails[stream].seq]
            if seqs and self._wants.covers(stream.topic):
                self._put(kept, tails[stream], stream, seqs)
        fixes = [(Stream(origin, topic), seq) for origin, topic, seq in self._connection.execute(_FIXES, (incident,))]
        self._alone += [(stream, seq) for stream, seq in fixes if self._wants.covers(stream.topic)]
        return kept

    def _put(self, kept: dict[Stream, Tail], tail: Tail, stream: Stream, seqs: list[int]) -> None:
        after = self._after.get(stream, 0)
        if stream not in kept and seqs[-1] - after <= max(WHOLE_EVENTS, WHOLE_TIMES * len(seqs)):
            kept[stream] = tail._replace(seq=seqs[-1])
            self._alone += [(stream, seq) for seq in seqs if seq <= after]
        elif stream in kept:
            self._alone += [(stream, seq) for seq in seqs if seq <= after]
        else:
            self._alone += [(stream, seq) for seq in seqs]

    # -- what it comes to -------------------------------------------------------------------------------------------------------

    def counts(self) -> dict[str, int]:
        """Events by lane, those that go alone among them."""
        counts = {lane.value: 0 for lane in LANES_BY_URGENCY}
        for stream, seq in self._lacking():
            counts[stream.topic.rpartition("/")[2]] += self._held.tails[stream].seq - seq
        for run in self.early():
            counts[run.topic.rpartition("/")[2]] += len(run.entries)
        return counts

    def most_bytes(self) -> int:
        """Of all records together, before they are deflated."""
        total = sum(_entry_bytes(entry) for run in self.early() for entry in run.entries)
        for stream, seq in self._lacking():
            tail = self._held.tails[stream]
            total += int(self._connection.execute(_SIZES, (_ENTRY_BYTES, tail.id, seq, tail.seq)).fetchone()[0])
        return total

    def _lacking(self) -> Iterator[tuple[Stream, int]]:
        for stream, tail in self._held.tails.items():
            seq = max(self._after.get(stream, 0), tail.floor)
            if seq < tail.seq and self._may_have(stream):
                yield stream, seq

    def runs(self) -> Iterator[Run]:
        """The streams' part: what the receiver made and lost; then commands, reports, telemetry."""
        after = dict(self._after)
        parts = [(lane, self._receiver, [""]) for lane in LANES_BY_URGENCY]
        for lane, origin, prefixes in [*parts, *((lane, None, self._wants.of(lane)) for lane in LANES_BY_URGENCY)]:
            while runs := self._held.read(self._connection, after, lane, prefixes, origin, max_bytes=READ_BYTES, now_ms=self._wall()):
                for run in runs:
                    after[run.stream] = run.last_seq
                    yield run

    def early(self) -> Iterator[Run]:
        """What goes ahead of its stream: of an incident, and what is here itself only so."""
        seqs = sorted(set(self._alone), key=lambda each: (each[0].topic, each[0].origin, each[1]))
        for stream, seq in seqs:
            entry = self._entry(self._held_id(stream), seq)
            if entry is not None:
                yield Run(stream.origin, stream.topic, seq, [entry])
        if not self._narrowed:
            yield from self._shelved()

    def _shelved(self) -> Iterator[Run]:
        for early in EarlyShelf(self._connection).beyond(self._after, self._wall()):
            if self._wants.covers(early.topic):
                entry = Entry(early.hlc, early.kind, early.subject, early.body, early.age_ms, early.prev, early.signature)
                yield Run(early.origin, early.topic, early.seq, [entry])

    def _held_id(self, stream: Stream) -> int:
        row = self._connection.execute("SELECT id FROM stream WHERE origin = ? AND topic = ?", stream).fetchone()
        return int(row[0])

    def _entry(self, stream_id: int, seq: int) -> Entry | None:
        """None when its content was erased since."""
        row = self._connection.execute(_ENTRY, (stream_id, seq)).fetchone()
        if row is None:
            return None
        hlc, kind, subject, body, heard_ms, prev, signature = row
        return Entry(hlc, kind, subject, body, min(max(0, self._wall() - heard_ms), MAX_AGE_MS), prev, signature)

    def names(self, origins: Iterable[Origin]) -> dict[Origin, str]:
        rows = dict(self._connection.execute("SELECT id, name FROM peer"))
        roots = {grant.origin.hex(): grant.name for grant in meta.roots(self._connection)}
        identity = meta.identity(self._connection)
        mine = {} if identity is None else {identity.origin.hex(): identity.name}
        found = {**rows, **roots, **mine}
        return {origin: found[origin.hex()] for origin in origins if found.get(origin.hex())}


def _entry_bytes(entry: Entry) -> int:
    return _ENTRY_BYTES + len(entry.body) + len(entry.kind) + len(entry.subject.encode()) + len(entry.signature)


def _unheard(tails: Iterable[Stream], receiver: Origin) -> Vector:
    """What a peer that was never heard is taken to have: what it said itself."""
    return {stream: layout.FURTHEST for stream in tails if stream.origin == receiver}


def _may_relay(trust: Trust, own: Origin, stream: Stream) -> bool:
    """What is not signed is believed only because of who brings it: a unit brings its own."""
    grant = trust.grant(own)
    return stream.origin == own or not stream.topic.endswith("/telemetry") or (grant is not None and grant.role in _RELAYS)


def _title(connection: sqlite3.Connection, incident: str) -> str:
    row = connection.execute("SELECT title FROM incident WHERE id = ?", (incident,)).fetchone()
    if row is None:
        raise Fault(f"there is no incident {incident!r} in this journal. Give its id as the window's details show it.")
    return str(row[0]) or incident


def can_receive(grant: Grant) -> bool:
    return not grant.revoked_hlc and len(grant.curve_key) == KEY_BYTES and any(grant.curve_key)


def receiver_named(trust: Trust, own: Origin, text: str) -> Grant:
    """The enrolled peer with this name, origin in hex, or beginning of it (6 digits). Raises Fault when it is not one, or cannot be sent
    anything."""
    low = text.lower()
    others = [grant for grant in trust.grants.values() if grant.origin != own]
    found = [grant for grant in others if grant.origin.hex() == low] or [grant for grant in others if grant.name == text]
    found = [grant for grant in found if not grant.revoked_hlc] or found
    if not found and len(low) >= 6:
        found = [grant for grant in others if grant.origin.hex().startswith(low)]
    if len(found) != 1:
        raise Fault(f"{'no' if not found else 'more than one'} peer {text!r} is enrolled here. `fengsui peers` lists names and ids.")
    if found[0].revoked_hlc:
        raise Fault(f"{found[0].label} was revoked: nothing is made for it. Enrol it anew first.")
    if not can_receive(found[0]):
        raise Fault(f"the key of {found[0].label} is not known here. It comes with its enrolment: connect to the node above once.")
    return found[0]
