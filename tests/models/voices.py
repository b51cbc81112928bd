"""Peers without a journal, for tests: they sign runs of events with any hlc a test wants, and histories are made of them."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path

from hypothesis import strategies as st

from console.models import kinds
from console.models.clock import hlc_from_ms
from console.models.event import GENESIS, Lane, Topic, chain
from console.models.identity import Signer, owned_subject
from console.models.journal import Journal
from console.models.journal.schema import create_state, raw
from console.models.run import Entry, Run
from console.models.state.project import Projection, happenings
from console.models.state.tables import LOG_TABLES, STATE_TABLES

AREA = "652722"
NOW_MS = 1_790_000_000_000


def fixed_wall() -> int:
    return NOW_MS


class Voice:
    """A key and the ends of its streams. `seed`: 1 to 255, the same seed is the same peer."""

    def __init__(self, seed: int, name: str = "", area: str = AREA) -> None:
        self.signer = Signer(bytes([seed]) * 32)
        self.name = name or f"voice {seed}"
        self.area = area
        self._ends: dict[str, tuple[int, bytes, int]] = {}

    @property
    def origin(self) -> bytes:
        return self.signer.origin

    @property
    def hex(self) -> str:
        return self.signer.origin.hex()

    def own(self, local: str) -> str:
        return owned_subject(self.origin, local)

    def say(
        self, kind: str, subject: str, body: kinds.Body | bytes, hlc: int = 0, *, area: str = "", lane: Lane | None = None, age_ms: int = 0
    ) -> Run:
        """One event at `hlc`, or just after the stream's last when that is later."""
        content = body if isinstance(body, bytes) else kinds.encode_body(body)
        topic = str(Topic(area or self.area, lane or kinds.lane_of(kind)))
        seq, head, last_hlc = self._ends.get(topic, (0, GENESIS, hlc_from_ms(NOW_MS)))
        hlc = hlc if hlc > last_hlc or (not seq and hlc) else last_hlc + 1
        next_head = chain(head, self.origin, topic, seq + 1, hlc, kind, subject, content)
        self._ends[topic] = (seq + 1, next_head, hlc)
        seal = (head, self.signer.sign(next_head)) if Topic.parse(topic).lane.signed else (b"", b"")
        return Run(self.origin, topic, seq + 1, [Entry(hlc, kind, subject, content, age_ms, *seal)])

    def enrol(self, peer: Voice, role: str, area: str = "", **fields: str) -> Run:
        body = kinds.PeerEnrolled(
            name=peer.name, role=role, area=area or peer.area, sign_key=peer.signer.public_key, curve_key=bytes(32), **fields
        )
        return self.say("peer.enrolled", peer.hex, body)

    def revoke(self, peer: Voice, hlc: int = 0) -> Run:
        return self.say("peer.revoked", peer.hex, kinds.PeerRevoked(why="lost"), hlc)


def county() -> Voice:
    """The node that vouches for everyone in these tests."""
    return Voice(200, "county", "6527")


def open_journal(path: Path, *, seed: int = 100, root: Voice | None = None, role: str = "node", area: str = "65") -> Journal:
    """A journal of its own key, with the county node as a root, at a time that stands still."""
    journal = Journal.open(path, Signer(bytes([seed]) * 32), wall=fixed_wall)
    journal.set_identity(f"peer {seed}", role, area)
    root = root or county()
    journal.add_root(root.origin, root.signer.public_key, root.name, "node", root.area, bytes(32))
    return journal


def join(runs: Sequence[Run]) -> Run:
    """Contiguous runs of one stream as one."""
    first = runs[0]
    return Run(first.origin, first.topic, first.first_seq, [entry for run in runs for entry in run.entries])


# -- what tables hold -------------------------------------------------------------------------------------------------------


def tables(connection: sqlite3.Connection) -> dict[str, list[tuple[object, ...]]]:
    """Every projected table's rows in order."""
    names = [str(table._meta.table_name) for table in (*STATE_TABLES, *LOG_TABLES)]
    return {name: sorted(connection.execute(f'SELECT * FROM "{name}"').fetchall(), key=repr) for name in names}


def fresh_tables(connection: sqlite3.Connection, until_hlc: int) -> dict[str, list[tuple[object, ...]]]:
    """The tables after a projection, from nothing, of exactly the events of a journal whose hlc is not greater."""
    import peewee as pw

    database = pw.SqliteDatabase(":memory:", thread_safe=False)
    database.connect()
    try:
        memory = raw(database)
        create_state(database, logs=True)
        projection = Projection(memory)
        for at in happenings(connection, "e.hlc <= ?", (until_hlc,)):
            projection.apply(at)
        projection.flush()
        return tables(memory)
    finally:
        database.close()


# -- histories --------------------------------------------------------------------------------------------------------------

_small = st.integers(0, 4)
_word = st.sampled_from(["", "a", "滑坡", "精河"])
_thing = st.sampled_from(["one", "two"])
_place = st.sampled_from([80.0, 81.5, 82.25])
_maybe = st.none() | _place


def _said(
    kind: str, subjects: st.SearchStrategy[str], body: st.SearchStrategy[kinds.Body]
) -> st.SearchStrategy[tuple[str, str, kinds.Body]]:
    return st.tuples(st.just(kind), subjects, body)


_warnings = st.sampled_from(["s,w1", "s,w2"])
_position = _said("unit.position", _thing, st.builds(kinds.UnitPosition, lon=_place, lat=st.just(44.0), heading_deg=_maybe))
_status = _said("unit.status", _thing, st.builds(kinds.UnitStatus, status=_word, incident=_thing))
FAMILIES = [
    st.one_of(
        _said("incident.opened", _thing, st.builds(kinds.IncidentOpened, title=_word, level=_small, lon=_maybe)),
        _said("incident.changed", _thing, st.builds(kinds.IncidentChanged, title=_word) | st.builds(kinds.IncidentChanged, level=_small)),
        _said("incident.closed", _thing, st.builds(kinds.IncidentClosed, summary=_word)),
        _said("log.entered", _thing, st.builds(kinds.LogEntered, text=_word)),
        _said("loss.reported", _thing, st.builds(kinds.LossReported, sheep=_small) | st.builds(kinds.LossReported, missing=_small)),
    ),
    _position,
    st.one_of(
        _said("unit.registered", _thing, st.builds(kinds.UnitRegistered, name=_word)),
        _status,
        _position,
        _said("unit.report", _thing, st.builds(kinds.UnitReport, text=_word, incident=st.just("one"))),
        _said("future.kind", _thing, st.just(kinds.PeerRevoked())),
    ),
    st.one_of(
        _said("task.assigned", _thing, st.builds(kinds.TaskAssigned, unit=_thing, text=_word)),
        _said("task.answered", _thing, st.builds(kinds.TaskAnswered, unit=_thing, state=st.sampled_from(["started", "done"]))),
        _status,
    ),
    st.one_of(
        _said("resource.registered", _thing, st.builds(kinds.ResourceRegistered, name=_word, quantity=_place)),
        _said(
            "resource.changed",
            _thing,
            st.builds(kinds.ResourceChanged, quantity=_place) | st.builds(kinds.ResourceChanged, incident=_thing),
        ),
        _said("sensor.registered", _thing, st.builds(kinds.SensorRegistered, name=_word, quantity=st.just("rain"))),
    ),
    _said("sensor.reading", _thing, st.builds(kinds.SensorReading, value=_place)),
    _said(
        "warning.received",
        _warnings,
        st.builds(
            kinds.WarningReceived,
            identifier=st.just("w"),
            sender=st.just("s"),
            sent_ms=st.just(0),
            headline=_word,
            msg_type=st.sampled_from(["Alert", "Update"]),
            references=st.lists(st.sampled_from(["s,w1,t", "s,w2,t"]), max_size=2),
        ),
    ),
]
"""What may be said, by what writes the same rows: a history of one family meets itself often."""

TICKS_S = [0, 1, 2, 11, 12, 60]


@st.composite
def histories(draw: st.DrawFn, max_size: int = 24) -> list[Run]:
    """Runs of one event each, by the county node and three desks with clocks of their own; enrolments first.

    Clocks tick seldom and each desk speaks for two areas, so equal hlcs abound, even of one author.
    """
    root = county()
    desks = [Voice(seed) for seed in (1, 2, 3)]
    runs = [root.enrol(desk, "console") for desk in desks]
    said = draw(st.sampled_from([*FAMILIES, st.one_of(FAMILIES)]))
    areas, ages = st.sampled_from([AREA, AREA + "100"]), st.sampled_from([0, 5, 90_000])
    saying = st.tuples(st.integers(0, 2), st.sampled_from(TICKS_S), areas, ages, said)
    for who, tick, area, age_ms, (kind, subject, body) in draw(st.lists(saying, max_size=max_size)):
        lane = Lane.REPORT if kind == "future.kind" else None
        runs.append(desks[who].say(kind, subject, body, hlc_from_ms(NOW_MS + 1000 * tick, 9), area=area, lane=lane, age_ms=age_ms))
    return runs


@st.composite
def arrivals(draw: st.DrawFn, runs: list[Run]) -> list[list[Run]]:
    """The runs in any order, some twice, some joined with what follows them, in batches of any size."""
    order = draw(st.permutations(runs))
    again = draw(st.lists(st.sampled_from(runs), max_size=4)) if runs else []
    shuffled = [*order, *again]
    cuts = sorted(draw(st.sets(st.integers(1, max(1, len(shuffled) - 1)), max_size=5)))
    batches = [shuffled[start:end] for start, end in zip([0, *cuts], [*cuts, len(shuffled)], strict=True)]
    joined = draw(st.booleans())
    return [_joined(batch) for batch in batches if batch] if joined else [batch for batch in batches if batch]


def _joined(batch: list[Run]) -> list[Run]:
    """Runs of a batch that follow each other in their stream, as one."""
    result: list[Run] = []
    for run in sorted(batch, key=lambda run: (run.origin, run.topic, run.first_seq)):
        if result and result[-1].stream == run.stream and result[-1].last_seq + 1 == run.first_seq:
            result[-1] = join([result[-1], run])
        else:
            result.append(run)
    return result


def deliver(journal: Journal, batches: list[list[Run]]) -> None:
    """Append until nothing is missing: what came too early is refused and comes again, as a sender would send it."""
    waiting = batches
    while waiting:
        left = []
        progress = 0
        for batch in waiting:
            outcomes = journal.append(batch).outcomes
            progress += sum(outcome.accepted for outcome in outcomes)
            refused = [run for run, outcome in zip(batch, outcomes, strict=True) if outcome.refusal]
            left += [refused] if refused else []
        if left and not progress:
            raise AssertionError(f"stuck: {left}")
        waiting = left
