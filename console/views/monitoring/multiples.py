"""Many gauges at a glance: a small plot each, worst first, in the order of the list. Only what is in view is read and drawn. GUI thread only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from PySide6.QtCore import QEvent, QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QToolTip, QWidget

from console.views.i18n import tr
from console.views.monitoring.cell import Cell, Frame, Words, ground, pictures
from console.views.monitoring.envelope import View
from console.views.monitoring.look import Look
from console.views.monitoring.presenter import SensorRow, age_of, state_mark, state_text, value_text
from console.views.monitoring.scope import Span
from console.views.monitoring.smalls import Small
from console.views.monitoring.turns import Turns

CELL_PX = (188, 92)
AT_ONCE = 8
"""Plots drawn in a step of two or three milliseconds."""


class Multiples(QAbstractScrollArea):
    """Attributes: `turns`, what is still to be drawn. Signals: `picked(id)`, `opened(id)`, `wanted()` when other gauges have come into view."""

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
        self._pictures: dict[str, tuple[tuple[Cell, Frame], QImage]] = {}
        self._grounds: dict[str, tuple[tuple[Words, bool, Frame], QImage]] = {}
        self.turns = Turns(self)
        self.verticalScrollBar().valueChanged.connect(self._on_scrolled)

    # -- what is shown -------------------------------------------------------------------------------------------

    def show_rows(self, rows: Sequence[SensorRow], now_ms: int) -> None:
        before = self.in_view()
        self._rows, self._now_ms = list(rows), now_ms
        self._fit()
        self._renew()
        self.viewport().update()
        if self.in_view() != before:
            self.wanted.emit()

    def show_smalls(self, smalls: Mapping[str, Small], span: Span) -> None:
        self._smalls, self._span = smalls, span
        self._renew()

    def set_same_scale(self, same: bool) -> None:
        """One scale for all gauges of a unit that are in view, or one of its own for each."""
        self._same_scale = same
        self._renew()

    def tick(self, now_ms: int) -> None:
        self._now_ms = now_ms
        self._renew()

    def select_id(self, sensor: str) -> None:
        """Make it current, and see that it is in view; without telling `picked`."""
        self._current = sensor
        place = self._place_of(sensor)
        if place >= 0:
            box, bar = self._box(place), self.verticalScrollBar()
            if box.top() < 0 or box.bottom() > self.viewport().height():
                bar.setValue(bar.value() + box.top())
        self._renew()

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

    def paintEvent(self, event: QPaintEvent) -> None:
        """Each as it was drawn last; one that has just come into view is drawn in a moment."""
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), self._look.base)
        for place, row in self._seen():
            held = self._pictures.get(row.id)
            if held is not None and (box := self._box(place)).intersects(event.rect()):
                painter.drawImage(box.topLeft(), held[1])
        if not self._rows:
            painter.setPen(self._look.muted)
            painter.drawText(self.viewport().rect(), Qt.AlignmentFlag.AlignCenter, tr("No gauge matches the list's filter."))
        painter.end()

    def _seen(self) -> list[tuple[int, SensorRow]]:
        first = self.verticalScrollBar().value() // self._cell()[1] * self._columns()
        return [(place, self._rows[place]) for place in range(first, min(len(self._rows), first + len(self.in_view())))]

    def _renew(self) -> None:
        """Draw those in view that look different now, from the top, in turns; and let go of the others."""
        seen = self._seen()
        ranges = self._ranges([row for _, row in seen])
        wanted: dict[str, tuple[int, Cell]] = {}
        for place, row in seen:
            span = ranges.get(row.id)
            view = None if span is None else View(self._span.start_ms / 1000, self._span.end_ms / 1000, *span)
            words = Words(
                row.name,
                value_text(row, self._now_ms),
                state_text(row, self._now_ms),
                age_of(row, self._now_ms),
                state_mark(row, self._now_ms),
            )
            wanted[row.id] = place, Cell(words, self._smalls.get(row.id), view, row.id == self._current)
        self._pictures = {sensor: held for sensor, held in self._pictures.items() if sensor in wanted}
        self._grounds = {sensor: held for sensor, held in self._grounds.items() if sensor in wanted}
        self.turns.begin(self, self._draw(wanted, self._frame()), lambda: None)

    def _draw(self, wanted: Mapping[str, tuple[int, Cell]], frame: Frame) -> Iterator[None]:
        stale = [
            sensor for sensor, (_, cell) in wanted.items() if sensor not in self._pictures or self._pictures[sensor][0] != (cell, frame)
        ]
        for at in range(0, len(stale), AT_ONCE):
            some = stale[at : at + AT_ONCE]
            cells = [wanted[sensor][1] for sensor in some]
            grounds = [self._ground(sensor, cell, frame) for sensor, cell in zip(some, cells, strict=True)]
            for sensor, cell, image in zip(some, cells, pictures(cells, grounds, frame), strict=True):
                self._pictures[sensor] = (cell, frame), image
                self.viewport().update(self._box(wanted[sensor][0]))
            yield

    def _ground(self, sensor: str, cell: Cell, frame: Frame) -> QImage:
        """Kept, for words change less often than readings and the time shown."""
        key = cell.words, cell.chosen, frame
        held = self._grounds.get(sensor)
        if held is None or held[0] != key:
            held = self._grounds[sensor] = key, ground(cell.words, frame, chosen=cell.chosen)
        return held[1]

    def _frame(self) -> Frame:
        width = self.viewport().width() // self._columns()
        current = self.palette().color(QPalette.ColorRole.Highlight)
        return Frame(QSize(width, self._cell()[1]), self.devicePixelRatioF(), self._look, self.font(), current)

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

    def _on_scrolled(self, _at: int) -> None:
        self._renew()
        self.viewport().update()
        self.wanted.emit()

    # -- Qt ------------------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()
        self._renew()
        self.viewport().update()
        self.wanted.emit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange) and hasattr(self, "_look"):
            self._look = Look.of(self.palette())
            self._fit()
            self._renew()
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
