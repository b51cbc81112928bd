"""The roads workspace in a real window."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from console.models.kinds import RecordRestored, RecordWithdrawn, RoadClosed, RoadOpened
from console.models.state import tables
from console.views.context import Thing
from console.views.roads.panel import RoadsPanel
from tests.views.roads.test_roads_presenter import road
from tests.views.tables.desk import Desk
from tests.views.tables.sample import ME, SLIDE
from tests.views.tables.showing import shown
from tests.views.tables.state import NOW_MS

Shown = tuple[Desk, RoadsPanel]


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> Iterator[Shown]:
    with shown(qtbot, tmp_path, RoadsPanel) as made:
        desk, _ = made
        road(desk, "bridge", "X782 大寨桥", lon=82.60, lat=44.30)
        road(desk, "error", "G312", withdrawn=True)
        desk.tell(road={"bridge", "error"})
        desk.context.news.links.emit(ME, [])
        yield made


def listed(panel: RoadsPanel) -> set[str]:
    return {panel.list.table.row_at(at).id for at in range(panel.list.table.rowCount())}


def test_withdrawn_closures_are_listed_only_when_asked_for(window: Shown) -> None:
    _, panel = window
    assert listed(panel) == {"bridge"}
    panel.chips.choose("withdrawn")
    assert listed(panel) == {"error"}


def test_map_and_list_have_one_selection(window: Shown) -> None:
    desk, panel = window
    desk.context.selection.select(Thing.ROAD, "bridge")
    assert panel.list.view.current_id() == "bridge"
    assert panel.card.pairs()["Reason"] == "Debris flow"
    assert panel.opening.send.isEnabled()


def test_a_closure_is_entered_with_its_place_from_the_map(window: Shown, qtbot: QtBot) -> None:
    desk, panel = window
    form, picking = panel.closure, desk.context.picking
    {action.text(): action for action in panel.actions_for_palette()}["Roads: close a road"].trigger()
    assert panel.window().focusWidget() is form.name
    qtbot.keyClicks(form.name, "S205")
    form.place.on_map.click()
    assert picking.asker is form.place
    picking.click(82.8, 44.4)
    picking.click(82.7, 44.3)
    assert form.place.text() == "82.800000, 44.400000; 82.700000, 44.300000"
    form.source.setText("养护站")
    form.incident.setCurrentIndex(form.incident.findData(SLIDE))
    qtbot.keyClick(form.source, Qt.Key.Key_Return)
    assert picking.asker is None
    assert not form.place.on_map.isChecked()
    (draft,) = desk.writing.drafts
    body = msgspec.msgpack.decode(draft.body, type=RoadClosed)
    assert (draft.area, body.name, body.line, body.incident) == ("652722", "S205", [(82.8, 44.4), (82.7, 44.3)], SLIDE)
    assert body.since_ms == NOW_MS
    road(desk, "new", "S205")
    desk.writing.save("new")
    assert (desk.context.selection.id, form.name.text(), form.place.text()) == ("new", "", "")


def test_what_was_typed_is_kept_when_it_is_refused(window: Shown) -> None:
    desk, panel = window
    panel.closure.name.setText("S205")
    panel.closure.submit()
    assert "By whose word is empty" in panel.closure.outcome.text()
    panel.closure.source.setText("来电")
    panel.closure.submit()
    desk.writing.refuse("Not durable.")
    assert panel.closure.name.text() == "S205"


def test_a_road_is_opened_again_and_then_cannot_be_twice(window: Shown) -> None:
    desk, panel = window
    desk.context.selection.select(Thing.ROAD, "bridge")
    panel.opening.source.setText("养护站")
    panel.opening.submit()
    (draft,) = desk.writing.drafts
    assert (draft.subject, draft.area) == ("bridge", "652722")
    assert msgspec.msgpack.decode(draft.body, type=RoadOpened).source == "养护站"
    desk.change(tables.Road, "bridge", status="open", opened_ms=NOW_MS)
    desk.writing.save("bridge")
    desk.tell(road={"bridge"})
    assert panel.opening.why.text() == "This road is not closed."


def test_withdrawing_asks_why_and_restoring_brings_it_back(window: Shown) -> None:
    desk, panel = window
    desk.context.selection.select(Thing.ROAD, "bridge")
    panel.withdraw.submit()
    assert "The reason is empty" in panel.withdraw.outcome.text()
    panel.withdraw.reason.setText("重复登记")
    panel.withdraw.submit()
    body = msgspec.msgpack.decode(desk.writing.drafts[0].body, type=RecordWithdrawn)
    assert (desk.writing.drafts[0].kind, body) == ("record.withdrawn", RecordWithdrawn(table="road", why="重复登记", author="王建国"))
    desk.writing.save("bridge")
    panel.chips.choose("withdrawn")
    panel.list.view.select_id("error")
    desk.context.selection.select(Thing.ROAD, "error")
    assert panel.withdraw.send.text() == "Restore"
    panel.withdraw.reason.setText("确有其事")
    panel.withdraw.submit()
    assert desk.writing.drafts[0].kind == "record.restored"
    assert msgspec.msgpack.decode(desk.writing.drafts[0].body, type=RecordRestored).table == "road"


def test_a_past_instant_closes_every_form(window: Shown) -> None:
    desk, panel = window
    desk.time.live = False
    desk.context.news.reset.emit()
    for form in (panel.closure, panel.opening, panel.withdraw):
        assert "past instant" in form.why.text()


def test_another_form_takes_the_map_over(window: Shown) -> None:
    desk, panel = window
    panel.closure.place.on_map.click()
    desk.context.picking.begin(object())
    assert not panel.closure.place.on_map.isChecked()
    desk.context.picking.click(1.0, 2.0)
    assert panel.closure.place.text() == ""
