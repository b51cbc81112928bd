"""The resources workspace in a real window."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from console.models.state import tables
from console.views.context import Thing
from console.views.resources.panel import ResourcesPanel
from tests.views.tables.desk import Desk
from tests.views.tables.showing import shown
from tests.views.tables.state import NOW_MS

Shown = tuple[Desk, ResourcesPanel]


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> Iterator[Shown]:
    with shown(qtbot, tmp_path, ResourcesPanel) as made:
        yield made


def test_a_gauge_selected_on_the_map_is_brought_up_with_its_card(window: Shown) -> None:
    desk, panel = window
    desk.context.selection.select(Thing.SENSOR, "s2")
    assert panel.tabs.currentIndex() == 1
    assert panel.sensors.view.current_id() == "s2"
    assert panel.card.pairs()["Value"] == "137.2 mm"


def test_a_row_picked_is_selected_for_the_window_and_f_flies(window: Shown, qtbot: QtBot) -> None:
    desk, panel = window
    flown: list[tuple[Thing, str]] = []
    desk.context.selection.fly_requested.connect(lambda thing, item: flown.append((thing, item)))
    panel.resources.view.select_id("r0")
    qtbot.keyClick(panel.resources.view, Qt.Key.Key_Down)
    qtbot.keyClick(panel.resources.view, Qt.Key.Key_F)
    chosen = panel.resources.view.current_id()
    assert flown == [(Thing.RESOURCE, chosen)]
    assert desk.context.selection.id == chosen


def test_a_new_reading_is_read_alone_and_its_age_counts_on(window: Shown) -> None:
    desk, panel = window
    desk.context.selection.select(Thing.SENSOR, "s0")
    desk.change(tables.Sensor, "s0", value=16.0, heard_ms=NOW_MS)
    desk.reading.runs.clear()
    desk.tell(sensor={"s0"})
    assert desk.reading.runs == ["resources.sensors"]
    assert (panel.card.pairs()["Value"], panel.card.pairs()["Age"]) == ("16 mm", "0 s")
    desk.pass_time(90)
    assert panel.card.pairs()["Age"] == "90 s"


def test_the_filters_are_on_keys_and_empty_tables_say_so(qtbot: QtBot, tmp_path: Path) -> None:
    with shown(qtbot, tmp_path, ResourcesPanel, empty=True) as (_, panel):
        panel.actions_for_palette()[1].trigger()
        assert panel.window().focusWidget() is panel.sensors.filter
        assert "No gauge yet" in panel.sensors._empty.text()
        assert "No stock" in panel.resources._empty.text()
