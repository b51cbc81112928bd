"""The live table as an operator handles it, in a real window."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from console.views.tables.columns import Column, folded
from console.views.tables.marks import LEVEL_MARKS
from console.views.tables.model import MARK_ROLE, TableModel
from console.views.tables.pane import TablePane


@dataclass(frozen=True)
class Thing:
    id: str
    size: int
    name: str
    heard_ms: int = 0

    @property
    def search(self) -> str:
        return folded(self.id, self.name)


def columns() -> list[Column[Thing]]:
    return [
        Column("name", lambda: "Name", lambda row, _now: row.name, wide=True),
        Column(
            "size", lambda: "Size", lambda row, _now: f"{row.size}", lambda row: row.size, lambda row, _now: LEVEL_MARKS[1], numeric=True
        ),
        Column(
            "age", lambda: "Age", lambda row, now: f"{(now - row.heard_ms) // 1000} s", lambda row: row.heard_ms, ages=True, numeric=True
        ),
        Column("id", lambda: "Id", lambda row, _now: row.id, hidden=True),
    ]


def things(count: int) -> list[Thing]:
    return [Thing(f"t{at:05}", at, f"队伍 {at}") for at in range(count)]


class Clock:
    ms = 60_000

    def __call__(self) -> int:
        return self.ms


@pytest.fixture
def pane(qtbot: QtBot) -> TablePane:
    made = TablePane("things", columns(), Clock(), lambda: "Register a thing first.", several=True)
    qtbot.addWidget(made)
    made.resize(500, 300)
    made.sort_by("size")
    with qtbot.waitExposed(made):
        made.show()
    return made


def shown(pane: TablePane) -> list[str]:
    return [pane.table.row_at(at).id for at in range(pane.table.rowCount())]


def test_the_model_keeps_qts_rules_through_every_kind_of_change(qtmodeltester: ModelTester) -> None:
    model = TableModel(columns(), Clock())
    model.sort(1)
    qtmodeltester.check(model)
    model.replace_all(things(30))
    model.apply([Thing("t00003", 99, "moved"), Thing("new", 5, "new")], ["t00001"])
    model.set_filter("队伍")
    model.set_filter("")
    model.sort(0, Qt.SortOrder.DescendingOrder)
    model.replace_all(things(200))
    model.set_accepts(lambda row: row.size % 2 == 0)
    model.replace_all([])
    qtmodeltester.check(model)


def test_cells_have_words_marks_and_right_aligned_figures(pane: TablePane) -> None:
    pane.table.replace_all(things(2))
    index = pane.table.index(1, 1)
    assert index.data() == "1"
    assert index.data(MARK_ROLE) == LEVEL_MARKS[1]
    assert index.data(Qt.ItemDataRole.TextAlignmentRole) & Qt.AlignmentFlag.AlignRight
    assert pane.table.index(1, 2).data() == "60 s"


def test_selection_and_scroll_stay_on_their_rows_across_a_refresh(pane: TablePane) -> None:
    pane.table.replace_all(things(1000))
    pane.view.select_id("t00500")
    top = pane.table.row_at(pane.view.rowAt(0)).id
    pane.table.replace_all([*things(900), *[Thing(f"a{at}", -1 - at, "早到") for at in range(100)]])
    assert pane.view.current_id() == "t00500"
    assert pane.view.selected_ids() == ["t00500"]
    assert pane.table.row_at(pane.view.rowAt(0)).id == top


def test_rows_entering_above_do_not_move_what_is_read(pane: TablePane) -> None:
    pane.table.replace_all(things(300))
    pane.view.select_id("t00200")
    top = pane.table.row_at(pane.view.rowAt(0)).id
    pane.table.apply([Thing("first", -1, "first"), Thing("second", -2, "second")])
    assert pane.table.row_at(pane.view.rowAt(0)).id == top
    assert shown(pane)[:2] == ["second", "first"]
    pane.table.apply([], ["first", "second"])
    assert pane.table.row_at(pane.view.rowAt(0)).id == top


@pytest.mark.parametrize("others", [0, 200])
def test_a_row_that_goes_takes_the_selection_with_it(pane: TablePane, others: int) -> None:
    """One by one and as a reset: the selection never lands on a neighbour."""
    pane.table.replace_all(things(400))
    pane.view.select_id("t00007")
    pane.table.apply([], ["t00007", *[f"t{at:05}" for at in range(100, 100 + others)]])
    assert pane.view.current_id() == ""
    assert pane.view.selected_ids() == []


def test_only_changed_rows_in_view_are_told(pane: TablePane) -> None:
    """5,000 rows, 500 changes: the view hears of those it shows and no others."""
    rows = things(5000)
    pane.table.replace_all(rows)
    heard: list[tuple[int, int]] = []
    pane.table.dataChanged.connect(lambda first, last, _roles: heard.append((first.row(), last.row())))
    pane.table.apply([replace(row, heard_ms=1) for row in rows[::10]])
    last = pane.view.rowAt(pane.view.viewport().height() - 1)
    assert heard == [(at, at) for at in range(0, last + 1, 10)]
    heard.clear()
    pane.table.apply([replace(row, heard_ms=2) for row in rows[4000:4500]])
    assert heard == []
    pane.view.select_id("t04200")
    assert pane.table.index(4200, 2).data() == "59 s"


def test_a_second_redraws_the_ages_in_view_alone(pane: TablePane) -> None:
    pane.table.replace_all(things(5000))
    heard: list[tuple[int, int, int, int]] = []
    pane.table.dataChanged.connect(lambda first, last: heard.append((first.row(), last.row(), first.column(), last.column())))
    pane.table.tick()
    last = pane.view.rowAt(pane.view.viewport().height() - 1)
    assert heard == [(0, last, 2, 2)]


def test_values_drift_and_are_sorted_when_asked(pane: TablePane, qtbot: QtBot) -> None:
    pane.table.replace_all(things(5))
    pane.table.apply([Thing("t00000", 77, "grew")])
    assert shown(pane)[0] == "t00000"
    assert pane._resort.isVisible()
    qtbot.mouseClick(pane._resort, Qt.MouseButton.LeftButton)
    assert shown(pane)[-1] == "t00000"
    assert not pane._resort.isVisible()


def test_a_header_click_sorts_and_the_selection_goes_with_its_row(pane: TablePane) -> None:
    pane.table.replace_all(things(50))
    pane.view.select_id("t00010")
    pane.sort_by("size", descending=True)
    assert shown(pane)[0] == "t00049"
    assert pane.view.selected_ids() == ["t00010"]


def test_keys_open_fly_filter_and_copy(pane: TablePane, qtbot: QtBot) -> None:
    told: list[tuple[str, str]] = []
    pane.view.opened.connect(lambda row: told.append(("open", row)))
    pane.view.fly.connect(lambda row: told.append(("fly", row)))
    pane.view.picked.connect(lambda row: told.append(("pick", row)))
    pane.table.replace_all(things(5))
    pane.view.select_id("t00001")
    pane.view.setFocus()
    qtbot.keyClick(pane.view, Qt.Key.Key_Down)
    qtbot.keyClick(pane.view, Qt.Key.Key_Return)
    qtbot.keyClick(pane.view, Qt.Key.Key_F)
    assert told == [("pick", "t00002"), ("open", "t00002"), ("fly", "t00002")]
    qtbot.keyClick(pane.view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "队伍 2\t2\t60 s"
    pane.view.selectionModel().setCurrentIndex(pane.table.index(2, 1), pane.view.selectionModel().SelectionFlag.NoUpdate)
    qtbot.keyClick(pane.view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
    assert QGuiApplication.clipboard().text() == "2"
    {action.text(): action for action in pane.view.actions()}["Show on the map (F)"].trigger()
    assert told[-1] == ("fly", "t00002")
    qtbot.keyClick(pane.view, Qt.Key.Key_Slash)
    assert pane.window().focusWidget() is pane.filter


def test_the_filter_line_filters_as_you_type_and_escape_gives_all_back(pane: TablePane, qtbot: QtBot) -> None:
    pane.table.replace_all(things(50))
    pane.filter.insert("队伍 ")
    qtbot.keyClicks(pane.filter, "49")
    assert shown(pane) == ["t00049"]
    assert pane._count.text() == "1 of 50"
    qtbot.keyClicks(pane.filter, "x")
    assert pane._empty.isVisible()
    assert "Nothing here matches" in pane._empty.text()
    qtbot.keyClick(pane.filter, Qt.Key.Key_Escape)
    assert pane.table.rowCount() == 50
    qtbot.keyClick(pane.filter, Qt.Key.Key_Escape)
    assert pane.window().focusWidget() is pane.view


def test_enter_in_the_filter_goes_to_the_first_match(pane: TablePane, qtbot: QtBot) -> None:
    picked: list[str] = []
    pane.view.picked.connect(picked.append)
    pane.table.replace_all(things(50))
    qtbot.keyClicks(pane.filter, "t0004")
    qtbot.keyClick(pane.filter, Qt.Key.Key_Return)
    assert picked == ["t00040"]
    assert pane.window().focusWidget() is pane.view


def test_an_empty_table_says_what_to_do_once_it_is_known_to_be_empty(pane: TablePane) -> None:
    assert pane._empty.text() == "Reading..."
    pane.set_filled()
    assert pane._empty.text() == "Register a thing first."
    pane.table.replace_all(things(1))
    assert pane.view.isVisible()


def test_columns_are_chosen_and_come_back_as_they_were_left(pane: TablePane, qtbot: QtBot) -> None:
    menu = QMenu(pane)
    actions = pane.column_actions(menu)
    assert [action.isChecked() for action in actions] == [True, True, True, False]
    actions[3].setChecked(True)
    actions[1].setChecked(False)
    pane.view.horizontalHeader().moveSection(0, 2)
    pane.sort_by("name", descending=True)
    saved = pane.columns_state()
    other = TablePane("things", columns(), Clock(), lambda: "")
    qtbot.addWidget(other)
    other.restore_columns({**saved, "order": ["no such column", *saved["order"]]})
    assert other.columns_state()["order"] == saved["order"]
    assert other.columns_state()["hidden"] == ["size"]
    assert (saved["sort"], saved["descending"]) == ("name", True)
    assert other.view.horizontalHeader().sortIndicatorSection() == 0


def test_the_last_column_cannot_be_taken_away(pane: TablePane) -> None:
    pane.restore_columns({"hidden": ["size", "age", "id"]})
    assert [action.isEnabled() for action in pane.column_actions(QMenu(pane))] == [False, True, True, True]


def test_fifty_thousand_rows_filter_and_sort(pane: TablePane) -> None:
    """Counts, not times: a filter letter asks no cell for its text, and one reset carries the change."""
    pane.table.replace_all(things(50_000))
    resets: list[int] = []
    pane.table.modelReset.connect(lambda: resets.append(1))
    pane.filter.setText("49")
    assert len(resets) == 1
    assert pane.table.rowCount() == sum("49" in f"t{at:05}\n队伍 {at}" for at in range(50_000))
    assert pane.table.rowCount(QModelIndex()) < 50_000


def test_larger_text_takes_higher_rows_and_wider_columns(pane: TablePane) -> None:
    pane.view.set_lines(2)
    before = pane.view.verticalHeader().defaultSectionSize(), pane.view.columnWidth(1)
    font = pane.font()
    font.setPointSizeF(font.pointSizeF() * 2)
    pane.setFont(font)
    after = pane.view.verticalHeader().defaultSectionSize(), pane.view.columnWidth(1)
    assert after[0] >= 2 * pane.view.fontMetrics().lineSpacing() > 1.5 * before[0]
    assert after[1] > 1.5 * before[1]
