"""The list of maps and sources in a real window, by keys, over real files and a real server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import peewee as pw
import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialogButtonBox

from console.models.maps.tilestore import read_store
from console.models.paths import resources_dir
from console.models.state.tables import LOG_TABLES, STATE_TABLES
from console.views.sources.forms import AreaForm, OnlineForm, SaysForm
from tests.comms.tiles.server import MapServer, plain
from tests.comms.tiles.test_capabilities import WEB, document, layer
from tests.models.maps.material import PNG, SQUARE, feature, make_mbtiles, save

pytestmark = [
    pytest.mark.skipif(not (resources_dir() / "map/bundle/page.html").is_file(), reason="the map bundle has not been built"),
    pytest.mark.leaves_processes,
    pytest.mark.qt_log_ignore("(?i)vulkan|GPU"),
]
JINGHE = (82.0, 44.0, 83.0, 45.0)


@pytest.fixture
def make_chart(qtbot: Any, tmp_path: Path) -> Iterator[Callable[[], Any]]:
    from console.views.context import Context, News, Selection
    from console.views.map.panel import MapPanel
    from tests.views.map.parts import Clock, Reader, Silent

    database = pw.SqliteDatabase(str(tmp_path / "state.db"))
    tables = [*STATE_TABLES, *LOG_TABLES]

    def make() -> Any:
        context = Context(Reader(database), Silent(), Clock(), Selection(), News(), lambda: "test", data=tmp_path / "data")  # type: ignore[arg-type]
        panel = MapPanel(context)
        panel.resize(1000, 700)
        with qtbot.waitSignal(panel.ready, timeout=20_000):
            panel.show()
        return panel

    with database.bind_ctx(tables):
        database.create_tables(tables)
        yield make
    database.close()


@pytest.fixture
def chart(qtbot: Any, make_chart: Callable[[], Any]) -> Any:
    panel = make_chart()
    qtbot.addWidget(panel)
    return panel


def opened(chart: Any) -> Any:
    from console.views.sources.on_map import SourcesOnMap

    chart.tools.held["sources"].trigger()
    return next(part for part in chart.parts if isinstance(part, SourcesOnMap)).dialog


@pytest.fixture
def dialog(chart: Any) -> Any:
    return opened(chart)


def column(table: Any, at: int) -> list[str]:
    return [table.topLevelItem(row).text(at) for row in range(table.topLevelItemCount())]


def form_of(qtbot: Any, dialog: Any, kind: type, press: str) -> Any:
    qtbot.mouseClick(dialog.buttons[press], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: any(form.isVisible() for form in dialog.findChildren(kind)), timeout=3000)
    return next(form for form in dialog.findChildren(kind) if form.isVisible())


def press_ok(qtbot: Any, form: Any) -> None:
    button = form.buttons.button(QDialogButtonBox.StandardButton.Ok)
    qtbot.waitUntil(button.isEnabled, timeout=5000)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_maps_are_ordered_faded_hidden_and_taken_off_by_keys(qtbot: Any, chart: Any, dialog: Any, tmp_path: Path) -> None:
    for name in ("red", "blue"):
        chart.load_file(make_mbtiles(tmp_path / f"{name}.mbtiles", [(0, 0, 0, PNG)], {"name": name}))
    chart.load_file(save(tmp_path / "county.geojson", [feature(SQUARE, name="精河县")]))
    qtbot.waitUntil(lambda: len(chart.loaded.tiles) == 2 and len(chart.loaded.overlays) == 1, timeout=20_000)
    assert column(dialog.maps, 0) == ["county", "blue", "red"]
    dialog.maps.setCurrentItem(dialog.maps.topLevelItem(2))
    qtbot.keyClick(dialog.maps, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert column(dialog.maps, 0) == ["county", "red", "blue"]
    assert dialog.maps.currentItem().text(0) == "red", "the chosen one is followed"
    qtbot.keyClick(dialog.maps, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert column(dialog.maps, 0) == ["county", "red", "blue"], "pictures stay under lines"
    for _ in range(3):
        qtbot.keyClick(dialog.maps, Qt.Key.Key_Left)
    assert (column(dialog.maps, 6)[1], chart.loaded.tiles[1].opacity) == ("70%", 0.7)
    qtbot.keyClick(dialog.maps, Qt.Key.Key_Space)
    assert [one.shown for one in chart.loaded.tiles] == [True, False]
    assert [told["name"] for told in chart.loaded.tiles_view()] == ["blue"]
    qtbot.keyClick(dialog.maps, Qt.Key.Key_Delete)
    assert column(dialog.maps, 0) == ["county", "blue"]
    assert "▲ no map approval number" in column(dialog.maps, 7)[1]


def test_datum_and_approval_are_said_and_reach_the_map(qtbot: Any, chart: Any, dialog: Any, tmp_path: Path) -> None:
    chart.load_file(make_mbtiles(tmp_path / "a.mbtiles", [(0, 0, 0, PNG)], {"name": "审定地图"}))
    qtbot.waitUntil(lambda: len(chart.loaded.tiles) == 1, timeout=5000)
    form = form_of(qtbot, dialog, SaysForm, "says")
    form.datum.setCurrentIndex(form.datum.findData("GCJ-02"))
    form.approval.setText("新S(2026)001号")
    press_ok(qtbot, form)
    qtbot.waitUntil(lambda: column(dialog.maps, 3) == ["新S(2026)001号"], timeout=5000)
    assert column(dialog.maps, 2) == ["GCJ-02"]
    qtbot.waitUntil(lambda: [told["approval"] for told in chart.presenter.view["tiles"]] == ["新S(2026)001号"], timeout=5000)


@pytest.fixture
def server() -> Iterator[MapServer]:
    held = MapServer()
    yield held
    held.stop()


def add_online(qtbot: Any, dialog: Any, address: str, name: str = "影像") -> None:
    form = form_of(qtbot, dialog, OnlineForm, "online")
    form.address.setText(address)
    form.name.setText(name)
    form.pace.setValue(40.0)
    press_ok(qtbot, form)
    qtbot.waitUntil(lambda: not shiboken6.isValid(form) or not form.isVisible(), timeout=5000)


def test_an_area_is_kept_from_a_server_with_its_size_said_before(
    qtbot: Any, chart: Any, dialog: Any, server: MapServer, tmp_path: Path
) -> None:
    add_online(qtbot, dialog, f"{server.address}/{{z}}/{{x}}/{{y}}")
    qtbot.waitUntil(lambda: len(dialog._sources) == 1 and bool(chart.loaded.layers), timeout=5000)
    form = form_of(qtbot, dialog, AreaForm, "keep")
    form.name.setText("精河")
    for edge, value in zip(form.edges, JINGHE, strict=True):
        edge.setValue(value)
    form.high.setValue(8)
    qtbot.waitUntil(lambda: "12 tiles, 12 to fetch: about 240 KB" in form.estimate.text(), timeout=5000)
    assert server.asked == [], "nothing is fetched before"
    press_ok(qtbot, form)
    qtbot.waitUntil(lambda: column(dialog.areas, 4) == ["Complete"], timeout=30_000)
    assert column(dialog.areas, 3) == ["12 / 12"]
    assert len(server.asked) == 12
    qtbot.waitUntil(lambda: column(dialog.maps, 4) == ["0–8"], timeout=5000)
    assert column(dialog.maps, 1) == ["online, kept here"]
    qtbot.keyClick(dialog.maps, Qt.Key.Key_Delete)
    assert column(dialog.maps, 0) == []
    qtbot.mouseClick(dialog.buttons["lay"], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(chart.loaded.tiles) == 1, timeout=5000)
    assert column(dialog.areas, 3) == ["12 / 12"], "what was fetched stayed with its area"
    key = chart.loaded.tiles[0].key
    assert chart.web.scheme.sources.read(f"/tiles/{key}/0/0/0").mime == "image/png"
    dialog.areas.setFocus()
    qtbot.keyClick(dialog.areas, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: column(dialog.areas, 0) == [], timeout=5000)
    assert read_store(tmp_path / "data" / "maps" / "online.tiles")[1] == []
    qtbot.keyClick(dialog.maps, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: dialog._sources == [], timeout=5000)


def test_a_stalled_server_is_said_and_a_filling_is_stopped_and_resumed(qtbot: Any, chart: Any, dialog: Any, server: MapServer) -> None:
    server.answer = lambda path: (503, {}, b"") if len(server.asked) > 5 else plain(path)
    add_online(qtbot, dialog, f"{server.address}/{{z}}/{{x}}/{{y}}")
    qtbot.waitUntil(lambda: len(dialog._sources) == 1, timeout=5000)
    form = form_of(qtbot, dialog, AreaForm, "keep")
    for edge, value in zip(form.edges, JINGHE, strict=True):
        edge.setValue(value)
    form.high.setValue(8)
    press_ok(qtbot, form)
    qtbot.waitUntil(lambda: any("Waiting" in text and "answers 503" in text for text in column(dialog.areas, 4)), timeout=20_000)
    assert dialog.buttons["fill"].text() == "Stop"
    qtbot.mouseClick(dialog.buttons["fill"], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: column(dialog.areas, 4) == ["42% here; not being fetched"], timeout=20_000)
    server.answer = plain
    qtbot.mouseClick(dialog.buttons["fill"], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: column(dialog.areas, 4) == ["Complete"], timeout=30_000)


def test_the_layers_of_a_wmts_service_are_asked_for_and_taken(qtbot: Any, dialog: Any, server: MapServer) -> None:
    server.answer = lambda _: (200, {"Content-Type": "text/xml"}, document(layer("img", ["w"]), WEB))
    form = form_of(qtbot, dialog, OnlineForm, "online")
    form.address.setText(f"{server.address}/wmts?tk=KEY")
    qtbot.mouseClick(form.ask, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(form.layers.isEnabled, timeout=20_000)
    assert form.name.text() == "影像 img"
    assert "tk=KEY" in form.address.text()
    assert "TILEMATRIX={z}" in form.address.text()
    press_ok(qtbot, form)
    qtbot.waitUntil(lambda: [source.name for source in dialog._sources] == ["影像 img"], timeout=5000)


def test_what_is_no_service_and_no_address_is_said_in_the_form(qtbot: Any, dialog: Any, server: MapServer) -> None:
    server.answer = lambda _: (200, {}, b"<html>sign in</html>")
    form = form_of(qtbot, dialog, OnlineForm, "online")
    form.address.setText(server.address)
    qtbot.mouseClick(form.ask, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "no WMTS service" in form.fault.text().lower() or "This is no" in form.fault.text(), timeout=20_000)
    form.name.setText("a")
    press_ok(qtbot, form)
    qtbot.waitUntil(lambda: "in braces" in form.fault.text(), timeout=5000)
    assert form.isVisible()
    form.reject()


def test_a_window_that_closes_ends_its_filling(qtbot: Any, make_chart: Callable[[], Any], server: MapServer, tmp_path: Path) -> None:
    """No process is left (the suite looks), and what came is kept."""
    server.answer = lambda path: plain(path) if len(server.asked) < 5 else None
    chart = make_chart()
    dialog = opened(chart)
    add_online(qtbot, dialog, f"{server.address}/{{z}}/{{x}}/{{y}}")
    qtbot.waitUntil(lambda: bool(dialog._sources), timeout=5000)
    press_ok(qtbot, form_of(qtbot, dialog, AreaForm, "keep"))
    qtbot.waitUntil(lambda: len(server.asked) >= 5, timeout=20_000)
    chart.close()
    shiboken6.delete(chart)
    held = read_store(tmp_path / "data" / "maps" / "online.tiles")[1]
    assert [fill.held for _, fill in held] == [4]


@pytest.fixture(autouse=True)
def _nothing_left(qtbot: Any) -> Iterator[None]:
    yield
    from PySide6.QtCore import QCoreApplication, QEvent

    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert qtbot is not None
