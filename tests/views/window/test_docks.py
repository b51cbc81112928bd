"""The layout: sensible at both screen sizes, kept between runs, reset, one panel alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QByteArray, Qt
from PySide6.QtWidgets import QLabel, QToolButton
from pytestqt.qtbot import QtBot

from console.views import i18n
from console.views.window.docks import Docks
from console.views.window.workspaces import load_workspaces
from tests.views.window.conftest import KEYS, Desk


def opened(desk: Desk, qtbot: QtBot, size: tuple[int, int] = (1600, 900)) -> Docks:
    desk.window.open(size)
    qtbot.waitExposed(desk.window)
    desk.window.activateWindow()
    qtbot.waitUntil(desk.window.isActiveWindow)
    return desk.window.docks


@pytest.mark.parametrize("size", [(1600, 900), (1366, 768)])
def test_the_default_arrangement_gives_the_map_the_most_room(desk: Desk, qtbot: QtBot, size: tuple[int, int]) -> None:
    docks = opened(desk, qtbot, size)
    assert (desk.window.width(), desk.window.height()) == size
    qtbot.waitUntil(lambda: docks.by_key["map"].width() * docks.by_key["map"].height() > 0.4 * size[0] * size[1])
    chart, incidents, units = (docks.by_key[key].geometry() for key in ("map", "incidents", "units"))
    assert incidents.right() < chart.left()
    assert units.top() > chart.bottom()
    assert units.left() == chart.left()
    assert set(desk.window.tabifiedDockWidgets(docks.by_key["units"])) == {docks.by_key[key] for key in ("resources", "warnings", "links")}


def test_a_layout_is_found_again_by_the_next_window(make_desk: Callable[[], Desk], qtbot: QtBot) -> None:
    first = make_desk()
    docks = opened(first, qtbot)
    docks.by_key["incidents"].hide()
    docks.by_key["links"].setFloating(True)
    first.window.close()
    again = opened(make_desk(), qtbot)
    assert again.by_key["incidents"].isHidden()
    assert again.by_key["links"].isFloating()


def test_reset_brings_every_panel_home(desk: Desk, qtbot: QtBot) -> None:
    docks = opened(desk, qtbot)
    home = {key: dock.geometry() for key, dock in docks.by_key.items() if dock.isVisible()}
    docks.by_key["map"].setFloating(True)
    docks.by_key["incidents"].hide()
    desk.window.reset_layout()
    qtbot.waitUntil(lambda: {key: docks.by_key[key].geometry() for key in home} == home)


def test_an_unreadable_layout_is_replaced_by_the_default(desk: Desk, qtbot: QtBot) -> None:
    desk.settings.save_geometry(QByteArray(b"nonsense"))
    desk.settings.save_arrangement("duty", QByteArray(b"nonsense"))
    docks = opened(desk, qtbot)
    assert all(not dock.isHidden() for dock in docks.by_key.values())


def test_focus_mode_shows_one_panel_and_gives_the_rest_back(desk: Desk, qtbot: QtBot) -> None:
    docks = opened(desk, qtbot)
    docks.bring("incidents")
    docks.toggle_focus()
    assert [key for key, dock in docks.by_key.items() if dock.isVisible()] == ["incidents"]
    docks.toggle_focus()
    qtbot.waitUntil(lambda: docks.by_key["map"].isVisible() and docks.by_key["incidents"].isVisible())


def test_a_window_closed_in_focus_mode_opens_with_its_whole_layout(make_desk: Callable[[], Desk], qtbot: QtBot) -> None:
    first = make_desk()
    opened(first, qtbot).focus_on("map")
    first.window.close()
    again = opened(make_desk(), qtbot)
    assert [key for key, dock in again.by_key.items() if dock.isHidden()] == []


@pytest.mark.parametrize(("number", "key"), list(enumerate(KEYS, start=1)))
def test_a_number_brings_its_panel_with_the_keyboard_in_it(desk: Desk, qtbot: QtBot, number: int, key: str) -> None:
    docks = opened(desk, qtbot)
    docks.by_key[key].hide()
    qtbot.keyClick(desk.window, Qt.Key(Qt.Key.Key_0 + number), Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: docks.by_key[key].isVisible() and docks.key_with_keyboard() == key)


def test_the_title_detaches_puts_back_closes_and_names_its_panel(desk: Desk, qtbot: QtBot) -> None:
    dock = opened(desk, qtbot).by_key["links"]
    detach, close = dock.titleBarWidget().findChildren(QToolButton)
    detach.click()
    assert dock.isFloating()
    detach.click()
    assert not dock.isFloating()
    dock.setWindowTitle("Links (3)")
    assert [label.text() for label in dock.titleBarWidget().findChildren(QLabel)] == ["Links (3)"]
    close.click()
    assert dock.isHidden()


# -- workspaces ---------------------------------------------------------------------------------------------------------


def enter(desk: Desk, key: str) -> None:
    desk.window.workspaces.enter(key)


def test_a_workspace_shows_its_panels_and_parks_the_others(desk: Desk, qtbot: QtBot) -> None:
    docks = opened(desk, qtbot)
    enter(desk, "links")
    shown = {key for key, dock in docks.by_key.items() if not dock.isHidden()}
    assert shown == {"links", "map", "units"}
    assert docks.by_key["links"].geometry().right() < docks.by_key["map"].geometry().left()
    docks.bring("resources")
    assert docks.by_key["units"] in desk.window.tabifiedDockWidgets(docks.by_key["resources"])


def test_each_workspace_is_found_as_it_was_left_and_the_next_window_opens_in_it(make_desk: Callable[[], Desk], qtbot: QtBot) -> None:
    first = make_desk()
    docks = opened(first, qtbot)
    docks.by_key["resources"].hide()
    enter(first, "dispatch")
    docks.by_key["incidents"].hide()
    enter(first, "duty")
    assert docks.by_key["resources"].isHidden()
    assert not docks.by_key["incidents"].isHidden()
    enter(first, "dispatch")
    assert docks.by_key["incidents"].isHidden()
    first.window.close()
    again = make_desk()
    assert opened(again, qtbot).by_key["incidents"].isHidden()
    assert again.window.workspaces.current.key == "dispatch"
    again.window.reset_layout()
    assert not again.window.docks.by_key["incidents"].isHidden()


def test_a_key_and_the_palette_change_the_workspace(desk: Desk, qtbot: QtBot) -> None:
    opened(desk, qtbot)
    action = desk.window.workspaces.actions()[4]
    assert action in desk.window.all_actions()
    qtbot.keyClick(desk.window, Qt.Key.Key_5, Qt.KeyboardModifier.AltModifier)
    assert desk.window.workspaces.current.key == "dispatch"
    assert action.isChecked()
    assert desk.window.docks.key_with_keyboard() == "incidents"


def test_every_delivered_workspace_has_a_name_in_both_languages_and_places_no_panel_twice() -> None:
    for workspace in load_workspaces():
        places = [*workspace.left, *workspace.centre, *workspace.right, *workspace.below]
        assert len(places) == len(set(places))
        for code in i18n.LANGUAGES:
            assert workspace.key in i18n.catalogue(code).words["workspace"]
