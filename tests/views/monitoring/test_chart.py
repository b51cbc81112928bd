"""Many plots, made in turns."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QScrollArea
from pytestqt.qtbot import QtBot

from console.views.monitoring.chart import LEAST_PANE_PX, Chart
from console.views.monitoring.picture import png_of
from console.views.monitoring.plan import Pane
from console.views.monitoring.scope import Span

MANY = 12
SPAN = Span(1_790_000_000_000, 1_790_003_600_000)


def panes(count: int, name: str = "gauge") -> list[Pane]:
    return [Pane(f"level/m/{name}{at}", f"{name} {at}", "m") for at in range(count)]


def shown(chart: Chart, some: list[Pane]) -> None:
    chart.show_panes(some, SPAN, SPAN.end_ms)


def keys(chart: Chart) -> list[str]:
    return [plot.pane.key for plot in chart.plots]


@pytest.fixture
def chart(qtbot: QtBot) -> Iterator[Chart]:
    area, made = QScrollArea(), Chart()
    qtbot.addWidget(area)
    area.setWidgetResizable(True)
    area.setWidget(made)
    area.resize(600, 3 * LEAST_PANE_PX)
    with qtbot.waitExposed(area):
        area.show()
    yield made
    made.turns.drop()


def test_others_have_their_turn_while_many_plots_are_made(chart: Chart, qtbot: QtBot) -> None:
    seen: list[int] = []
    beat = QTimer(interval=0)
    beat.timeout.connect(lambda: seen.append(len(chart.plots)))
    shown(chart, panes(MANY))
    assert len(chart.plots) == 1, "the window is not held"
    beat.start()
    qtbot.waitUntil(lambda: chart.turns.idle, timeout=20_000)
    beat.stop()
    assert set(range(1, MANY)) <= set(seen), "no more than one at a time"
    assert keys(chart) == [pane.key for pane in panes(MANY)]
    QApplication.processEvents()
    tops = [plot.box.sceneBoundingRect().top() for plot in chart.plots]
    heights = [plot.box.sceneBoundingRect().height() for plot in chart.plots]
    assert tops == sorted(tops)
    assert min(heights) > LEAST_PANE_PX / 3
    assert [plot.legend.texts()[0] for plot in chart.plots] == [f"gauge {at}, m" for at in range(MANY)]


def test_what_comes_into_view_is_made_next(chart: Chart, qtbot: QtBot) -> None:
    shown(chart, panes(MANY))
    QApplication.sendPostedEvents()
    area = chart.window()
    assert isinstance(area, QScrollArea)
    bar = area.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > LEAST_PANE_PX * 8)
    made = len(chart.plots)
    assert made < MANY - 3
    bar.setValue(bar.maximum())
    qtbot.waitUntil(lambda: len(chart.plots) >= made + 3)
    assert chart.plots[-1].row >= MANY - 3
    qtbot.waitUntil(lambda: chart.turns.idle, timeout=20_000)


def test_a_picture_has_all_of_them_and_another_choice_ends_the_making(chart: Chart, qtbot: QtBot) -> None:
    shown(chart, panes(MANY))
    shown(chart, panes(5, "other"))
    assert png_of(chart, ["heading"]).startswith(b"\x89PNG")
    assert keys(chart) == [pane.key for pane in panes(5, "other")]
    shown(chart, panes(2))
    qtbot.waitUntil(lambda: chart.turns.idle, timeout=20_000)
    assert keys(chart) == [pane.key for pane in panes(2)]
    shown(chart, [])
    assert chart.plots == []
