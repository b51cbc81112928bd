"""The chart: plots under each other on one time axis. Everything that moves the time asks the panel, which moves them all. GUI thread only."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFont, QFontMetricsF, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QWidget

from console.views.i18n import tr
from console.views.monitoring.axes import TimeAxis, ValueAxis
from console.views.monitoring.canvas import HANGING_SHARE, Canvas
from console.views.monitoring.envelope import View
from console.views.monitoring.legend import Legend, entries
from console.views.monitoring.look import Look
from console.views.monitoring.plan import Pane
from console.views.monitoring.ranges import rain_range, value_range
from console.views.monitoring.scope import Span
from console.views.monitoring.turns import Turns

LEAST_PANE_PX = 96
AXIS_CHARS, RAIN_AXIS_CHARS = 7, 5
SPREAD = 0.06
KEEP_SHARE = 0.5
"""A range of values stays while what is in view fills so much of it, so that the axis does not twitch with every reading."""
WHEEL_STEP = 1.25
PAN_SHARE = 0.2


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
    """One plot with its legend. Attributes: `pane`, `canvas`, `legend`."""

    def __init__(self, chart: Chart, look: Look) -> None:
        self.pane = Pane("", "", "")
        self.legend = Legend(look)
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


class Chart(pg.GraphicsLayoutWidget):  # type: ignore[misc]
    """Signals: `zoomed(factor, share)`, `panned(share)`, `followed()`, `pointed(seconds or None)`. Attributes: `plots`; `condition_of`, of a gauge;
    `turns`, what is still to be drawn.

    Keys: Left and Right move the time, plus and minus zoom, End follows now, Ctrl+Left and Ctrl+Right move the cross-hair, Escape takes it
    away.
    """

    zoomed = Signal(float, float)
    panned = Signal(float)
    followed = Signal()
    pointed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        self.plots: list[Plot] = []
        super().__init__(parent)
        self.turns = Turns(self)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(tr("Chart of the chosen gauges"))
        self.ci.layout.setContentsMargins(4, 2, 6, 2)
        self.ci.layout.setSpacing(0)
        self.setMouseTracking(True)
        self._span = Span(0, 1)
        self._now_ms = 0
        self._cross_s: float | None = None
        self.condition_of: Callable[[str], str] = lambda _sensor: ""
        self.look = Look.of(self.palette())
        self.setBackground(self.look.base)
        self.scene().sigMouseMoved.connect(self._on_mouse)

    # -- showing ---------------------------------------------------------------------------------------------------

    def show_panes(self, panes: list[Pane], span: Span, now_ms: int, chosen: str = "") -> None:
        """The plots anew; those that stay the same keep their ranges of values."""
        self._span, self._now_ms = span, now_ms
        if [pane.key for pane in panes] != [plot.pane.key for plot in self.plots]:
            self._arrange(panes)
        for plot, pane in zip(self.plots, panes, strict=True):
            dressed = plot.pane.hanging == pane.hanging
            plot.canvas.chosen = chosen
            plot.show_pane(pane, span)
            if not dressed:
                self._dress()
        self._tell()

    def tick(self, now_ms: int) -> None:
        """A second has passed: ages are worded anew."""
        self._now_ms = now_ms
        self._tell()

    def point(self, seconds: float | None) -> None:
        """The cross-hair at a time, on every plot."""
        self._cross_s = seconds
        for plot in self.plots:
            plot.canvas.cross_s = seconds
            plot.canvas.update()
        self._tell()
        self.pointed.emit(seconds)

    @property
    def width_px(self) -> int:
        """Of a plot, about: how many columns a line has."""
        return int(max(50, round(self.plots[0].box.rect().width()) if self.plots else self.width() - 80))

    def _tell(self) -> None:
        for plot in self.plots:
            plot.legend.show_entries(entries(plot.pane, self._now_ms, self._cross_s, self.condition_of))

    def _arrange(self, panes: list[Pane]) -> None:
        self.turns.drop()
        self.ci.clear()
        self.plots = []
        for row, pane in enumerate(panes):
            plot = Plot(self, self.look)
            plot.pane = pane
            self.ci.addItem(plot.legend, 2 * row, 0)
            self.ci.addItem(plot.item, 2 * row + 1, 0)
            self.ci.layout.setRowStretchFactor(2 * row + 1, 1)
            self.plots.append(plot)
        self.setMinimumHeight(LEAST_PANE_PX * len(panes))
        self.ci.setGeometry(self.range)  # it shrank to nothing while it was empty
        self._dress()

    def _dress(self) -> None:
        hanging = any(plot.pane.hanging for plot in self.plots)
        for plot in self.plots:
            plot.dress(self.look, self.font(), last=plot is self.plots[-1])
            if hanging and not plot.pane.hanging:  # the plots are equally wide, so that one moment is one line
                plot.item.showAxis("right")
                plot.right.setStyle(showValues=False)
            else:
                plot.right.setStyle(showValues=True)

    # -- pictures --------------------------------------------------------------------------------------------------

    def render_on(self, painter: QPainter, box: QRectF, look: Look) -> None:
        """The chart into `box` of another device, in the colours of `look`."""
        before, self.look = self.look, look
        chosen = [plot.canvas.chosen for plot in self.plots]
        try:
            self._dress_for(look)
            self.scene().render(painter, box, QRectF(self.viewport().rect()), Qt.AspectRatioMode.IgnoreAspectRatio)
        finally:
            self.look = before
            self._dress_for(before)
            for plot, held in zip(self.plots, chosen, strict=True):
                plot.canvas.chosen = held

    def _dress_for(self, look: Look) -> None:
        self.setBackground(look.base)
        self._dress()

    # -- Qt --------------------------------------------------------------------------------------------------------

    def changeEvent(self, event: QEvent) -> None:
        """Day and night, larger text."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange) and hasattr(self, "look"):
            self.look = Look.of(self.palette())
            self._dress_for(self.look)
            self._tell()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, ctrl = event.key(), bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(key), 0)
        if step and ctrl:
            self._move_cross(step)
        elif step:
            self.panned.emit(step * PAN_SHARE)
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoomed.emit(1 / WHEEL_STEP**2, 0.5)
        elif key in (Qt.Key.Key_Minus, Qt.Key.Key_Underscore):
            self.zoomed.emit(WHEEL_STEP**2, 0.5)
        elif key == Qt.Key.Key_End:
            self.followed.emit()
        elif key == Qt.Key.Key_Escape and self._cross_s is not None:
            self.point(None)
        else:
            super().keyPressEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.point(None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        for plot in self.plots:
            plot.canvas.set_box(plot.box.rect())

    def _on_mouse(self, at: QPointF) -> None:
        for plot in self.plots:
            box = plot.box.sceneBoundingRect()
            if box.left() <= at.x() <= box.right():
                share = (at.x() - box.left()) / max(box.width(), 1.0)
                self.point((self._span.start_ms + share * self._span.width_ms) / 1000)
                return
        self.point(None)

    def _move_cross(self, step: int) -> None:
        """To the next or previous reading of the first line."""
        line = next((line for plot in self.plots for line in plot.pane.lines), None)
        if line is None or not len(line.x):
            return
        at_s = self._cross_s if self._cross_s is not None else self._span.end_ms / 1000
        place = int(line.x.searchsorted(at_s, "right" if step > 0 else "left")) + (0 if step > 0 else -1)
        self.point(float(line.x[min(max(place, 0), len(line.x) - 1)]))


def _fits(held: tuple[float, float] | None, found: tuple[float, float]) -> bool:
    """Whether a range still serves: nothing is outside, and what is inside fills enough of it."""
    if held is None or found[0] < held[0] or found[1] > held[1]:
        return False
    return found[1] - found[0] >= KEEP_SHARE * (held[1] - held[0]) * 0.9 or found[0] == found[1]


def _round_up(value: float) -> float:
    """The next of 1, 2, 5 times a power of ten, or a half step between: a full scale that reads well."""
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in (1, 1.5, 2, 3, 4, 5, 6, 8, 10, 12) if step * power >= value * (1 - 1e-9))
