"""Layers: one value, shown or hidden, strong or faint, in an order, kept for each workspace; and the list over the map."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from console.views.map.layers import AREAS, GROUPS, LAYERS, Layers
from console.views.map.layers_panel import LayersPanel

KEYS = st.sampled_from(sorted(LAYERS))


@given(st.lists(st.tuples(KEYS, st.booleans() | st.floats(-1, 2) | st.sampled_from(["up", "down"]))))
def test_what_was_saved_comes_back_and_every_layer_stays_one_that_can_be_seen(acts: list[tuple[str, Any]]) -> None:
    layers, again = Layers(), Layers()
    layers.enter("duty")
    for key, act in acts:
        if isinstance(act, str):
            layers.move(key, 1 if act == "up" else -1)
        else:
            layers.show(key, act) if isinstance(act, bool) else layers.set_opacity(key, act)
    assert all(0.1 <= layers.opacity(key) <= 1 for key in LAYERS)
    assert all((layers.shown()[key] > 0) == layers.is_shown(key) for key in LAYERS)
    again.enter("duty")
    again.restore(json.loads(json.dumps(layers.save())))
    assert list(again.shown().items()) == list(layers.shown().items())
    assert sorted(layers.told()["areas"]) == sorted(AREAS)
    assert sorted(layers.listed()) == sorted(LAYERS)


@pytest.mark.parametrize(
    "held", [None, 3, [], {"duty": 4}, {"duty": {"roads": "no", "names": 7, "nothing": 1}}, {"duty": {"roads": float("nan")}}]
)
def test_a_foreign_value_changes_nothing(held: Any) -> None:
    layers = Layers()
    layers.enter("duty")
    before = layers.shown()
    layers.restore(held)
    assert layers.shown() == before


def test_each_workspace_has_its_own() -> None:
    layers = Layers()
    layers.enter("duty")
    layers.show("roads", False)
    layers.enter("video", hidden=["names"])
    assert layers.is_shown("roads")
    assert not layers.is_shown("names")
    layers.show("names", True)
    layers.enter("duty")
    assert not layers.is_shown("roads")
    layers.enter("video", hidden=["names"])
    assert layers.is_shown("names"), "as it was left, not as delivered"


def test_the_order_of_areas_belongs_to_the_workspace_and_to_what_was_saved() -> None:
    layers = Layers()
    told: list[list[str]] = []
    layers.changed.connect(lambda: told.append(layers.told()["areas"]))
    layers.enter("duty")
    saved = layers.shown()
    assert layers.move("basins", 1)
    assert layers.told()["areas"] == ["quakes", "basins", "warnings", "plots"]
    assert [key for key in layers.listed() if key in AREAS] == ["plots", "warnings", "basins", "quakes"]
    assert not layers.move("plots", 1), "nothing is over it"
    assert not layers.move("roads", -1), "symbols lie by how grave they are"
    layers.enter("plotting")
    assert layers.told()["areas"] == AREAS
    layers.enter("duty")
    layers.show_only({"warnings": 1, "nothing": 1, "quakes": 1})
    assert layers.told()["areas"] == ["warnings", "basins", "quakes", "plots"], "those that are named are in that order"
    layers.show_only(saved)
    assert told[-1] == AREAS
    assert len(told) == 5, "each change is told, also of the order alone"


def test_every_layer_is_in_a_group() -> None:
    assert {layer.group for layer in LAYERS.values()} <= set(GROUPS)


@pytest.fixture
def opened(qtbot: QtBot) -> tuple[Layers, LayersPanel]:
    ground = QWidget()
    ground.resize(900, 700)
    qtbot.addWidget(ground)
    layers = Layers(ground)
    panel = LayersPanel(layers, ground)
    ground.show()
    ground.activateWindow()
    qtbot.waitUntil(ground.isActiveWindow)
    panel.open()
    qtbot.waitUntil(panel.search.hasFocus)
    return layers, panel


def test_a_layer_is_found_hidden_and_made_faint_by_keys_alone(qtbot: QtBot, opened: tuple[Layers, LayersPanel]) -> None:
    layers, panel = opened
    qtbot.keyClicks(panel.search, "warn")
    assert panel.keys() == ["warnings"]
    qtbot.keyClick(panel.search, Qt.Key.Key_Return)
    assert not layers.is_shown("warnings")
    qtbot.keyClick(panel.search, Qt.Key.Key_Return)
    assert layers.is_shown("warnings")
    qtbot.keyClick(panel.search, Qt.Key.Key_Down)
    qtbot.waitUntil(panel.tree.hasFocus)
    qtbot.keyClick(panel.tree, Qt.Key.Key_Left)
    qtbot.keyClick(panel.tree, Qt.Key.Key_Left)
    assert layers.opacity("warnings") == 0.8
    qtbot.keyClick(panel.tree, Qt.Key.Key_Space)
    assert not layers.is_shown("warnings")
    qtbot.keyClick(panel.tree, Qt.Key.Key_Escape)
    assert panel.isHidden()


def areas_of(panel: LayersPanel) -> list[str]:
    listed = panel.keys()
    return [key for key in listed if key in AREAS]


def test_an_area_is_moved_by_keys_and_buttons_and_stays_chosen(qtbot: QtBot, opened: tuple[Layers, LayersPanel]) -> None:
    layers, panel = opened
    panel._sliders["basins"].setValue(4)
    qtbot.keyClicks(panel.search, "basin")
    qtbot.keyClick(panel.search, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert layers.told()["areas"] == ["quakes", "basins", "warnings", "plots"]
    assert panel.keys() == ["basins"], "what was looked for is still what is listed"
    panel.search.clear()
    panel._on_search("")
    assert areas_of(panel) == ["plots", "warnings", "basins", "quakes"]
    up, down = panel._movers
    assert not up.isEnabled(), "a layer of symbols is chosen"
    panel.tree.setCurrentItem(panel._items["basins"])
    panel.tree.setFocus()
    qtbot.waitUntil(panel.tree.hasFocus)
    qtbot.mouseClick(up, Qt.MouseButton.LeftButton)
    qtbot.keyClick(panel.tree, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert layers.told()["areas"] == ["quakes", "warnings", "plots", "basins"]
    assert panel._current() == "basins"
    qtbot.mouseClick(down, Qt.MouseButton.LeftButton)
    assert areas_of(panel) == ["plots", "basins", "warnings", "quakes"]
    assert panel._sliders["basins"].value() == 4
    qtbot.keyClick(panel.tree, Qt.Key.Key_Left)
    assert layers.opacity("basins") == pytest.approx(0.3)
    assert layers.is_shown("basins"), "the row is checked as before"


def test_the_list_shows_what_is_changed_elsewhere(opened: tuple[Layers, LayersPanel]) -> None:
    layers, panel = opened
    layers.show_only({"names": 0, "basins": 0.4})
    checked = {key: item.checkState(0) is Qt.CheckState.Checked for key, item in panel._items.items()}
    assert checked == {key: layers.is_shown(key) for key in LAYERS}
    assert panel._sliders["basins"].value() == 4
    panel._sliders["basins"].setValue(6)
    assert layers.opacity("basins") == 0.6
