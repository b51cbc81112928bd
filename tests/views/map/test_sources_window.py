"""An office's own maps in the real page: several at once in their order, raster and vector, in their datums; its lines under the mouse."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pmtiles.tile import TileType
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QColor, QDropEvent

from console.models.paths import resources_dir
from tests.models.maps.material import SQUARE, feature, make_mbtiles, make_pmtiles, packed, save, vector_tile
from tests.views.map.test_map_window import ask, has_colour, painted, picture

pytestmark = [
    pytest.mark.skipif(not (resources_dir() / "map/bundle/page.html").is_file(), reason="the map bundle has not been built"),
    pytest.mark.leaves_processes,
    pytest.mark.qt_log_ignore("(?i)vulkan|GPU"),
    pytest.mark.usefixtures("database"),
]
RED, BLUE = QColor("#ff0000"), QColor("#0000ff")
MIDDLE = QPoint(500, 300)


def square(colour: QColor) -> bytes:
    from PySide6.QtCore import QBuffer, QByteArray, QIODevice
    from PySide6.QtGui import QImage

    image = QImage(256, 256, QImage.Format.Format_RGB32)
    image.fill(colour)
    held = QByteArray()
    buffer = QBuffer(held)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(held.data())


def world(colour: QColor, deepest: int = 3) -> list[tuple[int, int, int, bytes]]:
    data = square(colour)
    return [(zoom, column, row, data) for zoom in range(deepest + 1) for column in range(1 << zoom) for row in range(1 << zoom)]


def shows(qtbot: Any, panel: Any, colour: QColor, at: QPoint = MIDDLE, radius: int = 2) -> None:
    qtbot.waitUntil(lambda: has_colour(picture(panel), at, colour, radius), timeout=10_000)


def test_maps_lie_one_over_the_other_as_the_operator_orders_them(qtbot: Any, make_panel: Callable[[], Any], tmp_path: Path) -> None:
    red = make_mbtiles(tmp_path / "red.mbtiles", world(RED), {"name": "审定地图", "approval": "新S(2026)001号", "datum": "GCJ-02"})
    blue = make_pmtiles(tmp_path / "blue.pmtiles", world(BLUE), {"name": "影像"})
    panel = make_panel()
    panel.load_file(red)
    panel.load_file(blue)
    qtbot.waitUntil(lambda: len(panel.loaded.tiles) == 2, timeout=5000)
    shows(qtbot, panel, BLUE)
    credit = ask(qtbot, panel, "document.querySelector('.credits').textContent")
    assert "新S(2026)001号" in credit
    assert "影像" in credit
    assert ("not given" in credit) or ("未注明" in credit)
    assert ask(qtbot, panel, "fengsui.view.shift !== null"), "the lowest whole map decides the datum"
    top = panel.loaded.tiles[1].key
    assert panel.loaded.move(top, -1)
    shows(qtbot, panel, RED)
    painted(qtbot, panel)
    assert ask(qtbot, panel, "fengsui.view.shift === null")
    panel.loaded.change(panel.loaded.tiles[1].key, opacity=0.5)
    shows(qtbot, panel, QColor("#800080"))
    panel.loaded.change(panel.loaded.tiles[1].key, shown=False)
    shows(qtbot, panel, BLUE)
    state = json.loads(panel.save_state())["files"]
    assert [(one["path"], one["shown"], one["opacity"]) for one in state] == [(str(blue), True, 1.0), (str(red), False, 0.5)]
    panel.loaded_clear()
    painted(qtbot, panel)
    qtbot.waitUntil(lambda: ask(qtbot, panel, "document.querySelectorAll('.leaflet-tile').length") == 0, timeout=5000)
    assert not has_colour(picture(panel), MIDDLE, BLUE, 1)
    panel.restore_state(json.dumps({"files": state}))
    qtbot.waitUntil(lambda: len(panel.loaded.tiles) == 2, timeout=5000)
    assert [(one.path, one.shown, one.opacity) for one in panel.loaded.layers] == [(blue, True, 1.0), (red, False, 0.5)]


def test_a_source_in_another_datum_is_moved_onto_the_rest(qtbot: Any, make_panel: Callable[[], Any], tmp_path: Path) -> None:
    """The datums of what lies above a whole map: GCJ-02 over WGS 84 and the reverse, at a zoom where it is hundreds of metres."""
    ground = make_mbtiles(tmp_path / "ground.mbtiles", world(RED), {})
    shifted = make_mbtiles(tmp_path / "shifted.mbtiles", world(BLUE), {"datum": "GCJ-02", "type": "overlay"})
    panel = make_panel()
    panel.restore_state('{"centre": [82.5, 44.6, 14]}')
    panel.load_file(ground)
    panel.load_file(shifted)
    qtbot.waitUntil(lambda: len(panel.loaded.tiles) == 2, timeout=5000)
    painted(qtbot, panel)
    offset = "layer.options.offset && Math.hypot(layer.options.offset.x, layer.options.offset.y)"
    where = f"[...fengsui.basemap.tiles.held.values()].map(({{layer}}) => {offset})"
    plain, moved = ask(qtbot, panel, where)
    assert plain is None
    metres_a_pixel = 156543.03 * 0.712 / 2**14
    assert 100 < moved * metres_a_pixel < 900
    assert ask(qtbot, panel, "fengsui.view.shift === null")
    panel.loaded.change(panel.loaded.tiles[0].key, datum="GCJ-02")
    qtbot.waitUntil(lambda: len(panel.loaded.tiles) == 2, timeout=5000)
    painted(qtbot, panel)
    assert ask(qtbot, panel, where) == [None, None]
    assert ask(qtbot, panel, "fengsui.view.shift !== null")


@pytest.mark.parametrize("theme", ["day", "night"])
def test_vector_tiles_are_drawn_in_the_colours_of_the_theme(qtbot: Any, make_panel: Callable[[], Any], tmp_path: Path, theme: str) -> None:
    """Water everywhere, one tile for the world: it is drawn at every zoom from the deepest there is."""
    panel = make_panel()
    panel.set_theme(theme)
    panel.load_file(make_pmtiles(tmp_path / "v.pmtiles", [(0, 0, 0, packed(vector_tile("water")))], {}, TileType.MVT))
    qtbot.waitUntil(lambda: len(panel.loaded.tiles) == 1, timeout=5000)
    qtbot.waitUntil(lambda: ask(qtbot, panel, "fengsui.view.themeName") == theme, timeout=5000)
    lake = QColor(ask(qtbot, panel, "fengsui.view.theme.lake"))
    shows(qtbot, panel, lake)
    panel.set_theme("night" if theme == "day" else "day")
    painted(qtbot, panel)
    qtbot.waitUntil(lambda: ask(qtbot, panel, "fengsui.view.themeName") != theme, timeout=5000)
    other = QColor(ask(qtbot, panel, "fengsui.view.theme.lake"))
    assert other != lake
    shows(qtbot, panel, other)


def test_names_of_a_vector_map_are_written_and_a_broken_tile_ends_nothing(
    qtbot: Any, make_panel: Callable[[], Any], tmp_path: Path
) -> None:
    middle = [9, 2 * 2987, 2 * 1475]  # 82.5 E, 44.6 N in the one tile of the world
    named = vector_tile("place", middle, 1, "精河县城")
    endless = vector_tile("water", [9, 0, 0, 10, 2, 2, 7 + 8 * 500_000_000])
    path = make_mbtiles(tmp_path / "v.mbtiles", [(0, 0, 0, packed(named)), (1, 0, 0, packed(endless)), (1, 0, 1, b"\x1a\xff\xff")], {})
    panel = make_panel()
    panel.load_file(path)
    qtbot.waitUntil(lambda: bool(panel.loaded.tiles) or panel._fault.isVisible(), timeout=5000)
    assert panel._fault.isVisible(), "a sample with a tile that is none is refused"
    path.unlink()
    panel.load_file(make_mbtiles(path, [(0, 0, 0, packed(named))], {}))
    qtbot.waitUntil(lambda: len(panel.loaded.tiles) == 1, timeout=5000)
    qtbot.waitUntil(lambda: ask(qtbot, panel, "fengsui.basemap.shown.some((name) => name.text === '精河县城')"), timeout=10_000)


def test_lines_are_drawn_found_under_a_click_and_told_of(qtbot: Any, make_panel: Callable[[], Any], tmp_path: Path) -> None:
    panel = make_panel()
    panel.set_theme("day")
    point = feature({"type": "Point", "coordinates": [82.5, 44.6]}, name="隐患点 7", level="<b>高</b>")
    panel.load_file(save(tmp_path / "points.geojson", [point]))
    panel.load_file(save(tmp_path / "county.geojson", [feature(SQUARE, name_zh="精河县", code="652722")]))
    qtbot.waitUntil(lambda: len(panel.loaded.overlays) == 2, timeout=20_000)
    painted(qtbot, panel)
    spot = "fengsui.map.latLngToContainerPoint([44.6, 82.5])"
    at = ask(qtbot, panel, spot)
    where = QPoint(round(at["x"]), round(at["y"]))
    shows(qtbot, panel, QColor(ask(qtbot, panel, "fengsui.view.theme.overlays[0]")), where, 3)
    target = panel.web.view.focusProxy()
    qtbot.mouseClick(target, Qt.MouseButton.LeftButton, pos=where)
    about = "document.querySelector('.about:not([hidden])')?.innerText ?? ''"
    qtbot.waitUntil(lambda: "隐患点 7" in ask(qtbot, panel, about), timeout=5000)
    assert "<b>高</b>" in ask(qtbot, panel, about)
    target.setFocus()
    qtbot.keyClick(target, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: ask(qtbot, panel, about) == "", timeout=5000)
    inside = ask(qtbot, panel, "fengsui.map.latLngToContainerPoint([44.4, 82.8])")
    qtbot.mouseClick(target, Qt.MouseButton.LeftButton, pos=QPoint(round(inside["x"]), round(inside["y"])))
    qtbot.waitUntil(lambda: "652722" in ask(qtbot, panel, about), timeout=5000)
    qtbot.waitUntil(lambda: ask(qtbot, panel, "fengsui.basemap.shown.some((name) => name.text === '精河县')"), timeout=5000)


def test_lines_follow_the_datum_of_the_map_under_them(qtbot: Any, make_panel: Callable[[], Any], tmp_path: Path) -> None:
    panel = make_panel()
    panel.load_file(save(tmp_path / "a.geojson", [feature({"type": "Point", "coordinates": [82.5, 44.6]}, name="a")]))
    qtbot.waitUntil(lambda: len(panel.loaded.overlays) == 1, timeout=20_000)
    place = "[...fengsui.basemap.overlays.held.values()][0]?.data?.shapes[0].at[0][0] ?? 0"
    qtbot.waitUntil(lambda: ask(qtbot, panel, place) > 0, timeout=5000)
    before = ask(qtbot, panel, place)
    panel.load_file(make_mbtiles(tmp_path / "g.mbtiles", world(RED), {"datum": "GCJ-02"}))
    qtbot.waitUntil(lambda: ask(qtbot, panel, place) != before, timeout=10_000)
    assert 100 < (ask(qtbot, panel, place) - before) * 40_075_017 * 0.712 < 900


def test_a_bad_map_file_is_refused_and_what_is_shown_stays(qtbot: Any, make_panel: Callable[[], Any], tmp_path: Path) -> None:
    bad, good = tmp_path / "bad.mbtiles", make_mbtiles(tmp_path / "good.mbtiles", world(RED), {})
    bad.write_bytes(b"nothing")
    panel = make_panel()
    panel.load_file(good)
    panel.load_file(bad)
    qtbot.waitUntil(panel._fault.isVisible, timeout=5000)
    assert str(bad) in panel._fault.text()
    assert [one.path for one in panel.loaded.layers] == [good]


def test_a_file_that_is_gone_at_the_next_start_stays_in_the_list(qtbot: Any, make_panel: Callable[[], Any], tmp_path: Path) -> None:
    """Tiles are where they were; what was taken in is shown without the stick that it came from."""
    tiles = make_mbtiles(tmp_path / "a.mbtiles", world(RED), {})
    lines = save(tmp_path / "b.geojson", [feature(SQUARE, name="精河县")])
    first = make_panel()
    first.loaded.keep_in(tmp_path / "kept")
    first.load_file(tiles)
    first.load_file(lines)
    qtbot.waitUntil(lambda: len(first.loaded.overlays) == 1, timeout=20_000)
    state = first.save_state()
    tiles.unlink()
    lines.unlink()
    second = make_panel()
    second.loaded.keep_in(tmp_path / "kept")
    second.restore_state(state)
    qtbot.waitUntil(lambda: len(second.loaded.overlays) == 1 and bool(second.loaded.layers[0].fault), timeout=10_000)
    assert str(tiles) in second.loaded.layers[0].fault
    assert second._fault.isVisible()
    assert len(json.loads(second.save_state())["files"]) == 2


def test_files_are_dropped_on_the_map(qtbot: Any, make_panel: Callable[[], Any], tmp_path: Path) -> None:
    panel = make_panel()
    files = QMimeData()
    files.setUrls(
        [
            QUrl.fromLocalFile(str(make_mbtiles(tmp_path / "a.mbtiles", world(RED), {}))),
            QUrl.fromLocalFile(str(save(tmp_path / "b.geojson", [feature(SQUARE)]))),
        ]
    )
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    panel.dropEvent(QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, files, buttons, keys))
    qtbot.waitUntil(lambda: len(panel.loaded.tiles) == 1 and len(panel.loaded.overlays) == 1, timeout=20_000)
