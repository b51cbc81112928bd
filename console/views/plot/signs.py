"""The signs of plots as icons and as vector pictures: the same paths as on the map's page. GUI thread; `svg` anywhere."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from console.models.rules.plots import FRAMES, PlotKind, plot_rule

ICON_PX = 20
PAPER = {"day": "#ffffff", "night": "#05090d"}


def svg(kind: PlotKind, theme: str = "day") -> bytes:
    """The sign in a box from -14 to 14."""
    ink = plot_rule().ink_of(kind)
    colour, paper = (ink.night if theme == "night" else ink.day), PAPER[theme]
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="-14 -14 28 28">'
        f'<path d="{FRAMES[kind.frame]}" fill="{colour}" stroke="{paper}" stroke-width="1" stroke-linejoin="round"/>'
        f'<path d="{kind.glyph}" fill="none" stroke="{paper}" stroke-width="2" stroke-linejoin="round" stroke-linecap="round"/></svg>'
    ).encode()


def icon(kind: PlotKind, theme: str = "day") -> QIcon:
    pixmap = QPixmap(ICON_PX * 2, ICON_PX * 2)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    paint(painter, QRectF(0, 0, ICON_PX * 2, ICON_PX * 2), svg(kind, theme))
    painter.end()
    return QIcon(pixmap)


def paint(painter: QPainter, box: QRectF, picture: bytes) -> None:
    QSvgRenderer(QByteArray(picture)).render(painter, box)
