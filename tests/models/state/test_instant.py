"""The state at an instant is the projection of exactly the events up to it."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.errors import Fault
from console.models import kinds
from console.models.clock import hlc_from_ms
from console.models.journal.reading import Reader
from console.models.journal.verify import verify
from console.models.state.instant import Instant
from console.models.state.tables import Incident, Timeline, Unit
from tests.models.voices import NOW_MS, Voice, arrivals, county, deliver, fresh_tables, histories, open_journal, tables


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_seek_equals_a_fresh_projection(data: st.DataObject) -> None:
    history = data.draw(histories())
    batches = data.draw(arrivals(history))
    hlcs = sorted({entry.hlc for run in history for entry in run.entries})
    targets = data.draw(st.lists(st.sampled_from([0, *hlcs, *(hlc - 1 for hlc in hlcs)]), min_size=1, max_size=4))
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "journal.db"
        journal = open_journal(path)
        journal.keyframe_every = 4
        half = len(batches) // 2
        journal.append([run for run in history if run.topic.endswith("/command") and run.origin == county().origin])
        instant = Instant(path)
        try:
            for part in (batches[:half], batches[half:]):
                for batch in part:
                    journal.append(batch)
                _check(path, instant, targets)
            deliver(journal, batches)
            _check(path, instant, targets)
        finally:
            instant.close()
            journal.close()


def _check(path: Path, instant: Instant, targets: list[int]) -> None:
    reader = Reader(path)
    try:
        for hlc in targets:
            instant.seek(hlc)
            assert tables(instant.connection) == fresh_tables(reader.connection, hlc)
    finally:
        reader.close()


@pytest.fixture
def pasture(tmp_path: Path) -> Path:
    """A journal with an incident that is opened at second 1, changed at 3 and closed at 5, and a unit that moves each second."""
    root, desk = county(), Voice(1)
    journal = open_journal(tmp_path / "journal.db")
    runs = [root.enrol(desk, "console")]
    for second, kind, body in (
        (1, "incident.opened", kinds.IncidentOpened(title="滑坡", level=3)),
        (3, "incident.changed", kinds.IncidentChanged(level=2)),
        (5, "incident.closed", kinds.IncidentClosed()),
    ):
        runs.append(desk.say(kind, "i", body, hlc_from_ms(NOW_MS + 1000 * second)))
    for second in range(1, 7):
        position = kinds.UnitPosition(lon=80 + second, lat=44)
        runs.append(desk.say("unit.position", "u", position, hlc_from_ms(NOW_MS + 1000 * second)))
    deliver(journal, [[run] for run in runs])
    journal.close()
    return tmp_path / "journal.db"


def at(second: float) -> int:
    return hlc_from_ms(NOW_MS + int(1000 * second))


def test_presenters_ask_an_instant_as_they_ask_the_live_state(pasture: Path) -> None:
    instant = Instant(pasture)
    try:
        seen = []
        for second in (0.5, 1.5, 4, 6, 2):
            instant.seek(at(second))
            incident = Incident.select(Incident.level, Incident.status).tuples().execute(instant.database)
            lon = Unit.select(Unit.lon).tuples().execute(instant.database)
            entries = Timeline.select().where(Timeline.incident == "i").count(instant.database)
            seen.append((list(incident), [row[0] for row in lon], entries))
    finally:
        instant.close()
    assert seen == [
        ([], [], 0),
        ([(3, "open")], [81.0], 1),
        ([(2, "open")], [84.0], 2),
        ([(2, "closed")], [86.0], 3),
        ([(3, "open")], [82.0], 1),
    ]


def test_a_step_forward_says_what_changed_and_a_jump_does_not(pasture: Path) -> None:
    instant = Instant(pasture)
    try:
        assert instant.seek(at(1.5)) is None
        step = instant.seek(at(3.5))
        assert step is not None
        assert step.ids == {"incident": {"i"}, "timeline": {"i"}}
        assert step.fixes["u"].lon == 83.0
        assert not instant.seek(at(3.6))
        assert instant.seek(at(1)) is None
    finally:
        instant.close()


def test_an_instant_never_writes_the_journal(pasture: Path) -> None:
    instant = Instant(pasture)
    try:
        instant.seek(at(9))
        with pytest.raises(Exception, match="readonly"):
            instant.connection.execute("DELETE FROM journal.event")
    finally:
        instant.close()


def test_no_journal_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(Fault, match="no journal"):
        Instant(tmp_path / "journal.db")


def test_keyframes_thin_out_and_every_instant_stays_right(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    journal = open_journal(path)
    desk = Voice(1)
    journal.append([county().enrol(desk, "console")])
    journal.keyframe_every = 1
    for second in range(150):
        journal.append([desk.say("incident.changed", "i", kinds.IncidentChanged(title=str(second)), at(second))])
    journal.close()
    reader, instant = Reader(path), Instant(path)
    try:
        positions = [row[0] for row in reader.connection.execute("SELECT position FROM keyframe ORDER BY position")]
        assert 32 <= len(positions) <= 64
        assert positions[-1] == 151
        for second in (140, 7, 149, 63, 64, 0):
            instant.seek(at(second))
            assert instant.connection.execute("SELECT title FROM incident").fetchall() == [(str(second),)]
    finally:
        reader.close()
        instant.close()


def test_a_damaged_keyframe_is_a_fault_and_is_found(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    journal = open_journal(path)
    journal.keyframe_every = 1
    journal.append([county().enrol(Voice(1), "console")])
    journal._connection.execute("UPDATE keyframe SET blob = x'00'")
    journal.close()
    reader, instant = Reader(path), Instant(path)
    try:
        with pytest.raises(Fault, match="keyframe at 1 is damaged"):
            instant.seek(at(9))
        assert "keyframe at 1" in verify(reader.connection).damage[0].what
    finally:
        reader.close()
        instant.close()
