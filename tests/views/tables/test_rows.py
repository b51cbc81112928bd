"""Rows of widgets, and a list beside its details, at the widths that a panel has."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QMenu, QPushButton, QToolButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from console.views.tables.beside import Beside
from console.views.tables.chips import Chips
from console.views.tables.columns import Column
from console.views.tables.pane import TablePane
from console.views.tables.rows import Rows

GROUPS = {"": "In force", "ended": "Ended", "withdrawn": "Taken away", "blind": "Not acknowledged"}
Bar = tuple[QWidget, Chips, QLineEdit, QPushButton]


@pytest.fixture
def bar(qtbot: QtBot) -> Bar:
    whole, rows = QWidget(), Rows()
    chips, line, button = Chips(GROUPS, "Show"), QLineEdit(), QPushButton("Columns")
    rows.addWidget(chips)
    rows.add_growing(line, 110)
    rows.addWidget(button)
    column = QVBoxLayout(whole)
    column.setContentsMargins(0, 0, 0, 0)
    column.addLayout(rows)
    column.addWidget(QLabel("below"), 1)
    qtbot.addWidget(whole)
    whole.resize(900, 200)
    whole.show()
    qtbot.waitExposed(whole)
    return whole, chips, line, button


def test_wide_everything_is_in_one_row_and_the_line_takes_what_is_left(bar: Bar) -> None:
    whole, chips, line, button = bar
    assert abs(chips.geometry().center().y() - button.geometry().center().y()) <= 1
    assert button.geometry().right() == whole.width() - 1
    assert line.width() > 300


@pytest.mark.parametrize("width", [420, 320, 240, 170])
def test_narrow_no_word_is_cut_and_nothing_overlaps(bar: Bar, qtbot: QtBot, width: int) -> None:
    whole, chips, line, button = bar
    whole.resize(width, 300)
    qtbot.waitUntil(lambda: line.y() > chips.y())
    chosen = [each for each in chips.findChildren(QToolButton) if each.isVisible()]
    assert all(each.width() >= each.sizeHint().width() for each in chosen)
    assert button.width() >= button.sizeHint().width()
    everything = [each.geometry().translated(chips.pos()) for each in chosen] + [line.geometry(), button.geometry()]
    assert all(not a.intersects(b) for at, a in enumerate(everything) for b in everything[at + 1 :])
    assert all(whole.rect().contains(each) for each in everything)


def test_what_is_hidden_takes_no_room(bar: Bar, qtbot: QtBot) -> None:
    _, chips, line, _ = bar
    chips.hide()
    qtbot.waitUntil(lambda: line.x() == 0)


def test_details_go_below_where_it_is_narrow_and_tall_and_come_back_with_their_shares(qtbot: QtBot) -> None:
    left, right = QWidget(), QWidget()
    both = Beside(left, right, (700, 300), (300, 400))
    qtbot.addWidget(both)
    both.resize(1000, 500)
    both.show()
    qtbot.waitExposed(both)
    both.setSizes([600, 400])
    held = both.sizes()
    both.resize(500, 500)
    qtbot.waitUntil(lambda: both.orientation() is Qt.Orientation.Vertical)
    assert right.y() > left.y()
    both.resize(500, 200)
    qtbot.waitUntil(lambda: both.orientation() is Qt.Orientation.Horizontal)
    both.resize(1000, 500)
    qtbot.waitUntil(lambda: abs(both.sizes()[0] - held[0]) <= 30)


def test_low_and_narrow_the_groups_are_one_button_with_a_menu(qtbot: QtBot) -> None:
    pane = TablePane("x", [Column("a", lambda: "A", lambda _row, _now: "")], lambda: 0, lambda: "none")
    chips = Chips(GROUPS, "Show")
    pane.bar.insertWidget(0, chips)
    picked: list[str] = []
    chips.picked.connect(picked.append)
    qtbot.addWidget(pane)
    pane.resize(900, 120)
    pane.show()
    qtbot.waitExposed(pane)
    line = pane.fontMetrics().lineSpacing()

    def seen() -> list[str]:
        return [button.text() for button in chips.findChildren(QToolButton) if button.isVisible()]

    assert len(seen()) == len(GROUPS)
    pane.resize(300, 6 * line)
    qtbot.waitUntil(lambda: seen() == ["● In force"])
    chips.findChildren(QMenu)[0].actions()[1].trigger()
    assert (picked, seen()) == (["ended"], ["● Ended"])
    pane.resize(300, 30 * line)
    qtbot.waitUntil(lambda: len(seen()) == len(GROUPS))
    assert "● Ended" in seen()
