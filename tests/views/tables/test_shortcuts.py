"""The keys of all panels together: none means two things, none takes a menu's letter."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from console.views.context import Context
from console.views.incidents.panel import IncidentsPanel
from console.views.links.panel import LinksPanel
from console.views.mode.panel import ModePanel
from console.views.resources.panel import ResourcesPanel
from console.views.roads.panel import RoadsPanel
from console.views.tables.panel import Panel
from console.views.units.panel import UnitsPanel
from console.views.warnings.panel import WarningsPanel
from tests.views.tables.desk import Desk

PANELS: tuple[Callable[[Context], Panel], ...] = (
    IncidentsPanel,
    UnitsPanel,
    ResourcesPanel,
    WarningsPanel,
    LinksPanel,
    RoadsPanel,
    ModePanel,
)
OF_THE_WINDOW = {
    "Ctrl+Q",
    "F11",
    "Ctrl+0",
    "Ctrl+K",
    "Ctrl+Shift+P",
    "F1",
    "Ctrl+L",
    "Ctrl+J",
    *(f"Ctrl+{number}" for number in range(1, 10)),
}
OF_THE_MENUS = {"Alt+F", "Alt+V", "Alt+T", "Alt+H"}


@pytest.fixture
def panels(qtbot: QtBot, tmp_path: Path) -> list[Panel]:
    desk = Desk(tmp_path)
    made = [make(desk.context) for make in PANELS]
    for panel in made:
        qtbot.addWidget(panel)
    desk.close()
    return made


def test_no_key_means_two_things(panels: list[Panel]) -> None:
    everywhere: list[str] = []
    for panel in panels:
        actions = [action for action in panel.actions_for_palette() if not action.shortcut().isEmpty()]
        keys = [action.shortcut().toString() for action in actions]
        assert len(keys) == len(set(keys))
        assert not set(keys) & (OF_THE_WINDOW | OF_THE_MENUS)
        everywhere += [
            action.shortcut().toString() for action in actions if action.shortcutContext() == Qt.ShortcutContext.ApplicationShortcut
        ]
    assert sorted(everywhere) == ["Ctrl+E", "Ctrl+H", "Ctrl+N", "Ctrl+R", "Ctrl+T"]


def test_every_action_of_every_panel_has_a_name_of_its_own(panels: list[Panel]) -> None:
    names = [action.text() for panel in panels for action in panel.actions_for_palette()]
    assert all(names)
    assert len(names) == len(set(names))
