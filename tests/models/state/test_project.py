"""What each kind of event does to the tables, in the order of authorship and against it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from console.models import kinds
from console.models.changes import Changes
from console.models.clock import hlc_from_ms
from console.models.journal import Journal
from console.models.run import Run
from tests.models.voices import NOW_MS, Voice, county, deliver, join, open_journal


def at(second: float) -> int:
    return hlc_from_ms(NOW_MS + int(1000 * second))


class House:
    """A journal with two desks and a unit enrolled in it."""

    def __init__(self, path: Path) -> None:
        self.journal: Journal = open_journal(path)
        self.root, self.desk, self.other, self.unit = county(), Voice(1, "desk"), Voice(2, "other"), Voice(3, "unit")
        grants = [(self.desk, "console"), (self.other, "console"), (self.unit, "unit")]
        self.journal.append([join([self.root.enrol(voice, role) for voice, role in grants])])

    def take(self, *runs: Run, backwards: bool = False) -> Changes:
        changes = Changes()
        for run in reversed(runs) if backwards else runs:
            appended = self.journal.append([run])
            assert appended.outcomes[0].refusal is None
            changes.merge(appended.changes)
        return changes

    def row(self, table: str, row_id: str, *names: str) -> tuple[Any, ...]:
        found: Sequence[Any] = self.journal._connection.execute(
            f"SELECT {', '.join(names)} FROM {table} WHERE id = ?", (row_id,)
        ).fetchone()
        return tuple(found)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path / "journal.db")
    yield house
    house.journal.close()


@pytest.mark.parametrize("backwards", [False, True])
def test_a_later_change_wins_field_by_field_whatever_came_first(house: House, backwards: bool) -> None:
    opened = house.desk.say("incident.opened", "i", kinds.IncidentOpened(title="滑坡", level=3, place="精河"), at(1))
    changed = house.other.say("incident.changed", "i", kinds.IncidentChanged(level=2, response_level=3), at(2))
    changes = house.take(opened, changed, backwards=backwards)
    expected = ("滑坡", 2, 3, "精河", "open", house.desk.hex, NOW_MS + 1000)
    assert house.row("incident", "i", "title", "level", "response_level", "place", "status", "origin", "opened_ms") == expected
    assert changes.ids == {"incident": {"i"}, "timeline": {"i"}}


def test_an_incident_is_closed_and_opened_again(house: House) -> None:
    house.take(
        house.desk.say("incident.opened", "i", kinds.IncidentOpened(title="x"), at(1)),
        house.desk.say("incident.closed", "i", kinds.IncidentClosed(), at(2)),
    )
    assert house.row("incident", "i", "status", "closed_ms") == ("closed", NOW_MS + 2000)
    house.take(house.other.say("incident.opened", "i", kinds.IncidentOpened(title="x"), at(3)))
    assert house.row("incident", "i", "status", "closed_ms") == ("open", None)


def test_losses_keep_what_was_not_counted_again(house: House) -> None:
    house.take(
        house.desk.say("loss.reported", "i", kinds.LossReported(missing=6, sheep=1500), at(1)),
        house.desk.say("loss.reported", "i", kinds.LossReported(deaths=6, missing=0), at(2)),
    )
    assert house.row("incident", "i", "deaths", "missing", "sheep", "injured") == (6, 0, 1500, None)


@pytest.mark.parametrize("backwards", [False, True])
def test_a_position_may_come_before_its_unit(house: House, backwards: bool) -> None:
    u = house.unit.own("u")
    registered = house.unit.say("unit.registered", u, kinds.UnitRegistered(name="一号车", kind="vehicle"), at(1))
    moved = house.unit.say("unit.position", u, kinds.UnitPosition(lon=82.9, lat=44.6, heading_deg=90), at(2), age_ms=500)
    changes = house.take(registered, moved, backwards=backwards)
    assert house.row("unit", u, "name", "kind", "lon", "fix_heard_ms", "heard_ms") == ("一号车", "vehicle", 82.9, NOW_MS - 500, NOW_MS)
    assert changes.fixes[u].heading_deg == 90
    assert changes.ids == {"unit": {u}}


def test_an_old_position_moves_nothing_and_tells_nobody(house: House) -> None:
    u = house.unit.own("u")
    house.take(house.desk.say("unit.position", u, kinds.UnitPosition(lon=2, lat=0), at(2)))
    changes = house.take(house.unit.say("unit.position", u, kinds.UnitPosition(lon=1, lat=0), at(1)))
    assert house.row("unit", u, "lon") == (2.0,)
    assert not changes


def test_many_positions_in_one_batch_are_one_fix_and_a_thin_track(house: House) -> None:
    u = house.unit.own("u")
    runs = [house.unit.say("unit.position", u, kinds.UnitPosition(lon=n / 10, lat=0), at(n)) for n in range(1, 26)]
    changes = house.take(join(runs))
    assert changes.fixes[u].lon == 2.5
    seconds = [(hlc >> 16) - NOW_MS for (hlc,) in house.journal._connection.execute("SELECT hlc FROM track ORDER BY bucket")]
    assert seconds == [1000, 10_000, 20_000]


@pytest.mark.parametrize("backwards", [False, True])
def test_a_task_may_be_answered_before_it_is_seen_assigned(house: House, backwards: bool) -> None:
    u = house.unit.own("u")
    assigned = house.desk.say("task.assigned", "t", kinds.TaskAssigned(unit=u, text="去三号沟", incident="i"), at(1))
    answered = house.unit.say("task.answered", "t", kinds.TaskAnswered(unit=u, state="started"), at(2))
    house.take(assigned, answered, backwards=backwards)
    assert house.row("task", "t", "unit", "text", "state", "answered_ms") == (u, "去三号沟", "started", NOW_MS + 2000)
    assert house.row("unit", u, "task") == ("t",)


def test_a_task_given_again_waits_for_an_answer_again(house: House) -> None:
    u = house.unit.own("u")
    house.take(
        house.desk.say("task.assigned", "t", kinds.TaskAssigned(unit=u, text="x"), at(1)),
        house.unit.say("task.answered", "t", kinds.TaskAnswered(unit=u, state="refused", note="road cut"), at(2)),
        house.desk.say("task.assigned", "t", kinds.TaskAssigned(unit="other", text="x"), at(3)),
    )
    assert house.row("task", "t", "unit", "state", "note", "answered_ms") == ("other", "assigned", "", None)


def test_resources_and_sensors(house: House) -> None:
    house.take(
        house.desk.say("resource.changed", "tents", kinds.ResourceChanged(quantity=60, incident="i"), at(2)),
        house.desk.say("sensor.reading", "g", kinds.SensorReading(value=12.5), at(2)),
        house.other.say("resource.registered", "tents", kinds.ResourceRegistered(name="帐篷", quantity=80, unit="顶"), at(1)),
        house.other.say("sensor.registered", "g", kinds.SensorRegistered(name="三号雨量站", quantity="rain"), at(1)),
    )
    assert house.row("resource", "tents", "name", "quantity", "incident", "unit") == ("帐篷", 60.0, "i", "顶")
    assert house.row("sensor", "g", "name", "value", "reading_hlc") == ("三号雨量站", 12.5, at(2))


@pytest.mark.parametrize("backwards", [False, True])
def test_a_cancel_supersedes_the_warning_it_refers_to(house: House, backwards: bool) -> None:
    def warning(n: int, msg_type: str, **more: Any) -> kinds.WarningReceived:
        return kinds.WarningReceived(identifier=f"w{n}", sender="s", sent_ms=n, headline=f"no {n}", msg_type=msg_type, **more)

    alert = house.desk.say("warning.received", "s,w1", warning(1, "Alert"), at(1))
    cancel = house.other.say("warning.received", "s,w2", warning(2, "Cancel", references=["s,w1,2026-07-04T00:00:00+08:00"]), at(2))
    house.take(alert, cancel, backwards=backwards)
    assert house.row("warning", "s,w1", "headline", "superseded_by") == ("no 1", "s,w2")
    assert house.row("warning", "s,w2", "headline", "superseded_by") == ("no 2", "")


def test_an_invitation_is_used_and_a_peer_revoked_and_enrolled_again(house: House) -> None:
    peer = Voice(9, "tent")
    house.take(house.root.say("peer.invited", "aa", kinds.PeerInvited(role="unit", area="652722", expires_ms=5)))
    house.take(house.root.enrol(peer, "unit", invite="aa"))
    assert house.row("invite", "aa", "role", "area", "used_by") == ("unit", "652722", peer.hex)
    assert house.row("peer", peer.hex, "name", "role", "area", "enrolled_by") == ("tent", "unit", "652722", house.root.hex)
    house.take(house.root.revoke(peer))
    assert house.row("peer", peer.hex, "revoked_by", "revoked_why") == (house.root.hex, "lost")
    assert house.journal.trust.grants[peer.origin].revoked_hlc
    house.take(house.root.enrol(peer, "unit"))
    assert house.row("peer", peer.hex, "revoked_by", "revoked_hlc") == ("", 0)
    assert not house.journal.trust.grants[peer.origin].revoked_hlc


def test_the_timeline_has_what_concerns_an_incident_and_no_telemetry(house: House) -> None:
    u = house.unit.own("u")
    runs = [
        house.desk.say("incident.opened", "i", kinds.IncidentOpened(title="x"), at(1)),
        house.desk.say("log.entered", "i", kinds.LogEntered(text="x"), at(2)),
        house.unit.say("unit.status", u, kinds.UnitStatus(status="onscene", incident="i"), at(3)),
        house.unit.say("unit.status", u, kinds.UnitStatus(status="available"), at(4)),
        house.unit.say("unit.position", u, kinds.UnitPosition(lon=1, lat=1), at(5)),
        house.desk.say("resource.changed", "r", kinds.ResourceChanged(incident="i"), at(6)),
    ]
    deliver(house.journal, [[run] for run in runs])
    told = house.journal._connection.execute("SELECT kind FROM timeline WHERE incident = 'i' ORDER BY hlc").fetchall()
    assert [kind for (kind,) in told] == ["incident.opened", "log.entered", "unit.status", "resource.changed"]


def test_a_refused_batch_leaves_no_trace_in_later_ones(house: House) -> None:
    """What the projection had in memory when a transaction failed is not written by the next."""
    connection = house.journal._connection
    connection.execute("CREATE TEMP TRIGGER broken BEFORE INSERT ON event BEGIN SELECT RAISE(ABORT, 'broken'); END")
    run = house.desk.say("incident.opened", "i", kinds.IncidentOpened(title="ghost"), at(1))
    with pytest.raises(Exception, match="broken"):
        house.journal.append([run])
    connection.execute("DROP TRIGGER broken")
    changes = house.take(house.other.say("log.entered", "other", kinds.LogEntered(text="x"), at(2)))
    assert changes.ids == {"timeline": {"other"}}
    assert connection.execute("SELECT count(*) FROM incident").fetchone() == (0,)
    house.take(run)
    assert house.row("incident", "i", "title") == ("ghost",)


@pytest.mark.parametrize(
    ("kind", "subject", "bodies", "table", "columns"),
    [
        ("unit.position", "u", [kinds.UnitPosition(lon=lon, lat=1) for lon in (1, 2)], "unit", "lon, fix_hlc"),
        ("sensor.reading", "g", [kinds.SensorReading(value=value) for value in (1, 2)], "sensor", "value, reading_hlc"),
        ("incident.changed", "i", [kinds.IncidentChanged(level=level) for level in (1, 2)], "incident", "level, hlc"),
    ],
)
def test_two_that_were_said_at_once_are_settled_alike_everywhere(
    tmp_path: Path, kind: str, subject: str, bodies: list[kinds.Body], table: str, columns: str
) -> None:
    """Equal hlcs, of two authors and of one author on two topics: the same one stands whichever came first."""
    seen = set()
    for name, backwards in (("forth", False), ("back", True)):
        house = House(tmp_path / f"{name}.db")
        try:
            runs = [house.desk.say(kind, subject, bodies[0], at(1), area=area) for area in ("652722", "652722100")]
            runs.append(house.desk.say(kind, subject, bodies[1], at(1), area="652722101"))
            runs.append(house.other.say(kind, subject, bodies[0], at(1)))
            runs.append(house.other.say(kind, subject, bodies[1], at(1), area="652722101"))
            house.take(*runs, backwards=backwards)
            seen.add(house.row(table, subject, columns, "origin", "area"))
        finally:
            house.journal.close()
    assert len(seen) == 1


@pytest.mark.parametrize("backwards", [False, True])
def test_a_track_keeps_the_earliest_point_of_each_ten_seconds(house: House, backwards: bool) -> None:
    runs = [voice.say("unit.position", "u", kinds.UnitPosition(lon=n, lat=1), at(n)) for n, voice in ((1, house.desk), (5, house.other))]
    house.take(*runs, backwards=backwards)
    assert house.journal._connection.execute("SELECT lon FROM track").fetchall() == [(1.0,)]
