"""The whole console with its real panels, map and peer, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QMenuBar
from pytestqt.qtbot import QtBot

from console.app import Console, Session
from console.comms.peer.power import SIMULATED_VARIABLE
from console.models.paths import DataDir
from console.views import i18n
from console.views.mode.badge import ModeBadge
from console.views.window import theme
from console.views.window.crash import CrashReports
from console.views.window.look import Look
from console.views.window.opening import Office, Opening
from console.views.window.palette import plain
from console.views.window.peer_process import own_peer
from console.views.window.settings import Settings
from tests.views.window.sample_journal import data_with_history

pytestmark = [
    pytest.mark.leaves_processes,
    # What Chromium says of a machine without a GPU.
    pytest.mark.qt_log_ignore("ulkan", "GPU vendor", extend=True),
]
WAIT_MS = 30_000


@dataclass
class Opener:
    """Opens one console after another and closes each once."""

    app: QApplication
    qtbot: QtBot
    folder: Path
    opened: list[Console]

    def __call__(self, opening: Opening, language: str = "en", size: tuple[int, int] = (1366, 768)) -> Console:
        settings = Settings(self.folder / "console.ini")
        settings.language, settings.theme = language, "day"
        i18n.use_language(language)
        console = Console(self.app, opening, own_peer(opening), settings, CrashReports(self.folder), renew=lambda: None)
        self.opened.append(console)
        console.open(size)
        self.qtbot.waitExposed(console.window)
        console.window.activateWindow()
        return console

    def close(self) -> None:
        while self.opened:
            self.opened.pop().close()


@pytest.fixture
def open_console(qapp: QApplication, qtbot: QtBot, tmp_path: Path) -> Iterator[Opener]:
    opener = Opener(qapp, qtbot, tmp_path, [])
    yield opener
    opener.close()


@pytest.fixture
def journal(tmp_path: Path) -> Opening:
    """A journal to look at; no peer is started."""
    return Opening(data_with_history(tmp_path / "data", minutes=2), start_peer=False)


def keys_by_scope(console: Console) -> list[list[str]]:
    """For each panel: what keys mean something while the keyboard is in it: its own, the window's, and those that open menus."""
    local = {key: set(panel.actions()) for key, panel in console.panels.all().items()}
    window = set(console.window.all_actions()).difference(*local.values())
    menus = [f"Alt+{title[title.index('&') + 1]}" for title in (action.text() for action in console.window.findChild(QMenuBar).actions())]
    return [
        [keys.toString() for action in (*window, *own) if action.text() for keys in action.shortcuts()] + menus for own in local.values()
    ]


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_every_action_of_every_panel_is_reachable_by_keyboard(open_console: Opener, journal: Opening, language: str, qtbot: QtBot) -> None:
    """By keys of its own, or by the palette under its name; no keys stand for two actions, and no two share a name."""
    console = open_console(journal, language)
    actions = console.window.all_actions()
    assert len(actions) > 40
    names = [plain(action.text()) for action in actions]
    assert [name for name in names if not name.strip()] == []
    assert sorted(name for name in set(names) if names.count(name) > 1) == []
    for keys in keys_by_scope(console):
        assert sorted(each for each in set(keys) if keys.count(each) > 1) == []
    palette = console.window.palette_
    for action in actions:
        if action.isEnabled():
            palette.open()
            palette.query.textEdited.emit(plain(action.text()))
            assert plain(action.text()) in palette.titles()[:5]
    qtbot.keyClick(palette.query, Qt.Key.Key_Escape)


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_nothing_on_the_window_is_left_in_the_other_language(open_console: Opener, journal: Opening, language: str) -> None:
    console = open_console(journal, language)
    console.panels.all()
    texts = [button.text() for button in console.window.findChildren(QAbstractButton)]
    texts += [line.placeholderText() for line in console.window.findChildren(QLineEdit)]
    texts += [plain(action.text()) for action in console.window.all_actions()]
    texts += [dock.windowTitle() for dock in console.window.docks.by_key.values()]
    if language == "en":
        wrong = [text for text in texts if any("一" <= letter <= "鿿" for letter in text) and text not in ("简体中文", "Language · 语言")]
    else:
        english = set(i18n.catalogue("zh_CN").text)
        wrong = [text for text in texts if text in english and i18n.catalogue("zh_CN").text[text] != text]
    assert wrong == []


@pytest.mark.parametrize("size", [(1600, 900), (1366, 768)])
@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_the_real_panels_fit_the_screen(open_console: Opener, journal: Opening, language: str, size: tuple[int, int], qtbot: QtBot) -> None:
    console = open_console(journal, language, size)
    assert (console.window.width(), console.window.height()) == size
    chart = console.window.docks.by_key["map"]
    qtbot.waitUntil(lambda: chart.width() * chart.height() > 0.35 * size[0] * size[1])


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_a_small_screen_holds_the_window_with_huge_text_and_all_there_is_to_say(
    open_console: Opener, journal: Opening, language: str
) -> None:
    console = open_console(journal, language)
    console.settings.text_size = "huge"
    console.styling.restyle()
    console.panels.all()
    status = console.window.status
    for label in (status.peer, status.links, status.waiting, status.position, status.power, status.operator):
        label.setText("博尔塔拉蒙古自治州精河县应急管理局前方指挥所")
        label.show()
    for badge in status.findChildren(ModeBadge):
        badge.setText("▲ 应急状态：博尔塔拉蒙古自治州 · 三级响应，已 3 天 4 时 · ▲ 应急状态：乌苏市等另 3 个区域")
    console.window.banner.raise_fault("x", "日志库损坏，已留存。" * 20, ("重试", lambda: None))
    assert console.window.minimumSizeHint().width() <= 1366


def test_another_language_makes_the_window_anew_and_the_peer_goes_on(qapp: QApplication, tmp_path: Path, qtbot: QtBot) -> None:
    opening = Opening(DataDir(tmp_path / "office"), Office("精河县应急管理局", "652722", "tcp://127.0.0.1:0"))
    session = Session(qapp, opening, own_peer(opening), Look("en", "day", (1366, 768)), play=False)
    try:
        session.settings.stop_with_window = True
        qtbot.waitUntil(lambda: session.console.peer.me is not None, timeout=WAIT_MS)
        first, peer = session.console, psutil.Process(session.console.peer.me.pid)
        assert first.window.windowTitle() == "Fengsui console"
        next(action for action in first.window.all_actions() if action.text() == "简体中文").trigger()
        qtbot.waitUntil(lambda: session.console is not first and session.console.peer.me is not None, timeout=WAIT_MS)
        assert session.console.window.windowTitle() == "烽燧指挥台"
        assert session.console.peer.me.pid == peer.pid
        assert "简体中文" in [action.text() for action in session.console.window.all_actions() if action.isChecked()]
    finally:
        session.close()
        qapp.setQuitOnLastWindowClosed(True)
    peer.wait(WAIT_MS / 1000)


def test_a_first_window_starts_its_peer_shows_it_and_ends_it_when_so_set(open_console: Opener, tmp_path: Path, qtbot: QtBot) -> None:
    console = open_console(Opening(DataDir(tmp_path / "office"), Office("精河县应急管理局", "652722", "tcp://127.0.0.1:0")))
    qtbot.waitUntil(lambda: console.peer.me is not None, timeout=WAIT_MS)
    assert "精河县应急管理局" in console.window.status.peer.text()
    assert console.window.banner.faults == {}
    peer = psutil.Process(console.peer.me.pid)
    console.settings.stop_with_window = True
    open_console.close()
    peer.wait(WAIT_MS / 1000)


def test_theme_and_text_size_change_at_once_and_are_kept(open_console: Opener, journal: Opening) -> None:
    console = open_console(journal)
    actions = {action.text(): action for action in console.window.all_actions()}
    before = console.window.status.clock.font().pointSize()
    actions["Night theme"].trigger()
    actions["Huge text"].trigger()
    night = theme.load("night").colours
    assert console.window.palette().window().color().name() == night["window"]
    assert console.window.status.clock.font().pointSize() > before
    assert (console.settings.theme, console.settings.text_size) == ("night", "huge")
    titles = [dock.titleBarWidget().findChild(QLabel) for dock in console.window.docks.by_key.values()]
    assert {title.fontInfo().pointSize() for title in titles} == {theme.TEXT_SIZES_PT["huge"]}
    actions["Day theme"].trigger()
    actions["Normal text"].trigger()
    assert console.window.palette().window().color().name() == theme.load("day").colours["window"]


def test_each_panel_is_found_again_as_it_was_left(open_console: Opener, journal: Opening) -> None:
    console = open_console(journal)
    units = console.panels.get("units")
    view = units.list.view
    view.setColumnHidden(1, True)
    open_console.close()
    again = open_console(journal)
    assert again.panels.get("units").list.view.isColumnHidden(1)


def test_on_battery_it_says_so_saves_power_and_looks_before_going_offline(
    open_console: Opener, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The battery is played; peer, window, banner, actions and checklist are real."""
    battery = tmp_path / "battery.toml"
    battery.write_text("percent = 20\nleft_s = 1500", encoding="utf-8")
    monkeypatch.setenv(SIMULATED_VARIABLE, str(battery))
    console = open_console(Opening(DataDir(tmp_path / "data"), Office("Test office", "652722", "tcp://127.0.0.1:0")))
    console.settings.stop_with_window = True
    window = console.window
    qtbot.waitUntil(lambda: "saving" in window.banner.faults, timeout=WAIT_MS)
    assert window.status.power.text() == "Battery 20 %, about 25 min left (SIMULATED) · saving power"
    actions = {action.text(): action for action in window.all_actions()}
    assert not actions["Save power"].isEnabled()
    actions["Stop saving power"].trigger()
    qtbot.waitUntil(lambda: console.peer.me is not None and not console.peer.me.power.saving, timeout=WAIT_MS)
    qtbot.waitUntil(actions["Save power"].isEnabled)
    assert "saving" not in window.banner.faults
    checklist = console.ready.dialog()
    with qtbot.waitSignal(checklist.looked, timeout=WAIT_MS):
        actions["Ready to go offline…"].trigger()
    assert {check.key: check.mend.value for check in checklist.checks if check.key in ("maps", "sync", "battery")} == {
        "maps": "load_map",
        "sync": "join",
        "battery": "save_power",
    }
    checklist.mend("sync")
    qtbot.waitUntil(console.panels.get("links").join.token.hasFocus, timeout=WAIT_MS)
    assert console.peer.me is not None
    peer = psutil.Process(console.peer.me.pid)
    open_console.close()
    peer.wait(WAIT_MS / 1000)
