"""The mode workspace and its badge in a real window."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from console.models.kinds import ModeSwitched
from console.models.state import tables
from console.views.mode.panel import ModePanel
from tests.views.tables.desk import Desk
from tests.views.tables.sample import ME
from tests.views.tables.showing import shown
from tests.views.tables.state import NOW_MS

Shown = tuple[Desk, ModePanel]


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> Iterator[Shown]:
    with shown(qtbot, tmp_path, ModePanel) as made:
        qtbot.addWidget(made[1].badge)
        made[0].context.news.links.emit(ME, [])
        yield made


def choose(panel: ModePanel, area: str, mode: str, level: int = 0) -> None:
    form = panel.form
    form.area.setCurrentIndex(form.area.findData(area))
    form.mode.setCurrentIndex(form.mode.findData(mode))
    form.response.setCurrentIndex(form.response.findData(level))
    form.reason.setText("启动地质灾害响应")


def test_ones_own_area_is_proposed_and_those_below_can_be_chosen(window: Shown) -> None:
    _, panel = window
    assert panel.form.area.itemData(0) == "6527"
    assert panel.form.area.findData("652722") > 0


def test_a_switch_is_asked_once_more_and_a_key_held_down_cannot_confirm_it(window: Shown, qtbot: QtBot) -> None:
    desk, panel = window
    choose(panel, "652722", "emergency", 3)
    for _ in range(5):
        qtbot.keyClick(panel.form.reason, Qt.Key.Key_Return)
    assert desk.writing.drafts == []
    assert panel.form.question.isVisible()
    assert "652722 to Emergency mode with Level III" in panel.form._asked.text()
    panel.form.no.click()
    assert not panel.form.question.isVisible()
    panel.form.send.click()
    panel.form.yes.click()
    (draft,) = desk.writing.drafts
    body = msgspec.msgpack.decode(draft.body, type=ModeSwitched)
    assert (draft.subject, draft.area, body.mode, body.response_level, body.author) == ("652722", "652722", "emergency", 3, "王建国")
    desk.writing.save()
    assert panel.form.reason.text() == ""


def test_what_is_changed_after_the_question_is_asked_again(window: Shown) -> None:
    desk, panel = window
    choose(panel, "652722", "emergency")
    panel.form.send.click()
    panel.form.mode.setCurrentIndex(panel.form.mode.findData("routine"))
    assert not panel.form.question.isVisible()
    panel.form.send.click()
    assert "already" in panel.form.outcome.text()
    assert desk.writing.drafts == []


def test_the_badge_follows_the_state_and_the_clock(window: Shown) -> None:
    desk, panel = window
    assert panel.badge.text() == "○ Routine mode"
    desk.put(tables.Mode, id="6527", mode="emergency", why="山洪", response_level=2, author="李娜", since_ms=NOW_MS)
    desk.tell(mode={"6527"})
    desk.pass_time(3600)
    assert panel.badge.text().startswith("▲ EMERGENCY MODE: ")
    assert panel.badge.text().endswith(" · Level II, for 1 h 00 min")
    assert "山洪" in panel.badge.toolTip()
    assert panel.areas.table.rowCount() == 1


def test_a_past_instant_switches_nothing(window: Shown) -> None:
    desk, panel = window
    desk.time.live = False
    desk.context.news.reset.emit()
    assert not panel.form.send.isEnabled()
