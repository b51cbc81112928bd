"""The warnings workspace in a real window."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from console.models.kinds import WarningAcknowledged
from console.models.state import tables
from console.views.context import Thing
from console.views.warnings.panel import WarningsPanel
from tests.views.tables.desk import Desk
from tests.views.tables.sample import ME, NODE
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


# -- ticked by hand ---------------------------------------------------------------------------------------------------------------


def begin(panel: WarningsPanel) -> None:
    next(action for action in panel.actions_for_palette() if action.shortcut().toString() == "Alt+N").trigger()


def names(panel: WarningsPanel) -> list[str]:
    return [panel.ticking.units.item(at).text() for at in range(panel.ticking.units.count())]


def test_units_not_counted_yet_are_ticked_by_keyboard_and_written_for_their_areas(window: Shown, qtbot: QtBot) -> None:
    desk, panel = window
    desk.context.news.links.emit(ME, [])
    desk.context.selection.select(Thing.WARNING, RAIN)
    assert not panel.ticking.isVisible()
    begin(panel)
    assert panel.window().focusWidget() is panel.ticking.units
    assert len(names(panel)) == 7
    qtbot.keyClick(panel.ticking.note, Qt.Key.Key_Return)
    assert "No unit is ticked" in panel.ticking.outcome.text()
    qtbot.keyClick(panel.ticking.units, Qt.Key.Key_Space)
    qtbot.keyClick(panel.ticking.units, Qt.Key.Key_Down)
    qtbot.keyClick(panel.ticking.units, Qt.Key.Key_Space)
    panel.ticking.acted.setChecked(True)
    panel.ticking.note.setText("电话")
    ticked = panel.ticking.ticked()
    desk.tell(unit={"u0"})
    assert panel.ticking.ticked() == ticked
    qtbot.keyClick(panel.ticking.note, Qt.Key.Key_Return)
    bodies = [msgspec.msgpack.decode(draft.body, type=WarningAcknowledged) for draft in desk.writing.drafts]
    assert [body.unit for body in bodies] == [each.unit for each in ticked]
    assert {(body.acted, body.note) for body in bodies} == {(True, "王建国: 电话")}
    assert {(draft.kind, draft.subject, draft.area) for draft in desk.writing.drafts} == {("warning.acknowledged", RAIN, "652722")}
    stamps = msgspec.msgpack.encode({"acted": (1, bytes.fromhex(NODE))})
    for each in ticked:
        desk.put(tables.Receipt, id=f"{RAIN} {each.unit}", warning=RAIN, unit=each.unit, acted=True, heard_ms=NOW_MS, stamps=stamps)
    desk.writing.save()
    desk.tell(receipt={f"{RAIN} {each.unit}" for each in ticked})
    assert len(names(panel)) == 5
    assert panel.ticking.ticked() == []
    assert panel.detail.pairs()[ticked[0].name] == "acts · 0 s ago · ticked by hand at 精河县汇聚节点"
    assert panel.open_ticking.text() == "Tick by hand: 5 not yet"


def test_what_is_ticked_of_one_warning_is_not_sent_about_another(window: Shown, qtbot: QtBot) -> None:
    desk, panel = window
    desk.context.selection.select(Thing.WARNING, RAIN)
    begin(panel)
    qtbot.keyClick(panel.ticking.units, Qt.Key.Key_Space)
    assert panel.ticking.ticked()
    ticked = panel.ticking.ticked()
    desk.context.selection.select(Thing.WARNING, "bwj.gov.cn,geo")
    assert panel.ticking.ticked() == []
    desk.context.selection.select(Thing.WARNING, RAIN)
    assert panel.ticking.ticked() == ticked
    desk.context.news.reset.emit()
    assert panel.ticking.ticked() == ticked


def test_in_the_past_nothing_is_ticked_and_when_all_took_note_it_says_so(window: Shown) -> None:
    desk, panel = window
    desk.context.selection.select(Thing.WARNING, RAIN)
    begin(panel)
    for each in panel.ticking._missing_units:
        desk.put(tables.Receipt, id=f"{RAIN} {each.unit}", warning=RAIN, unit=each.unit, heard_ms=NOW_MS)
    desk.tell(receipt={RAIN})
    assert panel.ticking.why.text() == "Everybody whom it concerns took note."
    desk.time.live = False
    desk.context.news.reset.emit()
    assert "past instant" in panel.ticking.why.text()
    assert not panel.ticking.send.isEnabled()
