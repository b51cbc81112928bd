"""The chart as a picture: on white, with what it shows, of which time, and as of when written over it."""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QImageWriter, QPainter
from PySide6.QtSvg import QSvgGenerator

from console.views.monitoring.chart import Chart
from console.views.monitoring.look import Look

SCALE = 2
MARGIN_PX = 12


def png_of(chart: Chart, heading: list[str]) -> bytes:
    """At twice the size of the screen."""
    size = _size(chart, heading)
    image = QImage(size * SCALE, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(SCALE)
    painter = QPainter(image)
    _paint(chart, heading, painter, size)
    painter.end()
    held = QByteArray()
    buffer = QBuffer(held)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, b"png").write(image)
    return bytes(held.data())


def svg_of(chart: Chart, heading: list[str]) -> bytes:
    """Lines as lines: it can be enlarged."""
    size = _size(chart, heading)
    held = QByteArray()
    buffer = QBuffer(held)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setSize(size)
    generator.setViewBox(QRectF(0, 0, size.width(), size.height()))
    generator.setTitle(heading[0] if heading else "")
    painter = QPainter(generator)
    _paint(chart, heading, painter, size)
    painter.end()
    buffer.close()
    return bytes(held.data())


def _size(chart: Chart, heading: list[str]) -> QSize:
    head = chart.fontMetrics().lineSpacing() * len(heading)
    return QSize(chart.viewport().width() + 2 * MARGIN_PX, chart.viewport().height() + head + 3 * MARGIN_PX)


def _paint(chart: Chart, heading: list[str], painter: QPainter, size: QSize) -> None:
    look, line = Look.paper(), chart.fontMetrics().lineSpacing()
    painter.fillRect(QRectF(0, 0, size.width(), size.height()), look.base)
    painter.setFont(chart.font())
    painter.setPen(look.text)
    for row, words in enumerate(heading):
        place = QRectF(MARGIN_PX, MARGIN_PX + row * line, size.width() - 2 * MARGIN_PX, line)
        painter.drawText(place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, words)
    top = 2 * MARGIN_PX + line * len(heading)
    chart.render_on(painter, QRectF(MARGIN_PX, top, size.width() - 2 * MARGIN_PX, size.height() - top - MARGIN_PX), look)
