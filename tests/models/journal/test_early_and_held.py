"""Events ahead of their streams, and events whose author's clock is far ahead: shown, and in the end nothing else than the events."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.models import kinds
from console.models.clock import DEFAULT_MAX_AHEAD_MS, follows, hlc_from_ms
from console.models.event import Lane
from console.models.identity import Signer
from console.models.journal import Journal, NewEvent
from console.models.journal.early import MAX_OF_ORIGIN, Early
from console.models.journal.verify import verify
from console.models.run import Run
from tests.models.voices import NOW_MS, Voice, county, join, tables

HOUR_MS = 3_600_000


class Desk:
    """A journal with a clock that can be set, a node that vouches, and a unit."""

    def __init__(self, path: Path, seed: int = 100) -> None:
        self.now_ms = NOW_MS + 60_000
        self.journal = Journal.open(path, Signer(bytes([seed]) * 32), wall=lambda: self.now_ms)
        self.root = county()
        self.journal.set_identity("desk", "node", "65")
        self.journal.add_root(self.root.origin, self.root.signer.public_key, "county", "node", "6527", bytes(32))

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        return self.journal._connection.execute(sql).fetchall()

    def sound(self) -> None:
        assert verify(self.journal._connection).damage == []


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path / "journal.db")
    yield desk
    desk.journal.close()


def enrol(desk: Desk, seed: int, role: str) -> Voice:
    voice = Voice(seed)
    desk.journal.append([desk.root.enrol(voice, role)])
    return voice


def early_of(run: Run, body: kinds.Body | None = None, *, seal: bool = False, carrier: str = "beidou") -> Early:
    """The (last) event of a run as a carrier would bring it, its body perhaps rounded."""
    entry = run.entries[-1]
    content = entry.body if body is None else kinds.encode_body(body)
    seals = (entry.prev, entry.signature) if seal else (b"", b"")
    return Early(run.origin, run.topic, run.last_seq, entry.hlc, entry.kind, entry.subject, content, 2000, *seals, carrier)


# -- ahead of the stream --------------------------------------------------------------------------------------------------------------


def test_a_short_message_is_shown_at_once_and_gives_way_to_its_original_without_residue(desk: Desk, tmp_path: Path) -> None:
    unit = enrol(desk, 1, "unit")
    first = unit.say("unit.status", unit.own("u"), kinds.UnitStatus(status="enroute"))
    said = unit.say(
        "unit.help",
        unit.own("u"),
        kinds.HelpCalled(nature="trapped", text="三号沟桥头,车被埋", people=4, lon=82.912345, lat=44.61, incident="i"),
    )
    changes, refused = desk.journal.append_early(
        [early_of(said, kinds.HelpCalled(nature="trapped", text="三号沟…", people=4, lon=82.9123, lat=44.61, incident="i"))]
    )
    assert refused == []
    assert changes.ids["unit"] == {unit.own("u")}
    assert desk.rows("SELECT help, help_lon, help_text FROM unit") == [("trapped", 82.9123, "三号沟…")]
    assert desk.rows("SELECT mark FROM timeline") == [("early",)]
    desk.sound()
    assert desk.journal.append([said, first]).outcomes[0].accepted == 1
    desk.journal.append([first])
    assert desk.rows("SELECT help, help_lon, help_text FROM unit") == [("trapped", 82.912345, "三号沟桥头,车被埋")]
    assert desk.rows("SELECT mark, kind FROM timeline") == [("", "unit.help")]
    assert desk.rows("SELECT count(*) FROM early") == [(0,)]
    desk.sound()


def test_the_newest_position_ahead_of_a_backlog(desk: Desk) -> None:
    unit = enrol(desk, 1, "unit")
    moves = [unit.say("unit.position", unit.own("u"), kinds.UnitPosition(lon=82 + n / 100, lat=44)) for n in range(10)]
    desk.journal.append([moves[0]])
    for move in moves[5:10:2]:
        desk.journal.append_early([early_of(move, carrier="")])
    assert desk.rows("SELECT lon FROM unit") == [(82.09,)]
    assert desk.rows("SELECT count(*) FROM early") == [(1,)], "only the newest of each thing is kept"
    desk.sound()
    desk.journal.append([join(moves[1:5])])
    assert desk.rows("SELECT lon FROM unit") == [(82.09,)]
    desk.journal.append([join(moves[5:])])
    assert desk.rows("SELECT lon FROM unit") == [(82.09,)]
    assert desk.rows("SELECT count(*) FROM early") == [(0,)]
    desk.sound()


def test_what_is_held_already_is_not_taken_early(desk: Desk) -> None:
    unit = enrol(desk, 1, "unit")
    said = unit.say("unit.status", unit.own("u"), kinds.UnitStatus(status="onscene"))
    desk.journal.append([said])
    changes, refused = desk.journal.append_early([early_of(said)])
    assert (bool(changes), refused) == (False, [])


def codes(desk: Desk, early: Early, via: bytes | None = None) -> list[str]:
    return [no.code for no in desk.journal.append_early([early], via)[1]]


def test_what_is_not_believed_early(desk: Desk) -> None:
    unit, other, stranger, console = enrol(desk, 1, "unit"), enrol(desk, 2, "unit"), Voice(9), enrol(desk, 4, "console")
    status = kinds.UnitStatus(status="onscene")
    assert codes(desk, early_of(stranger.say("unit.status", stranger.own("u"), status))) == ["unknown-origin"]
    assert codes(desk, early_of(unit.say("unit.status", other.own("u"), status))) == ["subject"]
    said = early_of(unit.say("unit.status", unit.own("u"), status))
    assert codes(desk, said, via=other.origin) == ["relay"], "a unit passes on nothing of others"
    assert codes(desk, said, via=console.origin) == []
    opened = console.say("incident.opened", "i", kinds.IncidentOpened(title="t"))
    assert codes(desk, early_of(opened)) == ["signature"], "what is not for narrow ways needs its signature"
    assert codes(desk, early_of(opened, seal=True)) == []
    forged = early_of(console.say("incident.opened", "j", kinds.IncidentOpened(title="t")), kinds.IncidentOpened(title="x"), seal=True)
    assert codes(desk, forged) == ["signature"]
    bad = early_of(unit.say("unit.status", unit.own("u"), status))
    assert codes(desk, Early(*[getattr(bad, name) for name in ("origin", "topic", "seq", "hlc", "kind", "subject")], b"\xc1")) == ["body"]
    desk.sound()


def test_one_peer_fills_nobodys_disk_with_early_events(desk: Desk) -> None:
    unit = enrol(desk, 1, "unit")
    said = early_of(unit.say("unit.status", unit.own("u"), kinds.UnitStatus(status="onscene")))
    flood = [Early(said.origin, said.topic, 10 + n, said.hlc + n, said.kind, said.subject, said.body) for n in range(MAX_OF_ORIGIN + 5)]
    _, refused = desk.journal.append_early(flood)
    assert [no.code for no in refused] == ["early"] * 5


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_whatever_comes_early_and_in_whatever_order_the_end_is_the_same(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    root = tmp_path_factory.mktemp("early")
    plain, desk = Desk(root / "plain.db", 100), Desk(root / "early.db", 101)
    try:
        unit = Voice(1)
        enrolment = desk.root.enrol(unit, "unit")
        said: list[Run] = []
        for n in range(data.draw(st.integers(1, 8))):
            kind = data.draw(st.sampled_from(["position", "status", "help"]))
            body: kinds.Body = {
                "position": kinds.UnitPosition(lon=82 + n / 7, lat=44.123456),
                "status": kinds.UnitStatus(status=data.draw(st.sampled_from(["enroute", "onscene"])), note=f"n{n}"),
                "help": kinds.HelpCalled(nature="fire", text=f"t{n}", lon=82 + n / 7, lat=44.0, incident="i"),
            }[kind]
            said.append(unit.say(kinds.kind_of(body), unit.own(f"u{n % 2}"), body))
        for each in (plain, desk):
            each.journal.append([enrolment])
        plain.journal.append(said)
        for run in data.draw(st.permutations(said)):
            if data.draw(st.booleans()):
                entry = kinds.decode_body(run.entries[0].kind, run.entries[0].body)
                rounded = (
                    kinds.UnitPosition(lon=round(entry.lon, 2), lat=round(entry.lat, 2)) if isinstance(entry, kinds.UnitPosition) else None
                )
                desk.journal.append_early([early_of(run, rounded)])
        for run in said:
            desk.journal.append([run])
        desk.sound()
        assert desk.journal.digest() == plain.journal.digest()
        assert _without_local(tables(desk.journal._connection)) == _without_local(tables(plain.journal._connection))
    finally:
        plain.journal.close()
        desk.journal.close()


def _without_local(held: dict[str, list[tuple[object, ...]]]) -> dict[str, list[tuple[object, ...]]]:
    """Without what each machine reckons by its own clock: everything near its now."""
    return {name: [tuple(None if _near_now(value) else value for value in row) for row in rows] for name, rows in held.items()}


def _near_now(value: object) -> bool:
    return isinstance(value, int) and NOW_MS <= value < NOW_MS + 10 * 60_000


def test_what_somebody_told_untruly_ahead_of_a_stream_leaves_nothing(desk: Desk) -> None:
    unit, console = enrol(desk, 1, "unit"), enrol(desk, 2, "console")
    true = unit.say("unit.status", unit.own("u"), kinds.UnitStatus(status="enroute"))
    entry = true.entries[0]
    lie = kinds.encode_body(kinds.HelpCalled(nature="fire", text="假的", incident="i"))
    early = Early(true.origin, f"{unit.area}/command", 1, entry.hlc, "unit.help", entry.subject, lie)
    assert codes(desk, early, via=console.origin) == []
    assert desk.rows("SELECT help FROM unit") == [("fire",)]
    ordered = unit.say("task.answered", "t", kinds.TaskAnswered(unit=unit.own("u"), state="done"))
    desk.journal.append([true, ordered])
    assert desk.journal.residue
    changes = desk.journal.project_anew()
    assert changes.ids["unit"] == {unit.own("u")}
    assert desk.rows("SELECT help, status FROM unit") == [("", "enroute")]
    assert desk.rows("SELECT count(*) FROM timeline WHERE mark = 'early'") == [(0,)]
    desk.sound()


def test_what_was_only_rounded_or_cut_leaves_the_state_alone(desk: Desk) -> None:
    unit = enrol(desk, 1, "unit")
    said = unit.say("loss.reported", "i", kinds.LossReported(injured=2, text="两人受伤,已送县医院", author="李"))
    desk.journal.append_early([early_of(said, kinds.LossReported(injured=2, text="两人…"))])
    desk.journal.append([said])
    assert not desk.journal.residue
    desk.sound()


# -- a clock far ahead -----------------------------------------------------------------------------------------------------------------


def test_a_clock_hours_ahead_wins_over_nobody_and_is_shown(desk: Desk) -> None:
    right, wrong = enrol(desk, 1, "console"), enrol(desk, 2, "console")
    ahead = hlc_from_ms(desk.now_ms + 5 * HOUR_MS)
    desk.journal.append([right.say("incident.opened", "i", kinds.IncidentOpened(title="决口", level=3))])
    change = wrong.say("incident.changed", "i", kinds.IncidentChanged(title="误", response_level=2), ahead)
    opened = wrong.say("incident.opened", "j", kinds.IncidentOpened(title="另一处"), ahead + 1)
    outcomes = desk.journal.append([change, opened]).outcomes
    assert [outcome.accepted for outcome in outcomes] == [1, 1], "stored, and acknowledged"
    assert desk.rows("SELECT id, title, level, response_level FROM incident ORDER BY id") == [("i", "决口", 3, 2), ("j", "另一处", 0, 0)]
    assert desk.rows("SELECT kind, mark FROM timeline ORDER BY hlc") == [
        ("incident.opened", ""),
        ("incident.changed", "held"),
        ("incident.opened", "held"),
    ]
    desk.journal.append([right.say("incident.changed", "j", kinds.IncidentChanged(title="另一处,已核"))])
    assert desk.rows("SELECT title FROM incident WHERE id = 'j'") == [("另一处,已核",)]
    desk.sound()


def test_it_takes_its_place_when_its_time_has_come_and_all_agree(desk: Desk, tmp_path: Path) -> None:
    right, wrong = enrol(desk, 1, "console"), enrol(desk, 2, "console")
    other = Desk(tmp_path / "other.db", 101)
    try:
        runs = [
            right.say("incident.opened", "i", kinds.IncidentOpened(title="决口")),
            wrong.say("incident.changed", "i", kinds.IncidentChanged(title="后"), hlc_from_ms(desk.now_ms + 5 * HOUR_MS)),
            right.say("incident.changed", "i", kinds.IncidentChanged(title="今")),
        ]
        desk.journal.append(runs)
        assert desk.journal.release() is None, "its time has not come"
        desk.now_ms = other.now_ms = desk.now_ms + 5 * HOUR_MS - DEFAULT_MAX_AHEAD_MS
        changes = desk.journal.release()
        assert changes is not None
        assert changes.ids["incident"] == {"i"}
        for voice in (right, wrong):
            other.journal.append([other.root.enrol(voice, "console")])
        other.journal.append(runs)
        for each in (desk, other):
            assert each.rows("SELECT title FROM incident") == [("后",)]
            assert each.rows("SELECT count(*) FROM event WHERE held") == [(0,)]
            each.sound()
    finally:
        other.journal.close()


def test_a_clock_set_right_again_is_believed_from_then_on(desk: Desk, tmp_path: Path) -> None:
    """One word from a clock a year ahead must not hold back everything its author says after it."""
    other = Desk(tmp_path / "other.db", 101)
    try:
        other.journal.add_root(desk.journal.signer.origin, desk.journal.signer.public_key, "desk", "node", "65", bytes(32))
        now_ms = desk.now_ms

        def say(title: str) -> int:
            events, _ = desk.journal.author([NewEvent("", "incident.changed", "i", kinds.encode_body(kinds.IncidentChanged(title=title)))])
            return events[0].hlc

        desk.now_ms = now_ms + 365 * 24 * HOUR_MS
        ahead = say("a year ahead")
        desk.now_ms = now_ms + 1000
        assert say("set right, alone") == ahead + 1, "nobody says which of the two is right"
        desk.journal.clock.agree([now_ms + 3 * HOUR_MS])
        assert say("a peer that is wrong itself") == ahead + 2
        desk.journal.clock.agree([now_ms + 3 * HOUR_MS, now_ms + 2000])
        right = say("set right")
        assert hlc_from_ms(now_ms) < right < hlc_from_ms(now_ms + 2000)
        assert say("and on") > right
        [run] = desk.journal.read({}, Lane.REPORT, [""], max_bytes=1 << 20)
        assert other.journal.append([run]).outcomes[0].accepted == 5
        assert other.rows("SELECT title FROM incident") == [("and on",)]
        assert other.rows("SELECT count(*) FROM event WHERE held") == [(3,)]
        desk.sound()
        other.sound()
    finally:
        other.journal.close()


def test_how_much_earlier_the_next_event_of_a_stream_may_be(desk: Desk) -> None:
    right = enrol(desk, 1, "console")
    now = hlc_from_ms(desk.now_ms)
    right.say("log.entered", "i", kinds.LogEntered(text="1"), now)
    assert follows(now, now + 1)
    assert not follows(now, now)
    assert not follows(now, now - hlc_from_ms(DEFAULT_MAX_AHEAD_MS))
    assert follows(now, now - hlc_from_ms(DEFAULT_MAX_AHEAD_MS + 1))


def test_a_unit_ahead_of_time_is_still_seen_where_it_is(desk: Desk) -> None:
    unit = enrol(desk, 1, "unit")
    ahead = hlc_from_ms(desk.now_ms + 5 * HOUR_MS)
    desk.journal.append([unit.say("unit.position", unit.own("u"), kinds.UnitPosition(lon=82.5, lat=44), ahead)])
    desk.journal.append([unit.say("unit.help", unit.own("u"), kinds.HelpCalled(nature="flood"), ahead)])
    assert desk.rows("SELECT lon, help FROM unit") == [(82.5, "flood")]


def test_the_time_axis_ends_now_and_not_hours_ahead(desk: Desk) -> None:
    from console.models.journal.reading import span

    right, wrong = enrol(desk, 1, "console"), enrol(desk, 2, "console")
    desk.journal.append([right.say("log.entered", "i", kinds.LogEntered(text="t"))])
    desk.journal.append([wrong.say("log.entered", "i", kinds.LogEntered(text="t"), hlc_from_ms(desk.now_ms + 5 * HOUR_MS))])
    held = span(desk.journal._connection)
    assert held is not None
    assert held[1] < hlc_from_ms(desk.now_ms)


def test_what_is_known_from_an_early_position_alone_outlives_the_process(desk: Desk, tmp_path: Path) -> None:
    unit = enrol(desk, 1, "unit")
    moved = unit.say("unit.position", unit.own("u"), kinds.UnitPosition(lon=82.5, lat=44.0))
    assert desk.journal.append_early([early_of(moved)])[1] == []
    desk.journal.close()
    desk.journal = Journal.open(tmp_path / "journal.db", desk.journal.signer, wall=lambda: desk.now_ms)
    said = unit.say("unit.report", unit.own("u"), kinds.UnitReport(text="here"))
    assert [outcome.refusal for outcome in desk.journal.append([said, moved]).outcomes] == [None, None]
    desk.sound()
