"""What stands on the wall: worst first, few lines, the rest counted, ages that go on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import peewee as pw
import pytest

from console.models.state.tables import LOG_TABLES, STATE_TABLES, Basin, Incident, Risk, Road, Task, Unit, Warning
from console.views import i18n
from console.views.wall.presenter import MAX_LINES, Line, read_board, sections

NOW_MS = 1_790_000_000_000
MINUTE_MS = 60_000


@pytest.fixture
def database(tmp_path: Path) -> Iterator[pw.SqliteDatabase]:
    held = pw.SqliteDatabase(str(tmp_path / "state.db"))
    tables = [*STATE_TABLES, *LOG_TABLES]
    with held.bind_ctx(tables):
        held.create_tables(tables)
        yield held
    held.close()


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    before = i18n.language()
    i18n.use_language(i18n.ENGLISH)
    yield
    i18n.use_language(before)


def shown(database: pw.SqliteDatabase, now_ms: int = NOW_MS) -> dict[str, list[Line]]:
    return {section.title: section.lines for section in sections(read_board(database, now_ms), now_ms)}


def test_nothing_happens(database: pw.SqliteDatabase) -> None:
    assert shown(database) == {
        "Open incidents": [Line("none", "")],
        "Units": [Line("0 free, 0 at work, of 0", "")],
    }


def test_the_worst_comes_first_and_what_is_over_is_not_there(database: pw.SqliteDatabase) -> None:
    Incident.create(id="a", title="Ungraded", level=0, opened_ms=NOW_MS)
    Incident.create(id="b", title="Lesser", level=4, opened_ms=NOW_MS)
    Incident.create(id="c", title="Grave", place="Gully 3", level=1, opened_ms=NOW_MS, occurred_ms=NOW_MS - 5 * MINUTE_MS)
    Incident.create(id="d", title="Over", level=1, status="closed")
    Incident.create(id="e", title="Mistaken", level=1, withdrawn=True)
    Warning.create(id="s,1", identifier="1", event="Rainstorm", colour="orange", cap_status="Actual", sent_ms=NOW_MS)
    Warning.create(id="s,2", identifier="2", event="Gale", colour="red", cap_status="Actual", sent_ms=NOW_MS - MINUTE_MS)
    Warning.create(id="s,3", identifier="3", event="Past", colour="red", cap_status="Actual", expires_ms=NOW_MS - 1)
    Warning.create(id="s,4", identifier="4", event="Test", colour="red", cap_status="Test")
    Warning.create(id="s,5", identifier="5", event="Superseded", colour="red", cap_status="Actual", superseded_by="s,2")
    Warning.create(id="s,6", identifier="6", event="Flood", colour="yellow", cap_status="Exercise", sent_ms=NOW_MS)
    told = shown(database)
    assert told["Open incidents"] == [Line("Grave · Gully 3", "5 min", 1), Line("Lesser", "0 s", 4), Line("Ungraded", "0 s", 0)]
    assert told["Warnings in force"] == [Line("Gale", "60 s", 1), Line("Rainstorm", "0 s", 2), Line("EXERCISE · Flood", "0 s", 3)]


def test_the_time_until_a_flood_is_there_runs_down(database: pw.SqliteDatabase) -> None:
    Basin.create(id="g3", name="Gully 3")
    Risk.create(id="flash_flood:g3", hazard="flash_flood", place="g3", level=1, lead_s=1800, at_ms=NOW_MS)
    Risk.create(id="rainstorm:g3", hazard="rainstorm", place="g3", level=3, at_ms=NOW_MS)
    Risk.create(id="gale:g3", hazard="gale", place="g3", level=0, at_ms=NOW_MS)
    assert [line.age for line in shown(database)["Risks"]] == ["in 30 min", "0 s"]
    later = NOW_MS + 20 * MINUTE_MS
    assert [line.age for line in shown(database, later)["Risks"]] == ["in 10 min", "20 min"]
    assert shown(database, NOW_MS + 31 * MINUTE_MS)["Risks"][0].age == "now"


def test_units_tasks_calls_and_roads(database: pw.SqliteDatabase) -> None:
    Unit.create(id="u1", name="One", status="available")
    Unit.create(id="u2", name="Two", status="onscene", help="medical", help_ms=NOW_MS - 3 * MINUTE_MS)
    Unit.create(id="u3", name="Three", status="unavailable")
    Unit.create(id="u4", name="Four", status="hospital")
    Unit.create(id="u5", name="Five", status="available", task="t4")
    Task.create(id="t4", unit="u5", text="Go", state="assigned")
    Task.create(id="t1", unit="u2", text="Look", state="started", due_ms=NOW_MS - 10 * MINUTE_MS)
    Task.create(id="t2", unit="u2", text="Done", state="done", due_ms=NOW_MS - 10 * MINUTE_MS)
    Task.create(id="t3", unit="u2", text="Later", state="assigned", due_ms=NOW_MS + 10 * MINUTE_MS)
    Road.create(id="r", name="S303")
    told = shown(database)
    assert told["Calls for help"] == [Line("Two · medical", "3 min", 1)]
    assert told["Tasks overdue"] == [Line("Two · Look", "10 min late", 2)]
    assert told["Units"] == [Line("1 free, 3 at work, of 5", ""), Line("1 road cut", "")]


def test_what_does_not_fit_is_counted(database: pw.SqliteDatabase) -> None:
    for number in range(MAX_LINES + 3):
        Incident.create(id=f"i{number}", title=str(number), opened_ms=NOW_MS)
    section = next(section for section in sections(read_board(database, NOW_MS), NOW_MS) if section.title == "Open incidents")
    assert (len(section.lines), section.more) == (MAX_LINES, 3)
