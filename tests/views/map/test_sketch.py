"""What panels sketch on the map: a way, an area, a place gone to, in the real page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtGui import QColor

from console.views.sketch import MOST_POINTS, Figure, Sketch

pytestmark = [pytest.mark.leaves_processes, pytest.mark.qt_log_ignore("(?i)vulkan|GPU", extend=True)]
VIOLET_LEAST = 40


@pytest.mark.usefixtures("database")
def test_a_way_and_an_area_are_drawn_and_taken_away(qtbot: Any, context: Any, make_panel: Callable[[], Any]) -> None:
    panel, sketch = make_panel(), context.sketch
    assert violet(panel) < VIOLET_LEAST
    sketch.show("route", Figure("route", [[(82.0, 44.6), (82.6, 44.8), (83.0, 44.6)]], "fire 12 min"))
    qtbot.waitUntil(lambda: panel.settled and violet(panel) > VIOLET_LEAST, timeout=10_000)
    along = violet(panel)
    sketch.show("within", Figure("area", [[(82.0, 44.0), (83.0, 44.0), (83.0, 44.4), (82.0, 44.4)]]))
    qtbot.waitUntil(lambda: panel.settled and violet(panel) > along, timeout=10_000)
    sketch.show("within", None)
    sketch.show("route", None)
    qtbot.waitUntil(lambda: panel.settled and violet(panel) < VIOLET_LEAST, timeout=10_000)


@pytest.mark.usefixtures("database")
def test_the_map_goes_where_a_search_asks_and_says_where_it_looks(qtbot: Any, context: Any, make_panel: Callable[[], Any]) -> None:
    panel, sketch = make_panel(), context.sketch
    sketch.look_requested.emit(81.0, 45.0, 0.0)
    qtbot.waitUntil(lambda: sketch.centre == pytest.approx((81.0, 45.0), abs=0.001), timeout=10_000)
    assert panel.centre[2] >= 12
    sketch.fit([(82.0, 44.0), (84.0, 45.0)])
    qtbot.waitUntil(lambda: sketch.centre == pytest.approx((83.0, 44.5), abs=0.05), timeout=10_000)


def violet(panel: Any) -> int:
    """Pixels of the sketch's colour by night."""
    picture = panel.window().screen().grabWindow(panel.web.winId()) if panel.web.isVisible() else panel.grab()
    image = picture.toImage()
    count = 0
    for x in range(0, image.width(), 2):
        for y in range(0, image.height(), 2):
            colour = QColor(image.pixel(x, y))
            count += colour.red() > 180 and colour.blue() > 200 and colour.green() < 170
    return count


def test_a_figure_is_told_once_and_a_long_one_thinned(qtbot: Any) -> None:
    assert qtbot is not None
    sketch, told = Sketch(), []
    sketch.changed.connect(lambda: told.append(dict(sketch.figures)))
    line = [(82 + at / 1e6, 44.0) for at in range(3 * MOST_POINTS)]
    for _ in range(2):
        sketch.show("route", Figure("route", [line]))
    sketch.show("other", None)
    assert len(told) == 1
    kept = sketch.figures["route"].lines[0]
    assert len(kept) <= MOST_POINTS + 1
    assert (kept[0], kept[-1]) == (line[0], line[-1])
