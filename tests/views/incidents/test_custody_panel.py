"""Holding an incident's personal data and destroying it, in a real window."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from console.models.kinds import HoldLifted, HoldPlaced, LogEntered
from console.models.state import tables
from console.views.context import Thing
from console.views.incidents.panel import IncidentsPanel
from tests.views.tables.desk import Desk
from tests.views.tables.sample import INCIDENTS, ME, SLIDE, add_entry
from tests.views.tables.showing import shown
from tests.views.tables.state import NOW_MS

Shown = tuple[Desk, IncidentsPanel]
TITLE = INCIDENTS[0][1]


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> Iterator[Shown]:
    with shown(qtbot, tmp_path, IncidentsPanel) as made:
        made[0].context.news.links.emit(ME, [])
        made[0].context.selection.select(Thing.INCIDENT, SLIDE)
        yield made


def alter(desk: Desk, **values: object) -> None:
    desk.change(tables.Incident, SLIDE, **values)
    desk.tell(incident={SLIDE}, timeline={SLIDE})


def by_key(panel: IncidentsPanel, keys: str) -> None:
    next(action for action in panel.actions_for_palette() if action.shortcut().toString() == keys).trigger()


def test_a_hold_is_placed_and_lifted_by_keyboard(window: Shown, qtbot: QtBot) -> None:
    desk, panel = window
    by_key(panel, "Alt+J")
    assert panel.window().focusWidget() is panel.hold.reason
    qtbot.keyClick(panel.hold.reason, Qt.Key.Key_Return)
    assert "reason" in panel.hold.outcome.text()
    assert desk.writing.drafts == []
    panel.hold.reason.setText("省厅调查")
    qtbot.keyClick(panel.hold.reason, Qt.Key.Key_Return)
    (draft,) = desk.writing.drafts
    assert (draft.kind, draft.subject, draft.area) == ("hold.placed", SLIDE, "652722")
    assert msgspec.msgpack.decode(draft.body, type=HoldPlaced) == HoldPlaced(why="省厅调查", author="王建国")
    desk.writing.save()
    alter(desk, hold="省厅调查")
    assert (panel.hold.send.text(), panel.hold.reason.text()) == ("Lift the hold", "")
    panel.hold.reason.setText("结案")
    panel.hold.submit()
    (draft,) = desk.writing.drafts
    assert msgspec.msgpack.decode(draft.body, type=HoldLifted) == HoldLifted(why="结案", author="王建国")


def test_what_is_destroyed_is_told_before_and_wants_reason_and_title(window: Shown, qtbot: QtBot) -> None:
    desk, panel = window
    assert "once it is closed" in panel.purge.why.text()
    assert not panel.purge.send.isEnabled()
    alter(desk, status="closed", closed_ms=NOW_MS)
    by_key(panel, "Alt+P")
    assert panel.window().focusWidget() is panel.purge.reason
    assert panel.purge.told.text().startswith("7 entries would lose their words and names\nLog: 2; ")
    panel.purge.reason.setText("处置结束")
    qtbot.keyClick(panel.purge.reason, Qt.Key.Key_Return)
    panel.purge.title.setText("另一事件")
    qtbot.keyClick(panel.purge.title, Qt.Key.Key_Return)
    assert "type the title of the incident" in panel.purge.outcome.text()
    assert desk.writing.purged is None
    panel.purge.title.setText(TITLE)
    qtbot.keyClick(panel.purge.title, Qt.Key.Key_Return)
    assert desk.writing.purged == (SLIDE, "处置结束", "王建国")
    assert panel.purge.outcome.text() == "Sending..."
    desk.writing.refuse("disk full")
    assert panel.purge.outcome.text().startswith("Refused: disk full.")
    assert (panel.purge.reason.text(), panel.purge.title.text()) == ("处置结束", TITLE)
    panel.purge.submit()
    desk.writing.save()
    assert (panel.purge.reason.text(), panel.purge.title.text()) == ("", "")
    tables.Timeline.update(mark="erased").execute(desk.database)
    alter(desk, purged_ms=NOW_MS)
    assert "have lost their words already" in panel.purge.told.text()
    assert not panel.purge.send.isEnabled()
    assert "DATA DESTROYED" in panel.heading._state.text()


def test_the_lists_own_menu_leads_there_and_its_keys_mean_one_thing(window: Shown, qtbot: QtBot) -> None:
    _, panel = window
    hold, purge = panel.list.view.actions()[-2:]
    purge.trigger()
    assert not panel.purge.send.visibleRegion().isEmpty()  # the page is scrolled to all of it
    panel.activateWindow()
    qtbot.waitUntil(panel.isActiveWindow)
    panel.list.view.setFocus()
    qtbot.keyClick(panel.list.view, Qt.Key.Key_J, Qt.KeyboardModifier.AltModifier)
    assert (panel.window().focusWidget(), hold.text()) == (panel.hold.reason, "Incidents: hold its personal data, or lift the hold")


def test_what_arrives_meanwhile_is_counted_too(window: Shown) -> None:
    desk, panel = window
    alter(desk, status="closed")
    add_entry(desk, SLIDE, LogEntered(text="迟到的记录"), 88, NOW_MS)
    desk.tell(timeline={SLIDE})
    assert panel.purge.told.text().startswith("8 entries")


def test_a_hold_stops_it_and_what_was_typed_stays_with_its_incident(window: Shown) -> None:
    desk, panel = window
    alter(desk, status="closed")
    panel.purge.reason.setText("处置结束")
    panel.purge.title.setText(TITLE)
    desk.context.selection.select(Thing.INCIDENT, INCIDENTS[3][0])
    assert (panel.purge.reason.text(), panel.purge.title.text()) == ("", "")
    desk.context.selection.select(Thing.INCIDENT, SLIDE)
    assert panel.purge.title.text() == TITLE
    alter(desk, hold="省厅调查")
    assert panel.purge.why.text() == "It is held for inquiry (省厅调查). Lift the hold first."
    panel.purge.submit()
    assert desk.writing.purged is None


def test_nothing_is_destroyed_or_held_from_a_moment_of_the_past(window: Shown) -> None:
    desk, panel = window
    alter(desk, status="closed")
    desk.time.live = False
    desk.context.news.reset.emit()
    panel.purge.reason.setText("处置结束")
    panel.purge.title.setText(TITLE)
    for form in (panel.purge, panel.hold):
        form.submit()
        assert not form.send.isEnabled()
        assert "past instant" in form.why.text()
    assert (desk.writing.purged, desk.writing.drafts) == (None, [])
