"""The satellite terminal in a real window."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from pytestqt.qtbot import QtBot

from console.comms.local.messages import SendBySatellite, UseTerminal
from console.views.beidou.panel import SatellitePanel
from tests.views.beidou.test_beidou_presenter import CALL, READY
from tests.views.tables.desk import Desk
from tests.views.tables.sample import ME
from tests.views.tables.showing import shown
from tests.views.tables.state import NOW_MS

Shown = tuple[Desk, SatellitePanel]
READY_NOW = msgspec.structs.replace(READY, ready_ms=NOW_MS + 42_000, waiting=[CALL], waiting_count=1)


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> Iterator[Shown]:
    with shown(qtbot, tmp_path, SatellitePanel) as made:
        yield made


def tell(desk: Desk, satellite: object) -> None:
    desk.context.news.links.emit(msgspec.structs.replace(ME, satellite=satellite), [])


def test_the_clock_counts_down_by_itself(window: Shown) -> None:
    desk, view = window
    tell(desk, READY_NOW)
    assert (view.clock.text(), view.bar.value()) == ("Next message in 43 s", 300)
    desk.pass_time(30)
    assert (view.clock.text(), view.bar.value()) == ("Next message in 13 s", 800)
    assert view.waiting.table.rowCount() == 1


def test_without_a_terminal_nothing_can_be_sent_but_a_port_be_given(window: Shown) -> None:
    desk, view = window
    tell(desk, None)
    assert not view.send.send.isEnabled()
    view.port.port.setText(" /dev/ttyUSB0 ")
    view.port.submit()
    assert desk.asking.requests == [UseTerminal(id=1, port="/dev/ttyUSB0")]
    desk.asking.refuse("that is no port")
    assert "that is no port" in view.port.outcome.text()


def test_sending_by_hand(window: Shown) -> None:
    desk, view = window
    tell(desk, READY_NOW)
    view.send.submit()
    assert desk.asking.requests == [SendBySatellite(id=1)]
    tell(desk, msgspec.structs.replace(READY_NOW, by_hand_ms=NOW_MS + 600_000))
    assert view.facts.pairs()["By hand"] == "for 10 min more"


def test_an_absent_peer_is_said(window: Shown) -> None:
    desk, view = window
    tell(desk, READY_NOW)
    desk.context.news.links.emit(None, [])
    assert "away" in view.send.why.text()
    assert view.waiting.table.rowCount() == 0
