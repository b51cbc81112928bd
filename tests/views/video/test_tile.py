"""One tile: less light in a dim room, and none of it from what is wrong."""

from __future__ import annotations

from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from console.views.video.presenter import Face
from console.views.video.tile import DEAD, TileView


def test_a_dim_room_takes_light_from_the_picture_and_none_from_the_warning(qtbot: QtBot) -> None:
    tile = TileView(0)
    qtbot.addWidget(tile)
    tile.resize(320, 180)
    picture = QImage(320, 180, QImage.Format.Format_RGB32)
    picture.fill(QColor("white"))
    tile.show_image(picture)
    tile.show_face("河口", Face("dead", "NOT LIVE", "", ""))

    def light() -> tuple[int, QColor]:
        shown = tile.grab().toImage()
        return max(shown.pixelColor(at, 170).lightness() for at in range(4, 316)), shown.pixelColor(20, 90)

    bright, warning = light()
    tile.set_dim(True)
    dim, warned = light()
    assert dim < 0.65 * bright
    assert warned == warning
    assert warning.name() == DEAD.name()
