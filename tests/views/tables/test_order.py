"""Tab goes through a panel as it is read."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from console.views.incidents.panel import IncidentsPanel
from console.views.links.panel import LinksPanel
from console.views.plot.panel import PlotPanel
from console.views.roads.panel import RoadsPanel
from console.views.tables.pane import TablePane
from console.views.tables.panel import Panel
from console.views.units.panel import UnitsPanel
from tests.views.tables.showing import shown


def chain(panel: QWidget) -> list[QWidget]:
    """What Tab stops at, from the panel on."""
    found, at = [], panel.nextInFocusChain()
    while at is not panel:
        if panel.isAncestorOf(at) and at.isVisible() and at.isEnabled() and at.focusPolicy().value & Qt.FocusPolicy.TabFocus.value:
            found.append(at)
        at = at.nextInFocusChain()
    return found


@pytest.mark.parametrize("make", [UnitsPanel, PlotPanel, LinksPanel, IncidentsPanel, RoadsPanel])
def test_what_stands_above_a_table_comes_before_it(qtbot: QtBot, tmp_path: Path, make: type[Panel]) -> None:
    with shown(qtbot, tmp_path, make) as (_, panel):  # type: ignore[arg-type]
        stops = chain(panel)
        panes = [pane for pane in panel.findChildren(TablePane) if pane.isVisible()]
        assert panes
        for pane in panes:
            of_pane = [stop for stop in stops if pane.isAncestorOf(stop)]
            if pane.view in of_pane:
                assert of_pane[-1] is pane.view
            places = [stop.mapTo(pane, stop.rect().topLeft()) for stop in of_pane if stop is not pane.view]
            assert places == sorted(places, key=lambda at: (at.y() // 20, at.x()))


def test_in_a_form_the_button_comes_after_what_is_typed(qtbot: QtBot, tmp_path: Path) -> None:
    with shown(qtbot, tmp_path, IncidentsPanel) as (_, panel):
        stops = chain(panel)
        assert stops.index(panel.log.text) < stops.index(panel.log.send)
        panel.tabs.setCurrentIndex(2)
        stops = chain(panel)
        at = stops.index(panel.loss.send)
        fields = [stop for stop in stops if panel.loss.fields.isAncestorOf(stop)]
        assert fields
        assert all(stops.index(field) < at for field in fields)
