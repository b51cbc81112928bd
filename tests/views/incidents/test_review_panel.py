"""Conflicts, changes of level as of what was seen, and withdrawals, in a real window."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from console.models.clock import hlc_from_ms
from console.models.kinds import ConflictReviewed, IncidentChanged, RecordWithdrawn
from console.models.state import tables
from console.views.context import Thing
from console.views.incidents.panel import DISTANCES_EVERY_S, IncidentsPanel
from tests.views.tables.desk import Desk
from tests.views.tables.sample import ME, NODE, SLIDE, UNIT_PEER, add_entry
from tests.views.tables.showing import shown
from tests.views.tables.state import NOW_MS

Shown = tuple[Desk, IncidentsPanel]
MINUTE_MS = 60_000


def hlc(minutes_ago: int) -> int:
    return hlc_from_ms(NOW_MS - minutes_ago * MINUTE_MS)


def write(desk: Desk, minutes_ago: int, base: int, level: int, origin: str = NODE, field: str = "level") -> None:
    values = {"subject": SLIDE, "field": field, "hlc": hlc(minutes_ago), "origin": origin, "base": base}
    desk.put(tables.Written, **values, value=msgspec.msgpack.encode(level))


def stamp(desk: Desk, **fields: int) -> None:
    desk.change(tables.Incident, SLIDE, stamps=msgspec.msgpack.encode({name: (at, b"o" * 16) for name, at in fields.items()}))


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> Iterator[Shown]:
    with shown(qtbot, tmp_path, IncidentsPanel) as made:
        made[0].context.news.links.emit(ME, [])
        made[0].context.selection.select(Thing.INCIDENT, SLIDE)
        yield made


def conflict(desk: Desk) -> None:
    """Two levels written apart: 2 by a unit's peer, then 3, which stands, by the node 55 minutes ago, as the sample's timeline has it."""
    write(desk, 58, hlc(65), 2, UNIT_PEER)
    write(desk, 55, hlc(65), 3)
    desk.tell(incident={SLIDE}, timeline={SLIDE})


def test_the_review_is_hidden_until_there_is_something_to_review(window: Shown) -> None:
    desk, panel = window
    assert panel.review.isHidden()
    conflict(desk)
    assert panel.review.isVisible()
    assert panel.review._told.text().startswith("Level was written apart: II, grave (矿山救护队终端")
    assert not panel.review.which.isVisible()
    assert [panel.review.choice.itemText(at) for at in range(panel.review.choice.count())] == [
        "Keep what stands: III, serious",
        "Write instead: II, grave",
    ]


def test_keeping_what_stands_writes_the_review_alone(window: Shown, qtbot: QtBot) -> None:
    desk, panel = window
    conflict(desk)
    next(action for action in panel.actions_for_palette() if action.shortcut().toString() == "Alt+X").trigger()
    assert panel.window().focusWidget() is panel.review.choice
    panel.review.note.setText("电话核实")
    qtbot.keyClick(panel.review.note, Qt.Key.Key_Return)
    (draft,) = desk.writing.drafts
    body = msgspec.msgpack.decode(draft.body, type=ConflictReviewed)
    assert (draft.subject, draft.area, body.field, body.upto_hlc, body.note) == (SLIDE, "652722", "level", hlc(55), "电话核实")
    add_entry(desk, SLIDE, body, 90, NOW_MS)
    desk.writing.save(SLIDE)
    desk.tell(review={f"{SLIDE} level"})
    assert panel.review.isHidden()
    assert panel.list.table.row(SLIDE).conflicts == 0


def test_choosing_the_other_value_writes_it_with_the_review(window: Shown) -> None:
    desk, panel = window
    conflict(desk)
    panel.review.choice.setCurrentIndex(1)
    panel.review.submit()
    changed, reviewed = desk.writing.drafts
    body = msgspec.msgpack.decode(changed.body, type=IncidentChanged)
    assert (body.level, body.base, reviewed.kind) == (2, hlc(55), "conflict.reviewed")


def test_several_conflicts_are_chosen_among_and_what_is_chosen_stays(window: Shown) -> None:
    desk, panel = window
    conflict(desk)
    write(desk, 50, hlc(65), 1, UNIT_PEER, "response_level")
    write(desk, 45, hlc(65), 3, NODE, "response_level")
    desk.tell(timeline={SLIDE})
    assert panel.review.which.isVisible()
    panel.review.which.setCurrentIndex(1)
    assert panel.review._told.text().startswith("Response was written apart")
    desk.tell(timeline={SLIDE})
    assert panel.review._told.text().startswith("Response was written apart")


def test_a_conflict_of_one_incident_is_not_reviewed_under_another(window: Shown) -> None:
    desk, panel = window
    conflict(desk)
    desk.context.selection.select(Thing.INCIDENT, "01J8FLOOD0000000000000000B")
    assert panel.review.isHidden()


def test_the_entry_in_conflict_says_so_in_its_row_and_below(window: Shown) -> None:
    desk, panel = window
    conflict(desk)
    row = next(row for row in panel.timeline.table.rows() if row.flag == "conflict")
    assert row.kind == "incident.changed"
    panel.timeline.view.select_id(row.id)
    panel.timeline.view.picked.emit(row.id)
    assert "CONFLICT, to review" in panel._whole.text()


# -- what was seen when the form was begun ----------------------------------------------------------------------------------------


def test_a_change_says_as_of_what_it_was_made_though_news_came_meanwhile(window: Shown) -> None:
    desk, panel = window
    stamp(desk, level=hlc(55), response_level=hlc(55))
    desk.tell(incident={SLIDE})
    panel.grade.level.setCurrentIndex(1)
    stamp(desk, level=hlc(2), response_level=hlc(55))
    desk.change(tables.Incident, SLIDE, level=2)
    desk.tell(incident={SLIDE})
    assert panel.grade.meanwhile.text() == "Meanwhile Level was changed to II, grave."
    panel.grade.submit()
    (draft,) = desk.writing.drafts
    body = msgspec.msgpack.decode(draft.body, type=IncidentChanged)
    assert (body.level, body.base) == (1, hlc(55))


def test_what_follows_the_news_is_as_of_the_news(window: Shown) -> None:
    desk, panel = window
    stamp(desk, level=hlc(2), response_level=hlc(55))
    desk.change(tables.Incident, SLIDE, level=2)
    desk.tell(incident={SLIDE})
    assert panel.grade.level.currentData() == 2
    panel.grade.level.setCurrentIndex(1)
    panel.grade.submit()
    assert msgspec.msgpack.decode(desk.writing.drafts[0].body, type=IncidentChanged).base == hlc(2)
    assert panel.grade.meanwhile.isHidden()


def test_a_choice_about_one_incident_says_nothing_of_another(window: Shown) -> None:
    desk, panel = window
    panel.grade.level.setCurrentIndex(1)
    desk.context.selection.select(Thing.INCIDENT, "01J8FLOOD0000000000000000B")
    assert panel.grade.level.currentData() == 2


# -- withdrawn ----------------------------------------------------------------------------------------------------------------------


def test_a_withdrawn_incident_leaves_the_list_until_it_is_asked_for_and_takes_no_entries(window: Shown) -> None:
    desk, panel = window
    assert panel.show_withdrawn.isHidden()
    panel.withdraw.reason.setText("重复")
    panel.withdraw.submit()
    body = msgspec.msgpack.decode(desk.writing.drafts[0].body, type=RecordWithdrawn)
    assert (desk.writing.drafts[0].subject, body.table) == (SLIDE, "incident")
    desk.change(tables.Incident, SLIDE, withdrawn=True)
    desk.writing.save(SLIDE)
    desk.tell(incident={SLIDE})
    assert panel.list.table.place_of(SLIDE) < 0
    assert panel.show_withdrawn.text() == "Withdrawn (1)"
    panel.show_withdrawn.click()
    assert panel.list.table.rowCount() == 1
    assert "WITHDRAWN" in panel.list.table.index(0, 1).data()
    assert "withdrawn" in panel.log.why.text()
    assert panel.withdraw.send.text() == "Restore"
    desk.change(tables.Incident, SLIDE, withdrawn=False)
    desk.tell(incident={SLIDE})
    assert panel.show_withdrawn.isHidden()
    assert panel.list.table.place_of(SLIDE) >= 0


def test_units_on_the_incident_say_how_far_and_what_that_leaves_out(window: Shown) -> None:
    desk, panel = window
    desk.put(tables.Road, id="r", name="X782", status="closed", lon=82.60, lat=44.30)
    desk.tell(unit={"u3"})
    at = [column.key for column in panel.units.table.columns].index("distance")
    cell = panel.units.table.index(panel.units.table.place_of("u3"), at)
    assert cell.data() == "19.5, 032° · 1 closed"
    whole = "19.5 km straight line, 032°; does not account for 1 road closure on the way: X782"
    assert whole in cell.data(Qt.ItemDataRole.ToolTipRole)
    desk.change(tables.Road, "r", status="open")
    desk.tell(road={"r"})
    assert cell.data() == "19.5, 032°"


def test_distances_of_units_under_way_are_counted_again_as_time_goes_by(window: Shown) -> None:
    desk, panel = window
    panel.tabs.setCurrentIndex(1)
    desk.change(tables.Unit, "u3", lat=44.30)
    desk.reading.runs.clear()
    for _ in range(DISTANCES_EVERY_S):
        desk.pass_time(1)
    assert desk.reading.runs.count("incidents.units") == 1
    assert panel.units.table.row("u3").far.startswith("14.3")


def test_the_new_form_takes_its_place_from_the_map(window: Shown) -> None:
    desk, panel = window
    panel.new.position.on_map.click()
    desk.context.picking.click(82.5, 44.2)
    assert panel.new.position.text() == "82.500000, 44.200000"
    assert desk.context.picking.asker is None


def test_a_timeline_without_remarks_keeps_its_lines(window: Shown) -> None:
    desk, panel = window
    before = panel.timeline.view.rowHeight(0)
    add_entry(desk, SLIDE, IncidentChanged(level=2), 40, NOW_MS)
    desk.tell(timeline={SLIDE})
    assert panel.timeline.view.rowHeight(0) == before
    conflict(desk)
    assert panel.timeline.view.rowHeight(0) > before
