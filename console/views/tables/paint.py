"""Draws marks and words of a cell. Colours are chosen for day and night; the shape says the same without any colour."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPalette, QPen, QPixmap, QPolygonF
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from console.views.tables.marks import Mark, Shape, Tone
from console.views.tables.model import MARK_ROLE

DAY = {
    Tone.RED: "#c62828",
    Tone.ORANGE: "#e65100",
    Tone.YELLOW: "#f9c80e",
    Tone.BLUE: "#1565c0",
    Tone.GREEN: "#2e7d32",
    Tone.VIOLET: "#7b1fa2",
    Tone.GREY: "#757575",
}
NIGHT = {
    Tone.RED: "#ff6b6b",
    Tone.ORANGE: "#ff9f45",
    Tone.YELLOW: "#ffe066",
    Tone.BLUE: "#6ab0ff",
    Tone.GREEN: "#6fd08c",
    Tone.VIOLET: "#cf9bff",
    Tone.GREY: "#a0a0a0",
}
ICON_PX = 16
PLATE_DAY, PLATE_NIGHT = "#ffffff", "#101418"
_POINTS: dict[Shape, list[tuple[float, float]]] = {
    Shape.SQUARE: [(0.12, 0.12), (0.88, 0.12), (0.88, 0.88), (0.12, 0.88)],
    Shape.DIAMOND: [(0.5, 0.02), (0.98, 0.5), (0.5, 0.98), (0.02, 0.5)],
    Shape.TRIANGLE: [(0.5, 0.04), (0.98, 0.92), (0.02, 0.92)],
    Shape.DOWN: [(0.5, 0.96), (0.98, 0.08), (0.02, 0.08)],
    Shape.PLUS: [
        (0.38, 0.02),
        (0.62, 0.02),
        (0.62, 0.38),
        (0.98, 0.38),
        (0.98, 0.62),
        (0.62, 0.62),
        (0.62, 0.98),
        (0.38, 0.98),
        (0.38, 0.62),
        (0.02, 0.62),
        (0.02, 0.38),
        (0.38, 0.38),
    ],
    Shape.BAR: [(0.05, 0.35), (0.95, 0.35), (0.95, 0.65), (0.05, 0.65)],
}


def is_night(palette: QPalette) -> bool:
    return palette.color(QPalette.ColorRole.Base).lightness() < 128


def tone_colour(tone: Tone, night: bool) -> QColor:
    return QColor((NIGHT if night else DAY)[tone])


@lru_cache(maxsize=256)
def mark_icon(mark: Mark, night: bool, ratio: float) -> QIcon:
    """In a selected row the mark stands on a plate of its own: a blue mark on a blue bar is none."""
    icon = QIcon(_pixmap(mark, night, ratio, plate=False))
    icon.addPixmap(_pixmap(mark, night, ratio, plate=True), QIcon.Mode.Selected)
    return icon


def _pixmap(mark: Mark, night: bool, ratio: float, *, plate: bool) -> QPixmap:
    pixmap = QPixmap(round(ICON_PX * ratio), round(ICON_PX * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if plate:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(PLATE_NIGHT if night else PLATE_DAY))
        painter.drawRoundedRect(QRectF(0, 0, ICON_PX, ICON_PX), 3, 3)
    margin = 2.5 if plate else 1
    draw_mark(painter, QRectF(margin, margin, ICON_PX - 2 * margin, ICON_PX - 2 * margin), mark, night)
    painter.end()
    return pixmap


def draw_mark(painter: QPainter, box: QRectF, mark: Mark, night: bool) -> None:
    colour = tone_colour(mark.tone, night)
    outline = QPen(colour.lighter(150) if night else colour.darker(150), 1)
    painter.setPen(outline)
    painter.setBrush(colour)
    if mark.shape in _POINTS:
        painter.drawPolygon(QPolygonF([QPointF(box.x() + x * box.width(), box.y() + y * box.height()) for x, y in _POINTS[mark.shape]]))
    elif mark.shape is Shape.CIRCLE:
        painter.drawEllipse(box)
    elif mark.shape is Shape.CROSS:
        painter.setPen(QPen(colour, 2.5))
        painter.drawLine(box.topLeft(), box.bottomRight())
        painter.drawLine(box.topRight(), box.bottomLeft())
    else:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colour, 2))
        painter.drawEllipse(box.adjusted(1, 1, -1, -1))
        if mark.shape is Shape.HALF:
            painter.setBrush(colour)
            painter.drawPie(box.adjusted(1, 1, -1, -1), 90 * 16, 180 * 16)


class MarkDelegate(QStyledItemDelegate):
    """Paints the mark of a cell before its words."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        super().initStyleOption(option, index)
        mark = index.data(MARK_ROLE)
        if mark is not None:
            option.icon = mark_icon(mark, is_night(option.palette), option.widget.devicePixelRatioF())
            option.decorationSize = QSize(ICON_PX, ICON_PX)
            if option.displayAlignment & Qt.AlignmentFlag.AlignRight:
                option.decorationPosition = QStyleOptionViewItem.Position.Right
            option.features |= QStyleOptionViewItem.ViewItemFeature.HasDecoration
