"""One small plot of many, as a picture: name and value over it, the state in words under it. GUI thread only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QImage, QPainter, QPen

from console.views.monitoring.envelope import Pens, View, edges_of, ink, reach
from console.views.monitoring.look import Look
from console.views.monitoring.smalls import Small
from console.views.tables.marks import Mark, Tone
from console.views.tables.paint import draw_mark

PAD_PX, SIGN_PX = 5, 10


class Frame(NamedTuple):
    """How a picture is made, whatever is in it. `size` in logical pixels, `ratio` of the device's to them."""

    size: QSize
    ratio: float
    look: Look
    font: QFont
    current: QColor


class Words(NamedTuple):
    """What is said of a gauge. `age` is of its newest reading."""

    name: str
    value: str
    state: str
    age: str
    mark: Mark


class Cell(NamedTuple):
    """What is seen of one gauge: the same cell is the same picture. `view`: None where nothing is drawn."""

    words: Words
    small: Small | None
    view: View | None
    chosen: bool


def ground(words: Words, frame: Frame, *, chosen: bool) -> QImage:
    """Everything but the readings, of `frame.size`."""
    image = QImage(frame.size * frame.ratio, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(frame.ratio)
    image.fill(frame.look.base)
    painter = QPainter(image)
    painter.setFont(frame.font)
    _paint_words(painter, words, frame, chosen=chosen)
    painter.end()
    return image


def pictures(cells: Sequence[Cell], grounds: Sequence[QImage], frame: Frame) -> list[QImage]:
    """Each on its ground. Several at once: their lines are drawn together."""
    line = QFontMetrics(frame.font).lineSpacing()
    plot = QRect(0, 0, frame.size.width(), frame.size.height()).adjusted(PAD_PX, line + 5, -PAD_PX, -line - 5)
    lines = _lines([cell for cell in cells if cell.small is not None and cell.view is not None and not cell.small.width_s], plot, frame)
    found = []
    for cell, under in zip(cells, grounds, strict=True):
        image = under
        if cell.small is not None and cell.view is not None:
            image = under.copy()
            painter = QPainter(image)
            _paint_limits(painter, plot, cell.small, cell.view, frame.look)
            if cell.small.width_s:
                _paint_bars(painter, plot, cell.small, cell.view, frame.look)
            elif (drawn := next(lines, None)) is not None:
                painter.drawImage(plot.topLeft(), drawn)
            painter.end()
        found.append(image)
    return found


def _lines(cells: Sequence[Cell], plot: QRect, frame: Frame) -> Iterator[QImage]:
    """One under the other in one picture, then each for itself. All cells show the same time."""
    wide, high = round(plot.width() * frame.ratio), round(plot.height() * frame.ratio)
    views = [cell.view for cell in cells if cell.view is not None]
    if wide < 2 or high < 2 or not views:
        return
    pixels = np.zeros((high * len(cells), wide), dtype=np.uint32)
    reached = reach(
        [(cell.small.x, cell.small.y) for cell in cells if cell.small is not None], edges_of(views[0].left_s, views[0].right_s, wide)
    )
    bottom, top = np.array([view.bottom for view in views])[:, None], np.array([view.top for view in views])[:, None]
    colours = np.full(len(cells), frame.look.tone(Tone.BLUE).rgb(), np.uint32)
    ink(pixels, 0, reached, (bottom, top), Pens(colours, np.full(len(cells), max(1, round(frame.ratio)))), apart=True)
    for place in range(len(cells)):
        part = pixels[place * high : (place + 1) * high]
        image = QImage(part.data, wide, high, 4 * wide, QImage.Format.Format_ARGB32_Premultiplied)
        image.setDevicePixelRatio(frame.ratio)
        yield image


def _paint_words(painter: QPainter, words: Words, frame: Frame, *, chosen: bool) -> None:
    look, metrics = frame.look, QFontMetrics(frame.font)
    box = QRect(0, 0, frame.size.width(), frame.size.height())
    line = metrics.lineSpacing()
    painter.setPen(QPen(frame.current if chosen else look.border, 2 if chosen else 1))
    painter.drawRect(box.adjusted(1, 1, -2, -2))
    inner = box.adjusted(PAD_PX, 3, -PAD_PX, -3)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    draw_mark(painter, QRectF(inner.left(), inner.top() + (line - SIGN_PX) / 2, SIGN_PX, SIGN_PX), words.mark, look.night)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(look.text)
    room = inner.width() - SIGN_PX - 6 - metrics.horizontalAdvance(words.value)
    top = QRect(inner.left() + SIGN_PX + 4, inner.top(), inner.width() - SIGN_PX - 4, line)
    painter.drawText(top, _LEFT, metrics.elidedText(words.name, Qt.TextElideMode.ElideRight, max(10, room - 8)))
    painter.drawText(top, _RIGHT, words.value)
    painter.setPen(look.muted)
    foot = QRect(inner.left(), inner.bottom() - line + 1, inner.width(), line)
    painter.drawText(foot, _LEFT, words.state)
    painter.drawText(foot, _RIGHT, words.age)


_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)


def _paint_bars(painter: QPainter, box: QRect, small: Small, view: View, look: Look) -> None:
    scale, width = box.width() / (view.right_s - view.left_s), max(1.0, small.width_s * box.width() / (view.right_s - view.left_s) - 1)
    for x, mm in zip(small.x, small.y, strict=True):
        if mm > 0 and x >= view.left_s:
            high = mm / view.top * box.height()
            left = box.left() + (x - view.left_s) * scale
            painter.fillRect(QRectF(left, box.bottom() + 1 - high, width, high), look.tone(Tone.BLUE))


def _paint_limits(painter: QPainter, box: QRect, small: Small, view: View, look: Look) -> None:
    for value, level in small.limits:
        if view.bottom <= value <= view.top:
            y = box.bottom() - (value - view.bottom) / (view.top - view.bottom) * box.height()
            painter.setPen(look.limit_pen(level))
            painter.drawLine(QPointF(box.left(), y), QPointF(box.right(), y))
