"""A duty officer's walk through the real window: the alarm sounds, why, which basin, cameras upstream, teams by arrival time, the danger area.

One action is one key, one word typed into a field, or one click. Twelve at most.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from console.app import Console
from console.comms.local.messages import Draft
from console.models import kinds
from console.models.kinds import CriticalRain, GaugeWeight
from console.models.paths import DataDir, resources_dir
from console.views import i18n
from console.views.context import Thing
from console.views.window.crash import CrashReports
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
AREA = "652722"
MOST_ACTIONS = 12
STEP_MS = 600_000
UPPER = [(82.80, 44.30), (82.95, 44.30), (82.95, 44.42), (82.80, 44.42)]
LOWER = [(82.80, 44.42), (82.95, 44.42), (82.95, 44.55), (82.80, 44.55)]


@pytest.fixture
def console(qapp: QApplication, tmp_path: Path) -> Iterator[Console]:
    language = i18n.language()
    i18n.use_language("en")
    settings = Settings(tmp_path / "console.ini")
    settings.language, settings.theme, settings.stop_with_window, settings.operator = "en", "night", True, "Wang"
    opening = Opening(DataDir(tmp_path / "office"), Office("Jinghe", AREA, "tcp://127.0.0.1:0"))
    made = Console(qapp, opening, own_peer(opening), settings, CrashReports(tmp_path), renew=lambda: None)
    made.open((1600, 900))
    try:
        yield made
    finally:
        pid = made.peer.me.pid if made.peer.me is not None else None
        made.close()
        if pid is not None and psutil.pid_exists(pid):
            psutil.Process(pid).wait(WAIT_MS / 1000)
        i18n.use_language(language)


def draft(subject: str, body: kinds.Body) -> Draft:
    return Draft(kind=kinds.kind_of(body), subject=subject, body=kinds.encode_body(body), area=AREA)


def ground() -> list[Draft]:
    """Two gullies, the upper flows into the lower; a gauge, two cameras and two teams."""
    hazards, critical = ["rainstorm", "flash_flood", "debris_flow"], [CriticalRain(3.0, 25.0, 40.0)]
    upper = kinds.BasinRegistered(
        name="Gully 3", hazards=hazards, critical=critical, gauges=[GaugeWeight("g3")], outer=[UPPER], downstream="lower", travel_s=2400.0
    )
    lower = kinds.BasinRegistered(name="Valley mouth", hazards=hazards, critical=critical, outer=[LOWER], leader="Li", phone="13900000000")
    return [
        draft("upper", upper),
        draft("lower", lower),
        draft("g3", kinds.SensorRegistered(name="Gauge of gully 3", quantity="rain", unit="mm", interval_s=600.0, lon=82.87, lat=44.36)),
        draft("c1", kinds.FeedRegistered(name="Camera gully 3", url="rtsp://127.0.0.1:9/1", basin="upper", lon=82.87, lat=44.38)),
        draft("c2", kinds.FeedRegistered(name="Camera mouth", url="rtsp://127.0.0.1:9/2", basin="lower", lon=82.87, lat=44.5)),
        draft("u1", kinds.UnitRegistered(name="Near team", kind="rescue", people=8)),
        draft("u1", kinds.UnitStatus(status="available")),
        draft("u1", kinds.UnitPosition(lon=82.89, lat=44.59, valid_s=3600.0)),
        draft("u2", kinds.UnitRegistered(name="Far team", kind="rescue", people=12)),
        draft("u2", kinds.UnitStatus(status="available")),
        draft("u2", kinds.UnitPosition(lon=82.07, lat=44.90, valid_s=3600.0)),
    ]


def downpour() -> Draft:
    now_ms = time.time_ns() // 1_000_000
    times = [now_ms - STEP_MS * at for at in reversed(range(18))]
    return draft("g3", kinds.SensorSeries(times_ms=times, values=[round(54 / 18, 2)] * 18))


class Officer:
    """Acts and counts; `until` waits for what is to be seen."""

    def __init__(self, console: Console, qtbot: QtBot) -> None:
        self.console, self.qtbot, self.actions = console, qtbot, 0
        console.window.activateWindow()
        qtbot.waitUntil(console.window.isActiveWindow, timeout=WAIT_MS)

    def panel(self, key: str) -> Any:
        return self.console.panels.get(key)

    def until(self, seen: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(seen()), timeout=WAIT_MS)

    def press(self, key: Qt.Key, *modifiers: Qt.KeyboardModifier) -> None:
        self.actions += 1
        held = Qt.KeyboardModifier.NoModifier
        for modifier in modifiers:
            held |= modifier
        where = QApplication.focusWidget() or self.console.window
        self.qtbot.keyClick(where, key, held)

    def type(self, text: str) -> None:
        self.actions += 1
        where = QApplication.focusWidget()
        assert where is not None
        self.qtbot.keyClicks(where, text)

    def click(self, where: QWidget, at: QPoint) -> None:
        self.actions += 1
        self.qtbot.mouseClick(where, Qt.MouseButton.LeftButton, pos=at)

    def page(self, script: str) -> Any:
        answers: list[Any] = []
        self.console.chart.web.page.runJavaScript(f"JSON.stringify({script})", answers.append)
        self.until(lambda: answers)
        return json.loads(answers[0]) if answers[0] else None

    def on_map(self, lon: float, lat: float) -> QPoint:
        spot = self.page(f"fengsui.map.latLngToContainerPoint([{lat}, {lon}])")
        return QPoint(round(spot["x"]), round(spot["y"]))


CTRL, SHIFT, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier


def test_from_the_alarm_to_the_danger_area_in_twelve_actions(console: Console, qtbot: QtBot) -> None:
    officer = Officer(console, qtbot)
    officer.until(lambda: console.peer.me is not None)
    officer.until(lambda: officer.page("window.fengsui?.counters.ready ?? false"))
    console.context.writing.write(ground())
    officer.until(lambda: officer.page("fengsui.units.size") == 2)
    risks, video, routes, plots = (officer.panel(key) for key in ("risks", "video", "routes", "plots"))

    console.context.writing.write([downpour()])
    officer.until(lambda: risks.attention.isVisible() and risks.alarm.played)

    officer.press(Qt.Key.Key_K, CTRL, SHIFT)  # why
    officer.until(lambda: risks.isVisible() and risks.current() is not None)
    why = json.dumps(risks.card.pairs())
    assert "Gauge of gully 3" in why
    assert "54" in why
    assert "move at once 40 mm" in why
    risk = risks.current()
    assert risk.place == "upper"

    officer.press(Qt.Key.Key_Q, ALT)  # acknowledged
    officer.until(lambda: not risks.current().fresh)

    officer.press(Qt.Key.Key_M, ALT)  # the basin
    officer.until(lambda: console.context.selection.thing is Thing.BASIN and console.context.selection.id == "upper")
    officer.until(lambda: console.chart.centre is not None and abs(console.chart.centre[1] - 44.36) < 0.1)

    officer.press(Qt.Key.Key_K, ALT)  # cameras that see it and what is above
    officer.until(lambda: video.isVisible() and video.list.view.current_id() == "c1")

    officer.press(Qt.Key.Key_V, CTRL, SHIFT)  # opened: it cannot be reached, and that is said
    officer.until(lambda: any(tile.name == "Camera gully 3" for tile in video.wall.tiles if tile.isVisible()))

    officer.press(Qt.Key.Key_T, CTRL, SHIFT)  # teams by arrival time
    officer.until(lambda: routes.isVisible() and len(routes.list.table.rows()) == 2)
    officer.until(lambda: "Camera gully 3: 2 free teams can come" in routes.said.text())
    assert [routes.list.table.row_at(place).team.name for place in (0, 1)] == ["Near team", "Far team"]

    officer.press(Qt.Key.Key_D, CTRL)  # the danger area
    officer.until(plots.draw.kind.hasFocus)
    officer.type("danger")
    assert plots.draw.kind.currentData() == "danger_area"
    officer.press(Qt.Key.Key_Return)
    officer.until(lambda: console.context.plotting.drawing is not None)
    officer.until(lambda: console.chart.settled)
    page = console.chart.web.view.focusProxy()
    corners = [officer.on_map(*corner) for corner in ((82.84, 44.34), (82.91, 44.34), (82.88, 44.40))]
    for count, corner in enumerate(corners, start=1):
        officer.click(page, corner)
        officer.until(lambda count=count: len(console.context.plotting.drawing.points) == count)
    qtbot.mouseClick(page, Qt.MouseButton.LeftButton, pos=corners[-1])  # the last click was a double click
    officer.until(lambda: officer.page("fengsui.things.lists.plot.length") == 1)
    assert officer.actions <= MOST_ACTIONS, officer.actions
