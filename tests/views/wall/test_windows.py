"""More maps and the wall screen: they look where the main map looks, carry its marks, and go with it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import peewee as pw
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from shiboken6 import isValid

from console.models.state.tables import LOG_TABLES, STATE_TABLES, Incident
from console.views.context import Changes, Context, News, Selection, Thing
from console.views.map.panel import MapPanel
from console.views.time.zone import Zone
from console.views.wall.windows import Windows
from console.views.window import theme
from tests.views.map.parts import NOW_MS, Clock, Reader, Silent

pytestmark = [pytest.mark.leaves_processes, pytest.mark.qt_log_ignore("(?i)vulkan|GPU", extend=True)]


@pytest.fixture
def database(tmp_path: Path) -> Iterator[pw.SqliteDatabase]:
    held = pw.SqliteDatabase(str(tmp_path / "state.db"))
    tables = [*STATE_TABLES, *LOG_TABLES]
    with held.bind_ctx(tables):
        held.create_tables(tables)
        Incident.create(id="i", title="Landslide", level=2, lon=82.9, lat=44.6, opened_ms=NOW_MS)
        yield held
    held.close()


@pytest.fixture
def beside(qtbot: Any, database: pw.SqliteDatabase) -> Iterator[tuple[Windows, MapPanel, Context]]:
    context = Context(Reader(database), Silent(), Clock(), Selection(), News(), lambda: "test")
    chart = MapPanel(context)
    chart.resize(900, 600)
    qtbot.addWidget(chart)
    with qtbot.waitSignal(chart.ready, timeout=20_000):
        chart.show()
    chart.go_to(82.5, 44.6, 8)
    qtbot.waitUntil(lambda: chart.centre is not None and chart.centre[2] == 8, timeout=10_000)
    windows = Windows(context, chart, Zone(), lambda: theme.load("night"), lambda: ("", "EXERCISE"))
    yield windows, chart, context
    windows.close()


def at(chart: MapPanel, lon: float, lat: float) -> bool:
    return chart.centre is not None and chart.centre[:2] == pytest.approx((lon, lat), abs=0.02)


def test_the_wall_follows_the_desk_and_ends_with_escape(qtbot: Any, beside: tuple[Windows, MapPanel, Context]) -> None:
    windows, chart, context = beside
    windows.toggle_wall()
    wall = windows.wall
    assert wall is not None
    with qtbot.waitSignal(wall.chart.ready, timeout=20_000):
        pass
    qtbot.waitUntil(lambda: at(wall.chart, 82.5, 44.6), timeout=10_000)
    assert wall.isFullScreen()
    assert wall._exercise.text == "EXERCISE"
    assert wall.board.sections[0].lines[0].text == "Landslide"
    chart.go_to(81.0, 44.0, 9)
    qtbot.waitUntil(lambda: at(wall.chart, 81.0, 44.0), timeout=10_000)
    context.selection.select(Thing.INCIDENT, "i")
    qtbot.waitUntil(lambda: wall.chart.presenter.view["selected"] == {"thing": "incident", "id": "i"})
    wall.activateWindow()
    qtbot.waitUntil(wall.isActiveWindow)
    qtbot.keyClick(wall, Qt.Key.Key_Escape)
    assert windows.wall is None


def test_several_maps_look_where_each_wants(qtbot: Any, beside: tuple[Windows, MapPanel, Context]) -> None:
    windows, chart, _ = beside
    windows.open_map()
    (other,) = windows.maps
    with qtbot.waitSignal(other.chart.ready, timeout=20_000):
        pass
    qtbot.waitUntil(lambda: at(other.chart, 82.5, 44.6), timeout=10_000)
    other.chart.go_to(80.5, 43.9, 10)
    qtbot.waitUntil(lambda: at(other.chart, 80.5, 43.9), timeout=10_000)
    assert at(chart, 82.5, 44.6)
    other.chart.layers.show("roads", False)
    assert chart.layers.is_shown("roads")
    other.close()
    assert windows.maps == []
    assert windows.actions()[0].isEnabled()


def test_a_window_that_was_closed_hears_nothing_more(qtbot: Any, beside: tuple[Windows, MapPanel, Context]) -> None:
    """Every signal of the context, and answers to what was being read for it; an exception in a slot fails the test."""
    windows, chart, context = beside
    windows.open_map()
    windows.toggle_wall()
    (other,), wall = windows.maps, windows.wall
    assert wall is not None
    with qtbot.waitSignals([other.chart.ready, wall.chart.ready], timeout=20_000):
        pass
    context.selection.select(Thing.UNIT, "u")
    context.news.reset.emit()  # read anew, answered after both are gone
    for window in (other, wall):
        window.close()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert not isValid(other)
    assert not isValid(wall)
    news, selection, sketch = context.news, context.selection, context.sketch
    news.changed.emit(Changes(ids={name: {"u"} for name in ("unit", "sensor", "feed", "plot", "road", "risk", "incident")}))
    news.reset.emit()
    news.links.emit(None, [])
    news.second.emit()
    for thing in Thing:
        selection.select(thing, "u")
        for asked in (selection.fly_requested, selection.cameras_requested, selection.teams_requested, selection.within_requested):
            asked.emit(thing, "u")
    context.picking.begin(chart)
    context.picking.click(82.0, 44.0)
    context.picking.end()
    context.plotting.changed.emit()
    sketch.changed.emit()
    sketch.look_requested.emit(82.0, 44.0, 9.0)
    sketch.fit_requested.emit(81.0, 43.0, 82.0, 44.0)
    chart.looked.emit(82.0, 44.0, 9.0)
    chart.layers.show("roads", False)
    read: list[int] = []
    context.reading.run("last", lambda _database: 1, read.append)
    qtbot.waitUntil(lambda: read == [1])
