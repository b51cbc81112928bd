"""One plot of the chart: its axes, its range of values, and what is drawn in it. GUI thread only."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pyqtgraph as pg
from PySide6.QtGui import QFont, QFontMetricsF

from console.views.monitoring.axes import TimeAxis, ValueAxis
from console.views.monitoring.canvas import HANGING_SHARE, Canvas
from console.views.monitoring.envelope import View
from console.views.monitoring.legend import Legend
from console.views.monitoring.look import Look
from console.views.monitoring.plan import Pane
from console.views.monitoring.ranges import rain_range, value_range
from console.views.monitoring.scope import Span

if TYPE_CHECKING:
    from console.views.monitoring.chart import Chart

AXIS_CHARS, RAIN_AXIS_CHARS = 7, 5
SPREAD = 0.06
KEEP_SHARE = 0.5
"""A range of values stays while what is in view fills so much of it, so that the axis does not twitch with every reading."""
WHEEL_STEP = 1.25


class TimeBox(pg.ViewBox):  # type: ignore[misc]
    """A plot's box: the wheel zooms the time about the pointer, dragging moves it."""

    def __init__(self, chart: Chart) -> None:
        super().__init__(enableMenu=False)
        self._chart = chart
        self.setMouseEnabled(False, False)
        self.disableAutoRange()
        self.setDefaultPadding(0.0)

    def wheelEvent(self, event: Any, _axis: int | None = None) -> None:
        share = (event.pos().x() - self.rect().left()) / max(self.rect().width(), 1.0)
        self._chart.zoomed.emit(WHEEL_STEP ** (-event.delta() / 120), share)
        event.accept()

    def mouseDragEvent(self, event: Any, _axis: int | None = None) -> None:
        event.accept()
        self._chart.panned.emit((event.lastPos().x() - event.pos().x()) / max(self.rect().width(), 1.0))

    def mouseClickEvent(self, event: Any) -> None:
        if event.double():
            self._chart.followed.emit()
            event.accept()


class Plot:
    """One plot with its legend. Attributes: `row`, from the top; `pane`, `canvas`, `legend`."""

    def __init__(self, chart: Chart, look: Look, row: int, pane: Pane, legend: Legend) -> None:
        self.row, self.pane, self.legend = row, pane, legend
        self.box = TimeBox(chart)
        self.time, self.left, self.right = TimeAxis(), ValueAxis("left"), ValueAxis("right")
        self.item = pg.PlotItem(viewBox=self.box, axisItems={"bottom": self.time, "left": self.left, "right": self.right}, enableMenu=False)
        self.item.hideButtons()
        self.right.unlinkFromView()
        self.canvas = Canvas(self.box, look, chart.turns)
        self.box.sigResized.connect(lambda _box: self.canvas.set_box(self.box.rect()))
        self._range: tuple[float, float] | None = None
        self._rain_top = 0.0

    def dress(self, look: Look, font: QFont, *, last: bool) -> None:
        self.legend.look = self.canvas.look = look
        self.legend.setFont(font)
        digit = QFontMetricsF(font).horizontalAdvance("0")
        self.item.showAxis("right", self.pane.hanging)
        for axis in (self.time, self.left, self.right):
            axis.setPen(look.border)
            axis.setTextPen(look.text)
            axis.setTickFont(font)
        self.left.setWidth(AXIS_CHARS * digit)
        self.right.setWidth(RAIN_AXIS_CHARS * digit)
        self.time.setStyle(showValues=last)
        self.time.setHeight(None if last else 5)

    def show_pane(self, pane: Pane, span: Span) -> None:
        if pane.key != self.pane.key:
            self._range, self._rain_top = None, 0.0
        self.pane = pane
        left_s, right_s = span.start_ms / 1000, span.end_ms / 1000
        self._fit_values(pane, left_s, right_s)
        low, high = self._range or (0.0, 1.0)
        if not pane.lines and pane.bars:
            low, high = 0.0, self._rain_top
        self.box.setRange(xRange=(left_s, right_s), yRange=(low, high), padding=0.0, disableAutoRange=True)
        if pane.hanging:
            self.right.setRange(self._rain_top / HANGING_SHARE, 0.0)
        self.canvas.set_box(self.box.rect())
        self.canvas.show_pane(pane, View(left_s, right_s, low, high), self._rain_top, self._grid(left_s, right_s, low, high))

    def _grid(self, left_s: float, right_s: float, low: float, high: float) -> tuple[list[float], list[float]]:
        """Where the axes have their marks: (seconds, values)."""
        box = self.box.rect()
        times = [at for _, marks in self.time.tickValues(left_s, right_s, box.width()) for at in marks]
        values = [at for _, marks in self.left.tickValues(low, high, box.height())[:1] for at in marks]
        return times, values

    def _fit_values(self, pane: Pane, left_s: float, right_s: float) -> None:
        found = value_range(pane, left_s, right_s)
        if found is not None and not _fits(self._range, found):
            low, high = found
            spread = (high - low or abs(high) * 0.1 or 1.0) * SPREAD
            # Rain hanging from the top takes its room from the line, so that it hides no peak.
            top = high + spread + ((high - low + 2 * spread) * 0.45 if pane.hanging else 0.0)
            self._range = (low - spread, top)
        highest = rain_range(pane, left_s, right_s)
        if highest > self._rain_top or highest < KEEP_SHARE * self._rain_top:
            self._rain_top = _round_up(highest) if highest > 0 else 1.0


def _fits(held: tuple[float, float] | None, found: tuple[float, float]) -> bool:
    """Whether a range still serves: nothing is outside, and what is inside fills enough of it."""
    if held is None or found[0] < held[0] or found[1] > held[1]:
        return False
    return found[1] - found[0] >= KEEP_SHARE * (held[1] - held[0]) * 0.9 or found[0] == found[1]


def _round_up(value: float) -> float:
    """The next of 1, 2, 5 times a power of ten, or a half step between: a full scale that reads well."""
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in (1, 1.5, 2, 3, 4, 5, 6, 8, 10, 12) if step * power >= value * (1 - 1e-9))
