"""Conflicts in words, what entries of the timeline say besides themselves, and the review: over a real journal of two desks apart."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from console.models import kinds
from console.models.changes import Changes
from console.models.clock import hlc_from_ms
from console.models.journal import Journal
from console.models.journal.early import Early
from console.models.journal.reading import Reader
from console.models.run import Run
from console.models.state.instant import Instant
from console.views.i18n import use_language
from console.views.incidents import conflicts, drafts, presenter, timeline
from console.views.incidents.conflicts import Dispute
from console.views.resources import drafts as resource_drafts
from console.views.resources import presenter as resources
from tests.models.voices import NOW_MS, Voice, county, join, open_journal

HOUR_MS = 3_600_000
ABOUT = drafts.About("i", "652722")


def at(second: int) -> int:
    return hlc_from_ms(NOW_MS + 1000 * second)


class House:
    """A journal, two desks that may write to it, and a reader beside it."""

    def __init__(self, path: Path) -> None:
        self.journal: Journal = open_journal(path)
        self.root, self.one, self.other = county(), Voice(1, "州值班台"), Voice(2, "县值班台")
        self.unit = Voice(3, "信息员终端")
        grants = [(self.one, "console"), (self.other, "console"), (self.unit, "unit")]
        self.take(join([self.root.enrol(voice, role) for voice, role in grants]))
        self.reader = Reader(path)

    def take(self, *runs: Run) -> Changes:
        changes = Changes()
        for run in runs:
            appended = self.journal.append([run])
            assert appended.outcomes[0].refusal is None, appended.outcomes[0].refusal
            changes.merge(appended.changes)
        return changes

    def graded_apart(self) -> Changes:
        opened = self.one.say("incident.opened", "i", kinds.IncidentOpened(title="滑坡", level=4), at(1))
        mine = self.one.say("incident.changed", "i", kinds.IncidentChanged(level=3, author="李娜", base=at(1)), at(10))
        theirs = self.other.say("incident.changed", "i", kinds.IncidentChanged(level=2, author="王强", base=at(1)), at(20))
        return self.take(opened, theirs, mine)

    def row(self) -> presenter.IncidentRow:
        (row,) = presenter.read_incidents(self.reader.database)
        return row

    def entries(self) -> dict[str, timeline.TimelineRow]:
        """By what they say, the latest of the same words."""
        return {row.sentence: row for row in reversed(timeline.read_timeline(self.reader.database, "i").rows)}

    def close(self) -> None:
        self.reader.close()
        self.journal.close()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path / "journal.db")
    yield made
    made.close()


def test_the_list_marks_an_incident_with_a_conflict_and_finds_it(house: House) -> None:
    house.graded_apart()
    row = house.row()
    assert (row.level, row.conflicts) == (2, 1)
    title = next(column for column in presenter.columns() if column.key == "title")
    assert "⚑ 1 conflict to review" in title.text(row, NOW_MS)
    assert title.mark is not None
    assert title.mark(row, NOW_MS) == conflicts.CONFLICT_MARK
    assert "conflict" in row.search


def test_both_writes_are_shown_in_the_timeline_and_say_which_stands(house: House) -> None:
    house.graded_apart()
    entries = house.entries()
    mine, theirs = entries["Level: III, serious"], entries["Level: II, grave"]
    assert (mine.flag, theirs.flag, entries["Opened: 滑坡 · IV, ordinary"].flag) == ("conflict", "conflict", "")
    assert mine.remark.startswith("⚑ CONFLICT, to review: Level was also written as II, grave (县值班台, ")
    assert mine.remark.endswith("; stands)")
    assert theirs.remark.startswith("⚑ CONFLICT, to review: Level was also written as III, serious (州值班台, ")
    told = timeline.entry_text(mine).splitlines()
    assert (told[0], told[2]) == ("Change · 李娜", "Level: III, serious")
    use_language("zh_CN")
    assert "冲突待复核" in next(row for row in house.entries().values() if row.flag).remark
    use_language("en")


def test_a_review_settles_it_and_says_so(house: House) -> None:
    house.graded_apart()
    (dispute,) = conflicts.read_disputes(house.reader.database, ["i"])
    (draft,) = conflicts.review(dispute, "652722", "电话核实", "李娜")
    body = msgspec.msgpack.decode(draft.body, type=kinds.ConflictReviewed)
    assert (draft.kind, draft.subject, body.field, body.upto_hlc) == ("conflict.reviewed", "i", "level", at(20))
    assert [(seen.hlc, seen.origin.hex()) for seen in body.seen] == [(said.hlc, said.origin) for said in dispute.said]
    changes = house.take(house.one.say(draft.kind, "i", body, at(60)))
    assert "i" in presenter.concerned(changes)
    assert timeline.concerned(changes, "i")
    assert house.row().conflicts == 0
    entries = house.entries()
    assert entries["Level: III, serious"].remark.startswith("⚑ reviewed: ")
    assert entries["Level: III, serious"].flag == ""
    assert entries["Conflict reviewed: Level · 电话核实"].kind == "conflict.reviewed"


def test_what_was_written_before_the_review_and_came_after_it_is_to_be_reviewed(house: House) -> None:
    house.graded_apart()
    (dispute,) = conflicts.read_disputes(house.reader.database, ["i"])
    (draft,) = conflicts.review(dispute, "652722", "", "李娜")
    body = msgspec.msgpack.decode(draft.body, type=kinds.ConflictReviewed)
    house.take(house.one.say(draft.kind, "i", body, at(60)))
    assert house.row().conflicts == 0
    late = house.unit.say("incident.changed", "i", kinds.IncidentChanged(level=1, base=at(1)), at(15))
    house.take(late)
    assert house.row().conflicts == 1
    (dispute,) = conflicts.read_disputes(house.reader.database, ["i"])
    assert {said.value for said in dispute.said} == {1, 2, 3}


def test_choosing_the_other_value_makes_no_new_conflict(house: House) -> None:
    house.graded_apart()
    (dispute,) = conflicts.read_disputes(house.reader.database)
    draft = drafts.choosing("i", "level", dispute.said[0].value, dispute.upto_hlc, "652722", "李娜")
    body = msgspec.msgpack.decode(draft.body, type=kinds.IncidentChanged)
    assert (body.level, body.base) == (3, at(20))
    house.take(house.one.say(draft.kind, "i", body, at(60)))
    (dispute,) = conflicts.read_disputes(house.reader.database)
    assert [said.value for said in dispute.said] == [3, 2, 3]
    assert dispute.said[-1].stands
    house.take(house.one.say("conflict.reviewed", "i", kinds.ConflictReviewed(field="level", upto_hlc=dispute.upto_hlc), at(61)))
    assert (house.row().level, house.row().conflicts) == (3, 0)


def test_a_field_is_known_as_of_its_own_last_write_not_the_rows(house: House) -> None:
    """A later word on something else says nothing of what was known of the level."""
    opened = house.one.say("incident.opened", "i", kinds.IncidentOpened(title="滑坡", level=4), at(1))
    loss = house.one.say("loss.reported", "i", kinds.LossReported(sheep=3), at(30))
    house.take(opened, loss)
    row = house.row()
    assert (row.known_hlc("level"), row.known_hlc("response_level")) == (at(1), 0)
    written = drafts.grading(
        ABOUT, row, drafts.Choice(3, row.known_hlc("level")), drafts.Choice(3, row.known_hlc("response_level")), "州局", "李娜"
    )
    bodies = [msgspec.msgpack.decode(draft.body, type=kinds.IncidentChanged) for draft in written]
    assert [(body.level, body.response_level, body.base) for body in bodies] == [
        (3, msgspec.UNSET, at(1)),
        (msgspec.UNSET, 3, 0),
    ]
    apart = house.other.say("incident.changed", "i", kinds.IncidentChanged(level=2, base=at(1)), at(20))
    mine = house.one.say("incident.changed", "i", bodies[0], at(40))
    house.take(mine, apart)
    assert house.row().conflicts == 1


def test_a_withdrawal_is_an_entry_of_the_timeline_and_comes_back(house: House) -> None:
    house.graded_apart()
    house.take(house.one.say("record.withdrawn", "i", kinds.RecordWithdrawn(table="incident", why="重复", author="李娜"), at(30)))
    assert house.row().withdrawn
    assert house.entries()["Withdrawn: entered in error · 重复"].author == "李娜"
    assert "WITHDRAWN" in presenter.two_lines(house.row())
    house.take(house.one.say("record.restored", "i", kinds.RecordRestored(table="incident"), at(40)))
    assert not house.row().withdrawn


# -- what entries say besides themselves ------------------------------------------------------------------------------------------


def test_an_entry_whose_clock_is_far_ahead_says_that_it_does_not_count_yet(house: House) -> None:
    house.graded_apart()
    ahead = NOW_MS + 5 * HOUR_MS
    body = kinds.IncidentChanged(level=1, base=at(20))
    house.take(house.other.say("incident.changed", "i", body, hlc_from_ms(ahead)))
    entry = next(row for row in house.entries().values() if row.flag == "held")
    assert entry.remark.startswith("its clock is 5 h 00 min ahead; not part of the state until ")
    assert house.row().level == 2
    assert timeline.when_text(entry.at_ms, NOW_MS) == "in 5 h 00 min"


def test_a_report_whose_clock_is_far_ahead_counts_at_once_and_says_when_it_was_heard(house: House) -> None:
    house.graded_apart()
    report = kinds.UnitReport(text="沟口水涨", incident="i")
    house.take(house.unit.say("unit.report", house.unit.own("unit"), report, hlc_from_ms(NOW_MS + 5 * HOUR_MS)))
    entry = next(row for row in house.entries().values() if row.flag == "ahead")
    assert entry.remark.startswith("its clock is 5 h 00 min ahead; it was heard ")


def test_an_entry_that_came_by_short_message_says_that_its_original_is_not_here(house: House) -> None:
    house.graded_apart()
    report = kinds.encode_body(kinds.UnitReport(text="沟口水涨", incident="i"))
    early = Early(
        house.unit.origin, "652722/report", 7, at(25), "unit.report", house.unit.own("unit"), report, age_ms=1000, carrier="beidou"
    )
    _, refused = house.journal.append_early([early])
    assert refused == []
    entry = next(row for row in house.entries().values() if row.kind == "unit.report")
    assert (entry.flag, entry.remark) == ("early", "by satellite short message; the original is not here yet")


def test_an_entry_that_was_long_on_its_way_says_how_late_it_came(house: House) -> None:
    house.graded_apart()
    house.take(house.other.say("log.entered", "i", kinds.LogEntered(text="断网时记下"), at(30), age_ms=3 * HOUR_MS))
    entry = house.entries()["断网时记下"]
    assert entry.flag == "late"
    assert entry.remark.endswith(", 3 h 00 min late")
    assert "late" in entry.search


def test_destroyed_content_says_by_whom_and_when_and_nothing_of_what_it_was(house: House) -> None:
    house.graded_apart()
    log = house.one.say("log.entered", "i", kinds.LogEntered(text="伤者张某的住址", author="李娜"), at(30))
    house.take(log)
    closed = house.one.say("incident.closed", "i", kinds.IncidentClosed(summary="完"), at(40))
    house.take(closed)
    head = house.journal._connection.execute("SELECT prev FROM event WHERE kind = 'incident.closed'").fetchone()[0]
    erasure = kinds.Erasure(house.one.origin, log.topic, log.first_seq, bytes(head))
    house.take(house.root.say("incident.purged", "i", kinds.IncidentPurged(erased=[erasure], author="档案员"), at(50)))
    rows = timeline.read_timeline(house.reader.database, "i").rows
    entry = next(row for row in rows if row.flag == "erased")
    assert entry.remark.startswith("content destroyed by 档案员 on ")
    assert (entry.sentence, entry.author) == ("", "")
    assert not any("张某" in timeline.entry_text(row) + row.search for row in rows)


def test_the_same_is_read_at_a_past_instant(house: House) -> None:
    house.graded_apart()
    early = Early(
        house.unit.origin,
        "652722/report",
        7,
        at(25),
        "unit.report",
        house.unit.own("unit"),
        kinds.encode_body(kinds.UnitReport(text="沟口水涨", incident="i")),
        carrier="beidou",
    )
    house.journal.append_early([early])
    instant = Instant(house.journal.path)
    instant.seek(at(15))
    assert timeline.read_timeline(instant.database, "i").disputes == ()
    instant.seek(at(26))
    read = timeline.read_timeline(instant.database, "i")
    assert [dispute.field for dispute in read.disputes] == ["level"]
    assert {row.flag for row in read.rows} == {"", "conflict", "early"}
    instant.close()


# -- resources --------------------------------------------------------------------------------------------------------------------


def test_a_stock_counted_apart_is_a_conflict_of_the_resource(house: House) -> None:
    registered = house.one.say("resource.registered", "r", kinds.ResourceRegistered(name="帐篷", quantity=100), at(1))
    mine = house.one.say("resource.changed", "r", kinds.ResourceChanged(quantity=80, base=at(1)), at(10))
    theirs = house.other.say("resource.changed", "r", kinds.ResourceChanged(quantity=60, base=at(1)), at(5))
    house.take(registered, mine)
    changes = house.take(theirs)
    assert "r" in resources.concerned(changes)
    (row,) = resources.read_resources(house.reader.database)
    assert (row.quantity, row.conflicts) == (80, 1)
    assert resources.name_text(row) == "⚑ 1 conflict to review · 帐篷"
    card = dict(resources.resource_card(row))
    assert card["Conflict"].startswith("Quantity in stock was written apart: 60 (县值班台")
    draft = resource_drafts.choosing("r", "quantity", 60.0, row.disputes[0].upto_hlc, "", "李娜")
    assert msgspec.msgpack.decode(draft.body, type=kinds.ResourceChanged).base == at(10)


def test_a_value_that_nobody_could_write_is_shown_not_raised() -> None:
    said = conflicts.Said(1, "aa", "p", {"odd": [1]}, conflicts.value_text("level", {"odd": [1]}), stands=True)
    assert conflicts.dispute_text(Dispute("i", "new_field", (said,), 1, settled=False)).startswith("new_field was written apart")
    assert conflicts.value_text("place", None) == "nothing"
    assert conflicts.known_hlc(b"\xff", "level") is None
