"""The plot workspace in a real window: list, card, what others change meanwhile, taking away, the past."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from console.models.kinds import PlotChanged, PlotDrawn, RecordWithdrawn
from console.models.state import tables
from console.views.context import Thing
from console.views.plot.panel import PlotPanel
from tests.views.tables.desk import Desk
from tests.views.tables.sample import ME, SLIDE
from tests.views.tables.showing import shown

Shown = tuple[Desk, PlotPanel]
LINE = [(82.5, 44.5), (82.6, 44.5)]


def plot(desk: Desk, row_id: str, **values: Any) -> None:
    held = {"shape": "line", "kind": "cordon", "points": msgspec.msgpack.encode(LINE), "area": "652722", "author": "李娜"}
    desk.put(tables.Plot, id=row_id, **held | values)


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> Iterator[Shown]:
    with shown(qtbot, tmp_path, PlotPanel) as made:
        desk, _ = made
        plot(desk, "line", label="警戒线")
        plot(desk, "gone", label="误绘", withdrawn=True)
        desk.tell(plot={"line", "gone"})
        desk.context.news.links.emit(ME, [])
        yield made


def sent(desk: Desk, kind: type, at: int = 0) -> Any:
    return msgspec.msgpack.decode(desk.writing.drafts[at].body, type=kind)


def test_list_card_and_map_have_one_selection(window: Shown) -> None:
    desk, panel = window
    desk.context.selection.select(Thing.PLOT, "line")
    assert panel.list.view.current_id() == "line"
    assert panel.card.pairs()["Length"] == "7.95 km"
    panel.chips.choose("withdrawn")
    assert [panel.list.table.row_at(at).id for at in range(panel.list.table.rowCount())] == ["gone"]


def test_only_what_was_changed_is_written_and_what_others_changed_meanwhile_is_said(window: Shown, qtbot: QtBot) -> None:
    desk, panel = window
    desk.context.selection.select(Thing.PLOT, "line")
    form = panel.edit
    form.label.setText("新警戒线")
    desk.change(tables.Plot, "line", note="风向变了", author="赵强")
    desk.tell(plot={"line"})
    assert "赵强" in form.meanwhile.text()
    assert "note" in form.meanwhile.text()
    assert form.label.text() == "新警戒线", "what is being typed stays"
    qtbot.keyClick(form.label, Qt.Key.Key_Return)
    body = sent(desk, PlotChanged)
    assert body.label == "新警戒线"
    assert body.note is msgspec.UNSET, "theirs is not overwritten"
    assert body.points is msgspec.UNSET
    desk.writing.save("line")


def test_all_of_it_is_moved_by_a_bearing_and_a_distance(window: Shown, qtbot: QtBot) -> None:
    desk, panel = window
    desk.context.selection.select(Thing.PLOT, "line")
    panel.edit.move_by.setText("000 1.1 km")
    qtbot.keyClick(panel.edit.move_by, Qt.Key.Key_Return)
    (first, second) = sent(desk, PlotChanged).points
    assert first == (pytest.approx(82.5), pytest.approx(44.5099, abs=1e-4))
    assert second[1] - first[1] == pytest.approx(0, abs=1e-3)
    desk.writing.save("line")


def test_taken_away_with_a_word_and_refused_is_said(window: Shown) -> None:
    desk, panel = window
    desk.context.selection.select(Thing.PLOT, "line")
    panel.away.click()
    assert sent(desk, RecordWithdrawn).table == "plot"
    desk.writing.refuse("the disk is full")
    assert "the disk is full" in panel.outcome.text()
    assert panel.scribe.acts.to_undo is None, "what was not written is not to be undone"


def test_what_is_drawn_is_about_the_incident_chosen_and_times_are_kept(window: Shown, qtbot: QtBot) -> None:
    desk, panel = window
    desk.context.selection.select(Thing.INCIDENT, SLIDE)
    form = panel.draw
    form.choose("fire_line", "line")
    form.label.setText("东线")
    form.until.setText("+60")
    form.points.setText("82.5, 44.5; 090 2 km")
    qtbot.keyClick(form.points, Qt.Key.Key_Return)
    body = sent(desk, PlotDrawn)
    assert (body.kind, body.incident, body.author) == ("fire_line", SLIDE, "王建国")
    assert body.at_ms == desk.time.ms, "a fire line is of a moment: now, where none is told"
    assert body.until_ms == desk.time.ms + 3_600_000
    assert desk.writing.drafts[0].area == "652722"
    desk.writing.save("new")


def test_a_closed_road_is_closed_to_routes_unless_that_is_unticked(window: Shown, qtbot: QtBot) -> None:
    desk, panel = window
    panel.show()
    panel.tabs.setCurrentIndex(2)
    for tick, kinds in ((True, ["plot.drawn", "road.closed"]), (False, ["plot.drawn"])):
        panel.draw.choose("closed_road", "line")
        panel.draw.close_road.setChecked(tick)
        panel.draw.points.setText("82.5, 44.5; 82.6, 44.6")
        qtbot.keyClick(panel.draw.points, Qt.Key.Key_Return)
        assert [draft.kind for draft in desk.writing.drafts] == kinds
        assert len({draft.subject for draft in desk.writing.drafts}) == 1
        desk.writing.save("x")


def test_what_cannot_be_drawn_is_refused_with_the_reason_and_stays(window: Shown, qtbot: QtBot) -> None:
    _, panel = window
    panel.draw.choose("danger_area", "circle")
    panel.draw.points.setText("82.5, 44.5")
    panel.draw.round.radius.setText("far")
    qtbot.keyClick(panel.draw.points, Qt.Key.Key_Return)
    assert "far" in panel.draw.outcome.text()
    assert panel.draw.points.text() == "82.5, 44.5"


def test_nothing_is_drawn_or_changed_in_the_past(window: Shown) -> None:
    desk, panel = window
    desk.context.selection.select(Thing.PLOT, "line")
    panel.plotting.edit("line")
    desk.time.live = False
    desk.context.news.reset.emit()
    assert panel.plotting.editing == ""
    assert not panel.draw.send.isEnabled()
    assert not panel.edit.send.isEnabled()
    assert not panel.away.isEnabled()


def test_undo_with_nothing_done_says_so(window: Shown) -> None:
    _, panel = window
    panel.plotting.undo_asked.emit()
    assert "Nothing of yours" in panel.outcome.text()
