"""Plotting in the whole real window, with its own peer behind it: by mouse and by keys alone, found in the journal and on the page."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from console.app import Console
from console.comms.local.client import LocalClient
from console.comms.local.messages import Draft, Hello, Write
from console.models.journal.reading import Reader
from console.models.kinds import PlotDrawn, decode_body, encode_body
from console.models.paths import DataDir, resources_dir
from console.views import i18n
from console.views.plot.panel import PlotPanel
from console.views.window.crash import CrashReports
from console.views.window.opening import Office, Opening
from console.views.window.peer_process import own_peer
from console.views.window.settings import Settings

pytestmark = [
    pytest.mark.leaves_processes,
    pytest.mark.qt_log_ignore("ulkan", "GPU", extend=True),
    pytest.mark.skipif(not (resources_dir() / "map/bundle/page.html").is_file(), reason="the map bundle has not been built"),
]
WAIT_MS = 30_000
STEP_PX = 12
CENTRE = (82.5, 44.6)


@pytest.fixture
def console(qapp: QApplication, tmp_path: Path) -> Iterator[Console]:
    folder = tmp_path
    language = i18n.language()
    i18n.use_language("en")
    settings = Settings(folder / "console.ini")
    settings.language, settings.theme, settings.stop_with_window = "en", "day", True
    opening = Opening(DataDir(folder / "office"), Office("Jinghe", "6527", "tcp://127.0.0.1:0"))
    console = Console(qapp, opening, own_peer(opening), settings, CrashReports(folder), renew=lambda: None)
    console.open((1366, 900))
    try:
        yield console
    finally:
        pid = console.peer.me.pid if console.peer.me is not None else None
        console.close()
        if pid is not None and psutil.pid_exists(pid):
            psutil.Process(pid).wait(WAIT_MS / 1000)
        i18n.use_language(language)


@pytest.fixture
def hand(console: Console, qtbot: QtBot) -> Hand:
    made = Hand(console, qtbot)
    made.settle()
    return made


class Hand:
    """What an operator does and sees. Attributes: `console`, `chart`, `panel`."""

    def __init__(self, console: Console, qtbot: QtBot) -> None:
        panel = console.panels.get("plots")
        assert isinstance(panel, PlotPanel)
        self.console, self.qtbot, self.chart, self.panel = console, qtbot, console.chart, panel
        self.plotting = console.context.plotting

    def settle(self) -> None:
        self.qtbot.waitUntil(lambda: self.console.peer.me is not None, timeout=WAIT_MS)
        self.qtbot.waitUntil(lambda: self.ask("window.fengsui?.counters.ready ?? false"), timeout=WAIT_MS)
        self.plotting.end()
        self.chart.restore_state(json.dumps({"centre": [*CENTRE, 9]}))
        self.painted()

    def ask(self, script: str) -> Any:
        answers: list[Any] = []
        self.chart.web.page.runJavaScript(f"JSON.stringify({script})", answers.append)
        self.qtbot.waitUntil(lambda: bool(answers), timeout=WAIT_MS)
        return json.loads(answers[0]) if answers[0] else None

    def painted(self) -> None:
        self.qtbot.waitUntil(lambda: self.chart.settled, timeout=WAIT_MS)

    def spot(self, east: int, south: int) -> QPoint:
        """So many px from the middle of the map."""
        size = self.chart.web.view.size()
        return QPoint(size.width() // 2 + east, size.height() // 2 + south)

    @property
    def page(self) -> Any:
        return self.chart.web.view.focusProxy()

    def click(self, east: int, south: int) -> None:
        self.qtbot.mouseClick(self.page, Qt.MouseButton.LeftButton, pos=self.spot(east, south))

    def drag(self, start: QPoint, end: QPoint) -> None:
        self.qtbot.mousePress(self.page, Qt.MouseButton.LeftButton, pos=start)
        for share in (0.5, 1.0):
            at = QPointF(start + (end - start) * share)
            there = QPointF(self.page.mapToGlobal(at))
            none, left = Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton
            QApplication.sendEvent(self.page, QMouseEvent(QEvent.Type.MouseMove, at, there, none, left, Qt.KeyboardModifier.NoModifier))
        self.qtbot.mouseRelease(self.page, Qt.MouseButton.LeftButton, pos=end)

    def key(self, *keys: Qt.Key) -> None:
        for each in keys:
            self.qtbot.keyClick(self.page, each)

    def placed(self, count: int) -> None:
        drawing = self.plotting.drawing
        assert drawing is not None
        self.qtbot.waitUntil(lambda: len(drawing.points) == count, timeout=WAIT_MS)

    def begin(self, kind: str, shape: str, label: str) -> None:
        self.panel.draw.clear()
        self.panel.draw.choose(kind, shape)
        self.panel.draw.label.setText(label)
        self.panel.draw.submit()
        self.painted()
        assert self.ask("fengsui.view.plotting.shape") == shape

    def drawn(self, label: str) -> PlotDrawn:
        """As the journal has it, once the panel says that it is saved and the page shows it."""
        self.qtbot.waitUntil(lambda: self._of(label) is not None, timeout=WAIT_MS)
        wanted = json.dumps(label)
        self.qtbot.waitUntil(
            lambda: self.ask(f"fengsui.things.lists.plot.some((plot) => plot.label.startsWith({wanted}))"), timeout=WAIT_MS
        )
        self.painted()
        found = self._of(label)
        assert found is not None
        return found

    def _of(self, label: str) -> PlotDrawn | None:
        return next((body for body in self.bodies() if body.label == label), None)

    def bodies(self) -> list[PlotDrawn]:
        reader = Reader(self.console.opening.data.journal)
        try:
            rows = reader.database.execute_sql("SELECT body FROM event WHERE kind = 'plot.drawn'")
            return [body for (held,) in rows if isinstance(body := decode_body("plot.drawn", bytes(held)), PlotDrawn)]
        finally:
            reader.close()


SHAPES = [
    ("command_post", "point", [(0, 0)]),
    ("text_note", "text", [(-60, -40)]),
    ("cordon", "line", [(-200, -100), (-150, -120), (-100, -100)]),
    ("movement", "arrow", [(40, -100), (90, -140)]),
    ("danger_area", "area", [(150, 40), (220, 40), (200, 100)]),
    ("safe_area", "circle", [(-200, 80), (-160, 80)]),
    ("search_area", "ring", [(250, -120), (270, -120), (300, -120)]),
    ("search_area", "sector", [(0, 120), (40, 120), (0, 160)]),
]


def test_every_shape_is_drawn_with_the_mouse(hand: Hand) -> None:
    for kind, shape, clicks in SHAPES:
        draw_by_mouse(hand, kind, shape, clicks)
    a_drag_draws_a_circle_and_does_not_move_the_map(hand)
    backspace_takes_a_point_back_and_escape_gives_up_without_a_trace(hand)


def draw_by_mouse(hand: Hand, kind: str, shape: str, clicks: list[tuple[int, int]]) -> None:
    label = f"mouse {shape}"
    hand.begin(kind, shape, label)
    open_ended = shape in ("line", "arrow", "area")
    for count, click in enumerate(clicks, start=1):
        hand.click(*click)
        if count < len(clicks) or open_ended:
            hand.placed(count)
    if open_ended:  # the second click of a double click
        hand.click(*clicks[-1])
    body = hand.drawn(label)
    assert (body.kind, body.shape) == (kind, shape)
    where = hand.ask(
        f"fengsui.page.where({{latlng: fengsui.map.containerPointToLatLng([{hand.spot(*clicks[0]).x()}, {hand.spot(*clicks[0]).y()}])}})"
    )
    assert body.points[0] == pytest.approx(where, abs=2e-3)
    if open_ended:
        assert len(body.points) == len(clicks)
    if shape == "ring":
        assert body.radius_m
        assert body.inner_m
        assert body.radius_m == pytest.approx(2.5 * body.inner_m, rel=0.02)
    if shape == "sector":
        assert (body.from_deg, body.to_deg) == (pytest.approx(90, abs=2), pytest.approx(180, abs=2))


def a_drag_draws_a_circle_and_does_not_move_the_map(hand: Hand) -> None:
    before = hand.ask("fengsui.map.getCenter()")
    hand.begin("helicopter_site", "circle", "dragged")
    hand.drag(hand.spot(100, 150), hand.spot(160, 150))
    body = hand.drawn("dragged")
    assert body.radius_m
    assert 5_000 < body.radius_m < 30_000
    assert hand.ask("fengsui.map.getCenter()") == before
    hand.click(-300, 200)
    assert hand.plotting.drawing is None, "the click after a drag draws nothing more"


def test_every_shape_is_drawn_with_the_keyboard_alone(hand: Hand) -> None:
    """The cross is moved with the arrows, Enter places, Enter again ends; or coordinates and radii are typed."""
    for shape in ("point", "line", "arrow", "area", "circle", "ring", "sector"):
        draw_by_keys(hand, shape)
    points_and_radii_are_typed_and_enter_writes_them(hand)


def draw_by_keys(hand: Hand, shape: str) -> None:
    label = f"keys {shape}"
    hand.begin("other", shape, label)
    turns = {"point": 1, "circle": 2, "ring": 3, "sector": 3}.get(shape, 3)
    moves = [Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Left]
    for count in range(1, turns + 1):
        hand.key(*[moves[count - 1]] * (5 + 2 * count), Qt.Key.Key_Enter)
        if count < turns or shape in ("line", "arrow", "area"):
            hand.placed(count)
    if shape in ("line", "arrow", "area"):
        hand.key(Qt.Key.Key_Return)
    body = hand.drawn(label)
    assert body.shape == shape
    assert body.points[0][0] > CENTRE[0], "7 steps to the east of the middle"


def backspace_takes_a_point_back_and_escape_gives_up_without_a_trace(hand: Hand) -> None:
    before = len(hand.bodies())
    hand.begin("cordon", "line", "given up")
    for count, click in enumerate([(0, 0), (50, 0), (50, 50)], start=1):
        hand.click(*click)
        hand.placed(count)
    hand.page.setFocus()
    hand.key(Qt.Key.Key_Backspace)
    hand.placed(2)
    hand.key(Qt.Key.Key_Escape)
    hand.qtbot.waitUntil(lambda: hand.plotting.drawing is None, timeout=WAIT_MS)
    hand.painted()
    assert hand.ask("fengsui.view.plotting") is None
    assert len(hand.bodies()) == before


def points_and_radii_are_typed_and_enter_writes_them(hand: Hand) -> None:
    form = hand.panel.draw
    form.clear()
    form.choose("danger_area", "circle")
    form.label.setText("typed")
    form.points.setText("82.50, 44.50")
    form.round.radius.setText("1.5 km")
    hand.qtbot.keyClick(form.points, Qt.Key.Key_Return)
    body = hand.drawn("typed")
    assert (body.points, body.radius_m) == ([(82.5, 44.5)], 1500.0)
    assert form.label.text() == "", "what was typed goes once it is sent"


def test_what_is_drawn_snaps_is_moved_undone_and_told_to_the_routes(hand: Hand) -> None:
    the_hand_snaps_to_a_symbol_and_shows_it_and_not_with_alt(hand)
    a_vertex_is_dragged_and_the_move_undone_and_done_again(hand)
    a_closed_road_is_told_to_the_routes_in_the_same_write(hand)
    what_another_window_plots_is_seen_here_at_once(hand)


def the_hand_snaps_to_a_symbol_and_shows_it_and_not_with_alt(hand: Hand) -> None:
    hand.begin("command_post", "point", "snap here")
    hand.click(-330, -200)
    at = hand.drawn("snap here").points[0]
    hand.begin("cordon", "line", "snapped")
    hand.qtbot.mouseMove(hand.page, hand.spot(-326, -197))
    hand.qtbot.waitUntil(lambda: hand.ask("fengsui.part('Plotting').cursor?.what") == "spot", timeout=WAIT_MS)
    hand.click(-326, -197)
    hand.placed(1)
    hand.qtbot.mouseClick(hand.page, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.AltModifier, hand.spot(-327, -198))
    hand.placed(2)
    hand.page.setFocus()
    hand.key(Qt.Key.Key_Return)
    points = hand.drawn("snapped").points
    assert points[0] == pytest.approx(at, abs=1e-6)
    assert points[1] != pytest.approx(at, abs=1e-6)


def a_vertex_is_dragged_and_the_move_undone_and_done_again(hand: Hand) -> None:
    hand.begin("cordon", "line", "moved")
    for count, click in enumerate([(-100, 150), (100, 150)], start=1):
        hand.click(*click)
        hand.placed(count)
    hand.page.setFocus()
    hand.key(Qt.Key.Key_Return)
    drawn = hand.drawn("moved").points
    hand.qtbot.waitUntil(lambda: hand.panel.row is not None and hand.panel.row.label == "moved", timeout=WAIT_MS)
    row = hand.panel.row
    assert row is not None
    hand.plotting.edit(row.id)
    hand.painted()
    hand.drag(hand.spot(100, 150), hand.spot(120, 100))

    def second() -> tuple[float, float]:
        held = hand.panel.list.table.row(row.id)
        assert held.figure is not None
        return tuple(held.figure.points[1])  # type: ignore[return-value]

    hand.qtbot.waitUntil(lambda: second() != tuple(drawn[1]), timeout=WAIT_MS)
    moved = second()
    hand.plotting.undo_asked.emit()
    hand.qtbot.waitUntil(lambda: second() == tuple(drawn[1]), timeout=WAIT_MS)
    hand.qtbot.waitUntil(lambda: not hand.panel.scribe.busy, timeout=WAIT_MS)
    hand.plotting.redo_asked.emit()
    hand.qtbot.waitUntil(lambda: second() == moved, timeout=WAIT_MS)


def a_closed_road_is_told_to_the_routes_in_the_same_write(hand: Hand) -> None:
    hand.begin("closed_road", "line", "S205")
    for count, click in enumerate([(-40, -200), (40, -200)], start=1):
        hand.click(*click)
        hand.placed(count)
    hand.page.setFocus()
    hand.key(Qt.Key.Key_Return)
    hand.drawn("S205")
    hand.qtbot.waitUntil(lambda: hand.panel.row is not None and hand.panel.row.road == "closed", timeout=WAIT_MS)
    row = hand.panel.row
    assert row is not None
    assert hand.ask(f"fengsui.things.find('road', {json.dumps(row.id)}).line.length") == 2


def what_another_window_plots_is_seen_here_at_once(hand: Hand) -> None:
    """Through the peer that both share."""
    with LocalClient(hand.console.opening.data) as other:
        other.send(Hello(watch=True))
        body = PlotDrawn(shape="point", kind="trapped", points=[CENTRE], label="another window's")
        other.send(Write(id=1, drafts=[Draft(kind="plot.drawn", body=encode_body(body))]))
        assert hand.drawn("another window's").kind == "trapped"
        hand.qtbot.waitUntil(lambda: "another window's" in {row.label for row in hand.panel.list.table.rows()}, timeout=WAIT_MS)


def test_what_was_said_to_be_saved_outlives_a_peer_killed_between_points(hand: Hand) -> None:
    before = {body.label for body in hand.bodies()}
    hand.begin("cordon", "line", "not said")
    hand.click(0, 0)
    hand.placed(1)
    me = hand.console.peer.me
    assert me is not None
    psutil.Process(me.pid).kill()
    hand.qtbot.waitUntil(lambda: hand.console.peer.me is not None and hand.console.peer.me.pid != me.pid, timeout=WAIT_MS)
    hand.click(60, 0)
    hand.placed(2)
    hand.page.setFocus()
    hand.key(Qt.Key.Key_Return)
    hand.drawn("not said")
    assert {body.label for body in hand.bodies()} == before | {"not said"}
