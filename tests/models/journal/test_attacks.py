"""What somebody who is believed could do to a journal, and cannot: each test is an attack that once worked."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.models import kinds
from console.models.clock import hlc_from_ms
from console.models.journal import Journal
from console.models.journal.refresh import refresh
from console.models.kinds import Erasure
from console.models.run import Run
from tests.models.journal.test_early_and_held import HOUR_MS, Desk, early_of, enrol
from tests.models.voices import NOW_MS, Voice, join, tables

FAR_HLC = (1 << 63) - 1


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path / "journal.db")
    yield desk
    desk.journal.close()


def anew(journal: Journal) -> dict[str, list[tuple[object, ...]]]:
    """The tables after a projection from nothing."""
    connection: sqlite3.Connection = journal._connection
    refresh(connection)
    return tables(connection)


def same_anew(desk: Desk) -> None:
    desk.sound()
    before = tables(desk.journal._connection)
    assert anew(desk.journal) == before


def opened(voice: Voice) -> tuple[str, Run]:
    incident = voice.own("i")
    return incident, voice.say("incident.opened", incident, kinds.IncidentOpened(title="one"))


# -- from the far future -----------------------------------------------------------------------------------------------------------------


def test_an_early_event_from_the_far_future_wins_over_nobody(desk: Desk) -> None:
    unit, other = enrol(desk, 1, "unit"), enrol(desk, 2, "unit")
    incident, run = opened(other)
    desk.journal.append([run, other.say("loss.reported", incident, kinds.LossReported(deaths=2))])
    lie = unit.say("loss.reported", incident, kinds.LossReported(deaths=1000, missing=7), FAR_HLC)
    desk.journal.append_early([early_of(lie)])
    assert desk.rows("SELECT deaths, missing FROM incident") == [(2, 7)]
    same_anew(desk)
    desk.journal.append([lie])
    same_anew(desk)


def test_who_passes_on_what_nobody_signed_cannot_pin_a_unit_from_the_far_future(desk: Desk) -> None:
    unit, console = enrol(desk, 1, "unit"), enrol(desk, 2, "console")
    forged = unit.say("unit.position", unit.own("u"), kinds.UnitPosition(lon=1.0, lat=1.0), FAR_HLC - 1)
    _, refused = desk.journal.append_early([early_of(forged)], console.origin)
    assert [no.code for no in refused] == ["clock"]
    assert desk.journal.append_early([early_of(forged)])[1] == [], (
        "from this machine's own terminal it is shown: the unit's clock may be wrong"
    )


def test_a_console_whose_clock_is_ahead_ends_no_call_for_help_that_is_still_to_come(desk: Desk) -> None:
    unit, console = enrol(desk, 1, "unit"), enrol(desk, 2, "console")
    ahead = hlc_from_ms(NOW_MS + 30 * HOUR_MS)
    desk.journal.append([console.say("unit.helped", unit.own("u"), kinds.HelpEnded(), ahead)])
    desk.journal.append([console.say("unit.position", unit.own("u"), kinds.UnitPosition(lon=1.0, lat=1.0), ahead)])
    desk.journal.append([unit.say("unit.help", unit.own("u"), kinds.HelpCalled(nature="fire"))])
    desk.journal.append([unit.say("unit.position", unit.own("u"), kinds.UnitPosition(lon=2.0, lat=2.0))])
    assert desk.rows("SELECT help, lon FROM unit") == [("fire", 2.0)]
    same_anew(desk)
    desk.now_ms += 31 * HOUR_MS
    desk.journal.release()
    assert desk.rows("SELECT help, lon FROM unit") == [("", 1.0)]
    same_anew(desk)


def test_erasing_lets_nothing_win_that_was_held(desk: Desk) -> None:
    console, unit = enrol(desk, 1, "console"), enrol(desk, 2, "unit")
    incident, run = opened(console)
    held = unit.say("incident.changed", incident, kinds.IncidentChanged(title="lie", note="words"), FAR_HLC)
    closed = console.say("incident.closed", incident, kinds.IncidentClosed())
    desk.journal.append([run, held, closed, purge(desk, console, incident, [held])])
    assert desk.rows("SELECT title FROM incident") == [("one",)]
    assert desk.rows("SELECT mark FROM timeline WHERE kind = 'incident.changed'") == [("erased",)]
    same_anew(desk)


# -- erasing ------------------------------------------------------------------------------------------------------------------------------


def purge(desk: Desk, by: Voice, incident: str, runs: list[Run], head: bytes = bytes(32)) -> Run:
    listed = [Erasure(run.origin, run.topic, run.last_seq, head) for run in runs]
    return by.say("incident.purged", incident, kinds.IncidentPurged(erased=listed))


def test_an_order_to_erase_that_names_wrong_heads_breaks_no_chain(desk: Desk, tmp_path: Path) -> None:
    console, unit = enrol(desk, 1, "console"), enrol(desk, 2, "unit")
    incident, run = opened(console)
    said = [unit.say("log.entered", incident, kinds.LogEntered(text=text)) for text in ("private", "more")]
    closed = console.say("incident.closed", incident, kinds.IncidentClosed())
    order = purge(desk, console, incident, said)
    desk.journal.append([run, join(said), closed, order])
    assert desk.rows("SELECT count(*) FROM event WHERE erased <> x''") == [(2,)]
    same_anew(desk)
    third = Desk(tmp_path / "third.db", 120)
    enrol(third, 1, "console"), enrol(third, 2, "unit")
    third.journal.append([run, closed, order])
    sent = desk.journal.read({}, kinds.lane_of("log.entered"), ["65"], max_bytes=1 << 20, origin=unit.origin)
    assert [outcome.refusal for outcome in third.journal.append(sent).outcomes] == [None]
    assert third.journal.digest(origin=unit.origin) == desk.journal.digest(origin=unit.origin)
    same_anew(third)
    third.journal.close()


def test_nothing_of_an_open_incident_is_erased(desk: Desk) -> None:
    console, unit = enrol(desk, 1, "console"), enrol(desk, 2, "unit")
    incident, run = opened(console)
    first = unit.say("log.entered", incident, kinds.LogEntered(text="needed"))
    later = unit.say("log.entered", incident, kinds.LogEntered(text="needed too"))
    desk.journal.append([run, first, purge(desk, console, incident, [first, later]), later])
    assert desk.rows("SELECT count(*) FROM event WHERE erased <> x''") == [(0,)]
    desk.journal.append([console.say("incident.closed", incident, kinds.IncidentClosed())])
    assert desk.rows("SELECT count(*) FROM event WHERE erased <> x''") == [(2,)]
    same_anew(desk)


def test_what_two_wrote_apart_is_a_conflict_whether_its_words_came_or_not(desk: Desk, tmp_path: Path) -> None:
    console, unit = enrol(desk, 1, "console"), enrol(desk, 2, "unit")
    incident, run = opened(console)
    said = unit.say("incident.changed", incident, kinds.IncidentChanged(title="two", note="words", base=1))
    closed = console.say("incident.closed", incident, kinds.IncidentClosed())
    order = purge(desk, console, incident, [said])
    desk.journal.append([run, said, closed, order])
    third = Desk(tmp_path / "third.db", 120)
    enrol(third, 1, "console"), enrol(third, 2, "unit")
    third.journal.append([run, closed, order, said])
    written = "SELECT subject, field, hlc, origin, base, value FROM written ORDER BY field, hlc"
    assert third.rows(written) == desk.rows(written)
    same_anew(desk)
    third.journal.close()


# -- ahead of the stream ---------------------------------------------------------------------------------------------------------------------


def test_a_run_that_is_refused_takes_nothing_early_away(desk: Desk) -> None:
    """Else whoever passes on a forged run makes a call for help vanish that came by satellite."""
    unit = enrol(desk, 1, "unit")
    help_call = unit.say("unit.help", unit.own("u"), kinds.HelpCalled(nature="fire"))
    desk.journal.append_early([early_of(help_call)])
    entry = help_call.entries[0]
    forged = Run(unit.origin, help_call.topic, 1, [type(entry)(entry.hlc, entry.kind, entry.subject, entry.body, 0, entry.prev, bytes(64))])
    outcome = desk.journal.append([forged]).outcomes[0]
    assert outcome.refusal is not None
    assert [each.kind for each in desk.journal.early({})] == ["unit.help"]
    assert desk.rows("SELECT help FROM unit") == [("fire",)]
    same_anew(desk)
    desk.journal.append([help_call])
    assert desk.journal.early({}) == []
    same_anew(desk)
