"""Many gauges at a glance: a small plot each, worst first, in the order of the list. Only what is in view is read and drawn. GUI thread only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QHelpEvent, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPalette, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QToolTip, QWidget

from console.views.i18n import tr
from console.views.monitoring.envelope import Pixels, View, draw
from console.views.monitoring.look import Look
from console.views.monitoring.presenter import SensorRow, age_of, state_mark, state_text, value_text
from console.views.monitoring.scope import Span
from console.views.monitoring.smalls import Small
from console.views.tables.marks import Tone
from console.views.tables.paint import draw_mark

CELL_PX = (188, 92)
PAD_PX, SIGN_PX = 5, 10


class Multiples(QAbstractScrollArea):
    """Signals: `picked(id)`, `opened(id)`, `wanted()` when other gauges have come into view."""

    picked = Signal(str)
    opened = Signal(str)
    wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(tr("All gauges, small"))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._rows: list[SensorRow] = []
        self._smalls: Mapping[str, Small] = {}
        self._span = Span(0, 1)
        self._now_ms = 0
        self._same_scale = False
        self._current = ""
        self._look = Look.of(self.palette())
        self._buffer: Pixels = np.zeros((1, 1), dtype=np.uint32)
        self.verticalScrollBar().valueChanged.connect(lambda _at: self.wanted.emit())

    # -- what is shown -------------------------------------------------------------------------------------------

    def show_rows(self, rows: Sequence[SensorRow], now_ms: int) -> None:
        before = self.in_view()
        self._rows, self._now_ms = list(rows), now_ms
        self._fit()
        self.viewport().update()
        if self.in_view() != before:
            self.wanted.emit()

    def show_smalls(self, smalls: Mapping[str, Small], span: Span) -> None:
        self._smalls, self._span = smalls, span
        self.viewport().update()

    def set_same_scale(self, same: bool) -> None:
        """One scale for all gauges of a unit that are in view, or one of its own for each."""
        self._same_scale = same
        self.viewport().update()

    def tick(self, now_ms: int) -> None:
        self._now_ms = now_ms
        self.viewport().update()

    def select_id(self, sensor: str) -> None:
        """Make it current, and see that it is in view; without telling `picked`."""
        self._current = sensor
        place = self._place_of(sensor)
        if place >= 0:
            box, bar = self._box(place), self.verticalScrollBar()
            if box.top() < 0 or box.bottom() > self.viewport().height():
                bar.setValue(bar.value() + box.top())
        self.viewport().update()

    def in_view(self) -> list[str]:
        """Ids of the gauges of which anything is seen."""
        height, cell = self.viewport().height(), self._cell()[1]
        first = self.verticalScrollBar().value() // cell * self._columns()
        last = (self.verticalScrollBar().value() + height - 1) // cell + 1
        return [row.id for row in self._rows[first : last * self._columns()]]

    # -- places ----------------------------------------------------------------------------------------------------

    def _cell(self) -> tuple[int, int]:
        """Larger text has larger plots."""
        grown = self.fontMetrics().lineSpacing() / 17
        return round(CELL_PX[0] * max(1.0, grown)), round(CELL_PX[1] * max(1.0, grown))

    def _columns(self) -> int:
        return max(1, self.viewport().width() // self._cell()[0])

    def _box(self, place: int) -> QRect:
        """Within the viewport; the width that is left over is shared out."""
        columns, height = self._columns(), self._cell()[1]
        width = self.viewport().width() // columns
        return QRect(place % columns * width, place // columns * height - self.verticalScrollBar().value(), width, height)

    def _place_of(self, sensor: str) -> int:
        return next((place for place, row in enumerate(self._rows) if row.id == sensor), -1)

    def _place_at(self, at: QPointF) -> int:
        columns, height = self._columns(), self._cell()[1]
        column = min(columns - 1, int(at.x()) // (self.viewport().width() // columns))
        place = (int(at.y()) + self.verticalScrollBar().value()) // height * columns + column
        return place if 0 <= place < len(self._rows) else -1

    def _fit(self) -> None:
        lines, bar = -(-len(self._rows) // self._columns()), self.verticalScrollBar()
        bar.setRange(0, max(0, lines * self._cell()[1] - self.viewport().height()))
        bar.setPageStep(self.viewport().height())
        bar.setSingleStep(self._cell()[1])

    # -- painting --------------------------------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.fillRect(self.viewport().rect(), self._look.base)
        first = self._first()
        shown = [(place, self._rows[place]) for place in range(first, min(len(self._rows), first + len(self.in_view())))]
        ranges = self._ranges([row for _, row in shown])
        for place, row in shown:
            self._paint_frame(painter, self._box(place), row)
        self._paint_lines(painter, shown, ranges)
        if not self._rows:
            painter.setPen(self._look.muted)
            painter.drawText(self.viewport().rect(), Qt.AlignmentFlag.AlignCenter, tr("No gauge matches the list's filter."))
        painter.end()

    def _first(self) -> int:
        return self.verticalScrollBar().value() // self._cell()[1] * self._columns()

    def _ranges(self, rows: list[SensorRow]) -> dict[str, tuple[float, float]]:
        """(bottom, top) of each gauge that has readings."""
        own = {row.id: found for row in rows if row.id in self._smalls and (found := self._smalls[row.id].range) is not None}
        if self._same_scale:
            shared: dict[tuple[str, str], tuple[float, float]] = {}
            for row in rows:
                if row.id in own:
                    key = (row.gauge.quantity, row.gauge.unit)
                    low, high = shared.get(key, own[row.id])
                    shared[key] = (min(low, own[row.id][0]), max(high, own[row.id][1]))
            own = {row.id: shared[row.gauge.quantity, row.gauge.unit] for row in rows if row.id in own}
        return {sensor: _spread(low, high) for sensor, (low, high) in own.items()}

    def _paint_frame(self, painter: QPainter, box: QRect, row: SensorRow) -> None:
        """Name and value over the plot, the state in words under it."""
        line = self.fontMetrics().lineSpacing()
        current = row.id == self._current
        painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Highlight) if current else self._look.border, 2 if current else 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(box.adjusted(1, 1, -2, -2))
        inner = box.adjusted(PAD_PX, 3, -PAD_PX, -3)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        sign = QRectF(inner.left(), inner.top() + (line - SIGN_PX) / 2, SIGN_PX, SIGN_PX)
        draw_mark(painter, sign, state_mark(row, self._now_ms), self._look.night)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(self._look.text)
        value = value_text(row, self._now_ms)
        room = inner.width() - SIGN_PX - 6 - self.fontMetrics().horizontalAdvance(value)
        name = self.fontMetrics().elidedText(row.name, Qt.TextElideMode.ElideRight, max(10, room - 8))
        top = QRect(inner.left() + SIGN_PX + 4, inner.top(), inner.width() - SIGN_PX - 4, line)
        painter.drawText(top, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, name)
        painter.drawText(top, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, value)
        painter.setPen(self._look.muted)
        foot = QRect(inner.left(), inner.bottom() - line + 1, inner.width(), line)
        painter.drawText(foot, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, state_text(row, self._now_ms))
        painter.drawText(foot, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, age_of(row, self._now_ms))

    def _paint_lines(self, painter: QPainter, shown: list[tuple[int, SensorRow]], ranges: Mapping[str, tuple[float, float]]) -> None:
        """All lines on one picture of the viewport's pixels."""
        ratio = self.devicePixelRatioF()
        width, height = round(self.viewport().width() * ratio), round(self.viewport().height() * ratio)
        if self._buffer.shape != (height, width):
            self._buffer = np.zeros((height, width), dtype=np.uint32)
        self._buffer[:] = 0
        for place, row in shown:
            small, span = self._smalls.get(row.id), ranges.get(row.id)
            if small is None or span is None:
                continue
            box = self._plot_box(self._box(place))
            view = View(self._span.start_ms / 1000, self._span.end_ms / 1000, *span)
            self._paint_limits(painter, box, small, view)
            if small.width_s:
                self._paint_bars(painter, box, small, view)
            else:
                self._draw_line(box, small, view, ratio)
        image = QImage(self._buffer.data, width, height, 4 * width, QImage.Format.Format_ARGB32_Premultiplied)
        image.setDevicePixelRatio(ratio)
        painter.drawImage(0, 0, image)

    def _plot_box(self, box: QRect) -> QRect:
        line = self.fontMetrics().lineSpacing()
        return box.adjusted(PAD_PX, line + 5, -PAD_PX, -line - 5)

    def _draw_line(self, box: QRect, small: Small, view: View, ratio: float) -> None:
        """On a picture of its own, put where the cell is seen: a cell at the edge may be cut."""
        left, top, wide, high = (round(side * ratio) for side in (box.left(), box.top(), box.width(), box.height()))
        if wide < 2 or high < 2:
            return
        own = np.zeros((high, wide), dtype=np.uint32)
        draw(own, small.x, small.y, view, self._look.tone(Tone.BLUE).rgb(), thick=max(1, round(ratio)))
        above, below = max(0, -top), max(0, top + high - self._buffer.shape[0])
        if above + below < high:
            self._buffer[top + above : top + high - below, left : left + wide] = own[above : high - below, : self._buffer.shape[1] - left]

    def _paint_bars(self, painter: QPainter, box: QRect, small: Small, view: View) -> None:
        scale, width = box.width() / (view.right_s - view.left_s), max(1.0, small.width_s * box.width() / (view.right_s - view.left_s) - 1)
        for x, mm in zip(small.x, small.y, strict=True):
            if mm > 0 and x >= view.left_s:
                high = mm / view.top * box.height()
                left = box.left() + (x - view.left_s) * scale
                painter.fillRect(QRectF(left, box.bottom() + 1 - high, width, high), self._look.tone(Tone.BLUE))

    def _paint_limits(self, painter: QPainter, box: QRect, small: Small, view: View) -> None:
        for value, level in small.limits:
            if view.bottom <= value <= view.top:
                y = box.bottom() - (value - view.bottom) / (view.top - view.bottom) * box.height()
                painter.setPen(self._look.limit_pen(level))
                painter.drawLine(QPointF(box.left(), y), QPointF(box.right(), y))

    # -- Qt ------------------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()
        self.wanted.emit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange) and hasattr(self, "_look"):
            self._look = Look.of(self.palette())
            self._fit()
            self.viewport().update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = self._place_at(event.position())
        if place >= 0:
            self._pick(place)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        place = self._place_at(event.position())
        if place >= 0:
            self.opened.emit(self._rows[place].id)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, columns = Qt.Key(event.key()), self._columns()
        page = columns * max(1, self.viewport().height() // self._cell()[1])
        steps = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: -columns,
            Qt.Key.Key_Down: columns,
            Qt.Key.Key_PageUp: -page,
            Qt.Key.Key_PageDown: page,
            Qt.Key.Key_Home: -len(self._rows),
            Qt.Key.Key_End: len(self._rows),
        }
        at = self._place_of(self._current)
        if key in steps and self._rows:
            self._pick(min(max(0, at + steps[key] if at >= 0 else 0), len(self._rows) - 1))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and at >= 0:
            self.opened.emit(self._current)
        else:
            super().keyPressEvent(event)

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            place = self._place_at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), self._rows[place].name if place >= 0 else "", self)
            return True
        return super().viewportEvent(event)

    def _pick(self, place: int) -> None:
        self.select_id(self._rows[place].id)
        self.picked.emit(self._current)


def _spread(low: float, high: float) -> tuple[float, float]:
    air = (high - low or abs(high) * 0.1 or 1.0) * 0.05
    return (low - (air if low else 0.0), high + air)
