"""The unit's card keeps its buttons in reach on a low map with large text."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from console.views.context import Thing
from console.views.map.card import FOOT_PX, UnitCard
from tests.views.tables import sample
from tests.views.tables.desk import Desk


@pytest.fixture
def text_size(qapp: QApplication) -> Iterator[None]:
    before = QFont(qapp.font())
    yield
    qapp.setFont(before)


def shown(qtbot: QtBot, folder: Path, height_px: int) -> tuple[Desk, QWidget, UnitCard]:
    desk = Desk(folder)
    sample.fill(desk)
    ground = QWidget()
    qtbot.addWidget(ground)
    ground.resize(900, height_px)
    card = UnitCard(desk.context, ground)
    card.move(12, 12)
    with qtbot.waitExposed(ground):
        ground.show()
    desk.context.selection.select(Thing.UNIT, "u0")
    assert card.isVisible()
    return desk, ground, card


def test_where_there_is_room_all_of_it_is_seen(qtbot: QtBot, tmp_path: Path) -> None:
    desk, _, card = shown(qtbot, tmp_path, 700)
    qtbot.waitUntil(lambda: card._scroll.verticalScrollBar().maximum() == 0)
    assert card.height() < 500
    desk.close()


def test_where_there_is_not_the_rest_is_scrolled_to(qtbot: QtBot, tmp_path: Path, qapp: QApplication, text_size: None) -> None:
    font = QFont(qapp.font())
    font.setPointSize(15)
    qapp.setFont(font)
    desk, ground, card = shown(qtbot, tmp_path, 296)
    qtbot.waitUntil(lambda: card._scroll.verticalScrollBar().maximum() > 0)
    assert card.geometry().bottom() <= ground.height() - FOOT_PX
    for button in (card.follow, card.fly):
        assert button.isVisible()
        assert button.geometry().bottom() <= card.height()
    desk.close()
