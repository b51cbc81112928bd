"""The incidents workspace in a real window."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette
from pytestqt.qtbot import QtBot

from console.models.kinds import IncidentChanged, IncidentOpened, LogEntered, LossReported
from console.models.state import tables
from console.views.context import Thing
from console.views.incidents.panel import IncidentsPanel
from tests.views.tables import sample
from tests.views.tables.desk import Desk
from tests.views.tables.sample import ME, SLIDE
from tests.views.tables.showing import shown
from tests.views.tables.state import NOW_MS

Shown = tuple[Desk, IncidentsPanel]


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> Iterator[Shown]:
    with shown(qtbot, tmp_path, IncidentsPanel) as made:
        made[0].context.selection.select(Thing.INCIDENT, SLIDE)
        yield made


def test_newest_first_and_the_chosen_incident_is_shown(window: Shown) -> None:
    _, panel = window
    assert panel.list.table.row_at(0).title == "阿恰勒河上游山洪"
    assert panel.list.view.current_id() == SLIDE
    assert panel.timeline.table.rowCount() == len(sample.ENTRIES)
    assert panel.units.table.rowCount() == 5
    assert panel.facts.pairs()["Missing"] == "6"


def test_a_row_picked_by_key_is_the_windows_selection_and_f_flies(window: Shown, qtbot: QtBot) -> None:
    desk, panel = window
    flown: list[str] = []
    desk.context.selection.fly_requested.connect(lambda _thing, item: flown.append(item))
    qtbot.keyClick(panel.list.view, Qt.Key.Key_Up)
    assert (desk.context.selection.thing, desk.context.selection.id) == (Thing.INCIDENT, sample.INCIDENTS[1][0])
    qtbot.keyClick(panel.list.view, Qt.Key.Key_F)
    assert flown == [sample.INCIDENTS[1][0]]


def test_the_incident_stays_shown_while_a_unit_is_selected(window: Shown) -> None:
    desk, panel = window
    desk.context.selection.select(Thing.UNIT, "u0")
    assert panel.heading._title.text().endswith("精河县托里镇牧区山体滑坡")


def test_a_click_on_the_shown_incident_selects_it_again(window: Shown, qtbot: QtBot) -> None:
    desk, panel = window
    desk.context.selection.select(Thing.UNIT, "u0")
    view = panel.list.view
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=view.visualRect(view.currentIndex()).center())
    assert (desk.context.selection.thing, desk.context.selection.id) == (Thing.INCIDENT, SLIDE)


def test_a_new_entry_appears_in_the_timeline_and_nothing_else_is_read(window: Shown) -> None:
    desk, panel = window
    sample.add_entry(desk, SLIDE, LogEntered(text="第三名失踪者找到"), 99, NOW_MS)
    desk.reading.runs.clear()
    desk.tell(timeline={SLIDE})
    assert desk.reading.runs == ["incidents.timeline", "incidents.personal"]
    assert panel.timeline.table.row_at(0).sentence == "第三名失踪者找到"
    desk.reading.runs.clear()
    desk.tell(timeline={"another"}, resource={"r0"})
    assert desk.reading.runs == []


def test_a_timeline_that_comes_late_is_not_shown_under_another_incident(window: Shown) -> None:
    desk, panel = window
    desk.reading.held = True
    desk.tell(timeline={SLIDE})
    work, done = desk.reading._waiting.pop("incidents.timeline")
    late = work(desk.database)
    desk.context.selection.select(Thing.INCIDENT, sample.INCIDENTS[1][0])
    done(late)
    assert panel.timeline.table.rowCount() == 0


def test_a_changed_incident_is_read_alone_and_its_facts_follow(window: Shown) -> None:
    desk, panel = window
    desk.change(tables.Incident, SLIDE, level=2, missing=4)
    desk.tell(incident={SLIDE})
    assert panel.facts.pairs()["Missing"] == "4"
    assert panel.grade.level.currentData() == 2


def test_a_level_being_chosen_is_not_thrown_away_by_news(window: Shown) -> None:
    desk, panel = window
    panel.grade.level.setCurrentIndex(1)
    desk.change(tables.Incident, SLIDE, missing=4)
    desk.tell(incident={SLIDE})
    assert panel.grade.level.currentData() == 1


def test_a_log_entry_is_written_with_its_author(window: Shown, qtbot: QtBot) -> None:
    desk, panel = window
    desk.context.news.links.emit(ME, [])
    panel.log.text.setPlainText("现场通信恢复")
    qtbot.keyClick(panel.log.text, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    (draft,) = desk.writing.drafts
    assert (draft.subject, draft.area) == (SLIDE, "652722")
    assert msgspec.msgpack.decode(draft.body, type=LogEntered) == LogEntered(text="现场通信恢复", author="王建国")
    desk.writing.refuse("This peer may not speak for area 65.")
    assert "may not speak for area 65" in panel.log.outcome.text()
    assert panel.log.text.toPlainText() == "现场通信恢复"


def test_losses_and_levels_are_written(window: Shown, qtbot: QtBot) -> None:
    desk, panel = window
    panel.tabs.setCurrentIndex(2)
    assert panel.loss.counts["sheep"].placeholderText() == "1,500"
    panel.loss.counts["deaths"].setText("2")
    qtbot.keyClick(panel.loss.counts["deaths"], Qt.Key.Key_Return)
    assert msgspec.msgpack.decode(desk.writing.drafts[0].body, type=LossReported) == LossReported(deaths=2, author="王建国")
    panel.grade.level.setCurrentIndex(2)
    panel.grade.submit()
    assert msgspec.msgpack.decode(desk.writing.drafts[0].body, type=IncidentChanged) == IncidentChanged(level=2, author="王建国")


def test_a_new_incident_takes_its_position_from_the_selection_and_is_shown_when_saved(window: Shown) -> None:
    desk, panel = window
    desk.context.selection.select(Thing.UNIT, "u0")
    panel.new.title.setText("二次滑坡")
    panel.new.position.pick.click()
    panel.new.exercise.setChecked(True)
    panel.new.submit()
    body = msgspec.msgpack.decode(desk.writing.drafts[0].body, type=IncidentOpened)
    assert (body.title, body.lon, body.lat, body.exercise, body.occurred_ms) == ("二次滑坡", 82.533, 44.212, True, NOW_MS)
    desk.put(tables.Incident, id="new", title="二次滑坡", opened_ms=NOW_MS)
    desk.writing.save("new")
    assert panel.list.view.current_id() == "new"
    assert panel.heading._title.text() == "二次滑坡"


def test_nothing_selected_gives_no_position_and_says_so(window: Shown) -> None:
    desk, panel = window
    desk.context.selection.select(None)
    panel.new.position.pick.click()
    assert "Nothing with a position is selected" in panel.new.outcome.text()


def test_a_closed_incident_takes_no_decision_but_still_its_log(window: Shown) -> None:
    desk, panel = window
    desk.context.selection.select(Thing.INCIDENT, sample.INCIDENTS[3][0])
    assert panel.closing.why.text() == "This incident is closed."
    assert not panel.closing.send.isEnabled()
    assert panel.log.send.isEnabled()


def test_a_past_instant_closes_every_form(window: Shown) -> None:
    desk, panel = window
    desk.time.live = False
    desk.context.news.reset.emit()
    for form in (panel.log, panel.loss, panel.grade, panel.closing, panel.new):
        assert not form.fields.isEnabled()
        assert "past instant" in form.why.text()


def test_search_in_the_timeline(window: Shown) -> None:
    _, panel = window
    panel.timeline.filter.setText("裂缝")
    assert [panel.timeline.table.row_at(at).kind for at in range(panel.timeline.table.rowCount())] == ["unit.report"]


def test_every_action_has_a_name_of_its_own_and_leads_to_its_field(window: Shown) -> None:
    _, panel = window
    actions = {action.text(): action for action in panel.actions_for_palette()}
    assert len(actions) == len(panel.actions_for_palette())
    actions["Incidents: open a new incident"].trigger()
    assert panel.window().focusWidget() is panel.new.title
    actions["Incidents: report losses"].trigger()
    assert panel.window().focusWidget() is panel.loss.counts["deaths"]


def test_marks_follow_day_and_night(window: Shown, qtbot: QtBot) -> None:
    _, panel = window
    night = QPalette(panel.palette())
    night.setColor(QPalette.ColorRole.Base, QColor("#101418"))
    before = panel.heading._level.pixmap().toImage()
    panel.setPalette(night)
    qtbot.waitUntil(lambda: panel.heading._level.pixmap().toImage() != before)
    panel.setPalette(QPalette())
    qtbot.waitUntil(lambda: panel.heading._level.pixmap().toImage() == before)


def test_columns_come_back_after_a_restart(window: Shown, qtbot: QtBot) -> None:
    desk, panel = window
    panel.list.restore_columns({"hidden": ["level"]})
    other = IncidentsPanel(desk.context)
    qtbot.addWidget(other)
    other.restore_state(panel.save_state())
    assert other.list.columns_state()["hidden"] == ["level"]
    other.restore_state("not a state")
    other.restore_state("[1]")


def test_without_any_incident_it_says_what_to_do(qtbot: QtBot, tmp_path: Path) -> None:
    with shown(qtbot, tmp_path, IncidentsPanel, empty=True) as (_, panel):
        assert "Ctrl+N" in panel.list._empty.text()
        assert panel.log.why.text() == "Choose an incident in the list first."
        assert panel.new.send.isEnabled()


def test_every_tab_is_seen_in_a_narrow_panel_and_the_new_form_keeps_what_was_typed(window: Shown, qtbot: QtBot) -> None:
    _, panel = window
    panel.resize(368, 640)
    bar = panel.tabs.tabBar()
    assert all(bar.tabRect(at).right() <= bar.width() for at in range(panel.tabs.count()))
    qtbot.mouseClick(panel.open_new, Qt.MouseButton.LeftButton)
    assert panel.new.isVisible()
    assert panel.new.minimumSizeHint().width() <= 350
    panel.new.title.setText("洪水")
    qtbot.mouseClick(panel.leave_new, Qt.MouseButton.LeftButton)
    assert panel.tabs.isVisible()
    panel.open_new.click()
    assert panel.new.title.text() == "洪水"
