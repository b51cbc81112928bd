"""What is drawn inside one plot: rain, limits, lines, signs, and the cross-hair. In pixels of the plot, so that every sign keeps its size."""

from __future__ import annotations

import time
from collections.abc import Iterable

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPaintEngine, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from console.views.i18n import tr
from console.views.monitoring.envelope import DASHES, Floats, View
from console.views.monitoring.look import Look
from console.views.monitoring.plan import Bars, Line, Pane
from console.views.monitoring.ranges import nearest_before
from console.views.monitoring.raster import Grid, Raster, Stroke
from console.views.monitoring.turns import TURN_S, Turns
from console.views.tables.marks import Mark, Shape, Tone
from console.views.tables.paint import draw_mark

SIGN_PX, SIGN_EVERY_PX = 8.0, 130
SIGNED_LINES = 12
"""With more lines than this in one plot their signs would hide them."""
HANGING_SHARE = 0.42
"""Of the height, that rain hanging from the top takes at most."""
BRUSHES = (Qt.BrushStyle.SolidPattern, Qt.BrushStyle.BDiagPattern, Qt.BrushStyle.Dense5Pattern, Qt.BrushStyle.FDiagPattern)
MOST_MARKS = 300


class Canvas(QGraphicsItem):
    """Attributes: `pane`, `view`, `rain_top` (mm at the full height of the bars), `look`, `cross_s` (where the cross-hair stands, None: nowhere),
    `chosen` (the gauge whose line is drawn thicker)."""

    def __init__(self, parent: QGraphicsItem, look: Look, turns: Turns) -> None:
        super().__init__(parent)
        self.look = look
        self._turns = turns
        self._raster = Raster()
        self._drawn_for: object = None
        self._stroked: tuple[Pane, tuple[Look, str, float], list[Stroke]] | None = None
        self.pane = Pane("", "", "")
        self.view = View(0.0, 1.0, 0.0, 1.0)
        self.rain_top = 1.0
        self.cross_s: float | None = None
        self.chosen = ""
        self._box = QRectF()
        self._grid: tuple[list[float], list[float]] = ([], [])
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)

    def boundingRect(self) -> QRectF:
        return self._box

    def set_box(self, box: QRectF) -> None:
        if box != self._box:
            self.prepareGeometryChange()
            self._box = QRectF(box)

    def show_pane(self, pane: Pane, view: View, rain_top: float, grid: tuple[list[float], list[float]]) -> None:
        """`grid`: seconds and values at which thin lines are drawn."""
        self.pane, self.view, self.rain_top, self._grid = pane, view, rain_top, grid
        self.update()

    # -- painting --------------------------------------------------------------------------------------------------

    def paint(self, painter: QPainter, _option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        if self._box.width() < 2 or self._box.height() < 2:
            return
        painter.save()
        painter.setClipRect(self._box)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        self._paint_grid(painter)
        self._paint_bars(painter)
        self._paint_limits(painter)
        if painter.paintEngine().type() == QPaintEngine.Type.SVG:
            self._paint_lines_as_lines(painter)
        else:
            self._paint_lines(painter, on_screen=widget is not None)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_marks(painter)
        self._paint_cross(painter)
        painter.restore()

    def x_of(self, seconds: float) -> float:
        return self._box.left() + (seconds - self.view.left_s) / (self.view.right_s - self.view.left_s) * self._box.width()

    def y_of(self, value: float) -> float:
        return self._box.top() + (self.view.top - value) / (self.view.top - self.view.bottom) * self._box.height()

    def _paint_grid(self, painter: QPainter) -> None:
        times, values = self._grid
        painter.setPen(QPen(self.look.grid, 1))
        for x in (round(self.x_of(at)) for at in times):
            painter.drawLine(QPointF(x, self._box.top()), QPointF(x, self._box.bottom()))
        for y in (round(self.y_of(at)) for at in values):
            painter.drawLine(QPointF(self._box.left(), y), QPointF(self._box.right(), y))

    def _paint_lines(self, painter: QPainter, *, on_screen: bool) -> None:
        """Through a picture of exactly the device's pixels. Of many lines it is made in turns; until then the last one stands where it belongs."""
        scale = painter.deviceTransform().m11()
        grid = Grid.of(self.view, max(1, round(self._box.width() * scale)), max(1, round(self._box.height() * scale)))
        strokes, raster = self._strokes(scale), self._raster if on_screen else Raster()
        if not raster.follow(strokes, grid):
            self._draw_anew(raster, strokes, grid, on_screen=on_screen)
        held = raster.grid
        if held is not None and {stroke.key for stroke in raster.strokes} == {stroke.key for stroke in strokes}:
            image = QImage(raster.pixels.data, held.columns, held.rows, 4 * held.columns, QImage.Format.Format_ARGB32_Premultiplied)
            painter.drawImage(self._box if held == grid else self._place_of(held.view), image)

    def _draw_anew(self, raster: Raster, strokes: list[Stroke], grid: Grid, *, on_screen: bool) -> None:
        """As far as it goes in one turn. What is under way goes on if it will be of use: it is brought up to date when it is done."""
        wanted = grid.scale, [stroke.pen for stroke in strokes]
        steps, ends_s = raster.anew(strokes, grid), time.perf_counter() + TURN_S
        if on_screen and self._turns.busy(self):
            if wanted == self._drawn_for:
                return
            self._turns.end(self)
        for _ in steps:
            if on_screen and time.perf_counter() > ends_s:
                self._drawn_for = wanted
                self._turns.begin(self, steps, self.update)
                return

    def _strokes(self, scale: float) -> list[Stroke]:
        """The same list as long as nothing is to look different."""
        pane, made_for = self.pane, (self.look, self.chosen, scale)
        if self._stroked is None or self._stroked[0] is not pane or self._stroked[1] != made_for:
            thick = max(1, round(scale))
            strokes = [
                Stroke(
                    f"{line.sensor} {line.past}",
                    line.x,
                    line.y,
                    self.look.tone(line.mark.tone).rgb(),
                    tuple(round(part * scale) for part in DASHES[line.dash]),
                    thick + (line.sensor == self.chosen and not line.past),
                )
                for line in self._in_order()
            ]
            self._stroked = pane, made_for, strokes
        return self._stroked[2]

    def _place_of(self, view: View) -> QRectF:
        return QRectF(QPointF(self.x_of(view.left_s), self.y_of(view.top)), QPointF(self.x_of(view.right_s), self.y_of(view.bottom)))

    def _in_order(self) -> Iterable[Line]:
        """The chosen one last, over the others."""
        return sorted(self.pane.lines, key=lambda line: line.sensor == self.chosen)

    def _paint_lines_as_lines(self, painter: QPainter) -> None:
        for line in self._in_order():
            painter.setPen(self.look.line_pen(line.mark.tone, line.dash))
            breaks = np.flatnonzero(np.isnan(line.y))
            for x, y in zip(np.split(line.x, breaks), np.split(line.y, breaks), strict=True):
                kept = ~np.isnan(y) & (x >= self.view.left_s) & (x <= self.view.right_s)
                painter.drawPolyline(
                    QPolygonF([QPointF(self.x_of(at), self.y_of(value)) for at, value in zip(x[kept], y[kept], strict=True)])
                )

    def _paint_bars(self, painter: QPainter) -> None:
        count = len(self.pane.bars)
        height = self._box.height() * (HANGING_SHARE if self.pane.hanging else 1.0)
        for place, bars in enumerate(self.pane.bars):
            colour = self.look.tone(bars.mark.tone)
            painter.setPen(QPen(colour, 1))
            painter.setBrush(QBrush(colour, BRUSHES[place % len(BRUSHES)]))
            whole = bars.width_s / (self.view.right_s - self.view.left_s) * self._box.width()
            each = max(1.0, (whole - 1) / count)
            for x, mm in zip(bars.x, bars.y, strict=True):
                if mm > 0:
                    self._paint_bar(painter, self.x_of(x) + place * each, each, mm / self.rain_top * height)
            self._paint_unknown(painter, bars, whole)

    def _paint_bar(self, painter: QPainter, left: float, width: float, height: float) -> None:
        top = self._box.top() if self.pane.hanging else self._box.bottom() - height
        painter.drawRect(QRectF(left, top, max(0.5, width - 1), max(1.0, height)))

    def _paint_unknown(self, painter: QPainter, bars: Bars, width: float) -> None:
        """Parts of the time of which nothing is known, up to the newest reading: a broken edge, where dry weather has none."""
        pen = QPen(self.look.muted, 2)
        pen.setDashPattern([2, 3])
        painter.setPen(pen)
        edge = self._box.top() + 1 if self.pane.hanging else self._box.bottom() - 1
        newest_s = (bars.newest_ms or 0) / 1000
        gaps = bars.x[np.isnan(bars.y) & (bars.x < newest_s)]
        for x in gaps[:MOST_MARKS]:
            left = self.x_of(x)
            painter.drawLine(QPointF(left, edge), QPointF(left + width, edge))

    def _paint_limits(self, painter: QPainter) -> None:
        """Those in reach as lines; of those above, the lowest is named at the upper edge."""
        taken = self._paint_limit_above(painter)
        for limit in sorted(self.pane.limits, key=lambda limit: limit.level or 9):
            y = self.y_of(limit.value)
            if self._box.top() <= y <= self._box.bottom():
                painter.setPen(self.look.limit_pen(limit.level))
                painter.drawLine(QPointF(self._box.left(), y), QPointF(self._box.right(), y))
                if limit.text and all(abs(y - other) >= painter.fontMetrics().height() for other in taken):
                    taken.append(y)
                    self._paint_words(painter, limit.text, y)

    def _paint_limit_above(self, painter: QPainter) -> list[float]:
        """Where it was named, so that nothing is written over it."""
        above = [limit for limit in self.pane.limits if limit.value > self.view.top and limit.text]
        if not above or not self.pane.lines:
            return []
        nearest = min(above, key=lambda limit: limit.value)
        self._paint_words(painter, tr("▲ {limit}: above what is drawn", limit=nearest.text), self._box.top() - 2)
        return [self._box.top() + painter.fontMetrics().height()]

    def _paint_words(self, painter: QPainter, text: str, y: float) -> None:
        """At the right end, over the line, or under it where there is no room."""
        metrics = painter.fontMetrics()
        width = metrics.horizontalAdvance(text) + 6
        top = y - metrics.height() - 1 if y - metrics.height() > self._box.top() else y + 1
        place = QRectF(self._box.right() - width, top, width, metrics.height())
        ground = QColor(self.look.base)
        ground.setAlpha(200)
        painter.fillRect(place, ground)
        painter.setPen(self.look.text)
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)

    def _paint_marks(self, painter: QPainter) -> None:
        for place, line in enumerate(self.pane.lines):
            if len(self.pane.lines) <= SIGNED_LINES:
                self._paint_signs(painter, line, (place + 0.5) / len(self.pane.lines))
            self._paint_each(painter, *line.dots, line.mark, 4.0)
            self._paint_each(painter, *line.suspect, Mark(Shape.CROSS, Tone.ORANGE), SIGN_PX)
            self._paint_each(painter, *line.estimated, Mark(Shape.RING, line.mark.tone), 5.0)

    def _paint_signs(self, painter: QPainter, line: Line, phase: float) -> None:
        """The sign of a line, now and then along it, each line at places of its own; of one from another time, hollow."""
        columns = max(1, round(self._box.width() / SIGN_EVERY_PX))
        width_s = (self.view.right_s - self.view.left_s) / columns
        if not len(line.x):
            return
        wanted = self.view.left_s + (np.arange(columns) + phase) * width_s
        nearest = np.clip(np.searchsorted(line.x, wanted), 0, len(line.x) - 1)
        within = np.abs(line.x[nearest] - wanted) <= width_s / 2
        chosen = np.unique(nearest[within])
        mark = Mark(Shape.RING, line.mark.tone) if line.past else line.mark
        self._paint_each(painter, line.x[chosen], line.y[chosen], mark, SIGN_PX)

    def _paint_each(self, painter: QPainter, x: Floats, y: Floats, mark: Mark, size: float) -> None:
        """A sign at each reading in view; what lies beyond the plot stands at its edge."""
        if not len(x):
            return
        seen = np.flatnonzero((x >= self.view.left_s) & (x <= self.view.right_s) & ~np.isnan(y))
        if len(seen) > MOST_MARKS:
            seen = seen[np.linspace(0, len(seen) - 1, MOST_MARKS).astype(int)]
        for at in seen:
            middle = min(max(self.y_of(y[at]), self._box.top() + size / 2), self._box.bottom() - size / 2)
            draw_mark(painter, QRectF(self.x_of(x[at]) - size / 2, middle - size / 2, size, size), mark, self.look.night)

    def _paint_cross(self, painter: QPainter) -> None:
        if self.cross_s is None:
            return
        pen = QPen(self.look.text, 1, Qt.PenStyle.DotLine)
        painter.setPen(pen)
        x = self.x_of(self.cross_s)
        painter.drawLine(QPointF(x, self._box.top()), QPointF(x, self._box.bottom()))
        for line in self.pane.lines:
            at = nearest_before(line.x, self.cross_s)
            if at >= 0 and not np.isnan(line.y[at]):
                self._paint_each(painter, line.x[at : at + 1], line.y[at : at + 1], line.mark, SIGN_PX + 2)
