"""The journal: one SQLite file per peer, appended to by one writer, and the state derived from it, in one transaction.

WAL. A transaction that holds an event of a command or report lane, or any event of our own, is synced to disk before the call
returns (`synchronous=FULL`); telemetry of others is not (`NORMAL`: a power cut may take the last of it back, a crash not), and is
asked for again when the next Hello tells what is held.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import msgspec
import peewee as pw
from ulid import ULID

from console.errors import Fault
from console.models import kinds
from console.models.changes import Changes
from console.models.clock import HybridClock, end_of_ms, ms_of, wall_ms
from console.models.event import Event, Head, Lane, Origin, Stream, Topic, Vector, chain, vector_digest
from console.models.identity import Signer, origin_of, owned_subject
from console.models.journal import ending, known, meta, retention, torn
from console.models.journal.batch import Batch
from console.models.journal.early import Early, EarlyShelf
from console.models.journal.ending import Losses, Recovered
from console.models.journal.erasing import ENDINGS, MAX_LISTED, Erasures, personal
from console.models.journal.faults import CorruptFault, DiskFullFault, ReadOnlyFault, fault_of
from console.models.journal.file import FULL, NORMAL, JournalFile
from console.models.journal.held import Held
from console.models.journal.lock import WriterLock
from console.models.journal.meta import Identity
from console.models.journal.outcome import Appended, NewEvent
from console.models.journal.rebuild import Remembered
from console.models.journal.refresh import refresh
from console.models.journal.rescue import Rescue
from console.models.journal.soundness import believed_frames
from console.models.journal.tail import Tail
from console.models.rules.retention import default_rule
from console.models.run import Run
from console.models.state import keyframes
from console.models.state.project import Projection, happenings
from console.models.state.rules import Mark
from console.models.state.tables import STATE_TABLES
from console.models.trust import Grant, Refused, Trust, enrolled, load_roles

Clock = Callable[[], int]


class Journal:
    """The one writer of a journal file. Used and closed by one thread, whichever it is (it may be opened by another).

    `signer`: this peer's key; `clock`: its hybrid clock, never behind an event held; `position`: of the last event; `trust`: who
    is believed (a value, replaced as a whole; other threads may read it). `recovered`: what its start found, when the run before did not
    say goodbye; `losses`: what damage took and is asked for again; `damage`: what was met since, "" while nothing was; `residue`: see
    `project_anew`.
    """

    def __init__(self, path: Path, signer: Signer, file: JournalFile, wall: Clock, now: Clock) -> None:
        self.path = path
        self.signer = signer
        self.keyframe_every = keyframes.KEYFRAME_EVERY
        self._file = file
        self._database, self._connection = file.database, file.connection
        self._faults = file.faults
        self._wall, self._now = wall, now
        self._projection = Projection(self._connection)
        self.recovered: Recovered | None = None
        self.losses = Losses()
        self.residue = False
        self._load()

    @classmethod
    def open(
        cls, path: Path, signer: Signer, *, wall: Clock = wall_ms, now: Clock | None = None, remembered: Remembered | None = None
    ) -> Journal:
        """Open, create, migrate or rescue. Raises Fault: held by another process, not a journal, newer, of another key, no room.
        `wall`: what events are stamped by; `now`: what their ages are counted by, when that is another clock (`SteadyWall`). `remembered`: who
        this peer is, should a damaged journal not say."""
        with suppress(OSError):
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = WriterLock(path)
        try:
            with closing(Rescue(path, signer, lock, wall, remembered)) as rescue:
                return rescue.open(lambda: cls._opened(path, signer, lock, wall, now or wall, rescue))
        except (sqlite3.Error, pw.DatabaseError) as error:
            lock.release()
            raise fault_of(error, path) from error
        except BaseException:
            lock.release()
            raise

    @classmethod
    def _opened(cls, path: Path, signer: Signer, lock: WriterLock, wall: Clock, now: Clock, rescue: Rescue) -> Journal:
        """What a rescue judges: it may raise anything that a damaged file makes its reader raise."""
        file = JournalFile(path, lock)
        try:
            journal = cls(path, signer, file, wall, now)
            journal._begin(rescue)
        except BaseException:
            file.database.close()
            raise
        return journal

    def _begin(self, rescue: Rescue) -> None:
        """Take what the log's torn end still holds, and note that this run has begun; on a disk that takes nothing, without a note."""
        try:
            count = self._take_torn(rescue)
            with self._transaction(FULL):
                self.recovered = rescue.report(self._connection, self.position, count)
        except (DiskFullFault, ReadOnlyFault):
            self.recovered = ending.recovered(self._connection)
        self.losses = ending.losses(self._connection)

    def _take_torn(self, rescue: Rescue) -> int:
        if not rescue.log.last_commit:
            return 0
        with self._faults():
            after = believed_frames(self._connection)
        if after >= rescue.log.last_commit:
            return 0
        found = torn.read(rescue.log, after, self._connection, self._now())
        taken = self.append(found.runs).outcomes if found.runs else []
        if found.losses:
            losses = Losses(rescue.put_log_away(), [*ending.losses(self._connection).streams, *found.losses])
            self._put_losses(losses)
        return sum(outcome.accepted for outcome in taken)

    def _put_losses(self, losses: Losses) -> None:
        with self._transaction(FULL):
            ending.put_losses(self._connection, losses)
        self.losses = losses

    def _load(self) -> None:
        connection = self._connection
        streams = connection.execute("SELECT origin, topic, id, seq, head, hlc, floor, floor_head FROM stream")
        self._held = Held({Stream(origin, topic): Tail(*tail) for origin, topic, *tail in streams})
        self._shelf = EarlyShelf(connection)
        self._erasures = Erasures(connection)
        self.position: int = connection.execute("SELECT max(position) FROM event").fetchone()[0] or 0
        self._max_hlc: int = (connection.execute("SELECT hlc FROM event WHERE NOT held ORDER BY hlc DESC LIMIT 1").fetchone() or (0,))[0]
        self._keyframe_hlc: int = connection.execute("SELECT max(max_hlc) FROM keyframe").fetchone()[0] or 0
        own = (tail.hlc for stream, tail in self._held.tails.items() if stream.origin == self.signer.origin)
        self.clock = HybridClock(self._wall, last=max(own, default=0))
        for tail in self._held.tails.values():
            self.clock.observe(tail.hlc)
        self._roles = load_roles()
        self.identity: Identity | None = meta.identity(connection)
        self._check_key()
        self.trust = self._load_trust()

    def _check_key(self) -> None:
        """A journal belongs to the key it was made with: under another its own streams could not go on."""
        held = meta.get(self._connection, "sign_key", bytes)
        if held is None:
            meta.put(self._connection, "sign_key", self.signer.public_key)
        elif held != self.signer.public_key and self.identity is not None and self.identity.origin == self.signer.origin:
            raise CorruptFault(f"{self.path} is damaged: it is of this key, and names another.")
        elif held != self.signer.public_key:
            raise Fault(
                f"{self.path} belongs to another key ({origin_of(held).hex()[:12]}). Restore its keys, or use another data directory."
            )

    def _load_trust(self) -> Trust:
        identity = self.identity
        own = None if identity is None else Grant(self.signer.origin, identity.name, identity.role, identity.area, self.signer.public_key)
        return Trust(self._roles, own, meta.roots(self._connection), enrolled(self._connection))

    # -- what is held -------------------------------------------------------------------------------------------------------

    def heads(self) -> Mapping[Stream, tuple[int, Head]]:
        return self._held.heads

    def vector(self) -> Vector:
        return self._held.vector()

    def digest(self, topic_prefix: str = "", origin: Origin | None = None) -> str:
        """One hex hash, equal on two peers exactly when they hold the same events (of these topics, of this origin)."""
        return vector_digest(self._held.narrowed(topic_prefix, origin))

    def waiting(self, after: Vector, areas: Sequence[str], lane: Lane) -> int:
        """How many events of a lane and of these area prefixes a peer with vector `after` lacks."""
        return self._held.waiting(after, areas, lane)

    def oldest_ms(self, after: Vector, areas: Mapping[Lane, Sequence[str]]) -> dict[Lane, int]:
        """When the oldest event of each lane that such a peer lacks was said, by this machine's clock (UTC ms)."""
        with self._faults():
            return self._held.oldest_ms(self._connection, after, areas)

    def read(self, after: Vector, lane: Lane, areas: Sequence[str], *, max_bytes: int, origin: Origin | None = None) -> list[Run]:
        """What a peer with vector `after` lacks on `lane`, for topics that begin with one of `areas` (`6527`: that area and all
        below it, `6527/`: that area alone); with `origin` of its streams alone.

        Streams come in the order of arrival here of their first missing event, so that who vouches for a peer comes before what
        the peer says. At least one event when any is missing, else about `max_bytes` at most.
        """
        with self._faults():
            return self._held.read(self._connection, after, lane, areas, origin, max_bytes=max_bytes, now_ms=self._now())

    # -- who this is and whom it trusts ---------------------------------------------------------------------------------------

    def set_identity(self, name: str, role: str, area: str) -> None:
        identity = Identity(self.signer.origin, name, role, area)
        with self._transaction(FULL):
            meta.put(self._connection, "identity", identity)
        self.identity = identity
        self.trust = self._load_trust()

    def add_root(self, origin: Origin, sign_key: bytes, name: str, role: str, area: str, curve_key: bytes) -> None:
        """Believe a node that a token vouched for, and through it those it enrols."""
        root = Grant(origin, name, role, area, sign_key, curve_key)
        with self._transaction(FULL):
            kept = [grant for grant in meta.roots(self._connection) if grant.origin != origin]
            meta.put_roots(self._connection, [*kept, root])
        self.trust = self._load_trust()

    def known_of(self, peer: Origin) -> known.Known | None:
        """What a peer was last known to hold; None when that was never learned."""
        with self._faults():
            return known.read(self._connection, peer)

    def learn(self, learned: Mapping[Origin, known.Known]) -> None:
        """Keep what peers are known to hold. Not synced to disk: the last of it may be lost, which costs only repetition."""
        with self._transaction(NORMAL):
            for peer, what in learned.items():
                known.write(self._connection, peer, what)

    # -- appending ------------------------------------------------------------------------------------------------------------

    def author(self, drafts: Sequence[NewEvent]) -> tuple[list[Event], Changes]:
        """Make events of our own, all or none. Raises Fault when a draft is not ours to write, or cannot be stored."""
        identity = self.identity
        if identity is None:
            raise Fault(f"{self.path} was not given a name, role and area yet.")
        grant = Grant(self.signer.origin, identity.name, identity.role, identity.area, self.signer.public_key)
        checked = [self._check_draft(draft, grant) for draft in drafts]
        with self._transaction(FULL):
            batch = self._batch()
            events = [self._author_one(batch, draft, body) for draft, body in checked]
            changes = batch.write()
            self._keyframe(batch)
        self._adopt(batch)
        return events, changes

    def append(self, runs: Sequence[Run], via: Origin | None = None, *, vias: Sequence[Origin | None] = ()) -> Appended:
        """Store what others made: of each run its good prefix. One transaction for all; raises Fault when it cannot be stored,
        and then nothing changed. `via`: the peer over whose link the runs came, who vouches for unsigned ones (None: a carrier
        that was checked otherwise); `vias`: of each run another."""
        durable = any(not run.topic.endswith("/telemetry") for run in runs)
        with self._transaction(FULL if durable else NORMAL):
            batch = self._batch()
            outcomes = [batch.take(run, by) for run, by in zip(runs, vias or [via] * len(runs), strict=True)]
            changes = batch.write()
            self._keyframe(batch)
        self._adopt(batch)
        return Appended(outcomes, changes)

    def append_early(self, events: Sequence[Early], via: Origin | None = None) -> tuple[Changes, list[Refused]]:
        """Keep and show events that came ahead of their streams (`console.models.journal.early`); what is held already, or refused, is
        left out. `via`: the peer that brought them, None: a carrier that was checked otherwise. Raises Fault as `append`."""
        refused: list[Refused] = []
        durable = any(early.lane is not Lane.TELEMETRY for early in events)
        with self._transaction(FULL if durable else NORMAL):
            batch = self._batch()
            for early in events:
                try:
                    batch.take_early(early, via)
                except Refused as no:
                    refused.append(no)
            changes = batch.write()
        return changes, refused

    def early(self, after: Vector) -> list[Early]:
        """What came ahead of its stream and a peer with vector `after` does not hold."""
        with self._faults():
            return self._shelf.beyond(after, self._now())

    def newest(self, after: Vector, areas: Sequence[str], limit: int) -> list[Early]:
        """Of each thing the newest telemetry that a peer with vector `after` lacks, as early events: `limit` at most, of each stream
        looked for in its last events only."""
        with self._faults():
            return self._held.newest(self._connection, after, areas, limit=limit, now_ms=self._now())

    def release(self) -> Changes | None:
        """Let what was held take its place in the state, now that its time has come; None when there is none such."""
        horizon = self.clock.horizon_hlc
        due = "held AND hlc <= ?"
        with self._faults():
            found = self._connection.execute(f"SELECT min(position), max(hlc) FROM event WHERE {due}", (horizon,)).fetchone()
            if found[0] is None:
                return None
        with self._transaction(FULL):
            released = list(happenings(self._connection, "e.held AND e.hlc <= ?", (horizon,)))
            self._connection.execute(f"UPDATE event SET held = 0 WHERE {due}", (horizon,))
            self._connection.execute("DELETE FROM keyframe WHERE position >= ?", (found[0],))  # they were saved without these
            for at in released:
                self._projection.apply(msgspec.structs.replace(at, held=False, mark=at.mark if at.mark is Mark.ERASED else Mark.NONE))
            erased = [
                self._erasures.carry_out(subject, self._projection) for subject in {at.subject for at in released if at.kind in ENDINGS}
            ]
            changes = self._projection.flush()
        if any(erased):
            self._forget_words()
        self._max_hlc = max(self._max_hlc, found[1])
        self._keyframe_hlc = self._connection.execute("SELECT max(max_hlc) FROM keyframe").fetchone()[0] or 0
        self.trust = self._load_trust()
        changes.position = self.position
        return changes

    # -- what goes ------------------------------------------------------------------------------------------------------------

    def project_anew(self) -> Changes:
        """Make everything derived from events anew: an early event told what its stream does not. Takes seconds in a large journal."""
        with self._transaction(FULL):
            self._projection.forget()
            refresh(self._connection)
        self.residue = False
        self.trust = self._load_trust()
        self._keyframe_hlc = self._connection.execute("SELECT max(max_hlc) FROM keyframe").fetchone()[0] or 0
        names = [str(table._meta.table_name) for table in STATE_TABLES]
        ids = {name: {row[0] for row in self._connection.execute(f'SELECT id FROM "{name}"')} for name in names}
        return Changes(position=self.position, ids=ids)

    def drop_telemetry(self, before_hlc: int) -> bool:
        """Drop a slice of the telemetry said before `before_hlc` (`console.models.journal.retention`); whether there may be more."""
        with self._transaction(NORMAL):
            dropped = retention.drop(self._connection, self._held.tails, before_hlc)
        self._held.update(dropped.tails)
        return dropped.more

    def purge(self, incident: str, why: str, author: str = "") -> tuple[list[Event], Changes]:
        """Destroy the words of a closed incident here, and order it everywhere (`console.models.journal.erasing`). Raises Fault: it is not
        closed, is held, has nothing to be destroyed, or this peer may not."""
        with self._faults():
            row = self._connection.execute("SELECT status, hold FROM incident WHERE id = ?", (incident,)).fetchone()
            listed = personal(self._connection, incident, default_rule().personal.kinds) if row else []
        if row is None:
            raise Fault(f"not purged: there is no incident {incident!r} here.")
        if row[0] != "closed":
            raise Fault("not purged: the incident is open. Close it first.")
        if row[1]:
            raise Fault(f"not purged: it is held ({row[1]}). Lift the hold first.")
        if not listed:
            raise Fault("not purged: nothing of it that is held here has words to be destroyed.")
        parts = [listed[start : start + MAX_LISTED] for start in range(0, len(listed), MAX_LISTED)]
        bodies = [kinds.IncidentPurged(erased=part, why=why, author=author) for part in parts]
        return self.author([NewEvent("", "incident.purged", incident, kinds.encode_body(body)) for body in bodies])

    def _check_draft(self, draft: NewEvent, grant: Grant) -> tuple[NewEvent, kinds.Body]:
        area = draft.area or grant.area
        subject = draft.subject or owned_subject(self.signer.origin, str(ULID()))
        try:
            body = kinds.decode_body(draft.kind, draft.body)
            if body is None:
                raise Fault(f"{draft.kind!r} is not a kind of event this version knows.")
            self.trust.check_author(grant, area, draft.kind, subject, body)
            self._check_begun(grant, str(Topic(area, kinds.lane_of(draft.kind))))
        except msgspec.DecodeError as error:
            raise Fault(f"{draft.kind}: {error}") from error
        except Refused as refused:
            raise Fault(f"not written: {refused.text}.") from refused
        return NewEvent(area, draft.kind, subject, draft.body), body

    def _check_begun(self, grant: Grant, topic: str) -> None:
        if Stream(grant.origin, topic) not in self._held.tails:
            self.trust.check_streams(grant, sum(stream.origin == grant.origin for stream in self._held.tails))

    def _author_one(self, batch: Batch, draft: NewEvent, body: kinds.Body) -> Event:
        topic = Topic(draft.area, kinds.lane_of(draft.kind))
        origin, topic_text = self.signer.origin, str(topic)
        tail = batch.tail(Stream(origin, topic_text))
        seq, hlc, prev, signature = tail.seq + 1, self._moment(draft, body, tail.hlc), b"", b""
        if topic.lane.signed:
            prev = tail.head
            signature = self.signer.sign(chain(prev, origin, topic_text, seq, hlc, draft.kind, draft.subject, draft.body))
        event = Event(origin, topic_text, seq, hlc, draft.kind, draft.subject, draft.body, prev, signature)
        batch.author(event, body, draft.area)
        return event

    def _moment(self, draft: NewEvent, body: kinds.Body, last_hlc: int) -> int:
        """The hlc of an event of ours. Two readings of a sensor that tell no time of their own are two moments: where the clock stands, as it
        does for a while after it was put back, the second would else be taken for a correction of the first."""
        hlc = self.clock.next(last_hlc)
        if isinstance(body, kinds.SensorReading) and body.at_ms is None:
            held_ms = self._projection.rows.get("sensor", draft.subject).values["at_ms"]
            if held_ms == ms_of(hlc):
                hlc = self.clock.next(end_of_ms(held_ms))
        return hlc

    def _batch(self) -> Batch:
        return Batch(
            self._connection,
            self._projection,
            self.trust,
            self._held.tails,
            self._shelf,
            self._erasures,
            position=self.position,
            max_hlc=self._max_hlc,
            keyframe_hlc=self._keyframe_hlc,
            now_ms=self._now(),
            horizon_hlc=self.clock.horizon_hlc,
        )

    def _keyframe(self, batch: Batch) -> None:
        if batch.position // self.keyframe_every != self.position // self.keyframe_every:
            keyframes.save(self._connection, batch.position, batch.max_hlc)
            batch.keyframe_hlc = batch.max_hlc

    def _adopt(self, batch: Batch) -> None:
        """The transaction is committed: what the batch learned is true now."""
        self._held.update(batch.tails)
        self.position = batch.position
        self._max_hlc = batch.max_hlc
        self._keyframe_hlc = batch.keyframe_hlc
        self.trust = batch.trust
        for tail in batch.tails.values():
            self.clock.observe(tail.hlc)
        self.residue = self.residue or batch.residue
        if batch.erased:
            self._forget_words()

    def _forget_words(self) -> None:
        """The log has them still."""
        self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    # -- ends -------------------------------------------------------------------------------------------------------------------

    @property
    def damage(self) -> str:
        return self._file.damage

    def suspect(self, damage: str) -> None:
        """Damage was met: have the next opening see to it."""
        self._file.suspect(damage)

    def told(self) -> None:
        """What the start found was told for long enough."""
        with self._transaction(FULL):
            ending.put_recovered(self._connection, None)
        self.recovered = None

    def settle(self) -> None:
        """What damage took is back."""
        self._put_losses(Losses())

    @property
    def verified_ms(self) -> int | None:
        """When all of it was verified last, UTC."""
        with self._faults():
            return ending.verified_ms(self._connection)

    def verified(self) -> None:
        """All of it was, just now."""
        with self._transaction(FULL):
            ending.put_verified(self._connection, self._wall())

    def give_up(self) -> None:
        """What of this peer's own was lost and is not back yet is known to nobody who could send it."""
        losses, origin = self.losses, self.signer.origin
        if losses.concern(origin):
            ends = {Stream(loss.origin, loss.topic): loss.claimed for loss in losses.of(origin)}
            count = sum(max(0, claimed - self._held.heads.get(stream, (0,))[0]) for stream, claimed in ends.items())
            kept = [loss for loss in losses.streams if loss.origin != origin]
            self._put_losses(Losses(losses.aside, kept, losses.unowned + count))

    def beat(self) -> None:
        """A sign of life, now and then: the next start tells until when this run lived."""
        self._file.lock.beat()

    def close(self) -> None:
        """Say goodbye, unless damage was met. Idempotent."""
        if not self._database.is_closed() and not self.damage:
            with suppress(Fault), self._transaction(FULL):
                ending.say_goodbye(self._connection, self._wall())
        self._file.close()

    # -- transactions -----------------------------------------------------------------------------------------------------------

    @contextmanager
    def _transaction(self, synchronous: int) -> Iterator[None]:
        """All or nothing, in the tables and in what is remembered of them. SQLite's errors come out as Fault."""
        try:
            with self._file.transaction(synchronous):
                yield
        except BaseException:
            self._projection.forget()
            with suppress(sqlite3.Error):
                self._shelf.reload()
                self._erasures.reload()
            raise
