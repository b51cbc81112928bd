"""Panels that are made when they are first seen, or soon after the start."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from console.errors import Fault
from console.views.tables.panel import Panel
from console.views.window import theme
from console.views.window.main_window import MainWindow
from console.views.window.panels import Panels, Plan
from tests.views.window.conftest import KEYS, Desk

FRONT = {"incidents", "map", "units"}


@pytest.fixture
def shown(desk: Desk, qtbot: QtBot) -> MainWindow:
    """As a start leaves it before the map is painted."""
    desk.window.open((1366, 768))
    qtbot.waitExposed(desk.window)
    qtbot.waitUntil(lambda: set(desk.window.panels.there()) == FRONT)
    return desk.window


def order_made(panels: Panels) -> list[str]:
    order: list[str] = []
    panels.made.connect(lambda key, _panel: order.append(key))
    return order


def test_only_what_is_in_front_is_made_by_itself_and_begins_with_the_keyboard_in_its_place(shown: MainWindow, qtbot: QtBot) -> None:
    assert [dock.windowTitle() for dock in shown.docks.by_key.values()] == [key.title() for key in KEYS]
    qtbot.waitUntil(lambda: shown.focusWidget() is shown.panels.there()["incidents"])
    qtbot.waitUntil(lambda: not shown.docks._filling.isActive())
    assert set(shown.panels.there()) == FRONT


def test_a_tab_that_comes_to_the_front_has_its_panel(shown: MainWindow, qtbot: QtBot) -> None:
    shown.docks.by_key["warnings"].raise_()
    qtbot.waitUntil(lambda: "warnings" in shown.panels.there())
    assert shown.docks.by_key["warnings"].widget() is shown.panels.there()["warnings"]
    assert set(shown.panels.there()) == FRONT | {"warnings"}


def test_a_panel_that_is_brought_is_made_and_has_the_keyboard(shown: MainWindow) -> None:
    shown.docks.bring("resources")
    assert shown.focusWidget() is shown.panels.there()["resources"]


def test_the_others_follow_the_urgent_first_each_once_and_in_the_order_of_the_keys(shown: MainWindow, qtbot: QtBot) -> None:
    order = order_made(shown.panels)
    shown.panels.finish(shown)
    shown.panels.finish(shown)
    qtbot.waitUntil(lambda: set(shown.panels.there()) == set(KEYS))
    assert order == ["links", "resources", "warnings"]
    assert list(shown.panels.there()) == list(KEYS)


@pytest.mark.parametrize("press", ["key", "button"])
def test_whatever_is_pressed_finds_all_of_them(shown: MainWindow, press: str, qtbot: QtBot) -> None:
    shown.panels.finish(shown)
    handle = shown.windowHandle()
    if press == "key":
        QTest.keyClick(handle, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    else:
        QTest.mouseClick(handle, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(5, 5))
    assert set(shown.panels.there()) == set(KEYS)


def test_the_palette_lists_the_actions_of_panels_not_yet_seen(shown: MainWindow) -> None:
    shown.palette_.open()
    assert "Act in warnings" in shown.palette_.titles()


def test_a_panel_made_later_is_told_what_the_others_were(shown: MainWindow) -> None:
    shown.set_theme(theme.load("night"))
    late = shown.panels.get("links")
    assert late.themes == ["night"]  # type: ignore[attr-defined]


def test_one_that_cannot_be_made_keeps_no_other_from_being_made(qtbot: QtBot) -> None:
    def broken() -> Callable[[], QWidget]:
        raise Fault("its rules are not readable")

    panels = Panels({"one": Plan("One", broken), "two": Plan("Two", lambda: QLabel)})
    window = QLabel()
    qtbot.addWidget(window)
    with qtbot.capture_exceptions() as met:
        panels.finish(window)
        qtbot.waitUntil(lambda: "two" in panels.there())
    assert [str(value) for _, value, _ in met] == ["its rules are not readable"]
    panels.there()["two"].deleteLater()


def test_what_is_done_in_the_field_stands_in_the_order_of_the_panels_whatever_was_made_first(desk: Desk) -> None:
    class Field(Panel):
        def __init__(self, key: str) -> None:
            super().__init__(desk.context, key)
            self.offer(f"{key} in the field", lambda: None, field=True)

    panels = Panels({key: Plan(key, lambda key=key: lambda: Field(key)) for key in ("incidents", "units", "links")})
    window = MainWindow(desk.context, desk.time, desk.window._zone, desk.settings, panels, desk.window._menus._choices)
    outside = QAction("of the window")
    window.offer(outside)
    for key in ("links", "incidents", "units"):
        panels.get(key)
    texts = [action.text() for action in window._menus.field_actions()]
    assert texts == ["incidents in the field", "units in the field", "links in the field", "of the window"]
    window.deleteLater()
