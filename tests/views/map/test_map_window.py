"""The map in a real window: painted, fed, clicked, cut off from everything outside, and back after a crash."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from collections.abc import Callable
from typing import Any

import msgspec
import peewee as pw
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtNetwork import QHostAddress, QTcpServer
from PySide6.QtWebEngineCore import QWebEnginePage

from console.models.changes import Changes, Fix
from console.models.clock import hlc_from_ms
from console.models.kinds import WarningArea
from console.models.paths import resources_dir
from console.models.state.tables import Feed, Incident, Road, Sensor, Track, Unit, Warning
from console.views.context import Context, Thing
from console.views.i18n import word
from console.views.map.channel import pace_ms
from tests.views.map.parts import NOW_MS

pytestmark = [
    pytest.mark.skipif(not (resources_dir() / "map/bundle/page.html").is_file(), reason="the map bundle has not been built"),
    pytest.mark.leaves_processes,
    pytest.mark.qt_log_ignore("(?i)vulkan|GPU"),
]
AVAILABLE_DAY = QColor("#1fae7a")


@pytest.fixture(autouse=True)
def _nothing_left(qtbot: Any) -> Any:
    yield
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert qtbot is not None
    assert [thread.name for thread in threading.enumerate() if thread.name.startswith("map-files")] == []


def ask(qtbot: Any, panel: Any, script: str) -> Any:
    """What `script` is worth on the page."""
    answers: list[Any] = []
    panel.web.page.runJavaScript(f"JSON.stringify({script})", answers.append)
    qtbot.waitUntil(lambda: bool(answers), timeout=5000)
    return json.loads(answers[0]) if answers[0] else None


def painted(qtbot: Any, panel: Any) -> None:
    """Everything there was to tell has been told and painted."""
    qtbot.waitUntil(lambda: panel.settled, timeout=10_000)


def picture(panel: Any) -> QImage:
    image: QImage = panel.web.view.grab().toImage()
    return image


def has_colour(image: QImage, centre: QPoint, colour: QColor, radius: int = 9) -> bool:
    spots = (image.pixelColor(centre.x() + x, centre.y() + y) for x in range(-radius, radius + 1) for y in range(-radius, radius + 1))
    return any(
        abs(spot.red() - colour.red()) + abs(spot.green() - colour.green()) + abs(spot.blue() - colour.blue()) < 24 for spot in spots
    )


def spot_of_thing(qtbot: Any, panel: Any, thing: str, item_id: str) -> QPoint:
    at = ask(qtbot, panel, f"fengsui.spot('{thing}', '{item_id}')")
    return QPoint(round(at["x"]), round(at["y"]))


def spot(qtbot: Any, panel: Any, unit: str) -> QPoint:
    return spot_of_thing(qtbot, panel, "unit", unit)


def add_unit(unit: str = "u", lon: float | None = 82.4, lat: float = 44.6, **values: Any) -> None:
    held = {
        "name": "精河一队",
        "kind": "rescue",
        "status": "available",
        "fix_heard_ms": NOW_MS,
        "valid_s": 60.0,
        "fix_hlc": hlc_from_ms(NOW_MS),
    }
    Unit.create(id=unit, lon=lon, lat=lat, heard_ms=NOW_MS, **held | values)


def moved(unit: str, lon: float, lat: float, at_ms: int = NOW_MS + 1000) -> Changes:
    return Changes(1, {}, {unit: Fix(unit, lon, lat, 90.0, 5.0, at_ms, 60.0, hlc_from_ms(at_ms))})


@pytest.mark.usefixtures("database")
def test_a_unit_is_painted_where_it_is_and_moves(qtbot: Any, make_panel: Callable[[], Any], context: Context) -> None:
    add_unit()
    panel = make_panel()
    panel.set_theme("day")
    painted(qtbot, panel)
    here = spot(qtbot, panel, "u")
    qtbot.waitUntil(lambda: has_colour(picture(panel), here, AVAILABLE_DAY), timeout=5000)
    context.news.changed.emit(moved("u", 82.8, 44.6))
    painted(qtbot, panel)
    there = spot(qtbot, panel, "u")
    assert there.x() - here.x() > 50
    qtbot.waitUntil(lambda: has_colour(picture(panel), there, AVAILABLE_DAY), timeout=5000)
    assert not has_colour(picture(panel), here, AVAILABLE_DAY)


@pytest.mark.usefixtures("database")
def test_the_name_of_a_place_gives_way_to_a_unit_and_its_label(qtbot: Any, make_panel: Callable[[], Any], context: Context) -> None:
    add_unit(lon=80.0, lat=43.0)
    panel = make_panel()
    painted(qtbot, panel)
    assert ask(qtbot, panel, "fengsui.map.setView([44.6, 82.9], 10, {animate: false}) && 1")
    place = "fengsui.basemap.shown.find((name) => name.place.zh === '精河')"
    qtbot.waitUntil(lambda: ask(qtbot, panel, f"{place} !== undefined"), timeout=5000)
    alone = ask(qtbot, panel, f"{place}.left - {place}.x")
    assert alone == 6
    lon, lat = ask(qtbot, panel, f"{place}.place.at")
    context.news.changed.emit(moved("u", lon, lat))
    painted(qtbot, panel)
    assert ask(qtbot, panel, f"{place}.left + {place}.width <= {place}.x - 10")
    context.news.changed.emit(moved("u", 80.0, 43.0, NOW_MS + 2000))
    painted(qtbot, panel)
    assert ask(qtbot, panel, f"{place}.left - {place}.x") == alone


@pytest.mark.usefixtures("database")
def test_the_page_asks_nobody_but_us_and_a_planted_request_is_blocked(qtbot: Any, make_panel: Callable[[], Any]) -> None:
    add_unit()
    panel = make_panel()
    painted(qtbot, panel)
    assert panel.web.guard.blocked == 0
    panel.web.page.runJavaScript("fetch('https://example.invalid/x').catch(() => {}); new Image().src = 'http://127.0.0.1:9/x.png'")
    ask(qtbot, panel, "1")
    # The page's own policy stops these before they are requests; the guard stops what a page without a policy would ask for.
    outside = QTcpServer()
    assert outside.listen(QHostAddress(QHostAddress.SpecialAddress.LocalHost))
    bare = QWebEnginePage(panel.web.page.profile())
    planted = f"http://127.0.0.1:{outside.serverPort()}/planted.png"
    with qtbot.waitSignal(bare.loadFinished, timeout=10_000):
        bare.setHtml(f"<img src='{planted}'>")
    assert panel.web.guard.blocked == 1
    assert panel.web.guard.last_blocked == planted
    assert not outside.hasPendingConnections()
    bare.deleteLater()
    outside.close()


@pytest.mark.usefixtures("database")
def test_the_policy_stops_scripts_that_were_not_there_when_it_was_made(qtbot: Any, make_panel: Callable[[], Any]) -> None:
    panel = make_panel()
    plant = "const s = document.createElement('script'); s.textContent = 'window.planted = 1'; document.body.append(s)"
    assert ask(qtbot, panel, f"(() => {{ {plant}; return window.planted ?? 0; }})()") == 0


@pytest.mark.usefixtures("database")
def test_a_click_selects_and_shows_the_card_and_beside_it_clears(qtbot: Any, make_panel: Callable[[], Any], context: Context) -> None:
    add_unit(speed_mps=10.0, heading_deg=90.0, people=6)
    panel = make_panel()
    painted(qtbot, panel)
    target = panel.web.view.focusProxy()
    qtbot.mouseClick(target, Qt.MouseButton.LeftButton, pos=spot(qtbot, panel, "u"))
    qtbot.waitUntil(lambda: context.selection.id == "u", timeout=5000)
    qtbot.waitUntil(panel.card.isVisible, timeout=5000)
    assert context.selection.thing is Thing.UNIT
    assert panel.card.text("motion") == "36 km/h  090°"
    qtbot.mouseClick(target, Qt.MouseButton.LeftButton, pos=QPoint(500, 600))
    qtbot.waitUntil(lambda: context.selection.thing is None, timeout=5000)
    assert not panel.card.isVisible()


@pytest.mark.usefixtures("database")
def test_selecting_elsewhere_flies_and_follow_keeps_it_in_view(qtbot: Any, make_panel: Callable[[], Any], context: Context) -> None:
    add_unit(lon=85.9, lat=45.9)
    panel = make_panel()
    painted(qtbot, panel)
    context.selection.fly_to(Thing.UNIT, "u")
    painted(qtbot, panel)
    size = panel.web.view.size()
    assert (spot(qtbot, panel, "u") - QPoint(size.width() // 2, size.height() // 2)).manhattanLength() < 4
    panel.card.follow.click()
    assert panel.card.follow.text() == "Following"
    context.news.changed.emit(moved("u", 80.0, 43.0))
    painted(qtbot, panel)
    assert (spot(qtbot, panel, "u") - QPoint(size.width() // 2, size.height() // 2)).manhattanLength() < 4


@pytest.mark.usefixtures("database")
def test_a_lost_buffer_is_repaired(qtbot: Any, make_panel: Callable[[], Any], context: Context) -> None:
    add_unit()
    panel = make_panel()
    painted(qtbot, panel)
    panel.presenter.move(moved("u", 83.0, 44.0), NOW_MS)
    panel.presenter.take(panel.presenter.seq, 0.0)  # this one never reaches the page
    context.news.changed.emit(moved("u", 83.1, 44.0, NOW_MS + 2000))
    painted(qtbot, panel)
    assert ask(qtbot, panel, "[fengsui.units.lon[0].toFixed(4), fengsui.counters.seq]") == ["83.1000", panel.presenter.seq]


@pytest.mark.usefixtures("database")
def test_a_step_of_less_than_a_pixel_is_told_but_not_drawn(qtbot: Any, make_panel: Callable[[], Any], context: Context) -> None:
    add_unit(heading_deg=90.0, kind="other")
    panel = make_panel()
    painted(qtbot, panel)
    drawn = ask(qtbot, panel, "fengsui.counters.skipped")
    context.news.changed.emit(moved("u", 82.400001, 44.6))
    painted(qtbot, panel)
    assert ask(qtbot, panel, "[fengsui.counters.skipped, fengsui.units.lon[0].toFixed(6)]") == [drawn + 1, "82.400001"]
    context.news.changed.emit(moved("u", 82.5, 44.6, NOW_MS + 2000))
    painted(qtbot, panel)
    assert ask(qtbot, panel, "fengsui.counters.skipped") == drawn + 1


@pytest.mark.usefixtures("database")
def test_news_is_told_at_the_screens_pace_however_fast_it_comes(qtbot: Any, make_panel: Callable[[], Any], context: Context) -> None:
    for index in range(600):
        add_unit(f"u{index}")
    add_unit()
    panel = make_panel()
    painted(qtbot, panel)
    before, steps, begun = panel.presenter.seq, 0, time.monotonic()

    def news_for_a_while() -> bool:
        nonlocal steps
        steps += 1
        context.news.changed.emit(moved("u", 82.4 + steps / 1000, 44.6, NOW_MS + steps))
        return steps > 40 and panel.presenter.seq - before >= 3

    qtbot.waitUntil(news_for_a_while, timeout=20_000)
    painted(qtbot, panel)
    assert panel.presenter.seq - before <= 1000 * (time.monotonic() - begun) / pace_ms(601) + 3
    assert ask(qtbot, panel, "fengsui.units.lon[fengsui.units.slots.get('u')].toFixed(4)") == f"{82.4 + steps / 1000:.4f}"


@pytest.mark.usefixtures("database")
def test_a_warning_that_runs_out_leaves_the_map_without_any_news(qtbot: Any, make_panel: Callable[[], Any], context: Any) -> None:
    areas = msgspec.msgpack.encode([WarningArea(circles=[(82.5, 44.5, 9000.0)])])
    Warning.create(id="w", identifier="w", event="暴雨", colour="Orange", msg_type="Alert", areas=areas, expires_ms=NOW_MS + 20_000)
    panel = make_panel()
    painted(qtbot, panel)
    assert ask(qtbot, panel, "fengsui.things.lists.warning.length") == 1
    context.time.ms += 21_000
    context.news.second.emit()
    qtbot.waitUntil(lambda: ask(qtbot, panel, "fengsui.things.lists.warning.length") == 0, timeout=5000)


@pytest.mark.usefixtures("database")
def test_the_map_goes_to_the_units_until_the_operator_touches_it(qtbot: Any, make_panel: Callable[..., Any], context: Context) -> None:
    add_unit(lon=-122.42, lat=37.77)
    panel = make_panel(finding=True)
    painted(qtbot, panel)
    assert ask(qtbot, panel, "fengsui.map.getBounds().contains([37.77, -122.42])")
    assert json.loads(panel.save_state())["centre"] is None
    context.news.changed.emit(moved("u", -120.0, 37.0))
    painted(qtbot, panel)
    context.news.changed.emit(moved("u", -119.999, 37.0, NOW_MS + 2000))
    painted(qtbot, panel)
    assert ask(qtbot, panel, "fengsui.map.getBounds().contains([37.0, -119.999])")
    qtbot.mouseClick(panel.web.view.focusProxy(), Qt.MouseButton.LeftButton, pos=QPoint(300, 300))
    qtbot.waitUntil(lambda: not panel.presenter.view["finding"], timeout=5000)
    context.news.changed.emit(moved("u", 82.0, 44.0, NOW_MS + 3000))
    painted(qtbot, panel)
    assert not ask(qtbot, panel, "fengsui.map.getBounds().contains([44.0, 82.0])")


@pytest.mark.usefixtures("database")
def test_units_out_of_view_are_counted_and_brought_in(qtbot: Any, make_panel: Callable[..., Any]) -> None:
    add_unit("here")
    add_unit("there", lon=-122.42, lat=37.77)
    panel = make_panel()
    panel.presenter.look(lang="en")
    panel.channel.push()
    painted(qtbot, panel)
    assert ask(qtbot, panel, "document.querySelector('.notice').textContent") == "1 unit outside the viewShow all units (Ctrl+Shift+A)"
    ask(qtbot, panel, "document.querySelector('button.show').click()")
    qtbot.waitUntil(lambda: ask(qtbot, panel, "document.querySelectorAll('.notice').length") == 0, timeout=5000)


@pytest.mark.usefixtures("database")
def test_what_cannot_be_shown_is_said_on_the_map(qtbot: Any, make_panel: Callable[[], Any]) -> None:
    add_unit("a", None)
    add_unit("b", None)
    Incident.create(id="i", title="滑坡")
    panel = make_panel()
    panel.presenter.look(lang="en")
    panel.channel.push()
    painted(qtbot, panel)
    assert ask(qtbot, panel, "[...document.querySelectorAll('.notice')].map((e) => e.textContent)") == [
        "2 units have no position",
        "1 incident has no position",
    ]


@pytest.mark.usefixtures("database")
def test_measuring_with_the_mouse_and_ending_with_escape(qtbot: Any, make_panel: Callable[[], Any]) -> None:
    panel = make_panel()
    panel._actions["measure"].trigger()
    painted(qtbot, panel)
    target = panel.web.view.focusProxy()
    for x in (300, 600):
        qtbot.mouseClick(target, Qt.MouseButton.LeftButton, pos=QPoint(x, 400))
    qtbot.waitUntil(lambda: ask(qtbot, panel, "fengsui.measure.points.length") == 2, timeout=5000)
    assert 60_000 < ask(qtbot, panel, "fengsui.measure.legs()[0].lengthM") < 180_000
    target.setFocus()
    qtbot.keyClick(target, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not panel._actions["measure"].isChecked(), timeout=5000)


@pytest.mark.usefixtures("database")
def test_a_dead_renderer_is_said_and_the_map_comes_back_with_everything(qtbot: Any, make_panel: Callable[[], Any]) -> None:
    add_unit()
    panel = make_panel()
    painted(qtbot, panel)
    panel.go_to(82.2, 44.9, 9)
    qtbot.waitUntil(lambda: panel.centre == pytest.approx((82.2, 44.9, 9), abs=0.01), timeout=5000)
    panel.set_theme("day")
    painted(qtbot, panel)  # that it went there is known by now, and not told again
    with qtbot.waitSignal(panel.web.crashed, timeout=10_000):
        os.kill(panel.web.page.renderProcessPid(), signal.SIGKILL)
    assert panel._fault.isVisible()
    with qtbot.waitSignal(panel.ready, timeout=20_000):
        pass
    painted(qtbot, panel)
    assert not panel._fault.isVisible()
    assert ask(qtbot, panel, "[...fengsui.units.slots.keys()]") == ["u"]
    seen = "(({ lng, lat }) => [lng, lat, fengsui.map.getZoom()])(fengsui.map.getCenter())"
    qtbot.waitUntil(lambda: ask(qtbot, panel, seen) == pytest.approx([82.2, 44.9, 9], abs=0.01), timeout=5000)


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("state", ["", "null", "[]", "{", '{"layers": 3, "centre": ["a", 1, 2], "files": [5, {"path": 7}]}'])
def test_a_foreign_saved_state_changes_nothing(qtbot: Any, context: Context, state: str) -> None:
    from console.views.map.panel import MapPanel

    panel = MapPanel(context)
    qtbot.addWidget(panel)
    before = panel.save_state()
    panel.restore_state(state)
    assert panel.save_state() == before


def test_every_action_has_a_name_and_no_two_share_a_shortcut(qtbot: Any, context: Context, database: pw.SqliteDatabase) -> None:
    from console.views.map.panel import MapPanel

    assert database is not None
    panel = MapPanel(context)
    qtbot.addWidget(panel)
    keys = [action.shortcut().toString() for action in panel.actions_for_palette() if not action.shortcut().isEmpty()]
    assert len(keys) == len(set(keys))
    assert all(action.text() for action in panel.actions_for_palette())


@pytest.mark.usefixtures("database")
def test_a_road_cut_and_a_call_for_help_are_painted_and_found_under_a_click(
    qtbot: Any, make_panel: Callable[[], Any], context: Context
) -> None:
    add_unit("calls", lon=82.7, help="medical", help_ms=NOW_MS)
    line = msgspec.msgpack.encode([(82.1, 44.4), (82.3, 44.4)])
    Road.create(id="line", name="S205", reason="snow", line=line, lon=82.1, lat=44.4)
    Road.create(id="point", name="X782", reason="flood", lon=82.3, lat=44.8)
    panel = make_panel()
    panel.set_theme("day")
    painted(qtbot, panel)
    here = ask(qtbot, panel, "fengsui.spot('road', 'point')")
    at = QPoint(round(here["x"]), round(here["y"]))
    qtbot.waitUntil(lambda: has_colour(picture(panel), at, QColor("#b3001b")), timeout=5000)
    middle = ask(qtbot, panel, "fengsui.map.latLngToContainerPoint([44.4, 82.2])")
    stretch = QPoint(round(middle["x"]), round(middle["y"]))
    qtbot.waitUntil(lambda: has_colour(picture(panel), stretch, QColor("#b3001b"), 12), timeout=5000)
    ring = spot(qtbot, panel, "calls") + QPoint(0, -19)
    qtbot.waitUntil(lambda: has_colour(picture(panel), ring, QColor("#c2001f"), 4), timeout=5000)
    qtbot.mouseClick(panel.web.view.focusProxy(), Qt.MouseButton.LeftButton, pos=at)
    qtbot.waitUntil(lambda: context.selection.thing is Thing.ROAD, timeout=5000)
    assert context.selection.id == "point"
    context.news.changed.emit(moved("calls", 82.9, 44.6))
    painted(qtbot, panel)
    moved_ring = spot(qtbot, panel, "calls") + QPoint(0, -19)
    assert moved_ring != ring
    qtbot.waitUntil(lambda: has_colour(picture(panel), moved_ring, QColor("#c2001f"), 4), timeout=5000)
    context.selection.select(Thing.UNIT, "calls")
    qtbot.waitUntil(panel.card.isVisible, timeout=5000)
    assert panel.card.title.text() == "HELP 精河一队: medical"
    panel.layers.show("roads", False)
    painted(qtbot, panel)
    qtbot.waitUntil(lambda: not has_colour(picture(panel), at, QColor("#b3001b")), timeout=5000)


@pytest.mark.usefixtures("database")
def test_a_place_is_picked_by_clicks_until_escape(qtbot: Any, make_panel: Callable[[], Any], context: Context) -> None:
    panel = make_panel()
    asker = object()
    context.picking.begin(asker)
    painted(qtbot, panel)
    assert "Click the place" in ask(qtbot, panel, "document.querySelector('#furniture .notices').textContent")
    page = panel.web.view.focusProxy()
    for count, lon in enumerate((82.4, 82.6), start=1):
        where = ask(qtbot, panel, f"fengsui.map.latLngToContainerPoint([44.6, {lon}])")
        qtbot.mouseClick(page, Qt.MouseButton.LeftButton, pos=QPoint(round(where["x"]), round(where["y"])))
        qtbot.waitUntil(lambda count=count: len(context.picking.points) == count, timeout=5000)
        assert context.picking.points[-1] == pytest.approx((lon, 44.6), abs=0.01)
    assert context.selection.thing is None, "a click is the form's alone meanwhile"
    painted(qtbot, panel)
    qtbot.keyClick(page, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: context.picking.asker is None, timeout=5000)
    painted(qtbot, panel)
    assert ask(qtbot, panel, "document.querySelector('#furniture .notices').textContent") == ""


@pytest.mark.usefixtures("database")
def test_two_thousand_points_are_clustered_hit_and_told_and_one_in_alarm_is_raised(
    qtbot: Any, make_panel: Callable[[], Any], context: Context
) -> None:
    Feed.insert_many(
        [{"id": f"f{n}", "name": f"{n}号监控", "lon": 82.3 + n % 50 / 500, "lat": 44.5 + n // 50 / 500} for n in range(1999)]
    ).execute()
    Sensor.create(id="s", name="博河站", quantity="level", unit="m", value=12.5, guarantee=12.0, lon=82.351, lat=44.541, heard_ms=NOW_MS)
    panel = make_panel()
    panel.presenter.look(lang="en")
    panel.channel.push()
    held = panel.parts[0].held
    qtbot.waitUntil(lambda: held["feed"].version > 0 and held["sensor"].version > 0, timeout=10_000)
    told = "['feed', 'sensor'].map((name) => fengsui.part('Points').sets.get(name)?.count ?? 0)"
    qtbot.waitUntil(lambda: ask(qtbot, panel, told) == [1999, 1], timeout=10_000)
    clusters = "fengsui.part('Points').now"
    qtbot.waitUntil(lambda: ask(qtbot, panel, f"{clusters}.size") > 0, timeout=5000)
    counts = f"[...{clusters}.counts.subarray(0, {clusters}.size)]"
    assert sum(ask(qtbot, panel, counts)) == 2000, "none is left out"
    [alarmed] = ask(qtbot, panel, f"{clusters}.alarmed()")
    assert ask(qtbot, panel, f"{clusters}.counts[{alarmed}]") > 1
    assert ask(qtbot, panel, f"[{clusters}.alarms[{alarmed}], {clusters}.levels[{alarmed}]]") == [1, 2]
    contents = ask(qtbot, panel, f"fengsui.part('Points').contents(fengsui.part('Points').members({alarmed}))")
    assert contents[0] == f"{word('quantity', 'level')} 1 · in alarm 1"
    assert contents[1].startswith("Camera ")
    panel.set_theme("day")
    painted(qtbot, panel)
    spot_of = f"({{ x: {clusters}.xs[{alarmed}] - fengsui.layer.margin, y: {clusters}.ys[{alarmed}] - fengsui.layer.margin }})"
    here = ask(qtbot, panel, spot_of)
    at = QPoint(round(here["x"]), round(here["y"]))
    qtbot.waitUntil(lambda: has_colour(picture(panel), at, QColor("#f0761f"), 24), timeout=5000)
    zoom = ask(qtbot, panel, "fengsui.map.getZoom()")
    qtbot.mouseClick(panel.web.view.focusProxy(), Qt.MouseButton.LeftButton, pos=at)
    qtbot.waitUntil(lambda: ask(qtbot, panel, "fengsui.map.getZoom()") > zoom, timeout=5000)
    assert context.selection.thing is None, "a cluster is no thing: the map comes nearer"
    context.selection.fly_to(Thing.SENSOR, "s")
    ask(qtbot, panel, "fengsui.map.setZoom(17, {animate: false}) && 1")
    painted(qtbot, panel)
    context.selection.select(None)
    sign = spot_of_thing(qtbot, panel, "sensor", "s")
    qtbot.mouseClick(panel.web.view.focusProxy(), Qt.MouseButton.LeftButton, pos=sign)
    qtbot.waitUntil(lambda: (context.selection.thing, context.selection.id) == (Thing.SENSOR, "s"), timeout=5000)
    Sensor.update(value=9.0).execute()
    context.news.changed.emit(Changes(2, {"sensor": {"s"}}, {}))
    state = "fengsui.part('Points').sets.get('sensor')"
    qtbot.waitUntil(lambda: ask(qtbot, panel, f"[{state}.label(0), {state}.state[0] >>> 14 & 7]") == ["博河站 9 m", 0], timeout=5000)


@pytest.mark.usefixtures("database")
def test_what_no_view_can_part_is_listed_and_chosen_by_key(qtbot: Any, make_panel: Callable[[], Any], context: Context) -> None:
    for number in range(3):
        Feed.create(id=f"f{number}", name=f"{number}号监控", lon=82.5, lat=44.6)
    panel = make_panel()
    qtbot.waitUntil(lambda: ask(qtbot, panel, "fengsui.part('Points').now.counts?.[0] ?? 0") == 3, timeout=10_000)
    page = panel.web.view.focusProxy()
    qtbot.mouseClick(page, Qt.MouseButton.LeftButton, pos=spot_of_thing(qtbot, panel, "feed", "f0"))
    rows = "[...document.querySelectorAll('.inside.list button')].map((row) => row.textContent)"
    qtbot.waitUntil(lambda: ask(qtbot, panel, rows) == ["0号监控", "1号监控", "2号监控"], timeout=5000)
    ask(qtbot, panel, "document.querySelectorAll('.inside.list button')[1].focus() ?? 1")
    page.setFocus()
    qtbot.keyClick(page, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: (context.selection.thing, context.selection.id) == (Thing.FEED, "f1"), timeout=5000)
    qtbot.keyClick(page, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: ask(qtbot, panel, "document.querySelector('.inside.list').hidden"), timeout=5000)


@pytest.mark.usefixtures("database")
def test_a_layer_made_faint_is_drawn_so_as_a_whole(qtbot: Any, make_panel: Callable[[], Any]) -> None:
    areas = msgspec.msgpack.encode([WarningArea(polygons=[[(82.3, 44.5), (82.7, 44.5), (82.7, 44.7), (82.3, 44.7)]])])
    Warning.create(id="s,1", identifier="1", event="Rainstorm", colour="red", cap_status="Actual", areas=areas)
    panel = make_panel()
    shown = "((copy, shown) => copy.drawImage(shown, 0, 0) ?? [...copy.getImageData(0, 0, shown.width, shown.height).data])"
    ink = f"{shown}(new OffscreenCanvas(2000, 2000).getContext('2d'), fengsui.layer.canvases[0]).filter((_, at) => at % 4 === 3)"
    total = f"{ink}.reduce((sum, alpha) => sum + alpha, 0)"
    painted(qtbot, panel)
    qtbot.waitUntil(lambda: ask(qtbot, panel, total) > 0, timeout=5000)
    strong = ask(qtbot, panel, total)
    panel.layers.set_opacity("warnings", 0.5)
    painted(qtbot, panel)
    qtbot.waitUntil(lambda: ask(qtbot, panel, total) < 0.6 * strong, timeout=5000)
    assert ask(qtbot, panel, total) > 0.3 * strong


@pytest.mark.usefixtures("database")
def test_points_are_made_faint_but_what_is_in_alarm_and_areas_are_drawn_in_their_order(qtbot: Any, make_panel: Callable[[], Any]) -> None:
    spot = {"quantity": "level", "unit": "m", "guarantee": 12.0, "heard_ms": NOW_MS}
    Sensor.create(id="calm", name="博河站", value=2.0, lon=82.3, lat=44.6, **spot)
    Sensor.create(id="raised", name="精河站", value=12.5, lon=82.8, lat=44.6, **spot)
    panel = make_panel()
    panel.look(lang="en")
    panel.set_theme("day")
    qtbot.waitUntil(lambda: ask(qtbot, panel, "fengsui.part('Points').now.size ?? 0") == 2, timeout=10_000)
    painted(qtbot, panel)
    calm, raised = (spot_of_thing(qtbot, panel, "sensor", item) for item in ("calm", "raised"))
    sign = QColor("#0b7285")
    qtbot.waitUntil(lambda: has_colour(picture(panel), calm, sign) and has_colour(picture(panel), raised, sign), timeout=5000)
    panel.layers.set_opacity("sensors", 0.4)
    painted(qtbot, panel)
    qtbot.waitUntil(lambda: not has_colour(picture(panel), calm, sign), timeout=5000)
    assert has_colour(picture(panel), raised, sign)
    notices = "document.querySelector('#furniture .notices').textContent"
    assert "pale" in ask(qtbot, panel, notices), "what is out of date is pale too"
    panel.layers.set_opacity("sensors", 1)
    qtbot.waitUntil(lambda: "pale" not in ask(qtbot, panel, notices), timeout=5000)
    drawn = """(() => {
        const drawn = [];
        for (const part of fengsui.page.having("under")) part.under = () => drawn.push(part.constructor.layer ?? part.constructor.name);
        fengsui.layer.underStale = true;
        fengsui.page.paint("under", null, fengsui.layer);
        for (const part of fengsui.page.parts) delete part.under;
        return drawn;
    })()"""
    assert ask(qtbot, panel, drawn)[:5] == ["basins", "quakes", "warnings", "Trails", "plots"]
    panel.layers.move("plots", -1)
    panel.layers.move("plots", -1)
    painted(qtbot, panel)
    assert ask(qtbot, panel, drawn)[:5] == ["basins", "plots", "quakes", "Trails", "warnings"]


@pytest.mark.usefixtures("database")
def test_the_trail_of_the_selected_unit_reaches_as_far_back_as_was_chosen(
    qtbot: Any, make_panel: Callable[[], Any], context: Context
) -> None:
    add_unit()
    add_unit("other", lon=82.9)
    for unit, lon in (("u", 82.4), ("other", 82.9)):
        for minutes in (1, 5, 40, 300):
            at_ms = NOW_MS - minutes * 60_000
            Track.create(unit=unit, bucket=at_ms // 10_000, hlc=hlc_from_ms(at_ms), lon=lon - minutes / 200, lat=44.6)
    panel = make_panel()
    trails = "[...fengsui.part('Trails').held].map(([slot, trail]) => [fengsui.units.id[slot], trail.lon.length]).sort()"
    painted(qtbot, panel)
    assert ask(qtbot, panel, trails) == []
    context.selection.select(Thing.UNIT, "u")
    qtbot.waitUntil(lambda: ask(qtbot, panel, trails) == [["u", 3]], timeout=5000)
    panel.set_theme("day")
    painted(qtbot, panel)
    start = ask(qtbot, panel, "fengsui.map.latLngToContainerPoint([44.6, 82.25])")
    at = QPoint(round(start["x"]), round(start["y"]))
    qtbot.waitUntil(lambda: has_colour(picture(panel), at, QColor("#0a58a6"), 4), timeout=5000)
    panel.tools.held["trails_600"].trigger()
    qtbot.waitUntil(lambda: ask(qtbot, panel, trails) == [["u", 2]], timeout=5000)
    panel.tools.held["trails_21600"].trigger()
    panel.layers.show("trails", True)
    qtbot.waitUntil(lambda: ask(qtbot, panel, trails) == [["other", 4], ["u", 4]], timeout=5000)
    assert json.loads(panel.save_state())["trails"] == 21_600
    panel.layers.show("trails", False)
    context.selection.select(None)
    qtbot.waitUntil(lambda: ask(qtbot, panel, trails) == [], timeout=5000)


@pytest.mark.usefixtures("database")
def test_a_part_of_the_page_that_fails_does_not_stop_the_map(
    qtbot: Any, make_panel: Callable[[], Any], context: Context, caplog: Any
) -> None:
    add_unit()
    panel = make_panel()
    painted(qtbot, panel)
    ask(qtbot, panel, "(fengsui.part('Marks').over = () => { throw new Error('planted'); }) && 1")
    context.news.changed.emit(moved("u", 82.8, 44.6))
    painted(qtbot, panel)
    assert ask(qtbot, panel, "fengsui.units.lon[0].toFixed(1)") == "82.8"
    qtbot.waitUntil(lambda: "planted" in ask(qtbot, panel, "document.querySelector('#furniture .notices').textContent"), timeout=5000)
    assert "planted" in caplog.text
