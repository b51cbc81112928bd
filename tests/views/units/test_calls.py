"""Calls for help: read, worded, answered, and never to be missed in the window."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from console.models.kinds import HelpEnded
from console.models.state import tables
from console.views.context import Thing
from console.views.units.calls import answer, call_text, read_calls
from console.views.units.panel import UnitsPanel
from tests.views.tables.desk import Desk
from tests.views.tables.sample import ME, SLIDE
from tests.views.tables.showing import shown
from tests.views.tables.state import NOW_MS

Shown = tuple[Desk, UnitsPanel]
MINUTE_MS = 60_000


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> Iterator[Shown]:
    with shown(qtbot, tmp_path, UnitsPanel) as made:
        qtbot.addWidget(made[1].attention)
        made[0].context.news.links.emit(ME, [])
        yield made


def call(desk: Desk, unit: str = "u5", minutes: int = 4, nature: str = "trapped", people: int = 3) -> None:
    desk.change(tables.Unit, unit, help=nature, help_text="房屋进水", help_people=people, help_ms=NOW_MS - minutes * MINUTE_MS)
    desk.tell(unit={unit})


def test_nothing_is_shown_while_nobody_calls(window: Shown) -> None:
    _, panel = window
    assert panel.attention.isHidden()
    assert panel.help.isHidden()


def test_a_call_stands_above_everything_with_its_age_until_it_is_answered(window: Shown) -> None:
    desk, panel = window
    call(desk)
    strip = panel.attention
    assert not strip.isHidden()
    assert strip._labels[0].text() == "HELP 托里镇信息员 阿依古丽: trapped, 3 people · 4 min ago · 房屋进水"
    desk.pass_time(60)
    assert "5 min ago" in strip._labels[0].text()
    desk.change(tables.Unit, "u5", help="")
    desk.tell(unit={"u5"})
    assert strip.isHidden()


def test_the_longest_waiting_come_first_and_the_rest_are_counted(window: Shown) -> None:
    desk, panel = window
    for at in range(5):
        call(desk, f"u{at}", minutes=at + 1)
    assert [each.unit for each in panel.attention.calls] == ["u4", "u3", "u2", "u1", "u0"]
    assert len(panel.attention._labels) == 2


def test_the_table_lists_who_calls_first_with_mark_and_word(window: Shown) -> None:
    desk, panel = window
    call(desk)
    first = panel.list.table.row_at(0)
    assert first.id == "u5"
    assert panel.list.table.index(0, 0).data() == "HELP 托里镇信息员 阿依古丽: trapped"
    panel.chips.choose("help")
    assert panel.list.table.rowCount() == 1
    desk.context.selection.select(Thing.UNIT, "u5")
    assert panel.card.pairs()["CALLS FOR HELP"] == "trapped, 3 people · 4 min ago · 房屋进水"


def test_answering_from_the_strip_leads_to_the_form_and_ends_the_call(window: Shown, qtbot: QtBot) -> None:
    desk, panel = window
    call(desk)
    panel.list.filter.setText("nothing like it")
    show, reply = panel.attention.findChildren(QPushButton)
    flown: list[str] = []
    desk.context.selection.fly_requested.connect(lambda _thing, unit: flown.append(unit))
    qtbot.mouseClick(show, Qt.MouseButton.LeftButton)
    assert flown == ["u5"]
    qtbot.mouseClick(reply, Qt.MouseButton.LeftButton)
    assert panel.window().focusWidget() is panel.help.note
    qtbot.keyClick(panel.help.note, Qt.Key.Key_Return)
    assert "How it was met is empty" in panel.help.outcome.text()
    qtbot.keyClicks(panel.help.note, "team 2")
    qtbot.keyClick(panel.help.note, Qt.Key.Key_Return)
    (draft,) = desk.writing.drafts
    assert (draft.kind, draft.subject, draft.area) == ("unit.helped", "u5", "652722")
    assert msgspec.msgpack.decode(draft.body, type=HelpEnded) == HelpEnded(note="team 2", author="王建国")


def test_the_key_brings_the_longest_waiting_call(window: Shown) -> None:
    desk, panel = window
    call(desk, "u0", minutes=1)
    call(desk, "u5", minutes=9)
    next(action for action in panel.actions_for_palette() if action.shortcut().toString() == "Ctrl+H").trigger()
    assert desk.context.selection.id == "u5"
    assert panel.help.isVisible()


def test_a_call_without_people_or_words_is_worded_all_the_same(window: Shown) -> None:
    desk, _ = window
    desk.change(tables.Unit, "u8", help="other", help_ms=None)
    (found,) = read_calls(desk.database)
    assert call_text(found, NOW_MS) == "HELP 州应急指挥车: other · – ago"
    assert answer("u8", "6527", "done", "a", "6527").area == ""


def test_a_caller_that_says_too_much_does_not_push_the_window_away(window: Shown) -> None:
    desk, panel = window
    desk.change(tables.Unit, "u5", help="other", help_text="水\n" * 4000, help_ms=NOW_MS)
    desk.tell(unit={"u5"})
    assert len(panel.attention._labels[0].text()) < 220
    assert "\n" not in panel.attention._labels[0].text()


# -- distances in the window --------------------------------------------------------------------------------------------------------


def test_card_and_order_say_which_roads_cut_a_distance_does_not_account_for(window: Shown) -> None:
    desk, panel = window
    desk.context.selection.select(Thing.INCIDENT, SLIDE)
    desk.context.selection.select(Thing.UNIT, "u6")
    assert "Roads cut" not in panel.card.pairs()
    desk.put(tables.Road, id="r", name="S205", status="closed", lon=82.30, lat=44.55)
    desk.tell(road={"r"})
    assert panel.card.pairs()["Roads cut"] == "does not account for 1 road closure on the way: S205"
    assert panel.card.pairs()["By road"] == "see Routes: teams by arrival time (Ctrl+Shift+T)"
    assert panel.assign.far.text() == (
        "博乐市蓝天救援队: 84.9 km straight line, 335°; does not account for 1 road closure on the way: S205"
    )
    panel.assign.incident.setCurrentIndex(0)
    assert panel.assign.far.isHidden()
    desk.change(tables.Road, "r", status="open")
    desk.tell(road={"r"})
    assert "Roads cut" not in panel.card.pairs()
