"""The warnings workspace in a real window."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from console.models.state import tables
from console.views.context import Thing
from console.views.warnings.panel import WarningsPanel
from tests.views.tables.desk import Desk
from tests.views.tables.showing import shown
from tests.views.tables.state import NOW_MS

Shown = tuple[Desk, WarningsPanel]
RAIN = "bwj.gov.cn,rain"


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> Iterator[Shown]:
    with shown(qtbot, tmp_path, WarningsPanel) as made:
        yield made


def listed(panel: WarningsPanel) -> list[str]:
    return [panel.list.table.row_at(at).id.partition(",")[2] for at in range(panel.list.table.rowCount())]


def test_the_gravest_is_first_and_one_selected_shows_its_words(window: Shown) -> None:
    desk, panel = window
    assert listed(panel)[0] == "test"
    desk.context.selection.select(Thing.WARNING, RAIN)
    assert panel.detail.pairs()["Now"] == "In force"
    assert panel.detail.pairs()["Area"] == "精河县南部山区、托里镇、大河沿子镇"


def test_picking_and_flying(window: Shown, qtbot: QtBot) -> None:
    desk, panel = window
    flown: list[str] = []
    desk.context.selection.fly_requested.connect(lambda _thing, item: flown.append(item))
    panel.list.view.select_id(RAIN)
    qtbot.keyClick(panel.list.view, Qt.Key.Key_Up)
    assert desk.context.selection.id == "bwj.gov.cn,geo"
    qtbot.keyClick(panel.list.view, Qt.Key.Key_F)
    assert flown == ["bwj.gov.cn,geo"]


def test_in_force_alone_and_it_leaves_when_it_expires(window: Shown) -> None:
    desk, panel = window
    panel.chips.choose("in_force")
    assert listed(panel) == ["rain"]
    desk.pass_time(321 * 60)
    assert listed(panel) == []
    panel.chips.choose("past")
    assert set(listed(panel)) == {"rain", "old", "gale", "test"}


def test_a_cancellation_arrives(window: Shown) -> None:
    desk, panel = window
    desk.context.selection.select(Thing.WARNING, RAIN)
    desk.put(tables.Warning, id="bwj.gov.cn,end", msg_type="Cancel", cap_status="Actual", headline="解除", sent_ms=NOW_MS)
    desk.change(tables.Warning, RAIN, superseded_by="bwj.gov.cn,end")
    desk.tell(warning={"bwj.gov.cn,end"})
    assert panel.detail.pairs()["Now"] == "Cancelled"


def test_none_received_says_how_they_come(qtbot: QtBot, tmp_path: Path) -> None:
    with shown(qtbot, tmp_path, WarningsPanel, empty=True) as (_, panel):
        assert "No warning received" in panel.list._empty.text()


def test_the_card_says_who_took_note_and_follows_receipts(qtbot: QtBot, tmp_path: Path) -> None:
    with shown(qtbot, tmp_path, WarningsPanel) as (desk, panel):
        desk.context.selection.select(Thing.WARNING, "bwj.gov.cn,rain")
        assert panel.detail.pairs()["精河县矿山救护队"].startswith("no answer")
        desk.put(tables.Receipt, id="bwj.gov.cn,rain u0", warning="bwj.gov.cn,rain", unit="u0", acted=True, heard_ms=NOW_MS - 120_000)
        desk.tell(receipt={"bwj.gov.cn,rain u0"})
        assert panel.detail.pairs()["精河县矿山救护队"] == "acts · 2 min ago"
        desk.context.selection.select(Thing.WARNING, "bwj.gov.cn,geo")
        assert panel.detail.pairs()["精河县矿山救护队"].startswith("no answer")
