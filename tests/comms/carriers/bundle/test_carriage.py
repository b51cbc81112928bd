"""What a bundle carries, both ways, while the other side goes on."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.comms.carriers.bundle.faults import UnreadableFault
from console.errors import Fault
from console.models.clock import hlc_from_ms
from console.models.event import Lane
from console.models.journal.early import Early
from tests.comms.carriers.bundle.people import NOW_MS, Company, company

__all__ = ["company"]


def test_a_console_that_was_never_linked_gets_everything_and_gives_back_its_own(company: Company, tmp_path: Path) -> None:
    node, console = company.node, company.person("desk", "console", "6527")
    unit = company.person("unit", "unit")
    node.order(unit.own())
    [down] = node.make("desk", tmp_path / "down.fsb")
    taken = console.take(down)
    assert taken.events == {"command": 3}
    assert not taken.refused
    assert console.journal.digest() == node.journal.digest()
    console.report("道路已通", area="652701")
    node.report("meanwhile")
    [up] = console.make("node", tmp_path / "up.fsb")
    assert node.take(up).events == {"report": 1}
    [again] = node.make("desk", tmp_path / "again.fsb")
    assert console.take(again).events == {"report": 1}
    assert console.journal.digest() == node.journal.digest()


def test_carriage_both_ways_while_both_go_on_needs_no_event_twice(company: Company, tmp_path: Path) -> None:
    node, console = company.node, company.person("desk", "console", "6527")
    console.take(*node.make("desk", tmp_path / "first.fsb"))
    node.take(*console.make("node", tmp_path / "receipt.fsb"))
    for turn in range(4):
        for each in range(3):
            node.report(f"node {turn} {each}")
            console.report(f"desk {turn} {each}")
        [down] = node.make("desk", tmp_path / f"down{turn}.fsb")
        node.report("after it was made")
        assert console.take(down).held == 0
        console.report("after that")
        assert node.take(*console.make("node", tmp_path / f"up{turn}.fsb")).held == 0
    [last] = node.make("desk", tmp_path / "last.fsb")
    console.take(last)
    assert console.journal.digest() == node.journal.digest()


def test_what_a_peer_is_known_to_hold_is_not_carried(company: Company, tmp_path: Path) -> None:
    node, console = company.node, company.person("desk", "console", "6527")
    node.report("one")
    console.take(*node.make("desk", tmp_path / "a.fsb"))
    node.knows(console)
    assert sum(node.plan("desk").events.values()) == 0
    node.report("two")
    assert node.plan("desk").events == {"command": 0, "report": 1, "telemetry": 0}
    assert node.plan("desk").known_ms is not None
    [file] = node.make("desk", tmp_path / "b.fsb")
    assert console.take(file).events == {"report": 1}


def test_an_acknowledgement_comes_back_with_the_next_bundle(company: Company, tmp_path: Path) -> None:
    """A bundle carries what its maker holds: that is what the receiver learns by it."""
    node, console = company.node, company.person("desk", "console", "6527")
    console.take(*node.make("desk", tmp_path / "a.fsb"))
    console.report("back")
    node.take(*console.make("node", tmp_path / "b.fsb"))
    assert sum(node.plan("desk").events.values()) == 0


def test_an_older_word_about_what_is_held_is_not_heeded(company: Company, tmp_path: Path) -> None:
    node, console = company.node, company.person("desk", "console", "6527")
    console.take(*node.make("desk", tmp_path / "a.fsb"))
    console.report("one")
    [old] = console.make("node", tmp_path / "old.fsb")
    node.report("x")
    console.take(*node.make("desk", tmp_path / "b.fsb"))
    console.report("two")
    [new] = console.make("node", tmp_path / "new.fsb")
    node.take(new)
    node.take(old)
    assert sum(node.plan("desk").events.values()) == 0


def test_a_unit_is_given_orders_only_and_gives_its_own(company: Company, tmp_path: Path) -> None:
    node, unit, other = company.node, company.person("unit", "unit"), company.person("other", "unit")
    node.order(unit.own())
    node.report("not for units", area="652701")
    [down] = node.make("unit", tmp_path / "down.fsb")
    assert unit.take(down).events == {"command": 3}
    unit.report("here")
    unit.move()
    assert node.take(*unit.make("node", tmp_path / "up.fsb")).events == {"report": 1, "telemetry": 1}
    other.move()
    assert other.plan("node").events["telemetry"] == 1


def test_telemetry_of_others_comes_from_who_may_pass_it_on(company: Company, tmp_path: Path) -> None:
    node, unit, console = company.node, company.person("unit", "unit"), company.person("desk", "console", "6527")
    unit.move()
    node.take(*unit.make("node", tmp_path / "up.fsb"))
    assert console.take(*node.make("desk", tmp_path / "down.fsb")).events["telemetry"] == 1
    assert console.journal.digest("652701/telemetry") == unit.journal.digest("652701/telemetry")


def test_a_maker_whom_nobody_vouched_for_is_refused(company: Company, tmp_path: Path) -> None:
    node = company.node
    console = company.person("desk", "console", "6527")
    stranger = company.person("stranger", "console", "6527", root=False)
    stranger.journal.add_root(console.origin, console.keys.signer.public_key, "desk", "console", "6527", console.keys.curve.public)
    stranger.report("who am I")
    console.take(*node.make("desk", tmp_path / "a.fsb"))
    with pytest.raises(UnreadableFault, match="not enrolled here"):
        console.take(*stranger.make("desk", tmp_path / "s.fsb"))


def test_ages_count_the_time_on_the_way(company: Company, tmp_path: Path) -> None:
    node, unit = company.node, company.person("unit", "unit")
    unit.move()
    unit.clock_ms += 60_000
    [file] = unit.make("node", tmp_path / "up.fsb")
    node.clock_ms = unit.clock_ms + 3_600_000
    node.take(file)
    [(heard_ms,)] = node.journal._connection.execute("SELECT fix_heard_ms FROM unit WHERE fix_heard_ms IS NOT NULL")
    assert abs(node.clock_ms - heard_ms - 3_660_000) < 1000


def test_a_makers_clock_that_is_ahead_makes_nothing_younger_than_it_was(company: Company, tmp_path: Path) -> None:
    node, unit = company.node, company.person("unit", "unit")
    unit.clock_ms = NOW_MS + 300_000
    unit.move()
    unit.clock_ms += 60_000
    [file] = unit.make("node", tmp_path / "up.fsb")
    assert 300_000 < node.show(file).volumes[0].ahead_ms < 400_000
    node.take(file)
    [(heard_ms,)] = node.journal._connection.execute("SELECT fix_heard_ms FROM unit WHERE fix_heard_ms IS NOT NULL")
    assert node.clock_ms - heard_ms >= 60_000


def test_an_incident_goes_with_its_orders_and_reports_and_little_else(company: Company, tmp_path: Path) -> None:
    node, console = company.node, company.person("desk", "console", "6527")
    node.reports("routine", 600)
    slide = node.open_incident()
    node.write("log.entered", slide, _log("first"), "652701")
    node.reports("more routine", 600)
    node.write("log.entered", slide, _log("second"), "652701")
    node.write("incident.closed", slide, _closed())
    planned = node.plan("desk", slide)
    assert (planned.title, planned.early) == ("滑坡", 2)
    assert planned.events == {"command": 1, "report": 4, "telemetry": 0}
    taken = console.take(*node.make("desk", tmp_path / "slide.fsb", incident=slide))
    assert (taken.events, taken.early, taken.refusals) == ({"command": 1, "report": 2}, 2, 0)
    rows = console.journal._connection.execute("SELECT count(*) FROM timeline WHERE incident = ?", (slide,)).fetchone()
    assert rows == (4,)
    again = console.take(tmp_path / "slide.fsb")
    assert (sum(again.events.values()), again.held) == (0, 3)
    console.take(*node.make("desk", tmp_path / "all.fsb"))
    assert console.journal.digest() == node.journal.digest()
    assert console.journal._connection.execute("SELECT count(*) FROM early").fetchone() == (0,)


def test_an_incident_brings_where_its_units_are(company: Company, tmp_path: Path) -> None:
    node, unit, console = company.node, company.person("unit", "unit"), company.person("desk", "console", "6527")
    slide = node.open_incident()
    unit.write("unit.status", unit.own(), _status(slide))
    for number in range(30):
        unit.move(80 + number / 100)
    node.take(*unit.make("node", tmp_path / "up.fsb"))
    taken = console.take(*node.make("desk", tmp_path / "slide.fsb", incident=slide))
    assert taken.early == 1
    assert console.journal._connection.execute("SELECT lon FROM unit WHERE id = ?", (unit.own(),)).fetchone() == (80.29,)


def test_what_came_early_here_is_passed_on(company: Company, tmp_path: Path) -> None:
    node, unit, console = company.node, company.person("unit", "unit"), company.person("desk", "console", "6527")
    unit.report("one")
    said = unit.report("help", area="652701")
    early = Early(said.origin, said.topic, said.seq, said.hlc, said.kind, said.subject, said.body)
    node.journal.append_early([early])
    assert console.take(*node.make("desk", tmp_path / "a.fsb")).early == 1
    node.take(*unit.make("node", tmp_path / "up.fsb"))
    console.take(*node.make("desk", tmp_path / "b.fsb"))
    assert console.journal.digest() == node.journal.digest()


def test_a_peer_whose_journal_was_lost_gets_its_own_back(company: Company, tmp_path: Path) -> None:
    node, unit = company.node, company.person("unit", "unit")
    unit.report("one")
    node.take(*unit.make("node", tmp_path / "up.fsb"))
    unit.close()
    for path in unit.data.root.glob("journal.db*"):
        path.unlink()
    unit.open()
    unit.journal.set_identity("unit", "unit", "652701")
    unit.journal.add_root(node.origin, node.keys.signer.public_key, "node", "node", "6527", node.keys.curve.public)
    node.knows(unit)
    taken = unit.take(*node.make("unit", tmp_path / "down.fsb"))
    assert taken.events[Lane.REPORT] == 1


@pytest.mark.parametrize(("peer", "says"), [("nobody", "no peer"), ("node", "no peer"), ("gone", "was revoked")])
def test_for_whom_nothing_can_be_made(company: Company, tmp_path: Path, peer: str, says: str) -> None:
    company.node.revoke(company.person("gone", "unit"))
    with pytest.raises(Fault, match=says):
        company.node.make(peer, tmp_path / "x.fsb")


def test_an_incident_that_is_none_is_said(company: Company, tmp_path: Path) -> None:
    company.person("desk", "console", "6527")
    with pytest.raises(Fault, match="no incident 'nope'"):
        company.node.make("desk", tmp_path / "x.fsb", incident="nope")


def _log(text: str):  # noqa: ANN202
    from console.models.kinds import LogEntered

    return LogEntered(text=text)


def _closed():  # noqa: ANN202
    from console.models.kinds import IncidentClosed

    return IncidentClosed(summary="done")


def _status(incident: str):  # noqa: ANN202
    from console.models.kinds import UnitStatus

    return UnitStatus(status="onscene", incident=incident)


def test_telemetry_that_the_maker_no_longer_has_is_passed_over(company: Company, tmp_path: Path) -> None:
    node, console = company.node, company.person("desk", "console", "6527")
    for number in range(10):
        node.move(80 + number)
    node.clock_ms += 3_600_000
    while node.journal.drop_telemetry(hlc_from_ms(node.clock_ms)):
        pass
    for number in range(5):
        node.move(70 + number)
    assert node.plan("desk").events["telemetry"] == 5
    [file] = node.make("desk", tmp_path / "a.fsb")
    assert console.show(file).volumes[0].waiting == 0
    taken = console.take(file)
    assert (taken.events["telemetry"], taken.refusals) == (5, 0)
    assert console.journal.digest() == node.journal.digest()


def test_words_that_were_destroyed_stay_destroyed(company: Company, tmp_path: Path) -> None:
    node, console = company.node, company.person("desk", "console", "6527")
    slide = node.open_incident()
    node.write("log.entered", slide, _log("a name that must go"), "6527")
    node.report("goes on", incident=slide)
    node.write("incident.closed", slide, _closed())
    node.journal.purge(slide, "over")
    [file] = node.make("desk", tmp_path / "a.fsb")
    taken = console.take(file)
    assert (taken.refusals, taken.waiting) == (0, 0)
    assert console.journal.digest() == node.journal.digest()
    assert console.journal._connection.execute("SELECT count(*) FROM event WHERE erased <> x''").fetchone()[0] > 0
    assert "must go" not in str(console.journal._connection.execute("SELECT body FROM event").fetchall())
