"""The line of choices over the chart, in a narrow panel with huge text."""

from __future__ import annotations

import itertools

import pytest
from PySide6.QtWidgets import QDateTimeEdit, QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from console.views.monitoring.tools import Tools
from console.views.window import theme


@pytest.mark.parametrize("width_px", [360, 520, 900])
def test_no_word_of_a_button_is_cut(qtbot: QtBot, width_px: int) -> None:
    tools = Tools()
    qtbot.addWidget(tools)
    font = tools.font()
    font.setPointSize(theme.TEXT_SIZES_PT["huge"])
    tools.setFont(font)
    tools.compare.click()
    tools.resize(width_px, tools.heightForWidth(width_px))
    with qtbot.waitExposed(tools):
        tools.show()
    line = [tools.range, tools.follow, tools.stacked, tools.rise, tools.sums, tools.limits, tools.compare, tools.save]
    for button in (*tools.findChildren(QToolButton), *tools.findChildren(QPushButton), *tools.findChildren(QDateTimeEdit)):
        if button.isVisible() and button.parentWidget() in (tools, tools.peak.parentWidget()):
            assert button.width() >= button.sizeHint().width(), button
    places = [widget.geometry() for widget in line]
    assert all(tools.rect().contains(place) for place in places)
    assert not [(one, other) for one, other in itertools.combinations(places, 2) if one.intersects(other)]
