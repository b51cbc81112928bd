"""The units workspace in a real window."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from console.models.changes import Fix
from console.models.clock import hlc_from_ms
from console.models.kinds import TaskAssigned
from console.models.state import tables
from console.views.context import Thing
from console.views.units.panel import FIXES_EVERY_MS, UnitsPanel
from tests.views.tables.desk import Desk
from tests.views.tables.sample import LINKS, ME, SLIDE, UNITS
from tests.views.tables.showing import shown
from tests.views.tables.state import NOW_MS

Shown = tuple[Desk, UnitsPanel]


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> Iterator[Shown]:
    with shown(qtbot, tmp_path, UnitsPanel) as made:
        yield made


def fix(unit: str, at_ms: int = NOW_MS) -> Fix:
    return Fix(unit, 82.6, 44.3, None, None, at_ms, 60.0, hlc_from_ms(at_ms))


def listed(panel: UnitsPanel) -> set[str]:
    return {panel.list.table.row_at(at).id for at in range(panel.list.table.rowCount())}


def test_the_map_and_the_table_have_one_selection(window: Shown, qtbot: QtBot) -> None:
    desk, panel = window
    desk.context.selection.select(Thing.UNIT, "u4")
    assert panel.list.view.selected_ids() == ["u4"]
    assert panel.card.pairs()["Callsign"] == "博04"
    qtbot.keyClick(panel.list.view, Qt.Key.Key_Home)
    assert desk.context.selection.id == panel.list.view.current_id() != "u4"


def test_positions_reach_the_rows_without_any_query_and_four_times_a_second(window: Shown, qtbot: QtBot) -> None:
    desk, panel = window
    desk.reading.runs.clear()
    for step in range(10):
        desk.tell([fix("u3", NOW_MS + step)])
    assert panel.list.table.row("u3").lon == 82.66
    assert panel._fix_timer.interval() == FIXES_EVERY_MS == 250
    qtbot.waitUntil(lambda: panel.list.table.row("u3").lon == 82.6)
    assert panel.list.table.row("u3").fix_heard_ms == NOW_MS + 9
    assert desk.reading.runs == []


def test_a_read_never_throws_a_unit_back_but_a_past_instant_does(window: Shown, qtbot: QtBot) -> None:
    desk, panel = window
    desk.tell([fix("u3")])
    qtbot.waitUntil(lambda: panel.list.table.row("u3").lon == 82.6)
    desk.tell(unit={"u3"})
    assert panel.list.table.row("u3").lon == 82.6
    desk.time.live = False
    desk.tell(unit={"u3"})
    assert panel.list.table.row("u3").lon == 82.66


def test_a_position_of_an_unknown_unit_reads_that_unit(window: Shown, qtbot: QtBot) -> None:
    desk, panel = window
    desk.put(tables.Unit, id="new", name="新到", fix_hlc=hlc_from_ms(NOW_MS), fix_heard_ms=NOW_MS, lon=82.6, lat=44.3)
    desk.tell([fix("new")])
    qtbot.waitUntil(lambda: panel.list.table.row("new") is not None)


def test_five_thousand_units_with_five_hundred_moving_tell_only_what_is_in_view(window: Shown, qtbot: QtBot) -> None:
    desk, panel = window
    with desk.database.atomic():
        for at in range(5000):
            desk.put(tables.Unit, id=f"m{at:04}", name=f"车 {at:04}", status="available", heard_ms=NOW_MS)
    desk.context.news.reset.emit()
    told: list[tuple[int, int]] = []
    panel.list.table.dataChanged.connect(lambda first, last: told.append((first.row(), last.row())))
    desk.reading.runs.clear()
    for second in range(4):
        desk.tell([fix(f"m{at:04}", NOW_MS + second) for at in range(0, 5000, 10)])
    qtbot.waitUntil(lambda: panel.list.table.row("m4990").lon == 82.6)
    in_view = panel.list.view.viewport().height() // panel.list.view.rowHeight(0) + 2
    assert len(told) <= in_view
    assert all(last < in_view for _, last in told)
    assert desk.reading.runs == []


def test_groups_filter_and_follow_the_clock(window: Shown) -> None:
    desk, panel = window
    panel.chips.choose("free")
    assert listed(panel) == {"u5", "u6", "u8"}
    panel.chips.choose("stale")
    assert listed(panel) == {"u3", "u5"}
    desk.pass_time(50)
    assert listed(panel) == {"u2", "u3", "u5", "u6"}
    panel.chips.choose("")
    assert len(listed(panel)) == len(UNITS)


def test_an_order_to_several_units_is_written_and_its_refusal_keeps_it(window: Shown, qtbot: QtBot) -> None:
    desk, panel = window
    desk.context.selection.select(Thing.INCIDENT, SLIDE)
    view = panel.list.view
    view.select_id("u0")
    view.selectionModel().select(
        panel.list.table.index(panel.list.table.place_of("u6"), 0),
        view.selectionModel().SelectionFlag.Select | view.selectionModel().SelectionFlag.Rows,
    )
    assert panel.assign.whom.text().startswith("To 2 units: ")
    panel.assign.text.setPlainText("向西搜索")
    panel.assign.due.setText("30")
    qtbot.keyClick(panel.assign.text, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    bodies = [msgspec.msgpack.decode(draft.body, type=TaskAssigned) for draft in desk.writing.drafts]
    assert {body.unit for body in bodies} == {"u0", "u6"}
    assert {(body.text, body.incident, body.due_ms, body.author) for body in bodies} == {("向西搜索", SLIDE, NOW_MS + 1_800_000, "王建国")}
    desk.writing.refuse("Not durable.")
    assert (panel.assign.text.toPlainText(), panel.assign.due.text()) == ("向西搜索", "30")


def test_an_order_for_one_unit_is_not_carried_to_the_next(window: Shown) -> None:
    desk, panel = window
    desk.context.selection.select(Thing.UNIT, "u0")
    panel.assign.text.setPlainText("撤离")
    desk.context.selection.select(Thing.UNIT, "u1")
    assert panel.assign.text.toPlainText() == ""
    desk.context.selection.select(Thing.UNIT, "u0")
    assert panel.assign.text.toPlainText() == "撤离"


def test_the_incident_chosen_for_an_order_is_not_moved_by_news(window: Shown) -> None:
    desk, panel = window
    panel.assign.incident.setCurrentIndex(0)
    desk.put(tables.Incident, id="later", title="又一起", hlc=1 << 62)
    desk.tell(incident={"later"})
    assert panel.assign.incident.currentData() == ""
    assert panel.assign.incident.findData("later") > 0


def test_a_unit_filtered_away_is_no_longer_the_one_that_gets_the_order(window: Shown) -> None:
    desk, panel = window
    desk.context.selection.select(Thing.UNIT, "u0")
    panel.list.filter.setText("蓝天")
    assert listed(panel) == {"u6"}
    assert panel.list.view.selected_ids() == []
    assert not panel.assign.send.isEnabled()


def test_answers_to_tasks_are_shown(window: Shown) -> None:
    desk, panel = window
    desk.context.selection.select(Thing.UNIT, "u3")
    assert panel.tasks.table.row("t3").state == "assigned"
    desk.change(tables.Task, "t3", state="acknowledged")
    desk.tell(task={"t3"})
    assert panel.tasks.table.row("t3").state == "acknowledged"
    assert panel.list.table.row("u3").task_state == "acknowledged"


def test_a_units_link_is_told_where_there_is_one(window: Shown) -> None:
    desk, panel = window
    desk.context.news.links.emit(ME, LINKS)
    assert {panel.list.table.row(unit).link for unit in ("u0", "u3")} == {"silent"}
    assert panel.list.table.row("u1").link == "online"
    desk.context.news.links.emit(None, [])
    assert panel.list.table.row("u0").link == ""


def test_distances_follow_the_incident_selected(window: Shown) -> None:
    desk, panel = window
    at = [column.key for column in panel.list.table.columns].index("distance")
    cell = panel.list.table.index(panel.list.table.place_of("u0"), at)
    before = cell.data()
    desk.context.selection.select(Thing.INCIDENT, SLIDE)
    assert cell.data() == "0.20, 045°" != before


def test_without_units_it_says_what_to_do(qtbot: QtBot, tmp_path: Path) -> None:
    with shown(qtbot, tmp_path, UnitsPanel, empty=True) as (_, panel):
        assert "Enrol one in Links" in panel.list._empty.text()
        assert "Choose one or more units" in panel.assign.why.text()
