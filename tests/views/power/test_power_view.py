"""The battery in a real window: said, saved by itself and by hand, and the window's second slows down."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from console.comms.local.messages import Me, Power, SavePower
from console.models.rules.power import power_rule
from console.views.power.seconds import Seconds
from console.views.power.view import NOTICE, PowerView
from console.views.time.zone import Zone
from console.views.window.banner import Banner
from console.views.window.status import Status
from tests.views.tables.desk import Desk

LOW = Power(percent=28, left_s=1800, plugged=False, saving=True, why="threshold")


@dataclass
class Shown:
    desk: Desk
    view: PowerView
    seconds: Seconds
    status: Status
    banner: Banner

    def tell(self, power: Power | None) -> None:
        me = None if power is None else Me(origin="aa", name="desk", role="console", area="6527", version="0", pid=1, power=power)
        self.desk.context.news.links.emit(me, [])


@pytest.fixture
def shown(qtbot: QtBot, tmp_path: Path) -> Iterator[Shown]:
    desk, seconds, status, banner = Desk(tmp_path), Seconds(), Status(Zone()), Banner(lambda: None)
    for widget in (status, banner):
        qtbot.addWidget(widget)
        widget.show()
    yield Shown(desk, PowerView(desk.context, seconds, status, banner, banner), seconds, status, banner)
    desk.close()


def test_a_machine_without_a_battery_says_nothing(shown: Shown) -> None:
    shown.tell(Power())
    assert shown.status.power.isHidden()
    assert shown.banner.faults == {}
    assert (shown.view.save.isEnabled(), shown.view.stop.isEnabled()) == (True, False)


def test_it_says_how_long_is_left_and_when_it_saves_by_itself(shown: Shown) -> None:
    shown.tell(Power(percent=62, left_s=5400, plugged=False))
    assert shown.status.power.text() == "Battery 62 %, about 1 h 30 min left"
    shown.tell(LOW)
    assert shown.status.power.text() == "Battery 28 %, about 30 min left · saving power"
    assert shown.status.power.property("tone") == "caution"
    assert shown.banner.faults[NOTICE].count == 1
    shown.tell(Power(percent=27, left_s=1700, plugged=False, saving=True, why="threshold"))
    assert shown.banner.faults[NOTICE].count == 1
    shown.banner.clear_fault(NOTICE)
    shown.tell(Power(percent=26, left_s=1600, plugged=False, saving=True, why="threshold"))
    assert NOTICE not in shown.banner.faults  # hidden by the operator, it stays hidden
    shown.tell(Power(percent=26, plugged=True))
    assert not shown.seconds.saving


def test_by_hand_both_ways(shown: Shown) -> None:
    shown.tell(Power(percent=62, plugged=False))
    shown.view.save.trigger()
    assert shown.desk.asking.requests[-1] == SavePower(id=1, on=True, author="王建国")
    shown.desk.asking.answer()
    shown.tell(Power(percent=62, plugged=False, saving=True, why="person"))
    assert shown.banner.faults == {}  # who does it knows it
    assert (shown.view.save.isEnabled(), shown.view.stop.isEnabled()) == (False, True)
    shown.view.stop.trigger()
    assert shown.desk.asking.requests[-1] == SavePower(id=2, on=False, author="王建国")
    shown.desk.asking.refuse("the own peer is away")
    assert [label.text() for label in shown.banner.findChildren(QLabel) if "away" in label.text()] == ["⚠ the own peer is away"]


def test_the_banner_ends_it(shown: Shown) -> None:
    shown.tell(LOW)
    next(button for button in shown.banner.findChildren(QPushButton) if button.text() == "Stop saving power").click()
    assert shown.desk.asking.requests == [SavePower(id=1, on=False, author="王建国")]


def test_a_peer_that_is_away_changes_nothing_but_the_actions(shown: Shown) -> None:
    shown.tell(LOW)
    shown.tell(None)
    assert shown.seconds.saving
    assert not shown.view.save.isEnabled()
    assert not shown.view.stop.isEnabled()
    shown.tell(LOW)
    assert shown.banner.faults[NOTICE].count == 1


def test_ages_are_redrawn_less_often_and_the_clock_as_ever(shown: Shown) -> None:
    told = {"second": 0, "clock": 0}
    shown.seconds.second.connect(lambda: told.update(second=told["second"] + 1))
    shown.seconds.clock.connect(lambda: told.update(clock=told["clock"] + 1))
    for _ in range(60):
        shown.seconds.pass_one()
    assert told == {"second": 60, "clock": 60}
    shown.tell(LOW)
    for _ in range(60):
        shown.seconds.pass_one()
    assert told == {"second": 60 + 60 // power_rule().pace.ages_s, "clock": 120}
