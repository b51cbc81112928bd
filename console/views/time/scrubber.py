"""The scrubber: the journal's whole span as one line, ticks where command and report events are, the instant shown."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from console.views.i18n import tr
from console.views.time.zone import Zone

MARGIN_PX = 8
STEP_MS = 10_000
PAGE_MS = 60_000


class Scrubber(QWidget):
    """Signals: `sought(ms)` while dragged or moved by keys (arrows 10 s, page keys 1 min, Home and End the ends of the span)."""

    sought = Signal(object)

    def __init__(self, zone: Zone, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._zone = zone
        self._span: tuple[int, int] | None = None
        self._ticks: list[int] = []
        self._instant: int | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("Time line of the journal"))

    def sizeHint(self) -> QSize:
        return QSize(300, 28)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, 28)

    def set_span(self, span: tuple[int, int] | None) -> None:
        self._span = span
        self.update()

    def set_ticks(self, moments_ms: list[int]) -> None:
        self._ticks = moments_ms
        self.update()

    def set_instant(self, ms: int | None) -> None:
        """None: live, the mark stands at the right end."""
        self._instant = ms
        self.update()

    def ms_at(self, x: int) -> int | None:
        if self._span is None:
            return None
        share = (x - MARGIN_PX) / max(self.width() - 2 * MARGIN_PX, 1)
        return self._span[0] + round(min(max(share, 0.0), 1.0) * (self._span[1] - self._span[0]))

    def x_of(self, ms: int) -> int:
        if self._span is None or self._span[1] <= self._span[0]:
            return self.width() - MARGIN_PX
        share = (ms - self._span[0]) / (self._span[1] - self._span[0])
        return MARGIN_PX + round(min(max(share, 0.0), 1.0) * (self.width() - 2 * MARGIN_PX))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._seek_to(event.position().toPoint())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = event.position().toPoint()
        ms = self.ms_at(place.x())
        if ms is not None:
            QToolTip.showText(event.globalPosition().toPoint(), self._zone.text(ms), self)
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._seek_to(place)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key
        steps = {key.Key_Left: -STEP_MS, key.Key_Right: STEP_MS, key.Key_PageUp: -PAGE_MS, key.Key_PageDown: PAGE_MS}
        if self._span is None:
            return
        at = self._span[1] if self._instant is None else self._instant
        if event.key() in steps:
            self.sought.emit(at + steps[Qt.Key(event.key())])
        elif event.key() == key.Key_Home:
            self.sought.emit(self._span[0])
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        palette = self.palette()
        middle = self.height() // 2
        line = QRect(MARGIN_PX, middle - 2, self.width() - 2 * MARGIN_PX, 4)
        painter.fillRect(line, palette.color(QPalette.ColorRole.Mid))
        painter.setPen(palette.color(QPalette.ColorRole.PlaceholderText))
        for x in {self.x_of(ms) for ms in self._ticks}:
            painter.drawLine(x, middle - 7, x, middle + 6)
        self._paint_instant(painter, middle)
        if self.hasFocus():
            painter.setPen(palette.color(QPalette.ColorRole.Highlight))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()

    def _paint_instant(self, painter: QPainter, middle: int) -> None:
        if self._span is None:
            return
        x = self.x_of(self._span[1] if self._instant is None else self._instant)
        colour: QColor = self.palette().color(QPalette.ColorRole.Highlight)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(self.palette().color(QPalette.ColorRole.Text))
        painter.setBrush(colour)
        painter.drawEllipse(QPoint(x, middle), 6, 6)

    def _seek_to(self, place: QPoint) -> None:
        ms = self.ms_at(place.x())
        if ms is not None:
            self.sought.emit(ms)
