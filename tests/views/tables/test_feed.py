"""A feed asks for what changed and nothing else, one read at a time, and never forgets what was wanted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import peewee as pw
import pytest
from PySide6.QtWidgets import QApplication

from console.models.state.tables import Unit
from console.views.tables.feed import PATIENCE_S, Feed, Found
from tests.views.tables.desk import Desk


@pytest.fixture
def desk(qapp: QApplication, tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.close()


class Reader:
    """Attributes: `asked`, the ids of each read in turn; `found`, what came."""

    def __init__(self, desk: Desk) -> None:
        self.asked: list[list[str] | None] = []
        self.found: list[Found] = []
        self.feed = Feed(desk.context, "units", self.read, lambda changes: changes.ids.get("unit", ()))
        self.feed.found.connect(self.found.append)

    def read(self, database: pw.SqliteDatabase, ids: Sequence[str] | None) -> list[str]:
        self.asked.append(None if ids is None else list(ids))
        return [row[0] for row in Unit.select(Unit.id).tuples().execute(database)]


def test_only_changed_ids_are_read(desk: Desk) -> None:
    reader = Reader(desk)
    desk.tell(unit={"a", "b"})
    desk.tell(incident={"x"})
    assert reader.asked == [["a", "b"]]
    assert reader.found[0].asked == {"a", "b"}


def test_what_changes_during_a_read_is_read_after_it_in_one(desk: Desk) -> None:
    reader = Reader(desk)
    desk.reading.held = True
    for changed in ({"a"}, {"b"}, {"c", "b"}):
        desk.tell(unit=changed)
    assert len(desk.reading.runs) == 1
    desk.reading.answer()
    assert reader.asked == [["a"], ["b", "c"]]


def test_a_reset_reads_all_and_replaces_what_was_under_way(desk: Desk) -> None:
    reader = Reader(desk)
    desk.reading.held = True
    desk.tell(unit={"a"})
    desk.context.news.reset.emit()
    desk.reading.answer()
    assert reader.asked == [None]
    assert [found.asked for found in reader.found] == [None]


def test_a_read_that_never_answers_is_asked_again(desk: Desk) -> None:
    reader = Reader(desk)
    desk.reading.held = True
    desk.tell(unit={"a"})
    desk.reading._waiting.clear()
    desk.tell(unit={"b"})
    for _ in range(PATIENCE_S):
        desk.pass_time(1)
    desk.reading.answer()
    assert reader.asked == [["a", "b"]]
