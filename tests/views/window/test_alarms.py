"""Modes, roads cut and calls for help in the whole console, over its own real peer."""

from __future__ import annotations

import os
from pathlib import Path

import psutil
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from console.comms.local.messages import Draft
from console.models import kinds
from console.models.kinds import Body, encode_body, kind_of
from console.models.paths import DataDir, resources_dir
from console.views.context import Thing
from console.views.mode.panel import ModePanel
from console.views.roads.panel import RoadsPanel
from console.views.units.panel import UnitsPanel
from console.views.window.opening import Office, Opening
from tests.views.window.test_console import WAIT_MS, Console, Opener, open_console

__all__ = ["open_console"]
pytestmark = [
    pytest.mark.skipif(not (resources_dir() / "map/bundle/page.html").is_file(), reason="the map bundle has not been built"),
    pytest.mark.leaves_processes,
    pytest.mark.qt_log_ignore("(?i)vulkan|GPU", extend=True),
]
UNIT = "aabbccddeeff:unit"


def panel(console: Console, key: str) -> object:
    return console.panels.get(key)


def say(console: Console, qtbot: QtBot, subject: str, body: Body) -> None:
    """As another peer's word would come: through the peer, not the form."""
    told: list[object] = []
    draft = Draft(kind=kind_of(body), subject=subject, body=encode_body(body))
    console.context.writing.write([draft], told.append, pytest.fail)
    qtbot.waitUntil(lambda: bool(told), timeout=WAIT_MS)


def action(console: Console, text: str) -> None:
    next(each for each in console.window.all_actions() if each.text() == text).trigger()


def photograph(console: Console, name: str) -> None:
    """Where a person wants to see it: FENGSUI_PICTURES names a folder."""
    if folder := os.environ.get("FENGSUI_PICTURES"):
        console.window.grab().save(str(Path(folder) / f"{name}.png"))


def test_an_outage_worked_through_in_the_window(open_console: Opener, tmp_path: Path, qtbot: QtBot) -> None:
    console = open_console(
        Opening(DataDir(tmp_path / "office"), Office("精河县应急管理局", "652722", "tcp://127.0.0.1:0")), size=(1600, 900)
    )
    console.settings.stop_with_window = True
    console.settings.operator = "李娜"
    qtbot.waitUntil(lambda: console.peer.me is not None, timeout=WAIT_MS)
    peer = psutil.Process(console.peer.me.pid)
    roads, units, modes = (panel(console, key) for key in ("roads", "units", "mode"))
    assert isinstance(roads, RoadsPanel)
    assert isinstance(units, UnitsPanel)
    assert isinstance(modes, ModePanel)

    # emergency mode, by the badge in the status bar
    assert modes.badge.text() == "○ Routine mode"
    qtbot.mouseClick(modes.badge, Qt.MouseButton.LeftButton)
    assert modes.form.isVisible()
    qtbot.waitUntil(lambda: modes.form.area.currentData() == "652722", timeout=WAIT_MS)
    modes.form.mode.setCurrentIndex(modes.form.mode.findData("emergency"))
    modes.form.response.setCurrentIndex(3)
    modes.form.reason.setText("南部山区滑坡")
    qtbot.mouseClick(modes.form.send, Qt.MouseButton.LeftButton)
    photograph(console, "mode")
    qtbot.mouseClick(modes.form.yes, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: modes.badge.text().startswith("▲ EMERGENCY MODE"), timeout=WAIT_MS)
    qtbot.waitUntil(lambda: modes.switches.table.rowCount() == 1, timeout=WAIT_MS)
    assert modes.switches.table.row_at(0).who == "李娜 (精河县应急管理局)"

    # a road cut, its place clicked on the map
    qtbot.waitUntil(lambda: console.chart.settled and console.chart.channel.painted.seq > 0, timeout=WAIT_MS)
    action(console, "Roads: close a road")
    roads.closure.name.setText("X782 大寨桥")
    roads.closure.source.setText("县公安局")
    roads.closure.place.on_map.click()
    qtbot.waitUntil(lambda: console.chart.settled, timeout=WAIT_MS)
    page = console.chart.web.view
    qtbot.mouseClick(page.focusProxy(), Qt.MouseButton.LeftButton, pos=QPoint(page.width() // 2, page.height() // 2))
    qtbot.waitUntil(lambda: roads.closure.place.text() != "", timeout=WAIT_MS)
    roads.closure.place.on_map.click()
    lon, lat = map(float, roads.closure.place.text().split(","))
    photograph(console, "roads")
    roads.closure.submit()
    qtbot.waitUntil(lambda: roads.list.table.rowCount() == 1, timeout=WAIT_MS)
    assert roads.list.table.row_at(0).points == ((lon, lat),)

    # a unit beyond it calls for help
    say(console, qtbot, "incident-1", kinds.IncidentOpened(title="山体滑坡", level=3, lon=lon - 0.1, lat=lat))
    say(console, qtbot, UNIT, kinds.UnitRegistered(name="山地救援一组", kind="rescue"))
    say(console, qtbot, UNIT, kinds.UnitPosition(lon=lon + 0.1, lat=lat))
    say(console, qtbot, UNIT, kinds.HelpCalled(nature="trapped", people=2, text="落石封住退路"))
    qtbot.waitUntil(lambda: not units.attention.isHidden(), timeout=WAIT_MS)
    assert units.attention.isVisible()
    assert units.attention._labels[0].text().startswith("HELP 山地救援一组: trapped, 2 people")
    console.context.selection.select(Thing.INCIDENT, "incident-1")
    _, reply = units.attention.findChildren(QPushButton)
    qtbot.mouseClick(reply, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "Roads cut" in units.card.pairs(), timeout=WAIT_MS)
    assert units.card.pairs()["Roads cut"] == "does not account for 1 road closure on the way: X782 大寨桥"
    qtbot.waitUntil(lambda: console.chart.settled, timeout=WAIT_MS)
    photograph(console, "outage")
    units.help.note.setText("二组从北侧接应")
    qtbot.keyClick(units.help.note, Qt.Key.Key_Return)
    qtbot.waitUntil(units.attention.isHidden, timeout=WAIT_MS)
    open_console.close()
    peer.wait(WAIT_MS / 1000)
