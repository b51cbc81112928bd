"""The bar above the map where it is too narrow for all of its tools."""

from __future__ import annotations

from PySide6.QtWidgets import QToolButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from console.views.map.tools import MORE_PX, Tools


def test_the_button_for_what_does_not_fit_can_be_hit_and_hides_no_other(qtbot: QtBot) -> None:
    whole = QWidget()
    column = QVBoxLayout(whole)
    column.setContentsMargins(0, 0, 0, 0)
    tools = Tools(whole)
    column.addWidget(tools)
    column.addStretch(1)
    for text in ("Show all units", "Show the whole area", "Follow", "Measure", "Legend", "Layers"):
        tools.add(text, text, "", lambda: None)
    qtbot.addWidget(whole)
    whole.resize(300, 100)
    whole.show()
    qtbot.waitExposed(whole)
    more = tools.findChild(QToolButton, "qt_toolbar_ext_button")
    for width in (300, 260, 430, 350):
        whole.resize(width, 100)
        qtbot.waitUntil(lambda: more.isVisible() and more.geometry().right() == tools.width() - 1)
        assert more.width() >= MORE_PX
        assert more.accessibleName()
        others = [each for each in tools.findChildren(QToolButton) if each is not more and each.isVisible()]
        assert others
        assert not any(each.geometry().intersects(more.geometry()) for each in others)
    whole.setStyleSheet("QWidget { font-size: 13pt }")  # as a theme does
    whole.resize(320, 100)
    qtbot.waitUntil(lambda: more.geometry().right() == tools.width() - 1)
    others = [each for each in tools.findChildren(QToolButton) if each is not more and each.isVisible()]
    assert not any(each.geometry().intersects(more.geometry()) for each in others)
    whole.resize(1600, 100)
    qtbot.waitUntil(lambda: not more.isVisible())
