"""What is within, and going to a place by name, in a real window."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from console.models.changes import Fix
from console.models.kinds import WarningArea
from console.models.state import tables
from console.views.context import Thing
from console.views.search.box import SearchBox
from console.views.within.panel import WithinPanel
from console.views.within.presenter import Way
from tests.views.tables.desk import Desk
from tests.views.tables.sample import SLIDE
from tests.views.tables.showing import shown
from tests.views.tables.state import NOW_MS

Shown = tuple[Desk, WithinPanel]
SQUARE = "82.4, 44.1; 82.6, 44.1; 82.6, 44.4; 82.4, 44.4"


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> Iterator[Shown]:
    with shown(qtbot, tmp_path, WithinPanel) as made:
        yield made


def typed(search: SearchBox, text: str) -> None:
    """As an input method enters it."""
    search.query.setText(text)
    search.query.textEdited.emit(text)


def listed(panel: WithinPanel) -> set[str]:
    return {panel.list.table.row_at(at).name for at in range(panel.list.table.rowCount())}


def asked(qtbot: QtBot, panel: WithinPanel, ask: Callable[[], object]) -> None:
    """Until the answer to this question is there, with every list read."""
    before = panel.told
    ask()
    qtbot.waitUntil(lambda: panel.told is not None and panel.told is not before and panel.catalogue.ready, timeout=20_000)
    qtbot.waitUntil(lambda: panel.catalogue.idle)
    panel._ask_again()
    qtbot.waitUntil(lambda: panel.catalogue.idle)


def test_an_area_that_was_typed_is_answered_counted_and_drawn(window: Shown, qtbot: QtBot) -> None:
    desk, panel = window
    panel.place.setText(SQUARE)
    asked(qtbot, panel, lambda: QTest.keyClick(panel.place, Qt.Key.Key_Return))
    assert "无人机组 03" in listed(panel)
    assert "博乐市蓝天救援队" not in listed(panel)
    assert "Unit 4 (45 people)" in panel.said.text()
    assert "Not judged, because no position is known" in panel.said.text()
    figure = desk.context.sketch.figures["within"]
    assert figure.kind == "area"
    assert len(figure.lines[0]) == 5
    assert panel.said.isVisible()
    panel.empty()
    assert not panel.said.isVisible(), "a line that says nothing takes no room"
    assert desk.context.sketch.figures == {}
    assert panel.list.table.rowCount() == 0


def test_an_area_is_drawn_on_the_map_and_asked_about_when_the_drawing_ends(window: Shown, qtbot: QtBot) -> None:
    desk, panel = window
    panel.on_map.click()
    for lon, lat in ((82.4, 44.1), (82.6, 44.1), (82.6, 44.4), (82.4, 44.4)):
        desk.context.picking.click(lon, lat)
    asked(qtbot, panel, desk.context.picking.end)
    assert not panel.on_map.isChecked()
    assert "无人机组 03" in listed(panel)


def test_around_what_is_selected_the_nearest_comes_first(window: Shown, qtbot: QtBot) -> None:
    desk, panel = window
    desk.context.selection.select(Thing.INCIDENT, SLIDE)
    panel.km.setValue(5)
    asked(qtbot, panel, panel.pick.click)
    assert panel.way.currentData() == Way.AROUND.value
    rows = [panel.list.table.row_at(at) for at in range(panel.list.table.rowCount())]
    far = [row.distance_m for row in rows]
    assert far == sorted(far)
    assert far[-1] <= 5000
    assert {row.thing for row in rows} >= {"unit", "incident"}


def test_the_area_of_a_selected_warning_is_taken(window: Shown, qtbot: QtBot) -> None:
    import msgspec

    desk, panel = window
    area = WarningArea(polygons=[[(82.4, 44.1), (82.6, 44.1), (82.6, 44.4), (82.4, 44.4)]], circles=[(82.07, 44.9, 5000.0)])
    desk.put(tables.Warning, id="w", identifier="w", headline="山洪预警", areas=msgspec.msgpack.encode([area]))
    desk.context.selection.select(Thing.WARNING, "w")
    asked(qtbot, panel, panel.pick.click)
    assert panel.way.currentData() == Way.AREA.value
    assert {"无人机组 03", "博乐市蓝天救援队"} <= listed(panel)


def test_a_unit_that_drives_out_is_no_longer_listed(window: Shown, qtbot: QtBot) -> None:
    desk, panel = window
    panel.place.setText(SQUARE)
    asked(qtbot, panel, panel.ask)
    assert "无人机组 03" in listed(panel)
    unit = next(row for row in panel.list.table.rows() if row.name == "无人机组 03").item_id
    desk.tell([Fix(unit, 84.0, 45.0, None, None, NOW_MS, 60.0, 1)])

    def gone() -> bool:
        desk.pass_time(1)
        return "无人机组 03" not in listed(panel)

    qtbot.waitUntil(gone, timeout=20_000)


def test_minutes_by_road_are_asked_of_the_roads(window: Shown, qtbot: QtBot) -> None:
    _, panel = window
    panel.way.setCurrentIndex(panel.way.findData(Way.MINUTES.value))
    assert panel.minutes.isVisible()
    assert not panel.km.isVisible()
    panel.place.setText("82.8925, 44.6003")
    panel.minutes.setValue(60)
    asked(qtbot, panel, panel.go.click)
    assert panel.told is not None
    assert "60 min by car" in panel.told.question.label
    panel.place.setText("100, 30")
    panel.go.click()
    qtbot.waitUntil(lambda: "No road is near enough" in panel.said.text(), timeout=20_000)


@pytest.mark.parametrize(("text", "why"), [("", "three corners"), ("82, 44; 83, 44", "three corners"), ("here", "")])
def test_what_is_no_area_is_refused_with_the_reason(window: Shown, text: str, why: str) -> None:
    _, panel = window
    panel.place.setText(text)
    panel.ask()
    assert why in panel.said.text()
    assert panel.said.text()
    assert panel.told is None


def test_the_answer_is_saved_as_a_table_for_a_spreadsheet(window: Shown, qtbot: QtBot, tmp_path: Path) -> None:
    desk, panel = window
    desk.put(tables.Resource, id="evil", name="=cmd|' /C calc'!A0", kind="store", lon=82.5, lat=44.2, quantity=1)
    panel.place.setText(SQUARE)
    asked(qtbot, panel, panel.ask)
    panel.save_csv(tmp_path / "a.csv")
    text = (tmp_path / "a.csv").read_text(encoding="utf-8-sig")
    assert len(text.splitlines()) == 2 + panel.list.table.rowCount()
    assert "'=cmd" in text
    assert ",=cmd" not in text
    panel.save_csv(tmp_path / "absent" / "a.csv")
    assert "could not be written" in panel.said.text()


def test_a_name_in_pinyin_goes_to_its_place(window: Shown, qtbot: QtBot) -> None:
    desk, panel = window
    search, gone = panel.search, []
    desk.context.sketch.look_requested.connect(lambda lon, lat, _zoom: gone.append((round(lon, 1), round(lat, 1))))
    desk.context.sketch.centre = (82.0, 44.5)
    search.action.trigger()
    qtbot.waitUntil(lambda: panel.catalogue.ready and panel.catalogue.idle, timeout=20_000)
    typed(search, "jinghe")
    qtbot.waitUntil(lambda: search.results.text == "jinghe" and bool(search.results.lines))
    assert search.results.lines[0].title == "精河县"
    QTest.keyClick(search.query, Qt.Key.Key_Return)
    assert len(gone) == 1
    assert not search.isVisible()
    assert desk.context.sketch.figures["search"].label == "精河县"
    desk.context.selection.select(Thing.INCIDENT, SLIDE)
    assert desk.context.selection.place is None
    search.go(search.results.lines[0])
    within = {action.text(): action for action in panel.actions_for_palette()}["What is within the selection, or around it"]
    asked(qtbot, panel, within.trigger)
    assert panel.told is not None
    assert panel.told.question.label == "5 km around 精河县"


def test_a_unit_is_flown_to_and_coordinates_are_understood(window: Shown, qtbot: QtBot) -> None:
    desk, panel = window
    search, flown = panel.search, []
    desk.context.selection.fly_requested.connect(lambda thing, item_id: flown.append((thing, item_id)))
    search.open()
    qtbot.waitUntil(lambda: panel.catalogue.ready and panel.catalogue.idle, timeout=20_000)
    typed(search, "wrjz03")
    qtbot.waitUntil(lambda: search.results.text == "wrjz03" and bool(search.results.lines))
    QTest.keyClick(search.query, Qt.Key.Key_Return)
    assert flown
    assert flown[0][0] is Thing.UNIT
    search.open()
    search.query.clear()
    typed(search, "100.5 44.6")
    qtbot.waitUntil(lambda: search.results.text == "100.5 44.6" and bool(search.results.lines))
    assert search.results.lines[0].at == (100.5, 44.6)
    QTest.keyClick(search.query, Qt.Key.Key_Escape)
    assert not search.isVisible()


def test_a_result_without_a_place_says_so_and_the_box_stays(window: Shown, qtbot: QtBot) -> None:
    _, panel = window
    search = panel.search
    search.open()
    qtbot.waitUntil(lambda: panel.catalogue.ready and panel.catalogue.idle, timeout=20_000)
    typed(search, "茫丁乡")
    qtbot.waitUntil(lambda: search.results.text == "茫丁乡" and bool(search.results.lines))
    assert "no position known" in search.results.lines[0].said
    QTest.keyClick(search.query, Qt.Key.Key_Return)
    assert search.isVisible()
    assert "no position is known" in search.said.text()
