"""What a purge would destroy, as it is told before: by kind, only what this desk may, and what stands in the way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from console.models import kinds
from console.models.clock import hlc_from_ms
from console.models.journal import Journal
from console.models.journal.reading import Reader
from console.models.kinds import HoldLifted, HoldPlaced
from console.models.state import tables
from console.views.entry.outcome import EntryFault
from console.views.incidents import personal, presenter
from console.views.incidents.drafts import About
from tests.models.voices import NOW_MS, Voice, county, join, open_journal
from tests.views.tables import sample
from tests.views.tables.sample import SLIDE
from tests.views.tables.state import State

ABOUT = About("i", "652722")


def at(second: int) -> int:
    return hlc_from_ms(NOW_MS + 1000 * second)


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    made = State(tmp_path)
    sample.fill(made)
    yield made
    made.close()


def row(state: State) -> presenter.IncidentRow:
    return presenter.read_incidents(state.database, [SLIDE])[0]


def test_what_would_go_is_counted_by_kind_as_the_rule_has_it(state: State) -> None:
    found = personal.going(personal.read_personal(state.database, SLIDE), "652722")
    assert found.kinds[0] == ("log.entered", 2)
    assert dict(found.kinds) == {
        "log.entered": 2,
        "incident.changed": 1,
        "loss.reported": 1,
        "task.answered": 1,
        "task.assigned": 1,
        "unit.report": 1,
    }
    assert (found.total, found.others, found.bare) == (7, 0, 0)
    assert personal.going_text(found).startswith("7 entries would lose their words and names\nLog: 2; ")


def test_what_other_areas_wrote_is_not_this_desks_to_destroy(state: State) -> None:
    counts = personal.read_personal(state.database, SLIDE)
    assert personal.going(counts, "6527").total == 7
    found = personal.going(counts, "652701")
    assert (found.total, found.others) == (0, 7)
    assert personal.going_text(found) == "7 entries are other areas' to destroy"
    closed = replace(row(state), status="closed")
    assert personal.hindrance(closed, found).startswith("Nothing that this desk can destroy")


def test_what_is_bare_already_or_only_came_ahead_is_not_counted_again(state: State) -> None:
    tables.Timeline.update(mark="erased").where(tables.Timeline.kind == "log.entered").execute(state.database)
    tables.Timeline.update(mark="early").where(tables.Timeline.kind == "unit.report").execute(state.database)
    found = personal.going(personal.read_personal(state.database, SLIDE), "652722")
    assert "log.entered" not in dict(found.kinds)
    assert "unit.report" not in dict(found.kinds)
    assert found.bare == 2
    assert "2 entries have lost their words already" in personal.going_text(found)


def test_what_stands_in_the_way_says_what_to_do(state: State) -> None:
    found = personal.going(personal.read_personal(state.database, SLIDE), "652722")
    shown = row(state)
    assert "Choose an incident" in personal.hindrance(None, found)
    assert "once it is closed" in personal.hindrance(shown, found)
    closed = replace(shown, status="closed")
    assert personal.hindrance(replace(closed, hold="省厅调查"), found) == "It is held for inquiry (省厅调查). Lift the hold first."
    assert "Counting" in personal.hindrance(closed, None)
    assert personal.hindrance(closed, found) == ""


@pytest.mark.parametrize("typed", ["G30 侧翻", "  G30  侧翻 ", "Ｇ３０　侧翻"])
def test_the_title_confirms_whatever_its_width(typed: str) -> None:
    personal.confirmed(typed, "G30 侧翻")


@pytest.mark.parametrize("typed", ["", " ", "G30", "g30 侧翻", "G30 侧翻 x"])
def test_another_title_does_not(typed: str) -> None:
    with pytest.raises(EntryFault, match="type the title"):
        personal.confirmed(typed, "G30 侧翻")


def test_holds_need_a_reason_and_the_button_lifts_what_is_held() -> None:
    placed = personal.holding(ABOUT, " 省厅调查 ", "李娜", held=False)
    body = msgspec.msgpack.decode(placed.body, type=HoldPlaced)
    assert (placed.kind, placed.subject, placed.area, body.why, body.author) == ("hold.placed", "i", "652722", "省厅调查", "李娜")
    lifted = personal.holding(ABOUT, "结案", "李娜", held=True)
    assert (lifted.kind, msgspec.msgpack.decode(lifted.body, type=HoldLifted).why) == ("hold.lifted", "结案")
    with pytest.raises(EntryFault, match="reason"):
        personal.holding(ABOUT, "  ", "李娜", held=True)


def test_the_list_says_in_words_and_marks_what_is_held_or_destroyed(state: State) -> None:
    (column,) = [column for column in presenter.columns() if column.key == "title"]
    assert column.mark is not None
    assert column.mark(row(state), 0) is None
    state.change(tables.Incident, SLIDE, hold="省厅调查")
    held = row(state)
    assert presenter.two_lines(held).splitlines()[1].startswith("HELD · ")
    assert (column.mark(held, 0), "held" in held.search) == (presenter.HOLD_MARK, True)
    state.change(tables.Incident, SLIDE, hold="", purged_ms=NOW_MS)
    purged = row(state)
    assert presenter.two_lines(purged).splitlines()[1].startswith("DATA DESTROYED · ")
    assert column.mark(purged, 0) == presenter.PURGED_MARK
    assert presenter.standing_text(purged) == "Open · DATA DESTROYED"
    assert column.mark(replace(purged, conflicts=1), 0) == presenter.CONFLICT_MARK


def test_the_count_told_is_what_the_journal_destroys(tmp_path: Path) -> None:
    """The same rule on the same entries: what was announced loses its words, nothing else does."""
    journal: Journal = open_journal(tmp_path / "journal.db")
    reader = Reader(tmp_path / "journal.db")
    try:
        root, desk = county(), Voice(1, "县值班台")
        journal.append([join([root.enrol(desk, "console")])])
        said: list[tuple[str, kinds.Body]] = [
            ("incident.opened", kinds.IncidentOpened(title="滑坡", level=4)),
            ("log.entered", kinds.LogEntered(text="牧民报告", author="李娜")),
            ("log.entered", kinds.LogEntered(text="已回拨", author="李娜")),
            ("loss.reported", kinds.LossReported(missing=6, text="未核实")),
            ("incident.closed", kinds.IncidentClosed(summary="结束", author="李娜")),
        ]
        for second, (kind, body) in enumerate(said):
            journal.append([desk.say(kind, "i", body, at(second))])
        before = personal.going(personal.read_personal(reader.database, "i"), "652722")
        assert dict(before.kinds) == {"log.entered": 2, "loss.reported": 1, "incident.closed": 1}
        journal.purge("i", "处置结束", "李娜")
        after = personal.going(personal.read_personal(reader.database, "i"), "652722")
        assert (after.total, after.bare) == (0, before.total)
    finally:
        reader.close()
        journal.close()
