"""What the map shows while its next picture is being painted, in a real window; and when that cannot be painted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from console.models.paths import resources_dir
from console.views.context import Context
from tests.views.map.test_map_window import AVAILABLE_DAY, add_unit, ask, has_colour, moved, painted, picture, spot

pytestmark = [
    pytest.mark.skipif(not (resources_dir() / "map/bundle/page.html").is_file(), reason="the map bundle has not been built"),
    pytest.mark.leaves_processes,
    pytest.mark.qt_log_ignore("(?i)vulkan|GPU"),
]


@pytest.mark.usefixtures("database")
def test_while_the_map_is_moved_symbols_stay_on_their_ground(qtbot: Any, make_panel: Callable[[], Any]) -> None:
    """In the same turn of the page's loop, before anything can have been painted anew: the picture is moved, and stretched after a zoom."""
    add_unit()
    panel = make_panel()
    painted(qtbot, panel)
    seen = """(() => {
        const { layer, map, units } = fengsui, apart = [];
        const place = { ...layer.places[1] }, stretch = () => 256 * 2 ** map.getZoom() / place.scale;
        const look = () => {
            const box = layer.canvases[1].getBoundingClientRect(), frame = map.getContainer().getBoundingClientRect();
            const at = fengsui.spot("unit", "u");
            const x = box.left - frame.left + (units.x[0] * place.scale - place.originX) * stretch();
            const y = box.top - frame.top + (units.y[0] * place.scale - place.originY) * stretch();
            apart.push([Math.hypot(x - at.x, y - at.y), box.width / layer.width, layer.hit(at)?.id]);
        };
        map.panBy([150, -40], { animate: false });
        look();
        map.setView([44.7, 82.6], 9, { animate: false });
        look();
        map.setZoom(7, { animate: false });
        look();
        return apart;
    })()"""
    moves = ask(qtbot, panel, seen)
    assert [round(width, 2) for _, width, _ in moves] == [1, 2, 0.5]
    assert all(off < 2 for off, *_ in moves)
    assert [unit for *_, unit in moves] == ["u", "u", "u"]
    qtbot.waitUntil(lambda: ask(qtbot, panel, "fengsui.layer.places[1].scale === 256 * 2 ** 7"), timeout=5000)
    panel.set_theme("day")
    painted(qtbot, panel)
    qtbot.waitUntil(lambda: has_colour(picture(panel), spot(qtbot, panel, "u"), AVAILABLE_DAY), timeout=5000)


@pytest.mark.usefixtures("database")
def test_a_painter_that_answers_no_more_is_said_and_the_map_begins_anew(
    qtbot: Any, make_panel: Callable[[], Any], context: Context
) -> None:
    add_unit()
    panel = make_panel()
    panel.set_theme("day")
    painted(qtbot, panel)
    with qtbot.waitSignal(panel.web.crashed, timeout=15_000):
        assert ask(qtbot, panel, "fengsui.layer.picture.painter.terminate() ?? 1") == 1
        context.news.changed.emit(moved("u", 82.8, 44.6))
    assert panel._fault.isVisible()
    with qtbot.waitSignal(panel.ready, timeout=20_000):
        pass
    painted(qtbot, panel)
    assert not panel._fault.isVisible()
    qtbot.waitUntil(lambda: has_colour(picture(panel), spot(qtbot, panel, "u"), AVAILABLE_DAY), timeout=5000)


@pytest.mark.usefixtures("database")
def test_a_picture_that_cannot_be_painted_is_said_and_the_next_one_is(qtbot: Any, make_panel: Callable[[], Any], context: Context) -> None:
    add_unit()
    panel = make_panel()
    panel.set_theme("day")
    painted(qtbot, panel)
    shown = ask(qtbot, panel, "fengsui.layer.picture.painter.postMessage({ width: 10, height: 10, made: null }) ?? 1")
    assert shown == 1
    qtbot.waitUntil(lambda: "painter" in ask(qtbot, panel, "document.querySelector('#furniture .notices').textContent"), timeout=5000)
    context.news.changed.emit(moved("u", 82.8, 44.6))
    painted(qtbot, panel)
    qtbot.waitUntil(lambda: has_colour(picture(panel), spot(qtbot, panel, "u"), AVAILABLE_DAY), timeout=5000)
