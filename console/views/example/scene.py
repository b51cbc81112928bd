"""Pictures of cameras that do not exist: a gully with its staff gauge, a road, a bridge, a school. Drawn here, of nothing real, and marked so.

Any thread; text needs a QGuiApplication.
"""

from __future__ import annotations

import math
import random
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QLinearGradient, QPainter, QPainterPath, QPen, QPolygonF

from console.views.example.story import Weather

WIDTH, HEIGHT = 640, 360
SLIDE_S = 2 * 3600 + 2 * 60
"""Of the story: when the slope comes down."""
TENTS_S, MOST_TENTS = 3 * 3600 + 35 * 60, 9
STAFF_M, STAFF_X = 3.0, 338
CLEAR, BROWN = QColor("#5b7f92"), QColor("#7d5f3c")
EXAMPLE = "#ffd166"


class Camera(NamedTuple):
    """`view`: gully, road, bridge or yard. `level`, `rain`: gauges of the scenario that tell its water and weather."""

    view: str
    level: str = ""
    rain: str = "rain-south-1"
    hit: bool = False
    """Its mast is hit by the slide, and it hangs askew."""


CAMERAS = {
    "cam-gully-mouth": Camera("gully", "level-upper"),
    "cam-gully-upper": Camera("gully", "level-gully", "rain-south-2", hit=True),
    "cam-gully-2": Camera("gully", "level-upper", "rain-south-2"),
    "cam-valley": Camera("bridge", "level-lower"),
    "cam-bridge": Camera("bridge", "level-lower"),
    "cam-town": Camera("road", rain="rain-town"),
    "cam-school": Camera("yard", rain="rain-town"),
}
"""By the ids of the scenario's feeds. One that is missing here has no picture, as it happens."""


class Caption(NamedTuple):
    """Written over the picture. `level`, `rain`: with {value} where the figure belongs."""

    name: str
    mark: str
    clock: str
    level: str
    rain: str


def picture(camera: Camera, weather: Weather, caption: Caption, frame: int) -> QImage:
    """`frame`: counts on; what moves, moves by it."""
    image = QImage(WIDTH, HEIGHT, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.save()
    if camera.hit and weather.story_s >= SLIDE_S:
        painter.translate(WIDTH / 2, HEIGHT / 2)
        painter.rotate(-11)
        painter.scale(1.3, 1.3)
        painter.translate(-WIDTH / 2, -HEIGHT / 2)
    _sky(painter, weather)
    {"gully": _gully, "bridge": _bridge, "road": _road, "yard": _yard}[camera.view](painter, weather, frame)
    _rain(painter, weather, frame)
    painter.restore()
    _caption(painter, weather, caption)
    painter.end()
    return image


def _sky(painter: QPainter, weather: Weather) -> None:
    gloom = min(1.0, weather.rain_mm_h / 25)
    sky = QLinearGradient(0, 0, 0, HEIGHT * 0.6)
    sky.setColorAt(0, _mixed(QColor("#8fa6b5"), QColor("#4a545c"), gloom))
    sky.setColorAt(1, _mixed(QColor("#c4d0d3"), QColor("#7f898c"), gloom))
    painter.fillRect(0, 0, WIDTH, HEIGHT, sky)
    for colour, points in (
        ("#5d6e63", [(0, 150), (130, 70), (260, 140), (380, 60), (520, 130), (640, 80)]),
        ("#46574a", [(0, 190), (180, 110), (330, 180), (470, 105), (640, 170)]),
    ):
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(_mixed(QColor(colour), QColor("#5c6466"), gloom * 0.6))
        painter.drawPolygon(_polygon([*points, (640, 360), (0, 360)]))


def _gully(painter: QPainter, weather: Weather, frame: int) -> None:
    """Slopes left and right, the brook between them; the staff stands in it, and the water covers it as high as the gauge says."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor("#3c4a34"))
    painter.drawPolygon(_polygon([(0, 120), (150, 190), (250, 235), (270, 360), (0, 360)]))
    painter.drawPolygon(_polygon([(640, 105), (500, 180), (400, 232), (390, 360), (640, 360)]))
    if weather.story_s >= SLIDE_S:
        painter.setBrush(QColor("#6b5335"))
        painter.drawPolygon(_polygon([(520, 110), (600, 120), (560, 210), (470, 300), (380, 320), (400, 240), (470, 180)]))
        painter.setBrush(QColor("#57432b"))
        stones = random.Random(7)
        for _ in range(40):
            x, y = stones.uniform(395, 560), stones.uniform(190, 310)
            painter.drawEllipse(QPointF(x, y), stones.uniform(2, 7), stones.uniform(2, 5))
    level = weather.level_m or 0.0
    top = _staff_y(level)
    half = 34 + 34 * level
    _water(painter, [(325 - half * 0.5, top), (325 + half * 0.5, top), (335 + half * 1.7, 360), (315 - half * 1.7, 360)], weather, frame)
    _staff(painter, top)


def _bridge(painter: QPainter, weather: Weather, frame: int) -> None:
    level = weather.level_m or 0.0
    top = 315 - 45 * level
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor("#46513d"))
    painter.drawRect(0, 200, WIDTH, 160)
    _water(painter, [(0, top), (640, top - 10), (640, 360), (0, 360)], weather, frame)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor("#8d9192"))
    for x in (90, 300, 510):
        painter.drawRect(QRectF(x, 190, 24, max(0.0, top - 186)))
    painter.setBrush(QColor("#a4a8a8"))
    painter.drawRect(0, 172, WIDTH, 20)
    painter.setPen(QPen(QColor("#d0d3d3"), 3))
    painter.drawLine(0, 152, WIDTH, 152)
    for x in range(0, WIDTH, 40):
        painter.drawLine(x, 152, x, 172)
    for at, colour in enumerate(("#c0392b", "#e8e8e8", "#2e6da4")):
        x = (frame * 7 + at * 260) % (WIDTH + 160) - 80
        _vehicle(painter, x, 172, 46, colour)


def _road(painter: QPainter, _weather: Weather, frame: int) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor("#556048"))
    painter.drawRect(0, 180, WIDTH, 180)
    painter.setBrush(QColor("#4d5052"))
    painter.drawPolygon(_polygon([(300, 180), (340, 180), (600, 360), (40, 360)]))
    painter.setBrush(QColor("#e8e4d0"))
    for dash in range(7):
        near = ((dash + frame * 0.12) % 7) / 7
        y = 180 + 180 * near**2
        painter.drawRect(QRectF(320 - 3 * near - 1, y, 6 * near + 2, 4 + 22 * near**2))
    for at, colour in enumerate(("#c0392b", "#dfe3e6")):
        near = ((frame * 0.02 + at * 0.5) % 1.0) ** 2
        side = -1 if at else 1
        _vehicle(painter, 320 + side * (12 + 120 * near), 186 + 150 * near, 10 + 90 * near, colour)


def _yard(painter: QPainter, weather: Weather, frame: int) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor("#7b7768"))
    painter.drawRect(0, 210, WIDTH, 150)
    painter.setBrush(QColor("#c8bfae"))
    painter.drawRect(110, 90, 420, 130)
    painter.setBrush(QColor("#7a4b3a"))
    painter.drawRect(100, 78, 440, 16)
    for row in range(2):
        for column in range(9):
            painter.setBrush(QColor("#f4d58a" if (row * 9 + column * 5) % 3 else "#5d6f7c"))
            painter.drawRect(130 + column * 43, 106 + row * 48, 24, 28)
    pitched = int(max(0.0, weather.story_s - TENTS_S) / 600) + (weather.story_s >= TENTS_S)
    for tent in range(min(pitched, MOST_TENTS)):
        x, y = 60 + (tent % 5) * 115, 258 + (tent // 5) * 48
        painter.setBrush(QColor("#2f6db3"))
        painter.drawPolygon(_polygon([(x, y + 36), (x + 35, y), (x + 70, y + 36)]))
    walker = (frame * 3) % (WIDTH + 40) - 20
    painter.setBrush(QColor("#303030"))
    painter.drawEllipse(QPointF(walker, 228), 4, 4)
    painter.drawRect(QRectF(walker - 3, 232, 6, 16))


def _water(painter: QPainter, corners: list[tuple[float, float]], weather: Weather, frame: int) -> None:
    """Browner the higher it is, with ripples that run."""
    mud = min(1.0, max(0.0, ((weather.level_m or 0.0) - 0.4) / 1.2))
    path = QPainterPath()
    path.addPolygon(_polygon(corners))
    path.closeSubpath()
    painter.setPen(Qt.PenStyle.NoPen)
    painter.fillPath(path, _mixed(CLEAR, BROWN, mud))
    painter.save()
    painter.setClipPath(path)
    painter.setPen(QPen(QColor(255, 255, 255, 60), 2))
    top = min(y for _, y in corners)
    for line in range(12):
        y = top + ((line * 31 + frame * 9) % max(1, round(360 - top)))
        bend = 4 * math.sin(frame * 0.6 + line)
        painter.drawLine(QPointF(0, y + bend), QPointF(WIDTH, y - bend))
    painter.restore()


def _staff(painter: QPainter, water_top: float) -> None:
    painter.save()
    painter.setClipRect(QRectF(0, 0, WIDTH, water_top))
    low, high = _staff_y(0), _staff_y(STAFF_M)
    painter.fillRect(QRectF(STAFF_X, high, 26, low - high), QColor("#f5f5f0"))
    painter.setFont(_font(11, bold=True))
    for tenth in range(round(STAFF_M * 10)):
        y = _staff_y(tenth / 10)
        painter.fillRect(QRectF(STAFF_X, y - 3, 26 if tenth % 5 == 0 else 11, 3), QColor("#c0392b" if tenth % 10 == 0 else "#222222"))
        if tenth % 10 == 0 and tenth:
            painter.setPen(QColor("#ffffff"))
            painter.drawText(QPointF(STAFF_X + 31, y + 4), f"{tenth // 10} m")
    painter.restore()


def _staff_y(level_m: float) -> float:
    return 330 - 66 * level_m


def _vehicle(painter: QPainter, x: float, road_y: float, wide: float, colour: str) -> None:
    high = wide * 0.5
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colour))
    painter.drawRoundedRect(QRectF(x - wide / 2, road_y - high, wide, high * 0.8), wide * 0.08, wide * 0.08)
    painter.setBrush(QColor("#1d2327"))
    painter.drawRect(QRectF(x - wide * 0.36, road_y - high * 0.92, wide * 0.72, high * 0.35))
    for side in (-0.3, 0.3):
        painter.drawEllipse(QPointF(x + side * wide, road_y - high * 0.16), high * 0.17, high * 0.17)


def _rain(painter: QPainter, weather: Weather, frame: int) -> None:
    drops = random.Random(frame)
    painter.setPen(QPen(QColor(225, 235, 240, 110), 1))
    for _ in range(min(220, round(weather.rain_mm_h * 9))):
        x, y = drops.uniform(0, WIDTH), drops.uniform(0, HEIGHT)
        painter.drawLine(QPointF(x, y), QPointF(x - 4, y + 13))


def _caption(painter: QPainter, weather: Weather, caption: Caption) -> None:
    painter.fillRect(0, 0, WIDTH, 50, QColor(0, 0, 0, 150))
    painter.fillRect(0, HEIGHT - 28, WIDTH, 28, QColor(0, 0, 0, 150))
    painter.setFont(_font(17, bold=True))
    painter.setPen(QColor("#ffffff"))
    painter.drawText(QPointF(10, 20), caption.name)
    right = QRectF(0, 2, WIDTH - 10, 24)
    painter.drawText(right, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, caption.clock)
    painter.setPen(QColor(EXAMPLE))
    painter.drawText(QPointF(10, 43), caption.mark)
    told = [caption.rain.format(value=f"{weather.rain_mm_h:.1f}")]
    if weather.level_m is not None:
        told.insert(0, caption.level.format(value=f"{weather.level_m:.2f}"))
    painter.setPen(QColor("#ffffff"))
    painter.drawText(QPointF(10, HEIGHT - 9), "   ".join(told))


def _font(px: int, *, bold: bool = False) -> QFont:
    font = QFont()
    font.setPixelSize(px)
    font.setBold(bold)
    return font


def _polygon(points: list[tuple[float, float]]) -> QPolygonF:
    return QPolygonF([QPointF(x, y) for x, y in points])


def _mixed(one: QColor, other: QColor, share: float) -> QColor:
    pairs = ((one.redF(), other.redF()), (one.greenF(), other.greenF()), (one.blueF(), other.blueF()))
    return QColor.fromRgbF(*(a + (b - a) * share for a, b in pairs))
