"""Draws a sheet: vectors and real text by Qt, the map as a picture in it. Any thread, one sheet at a time; needs the QGuiApplication's fonts."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPageLayout, QPageSize, QPainter, QPdfWriter, QPen, QPolygonF

from console.errors import Fault
from console.views.i18n import tr
from console.views.print.layout import MM_PER_INCH, Box, Frame, degrees_text
from console.views.print.searchable import searchable

PDF_DPI, PNG_DPI, PREVIEW_DPI = 600, 200, 60
INK, FAINT, PAPER = QColor("#161616"), QColor("#505050"), QColor("#ffffff")
ROW_MM, HEAD_MM, SIGN_MM = 6.2, 5.2, 5.6
Legend = list[tuple[str, list[tuple[str, bytes]]]]


@dataclass(frozen=True)
class Content:
    """`image`, and the signs of `legend`: PNG. `times`, `sources`: one line each. `marks`: what must stand on every picture of the state
    (exercise, not live), "" for nothing. `grey`: without colours."""

    frame: Frame
    title: str
    times: tuple[str, ...]
    sources: tuple[str, ...]
    marks: tuple[str, ...]
    image: bytes
    legend: Legend
    grey: bool = False


def save(content: Content, path: Path) -> None:
    """As PDF or PNG by the ending, whole or not at all. Raises Fault when it cannot be written."""
    part = path.with_name(f".{path.name}.part")
    try:
        body = as_pdf(content) if path.suffix.lower() == ".pdf" else as_png(content, PNG_DPI)
        with part.open("wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise Fault(f"{path} could not be written ({error.strerror}). Check that the directory exists and has room.") from error


def as_pdf(content: Content) -> bytes:
    page = content.frame.layout.page
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setResolution(PDF_DPI)
    writer.setTitle(content.title)
    writer.setCreator("Fengsui")
    size = QPageSize(QSizeF(page.width, page.height), QPageSize.Unit.Millimeter, "", QPageSize.SizeMatchPolicy.ExactMatch)
    writer.setPageLayout(QPageLayout(size, QPageLayout.Orientation.Portrait, QMarginsF(0, 0, 0, 0), QPageLayout.Unit.Millimeter))
    painter = QPainter(writer)
    _Sheet(content, painter, PDF_DPI).draw()
    painter.end()
    return searchable(bytes(buffer.data().data()))


def as_png(content: Content, dpi: int) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    picture(content, dpi).save(buffer, "PNG")  # type: ignore[call-overload]  # the stubs ask for what it refuses
    return bytes(buffer.data().data())


def picture(content: Content, dpi: int = PREVIEW_DPI) -> QImage:
    page = content.frame.layout.page
    image = QImage(round(page.width / MM_PER_INCH * dpi), round(page.height / MM_PER_INCH * dpi), QImage.Format.Format_RGB32)
    image.setDotsPerMeterX(round(dpi / MM_PER_INCH * 1000))
    image.setDotsPerMeterY(round(dpi / MM_PER_INCH * 1000))
    image.fill(PAPER)
    painter = QPainter(image)
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
    _Sheet(content, painter, dpi).draw()
    painter.end()
    return image


class _Sheet:
    """One drawing of it: `k` device units are a millimetre."""

    def __init__(self, content: Content, painter: QPainter, dpi: int) -> None:
        self.content, self.painter, self.k = content, painter, dpi / MM_PER_INCH
        self.frame, self.layout = content.frame, content.frame.layout

    def draw(self) -> None:
        self._map()
        self._grid()
        self._marks()
        self._north()
        self._title()
        self._legend()
        self._foot()

    # -- parts ------------------------------------------------------------------------------------------------------------

    def _map(self) -> None:
        box = self._rect(self.layout.map)
        self.painter.drawImage(box, self._image(self.content.image))
        self._pen(INK, 0.4)
        self.painter.drawRect(box)

    def _grid(self) -> None:
        box, painter = self.layout.map, self.painter
        meridians, parallels = self.frame.grid()
        painter.save()
        painter.setClipRect(self._rect(box))
        ink = QColor(INK)
        ink.setAlpha(110)
        self._pen(ink, 0.12)
        for _, points in meridians + parallels:
            painter.drawPolyline(QPolygonF([self._point(*point) for point in points]))
        painter.restore()
        for lon, points in meridians:
            for (x, _), y in ((points[-1], box.top - 1.9), (points[0], box.bottom + 1.9)):
                self._centred(degrees_text(lon, ("E", "W")), x, y, 2.1)
        for lat, points in parallels:
            for (_, y), x in ((points[0], box.left - 1.9), (points[-1], box.right + 1.9)):
                self._centred(degrees_text(lat, ("N", "S")), x, y, 2.1, turned=True)

    def _marks(self) -> None:
        """Over the map, large and faint, and in a frame of its own above it: no copy of a part of it can lose it."""
        text = " · ".join(mark for mark in self.content.marks if mark)
        if not text:
            return
        box, title, painter = self.layout.map, self.layout.title, self.painter
        painter.save()
        painter.setClipRect(self._rect(box))
        painter.setOpacity(0.2)
        for row in (0.25, 0.75):
            self._centred(text.split(" · ")[0].split("，")[0][:24], box.left + box.width / 2, box.top + box.height * row, 16.0, bold=True)
        painter.restore()
        width = min(title.width * 0.5, self._width(text, 3.6, bold=True) + 6)
        frame = Box(title.right - width, title.top, width, 7)
        self._pen(INK, 0.7)
        painter.drawRect(self._rect(frame))
        self._fitted(text, Box(frame.left + 2, frame.top, frame.width - 4, frame.height), 3.6, bold=True, middle=True)

    def _north(self) -> None:
        x, y = self.layout.map.right - 8, self.layout.map.top + 6
        self._pen(PAPER, 0.5)
        self.painter.setBrush(INK)
        self.painter.drawPolygon(
            QPolygonF([self._point(x, y - 4), self._point(x + 2.6, y + 4), self._point(x, y + 2.2), self._point(x - 2.6, y + 4)])
        )
        self.painter.setBrush(Qt.BrushStyle.NoBrush)
        self._plate("N" if tr("North") == "North" else tr("North"), x, y + 7.5, 3.6)

    def _title(self) -> None:
        box = self.layout.title
        marked = any(self.content.marks)
        self._fitted(self.content.title, Box(box.left, box.top, box.width * (0.48 if marked else 1), 8), 5.6, bold=True)
        self._fitted("   ".join(self.content.times), Box(box.left, box.top + 8.4, box.width, 4.4), 2.9)

    def _legend(self) -> None:
        """As much as there is room for; what is left out is counted."""
        box, at = self.layout.legend, self.layout.legend.top
        self._fitted(tr("Legend"), Box(box.left, at, box.width, 5), 3.6, bold=True)
        at += 6.4
        left_out = 0
        for title, rows in self.content.legend:
            if at + HEAD_MM + ROW_MM > box.bottom - 4:
                left_out += len(rows)
                continue
            self._fitted(title, Box(box.left, at, box.width, 4.4), 2.9, bold=True, colour=FAINT)
            at += HEAD_MM
            for text, sign in rows:
                if at + ROW_MM > box.bottom - 4:
                    left_out += 1
                    continue
                self.painter.drawImage(self._rect(Box(box.left, at, SIGN_MM, SIGN_MM)), self._image(sign))
                self._fitted(text, Box(box.left + SIGN_MM + 1.5, at, box.width - SIGN_MM - 1.5, SIGN_MM), 3.0)
                at += ROW_MM
        if left_out:
            text = tr("and {n} sign more|and {n} signs more", n=left_out)
            self._fitted(text, Box(box.left, box.bottom - 4, box.width, 4), 2.7)

    def _foot(self) -> None:
        box = self.layout.foot
        metres, mm = self.frame.bar()
        self._bar(box.left + 2, box.top + 6.5, metres, mm)
        scale = tr("1 : {scale} in the middle of the map, on {paper} paper", scale=f"{self.frame.scale:,}", paper=self.layout.paper)
        self._fitted(scale, Box(box.left, box.top + 12, 78, 4), 2.9, bold=True)
        grid = tr("Positions and grid: WGS 84 (CGCS2000 within a metre); drawn in Mercator; north is up")
        self._fitted(grid, Box(box.left, box.top + 16.2, box.width * 0.48, 4), 2.5)
        right = Box(box.left + box.width * 0.5, box.top + 3, box.width * 0.5, 4)
        for line in self.content.sources[:4]:
            self._fitted(line, right, 2.6)
            right = Box(right.left, right.top + 4.2, right.width, right.height)

    def _bar(self, left: float, top: float, metres: int, mm: float) -> None:
        self._pen(INK, 0.25)
        for part in range(4):
            self.painter.setBrush(INK if part % 2 == 0 else PAPER)
            self.painter.drawRect(self._rect(Box(left + part * mm / 4, top, mm / 4, 1.6)))
        self.painter.setBrush(Qt.BrushStyle.NoBrush)
        for share in (0.0, 0.5, 1.0):
            length = metres * share
            text = f"{length / 1000:g} km" if metres >= 2000 else f"{length:g} m"
            self._centred(text if share else "0", left + mm * share, top - 2, 2.5)

    # -- strokes and words ----------------------------------------------------------------------------------------------------

    def _rect(self, box: Box) -> QRectF:
        return QRectF(box.left * self.k, box.top * self.k, box.width * self.k, box.height * self.k)

    def _point(self, x: float, y: float) -> QPointF:
        return QPointF(x * self.k, y * self.k)

    def _pen(self, colour: QColor, mm: float) -> None:
        self.painter.setPen(QPen(colour, mm * self.k))

    def _image(self, body: bytes) -> QImage:
        image = QImage.fromData(QByteArray(body))
        if self.content.grey and not image.isNull():
            image = _grey(image)
        return image

    def _font(self, mm: float, *, bold: bool = False) -> QFont:
        font = QFont(self.painter.font())
        font.setPixelSize(max(1, round(mm * self.k)))
        font.setBold(bold)
        font.setStyleStrategy(QFont.StyleStrategy.NoSubpixelAntialias)  # no coloured edges: for paper, and for grey
        font.setFeature(QFont.Tag("locl"), 0)  # glyphs of a language alone have no code point: their words would not be found
        return font

    def _width(self, text: str, mm: float, *, bold: bool = False) -> float:
        return QFontMetricsF(self._font(mm, bold=bold)).horizontalAdvance(text) / self.k

    def _fitted(self, text: str, box: Box, mm: float, *, bold: bool = False, colour: QColor = INK, middle: bool = False) -> None:
        """In one line, smaller where it is too long, with an ellipsis where that is not enough."""
        font = self._font(mm, bold=bold)
        width = box.width * self.k
        wide = QFontMetricsF(font).horizontalAdvance(text)
        if wide > width:
            font.setPixelSize(max(1, round(font.pixelSize() * max(0.7, width / wide))))
            text = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, width)
        self.painter.setFont(font)
        self.painter.setPen(colour)
        align = Qt.AlignmentFlag.AlignVCenter | (Qt.AlignmentFlag.AlignHCenter if middle else Qt.AlignmentFlag.AlignLeft)
        self.painter.drawText(self._rect(box), align | Qt.TextFlag.TextSingleLine, text)

    def _centred(self, text: str, x: float, y: float, mm: float, *, turned: bool = False, bold: bool = False) -> None:
        painter = self.painter
        painter.save()
        painter.translate(self._point(x, y))
        if turned:
            painter.rotate(-90)
        painter.setFont(self._font(mm, bold=bold))
        painter.setPen(INK)
        half = 150 * self.k
        painter.drawText(QRectF(-half, -half, 2 * half, 2 * half), Qt.AlignmentFlag.AlignCenter, text)
        painter.restore()

    def _plate(self, text: str, x: float, y: float, mm: float) -> None:
        width = self._width(text, mm, bold=True) + 1.6
        self.painter.fillRect(self._rect(Box(x - width / 2, y - mm * 0.65, width, mm * 1.3)), PAPER)
        self._centred(text, x, y, mm, bold=True)


def _grey(image: QImage) -> QImage:
    """Without colours, with what is transparent kept so."""
    if not image.hasAlphaChannel():
        return image.convertToFormat(QImage.Format.Format_Grayscale8)
    grey = image.convertToFormat(QImage.Format.Format_Grayscale8).convertToFormat(QImage.Format.Format_ARGB32)
    grey.setAlphaChannel(image.convertToFormat(QImage.Format.Format_Alpha8))
    return grey
