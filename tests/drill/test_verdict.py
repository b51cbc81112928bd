"""A drill fails when it should, and says what was lost, where."""

from __future__ import annotations

import csv
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from PySide6.QtWidgets import QApplication

from console.models.event import Head, Lane, Stream
from tests.drill import picture, verdict
from tests.drill.cast import Cast
from tests.drill.ledger import Ledger, Said
from tests.netlab.post import Post, Written


class Paper(Post):
    """A post without a machine: what it holds is written here."""

    def __init__(self, name: str, role: str, area: str, number: int) -> None:
        super().__init__(cast("Any", SimpleNamespace(name=name)), Path("/nowhere"), name, role, area)
        self._known_as = bytes([number]) * 16
        self.held: dict[Stream, tuple[int, Head]] = {}
        self.sound = True

    def heads(self) -> dict[Stream, tuple[int, Head]]:
        return self.held

    def whole(self) -> bool:
        return self.sound


@pytest.fixture
def players() -> Cast:
    region, prefecture = Paper("Region", "node", "65", 1), Paper("Prefecture", "node", "6527", 2)
    jinghe, bole = Paper("Jinghe", "node", "652722", 3), Paper("Bole", "node", "652701", 4)
    desk, laptop = Paper("Desk", "console", "652722", 5), Paper("Laptop", "console", "652701", 6)
    unit, other = Paper("Unit 1", "unit", "652722", 7), Paper("Unit 2", "unit", "652701", 8)
    return Cast(region, prefecture, jinghe, bole, desk, laptop, [unit], [other], cast("Any", None))


def say(ledger: Ledger, players: Cast, lane: Lane = Lane.REPORT, *, seq: int = 1) -> Said:
    """The unit of Jinghe says something, and everybody whom it concerns holds it."""
    stream = Stream(bytes([7]) * 16, f"652722/{lane.value}")
    said = ledger.say("Unit 1", Written(stream, seq, "unit.report", "u"), "water rises")
    for post in players.posts:
        if post.concerns(stream):
            cast("Paper", post).held[stream] = (seq, bytes(32))
            ledger.learn(post.name, said.key, early=False)
    return said


@pytest.fixture
def ledger() -> Ledger:
    made = Ledger()
    made.begin("All linked")
    return made


def test_a_report_concerns_those_above_and_beside_and_an_order_the_units_too(players: Cast, ledger: Ledger) -> None:
    origin = bytes([9]) * 16
    names = [[post.name for post in players.posts if post.concerns(Stream(origin, f"652722/{lane.value}"))] for lane in Lane]
    assert names[list(Lane).index(Lane.REPORT)] == ["Region", "Prefecture", "Jinghe", "Desk"]
    assert names[list(Lane).index(Lane.COMMAND)] == ["Region", "Prefecture", "Jinghe", "Desk", "Unit 1"]


def test_all_is_well_when_everybody_holds_what_concerns_it(players: Cast, ledger: Ledger) -> None:
    say(ledger, players)
    ledger.end()
    judged = verdict.judge(players, ledger, [])
    assert judged.well, judged
    assert judged.acknowledged == 1
    assert "drill passed" in verdict.text(ledger, players, judged)


def test_an_acknowledged_event_that_one_peer_lacks_is_named(players: Cast, ledger: Ledger) -> None:
    said = say(ledger, players)
    ledger.end()
    cast("Paper", players.region).held.clear()
    del ledger.known["Region"]
    judged = verdict.judge(players, ledger, [])
    assert judged.lost == ["Region does not hold unit.report 1 of Unit 1 'water rises'"]
    assert judged.unequal
    assert not judged.well
    text = verdict.text(ledger, players, judged)
    assert "DRILL FAILED" in text
    assert "LOST" in text
    assert ledger.when(said, "Prefecture") is not None


def test_the_same_count_with_another_head_is_not_equal(players: Cast, ledger: Ledger) -> None:
    said = say(ledger, players)
    ledger.end()
    cast("Paper", players.desk).held[said.stream] = (1, bytes([1]) * 32)
    judged = verdict.judge(players, ledger, [])
    assert judged.lost == []
    assert judged.unequal == ["Desk, Jinghe: 652722/report 1/1", "Desk, Region: 652722/report 1/1"]
    assert not judged.well


def test_a_damaged_journal_and_a_trouble_fail_a_drill_too(players: Cast, ledger: Ledger) -> None:
    say(ledger, players)
    ledger.end()
    assert not verdict.judge(players, ledger, ["too late"]).well
    cast("Paper", players.bole).sound = False
    assert verdict.judge(players, ledger, []).damaged == ["Bole"]


def test_the_table_has_a_line_an_event_and_marks_what_came_early(players: Cast, ledger: Ledger, tmp_path: Path) -> None:
    stream = Stream(bytes([7]) * 16, "652722/command")
    said = ledger.say("Unit 1", Written(stream, 3, "unit.help", "u"), "trapped")
    ledger.learn("Jinghe", said.key, early=True)
    ledger.learn("Jinghe", said.key, early=False)  # known already
    ledger.end()
    verdict.write_tables(ledger, ["Region", "Jinghe"], tmp_path)
    with (tmp_path / "known.csv").open(encoding="utf-8") as file:
        (row,) = csv.DictReader(file)
    assert (row["act"], row["topic"], row["seq"], row["Region"]) == ("All linked", "652722/command", "3", "")
    assert row["Jinghe"].endswith("+")


def test_states_of_a_post_are_spans_that_end_with_the_drill(ledger: Ledger) -> None:
    for state in ("linked", "linked", "alone"):
        ledger.turn("Desk", state)
    ledger.end()
    spans = ledger.spans("Desk")
    assert [span.name for span in spans] == ["linked", "alone"]
    assert spans[0].ends_s == spans[1].begins_s
    assert spans[1].ends_s == ledger.acts[-1].ends_s


def test_the_picture_is_drawn(qapp: QApplication, players: Cast, ledger: Ledger, tmp_path: Path) -> None:
    for number in range(1, 6):
        say(ledger, players, seq=number)
    for post in players.posts:
        ledger.turn(post.name, "linked")
    ledger.begin("Uplink cut")
    ledger.turn("Jinghe", "dead")
    ledger.end()
    file = tmp_path / "drill.png"
    picture.draw(ledger, players, verdict.judge(players, ledger, []), file)
    assert file.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    assert file.stat().st_size > 5000
