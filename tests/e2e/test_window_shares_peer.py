"""The whole real window: the example plays, nothing is asked of the outside; its peer is shared, is killed, and is back by itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psutil
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from console.app import Console
from console.comms.local.client import LocalClient, look
from console.comms.local.messages import Done, Draft, Hello, Welcome, Write
from console.models import kinds
from console.models.paths import DataDir, resources_dir
from console.views import i18n
from console.views.window.crash import CrashReports
from console.views.window.example import Example
from console.views.window.opening import Office, Opening
from console.views.window.peer_process import own_peer
from console.views.window.settings import Settings
from tests.views.conftest import qapp_cls

__all__ = ["qapp_cls"]
pytestmark = [
    pytest.mark.leaves_processes,
    pytest.mark.qt_log_ignore("ulkan", "GPU", extend=True),
    pytest.mark.skipif(not (resources_dir() / "map/bundle/page.html").is_file(), reason="the map bundle has not been built"),
]
WAIT_MS = 30_000


@contextmanager
def _console(app: QApplication, folder: Path) -> Iterator[Console]:
    language = i18n.language()
    i18n.use_language("en")
    settings = Settings(folder / "console.ini")
    settings.language, settings.theme, settings.stop_with_window = "en", "day", True
    opening = Opening(DataDir(folder / "office"), Office("Jinghe", "6527", "tcp://127.0.0.1:0"))
    console = Console(app, opening, own_peer(opening), settings, CrashReports(folder), renew=lambda: None)
    console.open((1366, 768))
    try:
        yield console
    finally:
        pid = console.peer.me.pid if console.peer.me is not None else None
        console.close()
        if pid is not None and psutil.pid_exists(pid):
            psutil.Process(pid).wait(WAIT_MS / 1000)
        i18n.use_language(language)


def _answer(qtbot: QtBot, client: LocalClient, kind: type) -> object:
    got: list[object] = []

    def came() -> bool:
        got.extend(message for message in client.receive() if isinstance(message, kind))
        return bool(got)

    qtbot.waitUntil(came, timeout=WAIT_MS)
    return got[0]


def _pid(console: Console) -> int:
    assert console.peer.me is not None
    return console.peer.me.pid


def test_the_example_asks_nothing_of_the_outside_and_the_peer_is_shared(qapp: QApplication, qtbot: QtBot, tmp_path: Path) -> None:
    with ExitStack() as open_now, _console(qapp, tmp_path) as console:
        player = Example(60)
        open_now.callback(player.stop)
        player.attach(console.peer, console.window.banner)
        qtbot.waitUntil(lambda: console.peer.me is not None, timeout=WAIT_MS)
        data = console.opening.data
        clients = [open_now.enter_context(LocalClient(data)) for _ in range(2)]
        for client in clients:
            client.send(Hello(watch=True))
        pids: set[int] = set()
        for client in clients:
            welcome = _answer(qtbot, client, Welcome)
            assert isinstance(welcome, Welcome)
            pids.add(welcome.me.pid)
        assert pids == {_pid(console)}
        draft = Draft(kind="log.entered", body=kinds.encode_body(kinds.LogEntered(text="said by the other window")), subject="none")
        clients[0].send(Write(id=1, drafts=[draft]))
        assert _answer(qtbot, clients[0], Done)
        qtbot.waitUntil(lambda: console.peer.me is not None and console.peer.me.position > 40, timeout=WAIT_MS)
        qtbot.waitUntil(lambda: console.chart.settled, timeout=WAIT_MS)
        assert console.window.banner.faults == {}
        assert console.chart.web.guard.blocked == 0
        player.stop()


def test_a_killed_peer_is_missed_and_comes_back(qapp: QApplication, qtbot: QtBot, tmp_path: Path) -> None:
    with _console(qapp, tmp_path) as console:
        qtbot.waitUntil(lambda: console.peer.me is not None, timeout=WAIT_MS)
        status = console.window.status.peer
        assert "Jinghe" in status.text()
        before, there = _pid(console), status.text()
        with qtbot.waitSignal(console.peer.went_away, timeout=WAIT_MS):
            psutil.Process(before).kill()
        qtbot.waitUntil(lambda: status.text() != there, timeout=WAIT_MS)
        qtbot.waitUntil(lambda: console.peer.me is not None and "Jinghe" in status.text(), timeout=WAIT_MS)
        assert _pid(console) != before
        assert look(console.opening.data).me.pid == _pid(console)
