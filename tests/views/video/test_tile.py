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


def test_the_clock_gives_way_to_the_name_that_tells_cameras_apart(qtbot: QtBot) -> None:
    tile, name, clock = TileView(0), "X7 北沟二号拦挡坝下游 (模拟设备)", "14:03:22"
    qtbot.addWidget(tile)
    tile.show_face(name, Face("live", "", "", clock))
    metrics = tile.fontMetrics()
    name_px, clock_px = metrics.horizontalAdvance(name), metrics.horizontalAdvance(clock)
    tile.resize(name_px + clock_px + 80, 240)
    assert (tile.title(), tile.clock_below) == (name, False)
    beside = tile.grab().toImage()
    tile.resize(name_px + 60, 240)
    assert (tile.title(), tile.clock_below) == (name, True)
    below = tile.grab().toImage()
    second = metrics.height() + 6 + metrics.height() // 2 + 3
    assert [_lit(image, image.width() - clock_px - 10, second) for image in (beside, below)] == [False, True]
    tile.resize(name_px // 2 + 40, 240)
    assert "…" in tile.title()
    assert tile.title().startswith("X7")
    assert name in tile.toolTip()


def test_the_clock_hides_nothing_of_what_is_wrong(qtbot: QtBot) -> None:
    tile = TileView(0)
    qtbot.addWidget(tile)
    tile.resize(170, 96)
    tile.show_face("X7 北沟二号拦挡坝下游 (模拟设备)", Face("dead", "NOT LIVE", "", "14:03:22"))
    assert tile.clock_below
    shown = tile.grab().toImage()
    reds = [[y for y in range(96) if shown.pixelColor(x, y).name() == DEAD.name()] for x in (6, 162)]
    assert reds[0]
    assert reds[0] == reds[1]


def _lit(image: QImage, left: int, y: int) -> bool:
    """Whether any words stand in that row, from `left` to the rim."""
    return any(image.pixelColor(x, y + step).lightness() > 150 for x in range(left, image.width() - 5) for step in range(-3, 4))
