"""One transaction's worth of events on their way into the journal: checked, chained, projected, and written together.

Everything a batch learns (heads, trust, positions) stays in the batch until the transaction commits, so a failure leaves the
journal's memory as it was.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from console.models import kinds
from console.models.changes import Changes
from console.models.clock import far_ahead
from console.models.event import GENESIS, Event, Head, Stream, Topic, chain
from console.models.journal import retention
from console.models.journal.admission import Admission
from console.models.journal.early import MAX_OF_ORIGIN, Early, EarlyShelf, judge
from console.models.journal.erasing import ENDINGS, Erasures, erasable, redacted
from console.models.journal.outcome import Refusal, RunOutcome
from console.models.journal.schema import INSERT_EVENT, UPSERT_STREAM
from console.models.journal.search import INSERT_TEXT, text_of
from console.models.journal.tail import Tail
from console.models.run import Entry, Run
from console.models.state.project import Projection, incident_of, may_be_held
from console.models.state.rules import Happening, Mark, Move
from console.models.trust import Grant, Refused, Trust

MAX_SEQ = 1 << 61
"""No stream gets so far event by event; a number beyond it could not be told to others any more (`wire.Seq`)."""


class Batch:
    """Built inside an open transaction. `take`, `take_early` and `author` admit events, `write` puts them into the tables.

    `now_ms`: this machine's clock; `horizon_hlc`: events after it are held, their author's clock is far ahead. `erased`: words were destroyed;
    `residue`: an early event told what its stream does not, so that the projected tables have to be made anew.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        projection: Projection,
        trust: Trust,
        tails: Mapping[Stream, Tail],
        shelf: EarlyShelf,
        erasures: Erasures,
        *,
        position: int,
        max_hlc: int,
        keyframe_hlc: int,
        now_ms: int,
        horizon_hlc: int,
    ) -> None:
        self._connection = connection
        self._projection = projection
        self._held_tails = tails
        self._next_stream_id = len(tails) + 1
        self.keyframe_hlc = keyframe_hlc
        self._now_ms = now_ms
        self._horizon_hlc = horizon_hlc
        self._shelf = shelf
        self._erasures = erasures
        self._purged: dict[str, None] = {}  # incidents of which something is to be erased
        self.erased = False
        self.residue = False
        self._rows: list[tuple[Any, ...]] = []
        self._texts: list[tuple[int, str]] = []
        self.trust = trust
        self.tails: dict[Stream, Tail] = {}
        self.position = position
        self.max_hlc = max_hlc

    def tail(self, stream: Stream) -> Tail:
        """Where a stream ends by now; a new stream gets the next row id when its first event is admitted."""
        return self.tails.get(stream) or self._held_tails.get(stream) or Tail(self._next_stream_id, 0, GENESIS, 0)

    def _extend(self, stream: Stream, tail: Tail) -> None:
        if tail.id == self._next_stream_id:
            self._next_stream_id += 1
        self.tails[stream] = tail

    # -- from elsewhere ---------------------------------------------------------------------------------------------------

    def take(self, run: Run, via: bytes | None) -> RunOutcome:
        """Admit the good prefix of a run that came over the link of peer `via` (None: the carrier vouches for itself)."""
        tail = self.tail(run.stream)
        duplicates = 0
        try:
            duplicates = self._skip_held(run, tail)
            if duplicates == len(run.entries):
                return RunOutcome(0, duplicates)
            topic, grant = self._check_run(run, via)
            if run.last_seq > MAX_SEQ:
                raise Refused("chain", "it does not follow the event before it")
            if run.first_seq > tail.seq + 1:
                tail = self._skip(run, topic, tail, via)
        except Refused as refused:
            return RunOutcome(0, duplicates, Refusal(refused.code, refused.text, run.first_seq + duplicates))
        entries = run.entries[duplicates:] if duplicates else run.entries
        refusal = self._take_entries(run.stream, topic, entries, tail, grant)
        return RunOutcome(self.tail(run.stream).seq - tail.seq, duplicates, refusal)

    def _skip(self, run: Run, topic: Topic, tail: Tail, via: bytes | None) -> Tail:
        """There is a gap before the run. Telemetry that its author, or a node that is believed, no longer holds is gone for good: the stream
        goes on behind it. Any other gap is refused."""
        if topic.lane.signed or not run.base:
            raise Refused("gap", f"event {run.first_seq} came where {tail.seq + 1} is next")
        if via is not None and via != run.origin and not self.trust.is_root(via):
            raise Refused("dropped", f"events {tail.seq + 1} to {run.first_seq - 1} are no longer held there; others may have them")
        self._write_rows()
        skipped = retention.skip(self._connection, run.stream, tail, run.first_seq - 1, run.base)
        self._extend(run.stream, skipped)
        return skipped

    def _skip_held(self, run: Run, tail: Tail) -> int:
        """How many of the run's first events are held already, the same ones. Raises Refused for a fork."""
        count = min(len(run.entries), tail.seq - run.first_seq + 1)
        if count <= 0:
            return 0
        self._write_rows()
        held = self._connection.execute(
            "SELECT hlc, kind, subject, body, prev, signature, erased FROM event WHERE stream = ? AND seq BETWEEN ? AND ? ORDER BY seq",
            (tail.id, max(run.first_seq, tail.floor + 1), run.first_seq + count - 1),
        )
        for row, entry in zip(held, run.entries[max(0, tail.floor + 1 - run.first_seq) :], strict=False):
            if not _same(row, entry):
                raise Refused("fork", "another event with this number is held already: two machines use one key, or it was altered")
        return count

    def _check_run(self, run: Run, via: bytes | None) -> tuple[Topic, Grant]:
        try:
            topic = Topic.parse(run.topic)
        except ValueError as error:
            raise Refused("area", str(error)) from error
        grant = self.trust.check_speaker(run.origin, topic.area)
        if via is not None and not topic.lane.signed:
            self.trust.check_relay(run.origin, topic.area, via)
        self._check_begun(run.stream, grant)
        return topic, grant

    def _check_begun(self, stream: Stream, grant: Grant) -> None:
        if stream not in self.tails and stream not in self._held_tails:
            held = {each for tails in (self.tails, self._held_tails) for each in tails if each.origin == stream.origin}
            self.trust.check_streams(grant, len(held))

    def _take_entries(self, stream: Stream, topic: Topic, entries: Sequence[Entry], tail: Tail, grant: Grant) -> Refusal | None:
        """Admit entries in order until one is refused. Most of a node's time goes here."""
        origin, topic_text = stream
        stream_id, seq, head, last_hlc = tail.id, tail.seq, tail.head, tail.hlc
        area, move, now_ms, horizon_hlc = topic.area, self._projection.move, self._now_ms, self._horizon_hlc
        early = self._shelf.kept(stream, tail.seq + len(entries)) if self._shelf else {}
        admission = Admission(self.trust, grant, topic.lane)
        refusal = None
        for entry in entries:
            hlc, kind, subject, raw = entry.hlc, entry.kind, entry.subject, entry.body
            try:
                body = admission.judge(entry, last_hlc)
                purged = self._erasures.incident(stream, seq + 1)
                next_head = entry.erased or chain(head, origin, topic_text, seq + 1, hlc, kind, subject, raw)
                admission.check_seal(entry, head, next_head, ordered=purged is not None)
                kept = entry if purged is None else self._without_words(purged, entry, body, next_head)
            except Refused as refused:
                refusal = Refusal(refused.code, refused.text, seq + 1)
                break
            seq, head, last_hlc = seq + 1, next_head, hlc
            heard_ms = now_ms - entry.age_ms
            if seq in early:
                heard_ms = max(early[seq].heard_ms, heard_ms)
                self.residue = self.residue or early[seq].strayed(hlc, kind, subject, body)
            held = hlc > horizon_hlc
            if kept is not entry:
                raw, body = kept.body, kinds.decode_body(kind, kept.body)
            self._admit(stream_id, seq, kept, heard_ms, held)
            if isinstance(body, kinds.UnitPosition) and not (held and may_be_held(origin, kind, subject)):
                move(Move(hlc, origin, area, heard_ms, subject, body))
            elif body is not None:
                mark = Mark.ERASED if kept.erased else Mark.HELD if held else Mark.NONE
                at = Happening(origin, topic_text, area, seq, hlc, heard_ms, kind, subject, raw, body, now_ms, mark, held)
                if self._project(at):
                    admission.renew(self.trust)
        if early:
            self._shelf.reached(stream, seq)
        if seq != tail.seq:
            self._extend(stream, tail._replace(seq=seq, head=head, hlc=last_hlc))
        return refusal

    def _without_words(self, incident: str, entry: Entry, body: kinds.Body | None, head: Head) -> Entry:
        """As an event is kept that was ordered, for `incident`, to be erased before it came: so, unless a hold stands on that. Raises Refused
        when it comes without its words and the order was for another incident."""
        about = body is not None and incident_of(entry.kind, entry.subject, body) == incident
        if entry.erased and not about:
            raise Refused("erasure", "its words were destroyed by an order that was for another incident")
        if entry.erased or not about or not erasable(self._projection, incident):
            return entry
        return msgspec.structs.replace(entry, body=redacted(entry.kind, entry.body), erased=head)

    def _admit(self, stream_id: int, seq: int, entry: Entry, heard_ms: int, held: bool) -> None:
        self.position += 1
        hlc = entry.hlc
        late = hlc < self.keyframe_hlc
        if hlc > self.max_hlc and not held:
            self.max_hlc = hlc
        said = (entry.kind, entry.subject, entry.body, entry.prev, entry.signature)
        self._rows.append((self.position, stream_id, seq, hlc, heard_ms, *said, late, self._now_ms, held, entry.erased))

    def _project(self, at: Happening) -> bool:
        """Apply one event to the state; whether it changed who is trusted."""
        self._projection.apply(at)
        if isinstance(at.body, kinds.IncidentPurged):
            self._erasures.order(at.subject, at.area, at.body)
        if at.kind in ENDINGS:
            self._purged[at.subject] = None
        text = "" if at.mark is Mark.ERASED else text_of(at.body)
        if text:
            self._texts.append((self.position, text))
        if at.kind not in ("peer.enrolled", "peer.revoked"):
            return False
        values = self._projection.rows.get("peer", at.subject).values
        fields = (values[name] for name in ("name", "role", "area", "sign_key", "curve_key", "revoked_hlc"))
        self.trust = self.trust.with_grant(Grant(bytes.fromhex(at.subject), *fields))
        return True

    # -- ahead of its stream --------------------------------------------------------------------------------------------------

    def take_early(self, early: Early, via: bytes | None) -> bool:
        """Show an event before its stream gets that far; whether it is new here. Raises Refused."""
        if early.seq <= self.tail(early.stream).seq or self._shelf.has(early.stream, early.seq):
            return False
        body = judge(self.trust, early, via)
        held = far_ahead(early.hlc, self._now_ms)
        if held and not early.signature and via not in (None, early.origin) and not self.trust.is_root(via):
            raise Refused("clock", "an event far ahead of this machine's clock that nobody signed")
        if self._shelf.count(early.origin) >= MAX_OF_ORIGIN:
            raise Refused("early", f"{MAX_OF_ORIGIN} events of this peer are here ahead of their streams already")
        self._shelf.put(early, self._now_ms)
        heard_ms, area = self._now_ms - early.age_ms, Topic.parse(early.topic).area
        said = (early.hlc, heard_ms, early.kind, early.subject, early.body, body, self._now_ms, Mark.EARLY, held)
        self._projection.apply(Happening(early.origin, early.topic, area, early.seq, *said))
        return True

    # -- our own ------------------------------------------------------------------------------------------------------------

    def author(self, event: Event, body: kinds.Body, area: str) -> None:
        """Admit an event of our own, made on this batch's tail of its stream."""
        tail = self.tail(event.stream)
        head = chain(tail.head, event.origin, event.topic, event.seq, event.hlc, event.kind, event.subject, event.body)
        entry = Entry(event.hlc, event.kind, event.subject, event.body, 0, event.prev, event.signature)
        self._admit(tail.id, event.seq, entry, self._now_ms, held=False)
        self._extend(event.stream, tail._replace(seq=event.seq, head=head, hlc=event.hlc))
        now_ms = self._now_ms
        self._project(
            Happening(event.origin, event.topic, area, event.seq, event.hlc, now_ms, event.kind, event.subject, event.body, body, now_ms)
        )

    # -- into the tables ------------------------------------------------------------------------------------------------------

    def _write_rows(self) -> None:
        if self._rows:
            self._connection.executemany(
                UPSERT_STREAM,
                [(tail[0], *stream, *tail[1:]) for stream, tail in self.tails.items()],
            )
            self._connection.executemany(INSERT_EVENT, self._rows)
            self._rows = []

    def write(self) -> Changes:
        """Everything admitted, into the open transaction."""
        self._write_rows()
        if self._texts:
            self._connection.executemany(INSERT_TEXT, self._texts)
            self._texts = []
        for incident in self._purged:
            self.erased = self._erasures.carry_out(incident, self._projection) or self.erased
        changes = self._projection.flush()
        changes.position = self.position
        return changes


def _same(row: tuple[Any, ...], entry: Entry) -> bool:
    """Whether a row (hlc, kind, subject, body, prev, signature, erased) is the event of an entry; of one that was erased the words are not
    compared."""
    *said, erased = row
    body = said[3] if erased or entry.erased else entry.body
    return said == [entry.hlc, entry.kind, entry.subject, body, entry.prev, entry.signature]
