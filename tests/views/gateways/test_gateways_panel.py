"""The gateways workspace in a real window, with a real gateway process on a real peer."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, QProcess
from pytestqt.qtbot import QtBot

from console.comms.gateways.live.book import BOOK, FOLDER
from console.comms.gateways.live.settings import load_settings
from console.comms.local.messages import Me
from console.comms.peer import Peer
from console.models.paths import DataDir
from console.views.context import Context
from console.views.gateways.forms import _host
from console.views.gateways.keeper import GatewayKeeper
from console.views.gateways.panel import GatewaysPanel
from tests.views.tables.desk import Desk
from tests.views.tables.showing import shown

Shown = tuple[Desk, GatewaysPanel]
WAIT_MS = 30_000
ME = Me(origin="ab" * 16, name="desk", role="node", area="6527", version="", pid=1)
READINGS = "time,station,value\n2026-12-01T00:00:00Z,g1,1.5\n"


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> Iterator[Shown]:
    def make(context: Context) -> GatewaysPanel:
        context.data = tmp_path / "data"
        context.data.mkdir()
        return GatewaysPanel(context)

    with shown(qtbot, tmp_path, make, empty=True) as (desk, panel):
        qtbot.waitUntil(lambda: panel.keeper.idle)
        yield desk, panel
        panel.end()


def fill(panel: GatewaysPanel, name: str, folder: Path) -> None:
    panel.add.kind.setCurrentIndex(panel.add.kind.findData("csv"))
    panel.add.name.setText(name)
    panel.add.folder.setText(str(folder))
    panel.add.submit()


def test_a_folder_is_added_listed_and_removed(window: Shown, qtbot: QtBot, tmp_path: Path) -> None:
    _, panel = window
    fill(panel, "water", tmp_path)
    qtbot.waitUntil(lambda: panel.list.table.rowCount() == 1)
    assert "Saved" in panel.add.outcome.text()
    assert not panel.add.name.text()
    path = tmp_path / "data" / FOLDER / BOOK
    assert load_settings(path).csv[0].folder == str(tmp_path)
    assert panel.keeper.process.state() is QProcess.ProcessState.NotRunning, "no peer is there to write for it"
    assert not panel.remove.send.isEnabled()
    panel.list.view.select_id(panel.list.table.row_at(0).id)
    panel._show_card()
    assert panel.remove.send.isEnabled()
    panel.remove.submit()
    qtbot.waitUntil(lambda: panel.list.table.rowCount() == 0)
    assert not path.exists()


def test_what_cannot_be_used_is_refused_and_kept(window: Shown, qtbot: QtBot, tmp_path: Path) -> None:
    _, panel = window
    fill(panel, "a name", tmp_path)
    assert "cannot be used" in panel.add.outcome.text()
    fill(panel, "water", Path("in"))
    assert "whole path" in panel.add.outcome.text()
    fill(panel, "water", tmp_path)
    qtbot.waitUntil(lambda: panel.list.table.rowCount() == 1)
    fill(panel, "water", tmp_path)
    qtbot.waitUntil(lambda: "water" in panel.add.outcome.text() and "Refused" in panel.add.outcome.text())
    assert panel.add.name.text() == "water"


def test_only_the_fields_of_a_kind_are_shown(window: Shown) -> None:
    _, panel = window
    panel.tabs.setCurrentIndex(1)
    add = panel.add
    seen = {}
    for kind in ("mqtt", "csv", "quakes"):
        add.kind.setCurrentIndex(add.kind.findData(kind))
        seen[kind] = {
            name
            for name in ("host", "topics", "user", "password", "tls", "folder", "mapping", "magnitude")
            if getattr(add, name).isVisible()
        }
    assert seen == {
        "mqtt": {"host", "topics", "user", "password", "tls", "mapping"},
        "csv": {"folder", "mapping"},
        "quakes": {"folder", "magnitude"},
    }


@pytest.mark.parametrize(
    ("text", "found"),
    [("h", ("h", 1883)), ("h:99", ("h", 99)), ("::1", ("::1", 1883)), ("[::1]", ("::1", 1883)), ("[::1]:99", ("::1", 99))],
)
def test_addresses_of_brokers(text: str, found: tuple[str, int]) -> None:
    assert _host(text, 1883) == found


def test_a_gateway_that_cannot_run_says_why_and_for_how_long(window: Shown, qtbot: QtBot, tmp_path: Path) -> None:
    """There is no peer on this directory, and it is not enrolled."""
    desk, panel = window
    fill(panel, "water", tmp_path)
    qtbot.waitUntil(lambda: panel.list.table.rowCount() == 1)
    desk.context.news.links.emit(ME, [])
    qtbot.waitUntil(lambda: bool(panel.keeper.fault), timeout=WAIT_MS)
    desk.pass_time(1)
    assert "not enrolled" in panel.fault.text()
    assert panel.fault.isVisible()


def test_of_two_windows_on_a_directory_one_runs_the_gateway(window: Shown, qtbot: QtBot, tmp_path: Path) -> None:
    _, panel = window
    fill(panel, "water", tmp_path)
    qtbot.waitUntil(lambda: panel.list.table.rowCount() == 1)
    assert panel.keeper._locked()
    parent = QObject()
    other = GatewayKeeper(tmp_path / "data", parent)
    qtbot.waitUntil(lambda: bool(other.own))
    other.set_peer(True)
    assert "Another window" in other.fault
    assert other.process.state() is QProcess.ProcessState.NotRunning
    panel.end()
    other._again.timeout.emit()
    assert other.process.state() is not QProcess.ProcessState.NotRunning
    other.end()
    parent.deleteLater()


@pytest.mark.leaves_processes
def test_what_is_dropped_is_taken_by_the_windows_own_peer_until_it_is_removed(window: Shown, qtbot: QtBot, tmp_path: Path) -> None:
    desk, panel = window
    data = DataDir(tmp_path / "data")
    drop = tmp_path / "in"
    drop.mkdir()
    peer = Peer(data, name="desk", area="6527", listen=["tcp://127.0.0.1:0"])
    peer.start()
    try:
        desk.context.news.links.emit(peer.me(), [])
        fill(panel, "water", drop)
        running = QProcess.ProcessState.Running
        qtbot.waitUntil(lambda: panel.keeper.process.state() is running, timeout=WAIT_MS)

        def told() -> bool:
            with closing(sqlite3.connect(f"file:{data.journal}?mode=ro", uri=True)) as database:
                return bool(database.execute("SELECT count(*) FROM gateway WHERE name = 'water' AND state = 'working'").fetchone()[0])

        qtbot.waitUntil(told, timeout=WAIT_MS)
        panel.end()
        assert panel.keeper.process.state() is QProcess.ProcessState.NotRunning
    finally:
        peer.stop()
