"""How fast the journal takes events in, opens, and shows an instant: plain functions that return numbers for the bench harness.

Every figure has its limit beside it: the same bytes put into the same schema by plain `executemany`, on the same disk, in the
same run.
"""

from __future__ import annotations

import shutil
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from console.models import kinds
from console.models.clock import hlc_from_ms, wall_ms
from console.models.identity import Signer, owned_subject
from console.models.journal import Journal, NewEvent, schema
from console.models.run import Entry, Run
from console.models.state.instant import Instant

AREA = "652701"
TOPIC = f"{AREA}/telemetry"


class Units:
    """Enrolled units that drive about: a source of runs of `unit.position` events."""

    def __init__(self, count: int) -> None:
        self.signers = [Signer.generate() for _ in range(count)]
        self._subjects = [owned_subject(signer.origin, "u") for signer in self.signers]
        self._seqs = [0] * count
        self._epoch_ms = wall_ms() + 1000  # after the enrolments

    def enrol(self, journal: Journal) -> None:
        bodies = [
            kinds.PeerEnrolled(name=f"u{n}", role="unit", area=AREA, sign_key=s.public_key, curve_key=bytes(32))
            for n, s in enumerate(self.signers)
        ]
        journal.author(
            [NewEvent("", "peer.enrolled", s.origin.hex(), kinds.encode_body(b)) for s, b in zip(self.signers, bodies, strict=True)]
        )

    def runs(self, events_each: int) -> list[Run]:
        """One run a unit, `events_each` seconds of driving."""
        return [self._run(index, events_each) for index in range(len(self.signers))]

    def run_of(self, index: int, events: int) -> Run:
        return self._run(index, events)

    def _run(self, index: int, events: int) -> Run:
        first = self._seqs[index] + 1
        entries = [self._entry(index, first + n) for n in range(events)]
        self._seqs[index] += events
        return Run(self.signers[index].origin, TOPIC, first, entries)

    def _entry(self, index: int, seq: int) -> Entry:
        lon, lat = 80.0 + (seq % 5000) * 1e-4, 44.0 + index * 1e-3
        body = kinds.UnitPosition(lon=lon, lat=lat, heading_deg=float(seq % 360), speed_mps=12.5, accuracy_m=5.0)
        hlc = hlc_from_ms(self._epoch_ms + seq * 1000, index & 0xFFFF)
        return Entry(hlc, "unit.position", self._subjects[index], kinds.encode_body(body), 20)


@contextmanager
def node_journal(directory: Path, units: Units) -> Iterator[Journal]:
    journal = Journal.open(directory / "journal.db", Signer.generate())
    try:
        journal.set_identity("node", "node", "65")
        units.enrol(journal)
        yield journal
    finally:
        journal.close()


def ingest_rate(directory: Path, *, units: int = 50, batches: int = 200, events_each: int = 10) -> float:
    """Events/s that `Journal.append` takes: `batches` transactions of `units` x `events_each` telemetry events."""
    source = Units(units)
    with node_journal(directory, source) as journal:
        work = [source.runs(events_each) for _ in range(batches)]
        start = time.perf_counter()
        for runs in work:
            outcome = journal.append(runs, via=None)
        elapsed = time.perf_counter() - start
        if any(each.refusal for each in outcome.outcomes) or journal.position != units + units * events_each * batches:
            raise AssertionError("the journal refused what the benchmark sent")
    return units * events_each * batches / elapsed


def raw_rate(directory: Path, *, units: int = 50, batches: int = 200, events_each: int = 10, synchronous: str = "NORMAL") -> float:
    """Rows/s of the same bytes put into the same schema by `executemany`, one transaction a batch, WAL."""
    source = Units(units)
    with node_journal(directory, source) as journal:
        position = journal.position
        first_id = len(journal.heads()) + 1
    connection = sqlite3.connect(directory / "journal.db", isolation_level=None)
    connection.execute(f"PRAGMA synchronous = {synchronous}")
    connection.execute("PRAGMA wal_autocheckpoint = 4000")
    streams = [(first_id + n, s.origin, TOPIC, 0, bytes(32), 0, 0, b"") for n, s in enumerate(source.signers)]
    connection.executemany(schema.UPSERT_STREAM, streams)
    work = []
    for _ in range(batches):
        rows = []
        for n, run in enumerate(source.runs(events_each)):
            for i, e in enumerate(run.entries):
                position += 1
                rows.append(
                    (position, first_id + n, run.first_seq + i, e.hlc, 0, e.kind, e.subject, e.body, b"", b"", False, 0, False, b"")
                )
        work.append(rows)
    start = time.perf_counter()
    for rows in work:
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(schema.INSERT_EVENT, rows)
        connection.execute("COMMIT")
    elapsed = time.perf_counter() - start
    connection.close()
    return units * events_each * batches / elapsed


def ingest_ratio(root: Path | None = None, *, rounds: int = 3) -> tuple[float, float, float]:
    """(events/s of the journal, rows/s raw, ratio): medians of alternating rounds in fresh directories under `root`."""
    ours, raw = [], []
    for _ in range(rounds):
        with _directory(root) as directory:
            raw.append(raw_rate(directory))
        with _directory(root) as directory:
            ours.append(ingest_rate(directory))
    ours_rate, rawest = statistics.median(ours), statistics.median(raw)
    return ours_rate, rawest, ours_rate / rawest


def build_journal(directory: Path, *, events: int = 1_000_000, units: int = 500) -> Signer:
    """A journal of `events` positions at `directory`/journal.db; the key it belongs to."""
    source = Units(units)
    signer = Signer.generate()
    journal = Journal.open(directory / "journal.db", signer)
    journal.set_identity("node", "node", "65")
    source.enrol(journal)
    each = 10
    for _ in range(events // (units * each)):
        journal.append(source.runs(each), via=None)
    journal.close()
    return signer


def open_time_s(directory: Path, signer: Signer) -> float:
    """Seconds from nothing to a journal that can be appended to and read."""
    start = time.perf_counter()
    journal = Journal.open(directory / "journal.db", signer)
    elapsed = time.perf_counter() - start
    journal.close()
    return elapsed


def seek_times_s(directory: Path, *, parts: int = 10) -> list[float]:
    """Seconds to jump to each of `parts` instants spread over the journal, back and forth."""
    instant = Instant(directory / "journal.db")
    first, last = instant.span() or (0, 0)
    order = [n for pair in zip(range(parts // 2, parts), range(parts // 2 - 1, -1, -1), strict=True) for n in pair]
    times = []
    for n in order:
        start = time.perf_counter()
        instant.seek(first + (last - first) * (2 * n + 1) // (2 * parts))
        times.append(time.perf_counter() - start)
    instant.close()
    return times


@contextmanager
def _directory(root: Path | None) -> Iterator[Path]:
    directory = Path(tempfile.mkdtemp(prefix="fengsui-bench-", dir=root))
    try:
        yield directory
    finally:
        shutil.rmtree(directory)
