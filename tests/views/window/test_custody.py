"""Personal data of an incident held, then destroyed, and a warning ticked by hand: in the whole window, with a real peer."""

from __future__ import annotations

import os
from pathlib import Path

import psutil
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from console.app import Console
from console.comms.local.messages import Draft
from console.models.identity import owned_subject
from console.models.journal.reading import Reader
from console.models.kinds import (
    Body,
    IncidentClosed,
    IncidentOpened,
    LogEntered,
    UnitRegistered,
    WarningReceived,
    encode_body,
    kind_of,
)
from console.models.paths import DataDir
from console.views.context import Thing
from console.views.incidents.panel import IncidentsPanel
from console.views.warnings.panel import WarningsPanel
from console.views.window.opening import Office, Opening
from tests.views.window.test_console import WAIT_MS, Opener, open_console

__all__ = ["open_console"]
pytestmark = [
    pytest.mark.leaves_processes,
    pytest.mark.qt_log_ignore("ulkan", "GPU vendor", "GPUInfo not initialized", extend=True),  # of a machine without a GPU
]
TITLE, RAIN = "托里镇南山牧场滑坡", "bwj.gov.cn,rain"


def write(console: Console, subject: str, body: Body, qtbot: QtBot) -> None:
    told: list[object] = []
    draft = Draft(kind=kind_of(body), subject=subject, body=encode_body(body))
    console.context.writing.write([draft], told.append, pytest.fail)
    qtbot.waitUntil(lambda: bool(told), timeout=WAIT_MS)


def panel(console: Console, key: str) -> QWidget:
    return console.panels.get(key)


def photograph(console: Console, name: str) -> None:
    if folder := os.environ.get("FENGSUI_PICTURES"):
        console.window.grab().save(str(Path(folder) / f"{name}.png"))


def words_left(folder: Path) -> list[str]:
    """Files of the data directory in which what was said of somebody can still be read."""
    return [path.name for path in folder.rglob("journal.db*") if "阿依古丽".encode() in path.read_bytes()]


def test_held_then_destroyed_in_the_window(open_console: Opener, tmp_path: Path, qtbot: QtBot) -> None:
    office = tmp_path / "office"
    console = open_console(Opening(DataDir(office), Office("精河县应急管理局", "652722", "tcp://127.0.0.1:0")))
    console.settings.stop_with_window = True
    console.settings.operator = "李娜"
    qtbot.waitUntil(lambda: console.peer.me is not None, timeout=WAIT_MS)
    peer = psutil.Process(console.peer.me.pid)
    incidents = panel(console, "incidents")
    assert isinstance(incidents, IncidentsPanel)
    write(console, "slide", IncidentOpened(title=TITLE, level=3), qtbot)
    write(console, "slide", LogEntered(text="阿依古丽家三口失联", author="李娜"), qtbot)
    write(console, "slide", IncidentClosed(summary="全部找到", author="李娜"), qtbot)
    console.context.selection.select(Thing.INCIDENT, "slide")
    qtbot.waitUntil(lambda: "2 entries would lose" in incidents.purge.told.text(), timeout=WAIT_MS)
    assert words_left(office)

    incidents.hold.reason.setText("省厅调查")
    incidents.hold.submit()
    qtbot.waitUntil(lambda: "HELD" in incidents.heading._state.text(), timeout=WAIT_MS)
    assert not incidents.purge.send.isEnabled()
    failed: list[str] = []
    console.context.writing.purge("slide", "no", "李娜", pytest.fail, failed.append)
    qtbot.waitUntil(lambda: bool(failed), timeout=WAIT_MS)
    assert failed == ["Not purged: it is held (省厅调查). Lift the hold first."]
    next(action for action in console.window.all_actions() if action.shortcut().toString() == "Alt+P").trigger()
    photograph(console, "held")
    incidents.hold.reason.setText("调查结束")
    incidents.hold.submit()
    qtbot.waitUntil(incidents.purge.send.isEnabled, timeout=WAIT_MS)

    incidents.purge.reason.setText("处置结束")
    incidents.purge.title.setText(TITLE)
    next(action for action in console.window.all_actions() if action.shortcut().toString() == "Alt+P").trigger()
    qtbot.waitUntil(lambda: not incidents.purge.send.visibleRegion().isEmpty(), timeout=WAIT_MS)
    photograph(console, "before")
    qtbot.mouseClick(incidents.purge.send, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "DATA DESTROYED" in incidents.heading._state.text(), timeout=WAIT_MS)
    qtbot.waitUntil(lambda: "2 entries have lost their words" in incidents.purge.told.text(), timeout=WAIT_MS)
    assert incidents.purge.outcome.text().startswith("Saved")
    assert sum(row.flag == "erased" for row in incidents.timeline.table.rows()) == 2
    photograph(console, "after")
    assert not incidents.purge.reason.visibleRegion().isEmpty()
    open_console.close()
    peer.wait(WAIT_MS / 1000)
    assert words_left(office) == []


def test_a_warning_ticked_by_hand_in_the_window(open_console: Opener, tmp_path: Path, qtbot: QtBot) -> None:
    office = tmp_path / "office"
    console = open_console(Opening(DataDir(office), Office("精河县应急管理局", "652722", "tcp://127.0.0.1:0")))
    console.settings.stop_with_window = True
    console.settings.operator = "李娜"
    qtbot.waitUntil(lambda: console.peer.me is not None, timeout=WAIT_MS)
    peer = psutil.Process(console.peer.me.pid)
    warnings = panel(console, "warnings")
    assert isinstance(warnings, WarningsPanel)
    village = owned_subject(bytes(16), "village")
    write(console, village, UnitRegistered(name="大河沿子镇信息员"), qtbot)
    write(
        console, RAIN, WarningReceived(identifier="rain", sender="bwj.gov.cn", sent_ms=1, headline="暴雨黄色预警", colour="yellow"), qtbot
    )
    console.context.selection.select(Thing.WARNING, RAIN)
    qtbot.waitUntil(lambda: warnings.ticking.units.count() == 1, timeout=WAIT_MS)
    next(action for action in console.window.all_actions() if action.shortcut().toString() == "Alt+N").trigger()
    qtbot.keyClick(warnings.ticking.units, Qt.Key.Key_Space)
    warnings.ticking.note.setText("大喇叭")
    photograph(console, "ticking")
    qtbot.keyClick(warnings.ticking.note, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "Everybody" in warnings.ticking.why.text(), timeout=WAIT_MS)
    warnings.open_ticking.setChecked(False)
    assert "ticked by hand at 精河县应急管理局 · 李娜: 大喇叭" in warnings.detail.pairs()["大河沿子镇信息员"]
    photograph(console, "ticked")
    open_console.close()
    peer.wait(WAIT_MS / 1000)
    reader = Reader(DataDir(office).journal)
    try:
        assert reader.connection.execute("SELECT unit, acted FROM receipt").fetchall() == [(village, 0)]
    finally:
        reader.close()
