"""One tile of the wall: the picture, whose it is, and in words and shape whether it is live. GUI thread only."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QColor, QDrag, QDragEnterEvent, QDropEvent, QFocusEvent, QFont, QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QApplication, QWidget

from console.views.i18n import tr
from console.views.tables.paint import ICON_PX, mark_icon
from console.views.video.presenter import FACE_MARKS, Face

FEED_MIME, TILE_MIME = "application/x-fengsui-feed", "application/x-fengsui-tile"
MIN_PX = 120
TITLE_LEFT_PX, GAP_PX = ICON_PX + 12, 4
BACKGROUND, BAR, TEXT, RIM = QColor("#101418"), QColor(16, 20, 24, 210), QColor("#f2f2f2"), QColor("#6ab0ff")
HINT = QColor("#8d959c")
VEIL = QColor(0, 0, 0, 107)
"""In a dim room, over everything but the words of what is wrong: as much less light as the map's own veil."""
DEAD, SAME, HATCH = QColor("#b3261e"), QColor("#8a5a00"), QColor(179, 38, 30, 90)
"""Pictures are judged against dark in both themes; the words stand on plates of their own."""


class TileView(QWidget):
    """Attributes: `number`, `face`, `name`, `is_dim`.

    Signals: `chosen()` clicked, `asked_large()` double-clicked, `dropped_feed(id)`, `dropped_tile(number)`.
    """

    chosen = Signal()
    asked_large = Signal()
    dropped_feed = Signal(str)
    dropped_tile = Signal(int)

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number
        self.name = self.hint = ""
        self.face = Face("idle", "", "", "")
        self.recording = ""
        self.is_current = self.is_dim = False
        self._image: QImage | None = None
        self._pressed: QPoint | None = None
        self.setAcceptDrops(True)
        self.setMinimumSize(MIN_PX, MIN_PX * 9 // 16)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)

    def set_dim(self, on: bool) -> None:
        self.is_dim = on
        self.update()

    def show_image(self, image: QImage | None) -> None:
        self._image = image
        self.update()

    @property
    def last_image(self) -> QImage | None:
        return self._image

    def show_face(self, name: str, face: Face, *, recording: str = "", is_current: bool = False, hint: str = "") -> None:
        told = (name, face, recording, is_current, hint)
        if told != (self.name, self.face, self.recording, self.is_current, self.hint):
            self.name, self.face, self.recording, self.is_current, self.hint = told
            self.setAccessibleName(" · ".join(filter(None, (name, face.banner, face.line, face.clock, recording))))
            self.setToolTip("\n".join(filter(None, (name, face.line))))
            self.update()

    # -- painting ----------------------------------------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), BACKGROUND)
        if self._image is not None:
            place = self._picture_rect(self._image)
            shrinks = self._image.width() > place.width() * self.devicePixelRatioF() + 1
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, shrinks)
            painter.drawImage(place, self._image)
        if self.is_dim:
            painter.fillRect(self.rect(), VEIL)
        if self.name:
            self._paint_words(painter)
        elif self.hint:
            painter.setPen(HINT)
            painter.drawText(self.rect().adjusted(8, 8, -8, -8), Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self.hint)
        painter.setPen(QPen(RIM, 3) if self.is_current else QPen(QColor("#3a4148"), 1))
        painter.drawRect(self.rect().adjusted(1, 1, -2, -2))
        painter.end()

    def _picture_rect(self, image: QImage) -> QRect:
        size = image.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        return QRect(QPoint((self.width() - size.width()) // 2, (self.height() - size.height()) // 2), size)

    def _paint_words(self, painter: QPainter) -> None:
        face, line_px = self.face, self._line_px
        if face.banner:
            self._paint_banner(painter)
        top = QRect(0, 0, self.width(), line_px)
        painter.fillRect(top, BAR)
        icon = mark_icon(FACE_MARKS[face.kind], True, self.devicePixelRatioF())
        painter.drawPixmap(6, (line_px - ICON_PX) // 2, icon.pixmap(ICON_PX, ICON_PX))
        painter.setPen(TEXT)
        painter.drawText(top.adjusted(TITLE_LEFT_PX, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, self.title())
        clock = QRect(self.width() - self._clock_px, line_px if self.clock_below else 0, self._clock_px, line_px)
        if self.clock_below:
            painter.fillRect(clock, BAR)
        painter.drawText(clock, Qt.AlignmentFlag.AlignCenter, face.clock)
        if face.line:
            bottom = self._wrapped_rect(painter, face.line)
            painter.fillRect(bottom, BAR)
            painter.setPen(TEXT)
            painter.drawText(bottom.adjusted(6, 0, -6, 0), Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap, face.line)

    def title(self) -> str:
        """Whose picture it is, as far as the line goes; whole in the tip."""
        room = self.width() - TITLE_LEFT_PX - GAP_PX - (0 if self.clock_below else self._clock_px)
        return self.fontMetrics().elidedText(self._words, Qt.TextElideMode.ElideMiddle, room)

    @property
    def clock_below(self) -> bool:
        """The clock gives way to the name where there is no room for both in one line."""
        wide = TITLE_LEFT_PX + self.fontMetrics().horizontalAdvance(self._words) + GAP_PX + self._clock_px
        return bool(self.face.clock) and wide > self.width()

    @property
    def _words(self) -> str:
        return f"{self.recording} {self.name}".strip()

    @property
    def _clock_px(self) -> int:
        return self.fontMetrics().horizontalAdvance(self.face.clock) + 12 if self.face.clock else 0

    @property
    def _line_px(self) -> int:
        return self.fontMetrics().height() + 6

    def _paint_banner(self, painter: QPainter) -> None:
        """Across the middle, large, with hatching over the whole picture: seen from the other end of the room, and when printed grey."""
        dead = self.face.kind == "dead"
        if dead and self._image is not None:
            painter.fillRect(self.rect(), QColor(0, 0, 0, 70))
            painter.setPen(QPen(HATCH, 6))
            for start in range(-self.height(), self.width(), 28):
                painter.drawLine(start, self.height(), start + self.height(), 0)
        font = QFont(painter.font())
        font.setBold(True)
        font.setPixelSize(max(12, min(40, self.width() // 16)))
        painter.save()
        painter.setFont(font)
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        need = painter.boundingRect(self.rect().adjusted(10, 0, -10, 0), flags, self.face.banner)
        middle = self.height() - need.height() - 40 if self.face.kind == "file" else (self.height() - need.height()) // 2
        head_px = self._line_px * (2 if self.clock_below else 1)  # the clock hides none of it
        middle = max(middle, min(head_px + 6, self.height() - need.height() - 6))
        band = QRect(0, middle - 6, self.width(), need.height() + 12)
        painter.fillRect(band, DEAD if dead else SAME if self.face.kind == "live" else BAR)
        painter.setPen(QColor("white"))
        painter.drawText(band.adjusted(10, 0, -10, 0), flags, self.face.banner)
        painter.restore()

    def _wrapped_rect(self, painter: QPainter, text: str) -> QRect:
        room = QRect(6, 0, self.width() - 12, self.height() // 2)
        need = painter.boundingRect(room, Qt.TextFlag.TextWordWrap, text).height() + 6
        return QRect(0, self.height() - need, self.width(), need)

    # -- mouse ---------------------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = event.position().toPoint() if event.button() == Qt.MouseButton.LeftButton else None
        self.chosen.emit()
        super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, _event: QMouseEvent) -> None:
        self.asked_large.emit()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None or not self.name:
            return
        if (event.position().toPoint() - self._pressed).manhattanLength() >= QApplication.startDragDistance():
            self._pressed = None
            carried = QMimeData()
            carried.setData(TILE_MIME, str(self.number).encode())
            drag = QDrag(self)
            drag.setMimeData(carried)
            drag.exec(Qt.DropAction.MoveAction)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasFormat(FEED_MIME) or event.mimeData().hasFormat(TILE_MIME):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        carried = event.mimeData()
        if carried.hasFormat(TILE_MIME):
            told = bytes(carried.data(TILE_MIME).data()).decode("ascii", "replace")
            if told.isdecimal():
                self.dropped_tile.emit(int(told))
        elif carried.hasFormat(FEED_MIME):
            self.dropped_feed.emit(bytes(carried.data(FEED_MIME).data()).decode("utf-8", "replace"))
        event.acceptProposedAction()

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.chosen.emit()
        super().focusInEvent(event)


def empty_hint() -> str:
    return tr("Empty: choose a feed in the list and press Enter, or drag one here.")
