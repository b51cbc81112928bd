"""The chart: plots under each other on one time axis. Everything that moves the time asks the panel, which moves them all. GUI thread only."""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable, Iterator

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QGraphicsWidget, QWidget

from console.views.i18n import tr
from console.views.monitoring.legend import Legend, entries
from console.views.monitoring.look import Look
from console.views.monitoring.plan import Pane
from console.views.monitoring.plot import WHEEL_STEP, Plot
from console.views.monitoring.scope import Span
from console.views.monitoring.turns import Turns

LEAST_PANE_PX = 96
PAN_SHARE = 0.2


class Chart(pg.GraphicsLayoutWidget):  # type: ignore[misc]
    """Signals: `zoomed(factor, share)`, `panned(share)`, `followed()`, `pointed(seconds or None)`. Attributes: `plots`, as far as they are made:
    the first at once, the others in turns, those in view before the rest; `condition_of`, of a gauge; `turns`, what is still to be done.

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
        self._panes: list[Pane] = []
        self._legends: list[Legend] = []
        self._places: dict[int, QGraphicsWidget] = {}
        self._making: Iterator[None] = iter(())
        self._chosen = ""
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
        self._span, self._now_ms, self._chosen = span, now_ms, chosen
        others = [pane.key for pane in panes] != [pane.key for pane in self._panes]
        dressed = [pane.hanging for pane in panes] == [pane.hanging for pane in self._panes]
        self._panes = panes
        if others:
            self._arrange()
        for plot in self.plots:
            self._show(plot)
        if not (others or dressed):
            self._dress()
        self._tell()

    def finish(self) -> None:
        """Make at once what is still to be made."""
        for _ in self._making:
            pass
        self.ci.layout.activate()

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
            self._tell_of(plot)

    def _tell_of(self, plot: Plot) -> None:
        plot.legend.show_entries(entries(plot.pane, self._now_ms, self._cross_s, self.condition_of))

    def _show(self, plot: Plot) -> None:
        plot.canvas.chosen, plot.canvas.cross_s = self._chosen, self._cross_s
        plot.show_pane(self._panes[plot.row], self._span)

    def _arrange(self) -> None:
        """Room for every plot, and the first one in it; making many takes its time."""
        self.turns.drop()
        self.ci.clear()
        for legend in self._legends:
            self._take_out(legend)
        for place in self._places.values():
            self._take_out(place)
        self.plots, self._legends, self._places = [], [], {}
        for row in range(len(self._panes)):
            legend, place = Legend(self.look), QGraphicsWidget()
            legend.setFont(self.font())
            _make_even(place)
            self.ci.layout.addItem(legend, 2 * row, 0)
            self.ci.layout.addItem(place, 2 * row + 1, 0)
            self.ci.layout.setRowStretchFactor(2 * row + 1, 1)
            self._legends.append(legend)
            self._places[row] = place
        self.setMinimumHeight(LEAST_PANE_PX * len(self._panes))
        self.ci.setGeometry(self.range)  # it shrank to nothing while it was empty
        self._making = self._make()
        while self._panes and not self.plots:
            next(self._making)
        if self._places:
            self.turns.begin(self, self._making, lambda: None)

    def _make(self) -> Iterator[None]:
        while self._places:
            row = self._most_wanted()
            plot = Plot(self, self.look, row, self._panes[row], self._legends[row])
            yield
            plot.pane = self._panes[row]
            self._dress_one(plot)
            self._take_out(self._places.pop(row))
            _make_even(plot.item)
            self.ci.addItem(plot.item, 2 * row + 1, 0)
            insort(self.plots, plot, key=lambda plot: plot.row)
            yield
            self._show(plot)
            self._tell_of(plot)

    def _most_wanted(self) -> int:
        """Of the rows without a plot the first in view, or else the nearest to that."""
        seen, each_px = self.viewport().visibleRegion().boundingRect(), max(self.height(), self.minimumHeight()) / len(self._panes)
        first, last = int(seen.top() / each_px), int(seen.bottom() / each_px)
        return min(self._places, key=lambda row: (max(first - row, row - last, 0), row))

    def _take_out(self, place: QGraphicsWidget) -> None:
        self.ci.layout.removeItem(place)
        self.scene().removeItem(place)

    def _dress(self) -> None:
        for legend in self._legends:
            legend.look = self.look
            legend.setFont(self.font())
        for plot in self.plots:
            self._dress_one(plot)

    def _dress_one(self, plot: Plot) -> None:
        plot.dress(self.look, self.font(), last=plot.row == len(self._panes) - 1)
        if any(pane.hanging for pane in self._panes) and not plot.pane.hanging:  # equally wide, so that one moment is one line
            plot.item.showAxis("right")
            plot.right.setStyle(showValues=False)
        else:
            plot.right.setStyle(showValues=True)

    # -- pictures --------------------------------------------------------------------------------------------------

    def render_on(self, painter: QPainter, box: QRectF, look: Look) -> None:
        """The chart into `box` of another device, in the colours of `look`."""
        self.finish()
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


def _make_even(item: QGraphicsWidget) -> None:
    """Every row takes the same share of the height, whatever is in it: a plot that is put in moves no other."""
    item.setMinimumHeight(1.0)
    item.setPreferredHeight(1.0)
