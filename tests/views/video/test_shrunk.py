"""What is written in a picture can be read in a small tile."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage, QPainter
from pytestqt.qtbot import QtBot

from console.views.video.player.tile import shrunk


def written(width: int, height: int) -> QImage:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    painter = QPainter(image)
    font = painter.font()
    font.setPixelSize(height // 14)
    painter.setFont(font)
    for line in range(12):
        painter.drawText(8, (line + 1) * height // 13, "CAM 2026-07-14 03:12:45 " * 3)
    painter.end()
    return image


def grey(image: QImage) -> np.ndarray:
    held = image.convertToFormat(QImage.Format.Format_Grayscale8)
    return np.frombuffer(held.constBits(), np.uint8).reshape(held.height(), held.bytesPerLine())[:, : held.width()].astype(float)


@pytest.mark.parametrize("size", [(1280, 720), (1920, 1080), (704, 576)])
def test_a_small_picture_is_nearly_the_mean_of_what_it_stands_for(qtbot: QtBot, size: tuple[int, int]) -> None:
    frame = written(*size)
    small = shrunk(frame, 240, 135)
    best = frame.scaled(small.size(), Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation)
    rough = frame.scaled(small.size())
    assert abs(grey(small) - grey(best)).mean() < 0.6 * abs(grey(rough) - grey(best)).mean()


@pytest.mark.parametrize(
    ("asked", "got"), [((1280, 720), (640, 360)), ((640, 100), (177, 100)), ((0, 0), (1, 1)), ((330, 500), (330, 185))]
)
def test_it_keeps_its_shape_and_is_never_enlarged(qtbot: QtBot, asked: tuple[int, int], got: tuple[int, int]) -> None:
    small = shrunk(written(640, 360), *asked)
    assert (small.width(), small.height()) == got
