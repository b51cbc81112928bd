"""Background reading: one thread, newest only, failures told and healed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import peewee as pw
import pytest
from pytestqt.qtbot import QtBot

from console.models.changes import Changes
from console.views.window.reader import BackgroundReading

WAIT_MS = 5000


class Source:
    """A database of one table; opened, used and closed on one thread."""

    def __init__(self, path: Path) -> None:
        self.database = pw.SqliteDatabase(str(path))
        self.database.connect()
        self.thread = threading.current_thread()
        self.at: int | None = None

    def seek(self, hlc: int) -> Changes | None:
        self.at = hlc
        self.database.execute_sql("UPDATE said SET word = ?", (f"at {hlc}",))
        return Changes(ids={"incident": {"x"}})

    def close(self) -> None:
        assert threading.current_thread() is self.thread
        self.database.close()


def word(database: pw.SqliteDatabase) -> str:
    return str(database.execute_sql("SELECT word FROM said").fetchone()[0])


@pytest.fixture
def files(tmp_path: Path) -> Path:
    for name in ("live.db", "then.db"):
        database = pw.SqliteDatabase(str(tmp_path / name))
        database.execute_sql("CREATE TABLE said (word TEXT)")
        database.execute_sql("INSERT INTO said VALUES (?)", (name,))
        database.close()
    return tmp_path


@pytest.fixture
def reading(files: Path, qapp: object) -> Iterator[BackgroundReading]:
    made = BackgroundReading(lambda: Source(files / "live.db"), lambda: Source(files / "then.db"))
    yield made
    made.close()


def test_work_waits_for_the_journal_then_answers_on_the_gui_thread(reading: BackgroundReading, qtbot: QtBot) -> None:
    answers: list[tuple[str, threading.Thread]] = []
    reading.run("a", word, lambda found: answers.append((found, threading.current_thread())))
    reading.release()
    qtbot.waitUntil(lambda: bool(answers), timeout=WAIT_MS)
    assert answers == [("live.db", threading.main_thread())]


def test_newer_work_with_the_same_tag_replaces_older(reading: BackgroundReading, qtbot: QtBot) -> None:
    answers: list[int] = []
    ran: list[int] = []

    def work(number: int) -> Any:
        return lambda database: ran.append(number) or number

    for number in range(100):
        reading.run("same", work(number), answers.append)
    reading.run("other", work(1000), answers.append)
    reading.release()
    qtbot.waitUntil(lambda: 1000 in answers, timeout=WAIT_MS)
    assert (answers, ran) == ([99, 1000], [99, 1000])


def test_an_answer_overtaken_while_it_was_read_is_not_delivered(reading: BackgroundReading, qtbot: QtBot) -> None:
    answers: list[str] = []
    reached, go_on = threading.Event(), threading.Event()

    def slow(_database: pw.SqliteDatabase) -> str:
        reached.set()
        go_on.wait(5)
        return "old"

    reading.release()
    reading.run("tag", slow, answers.append)
    assert reached.wait(5)
    reading.run("tag", lambda database: "new", answers.append)
    go_on.set()
    qtbot.waitUntil(lambda: bool(answers), timeout=WAIT_MS)
    assert answers == ["new"]


def test_after_a_seek_everything_reads_the_instant_and_the_journal_stays_reachable(reading: BackgroundReading, qtbot: QtBot) -> None:
    answers: list[object] = []
    reading.release()
    reading.seek(7, answers.append)
    reading.run("word", word, answers.append)
    reading.ask_journal("live", lambda live: word(live.database), answers.append)
    qtbot.waitUntil(lambda: len(answers) == 3, timeout=WAIT_MS)
    assert answers == [Changes(ids={"incident": {"x"}}), "at 7", "live.db"]
    reading.seek(None, answers.append)
    reading.run("word", word, answers.append)
    qtbot.waitUntil(lambda: len(answers) == 5, timeout=WAIT_MS)
    assert answers[3:] == [None, "live.db"]


def test_a_failure_is_told_and_the_next_success_heals_it(reading: BackgroundReading, qtbot: QtBot) -> None:
    reading.release()
    answers: list[str] = []
    with qtbot.waitSignal(reading.failed, timeout=WAIT_MS) as told:
        reading.run("bad", lambda database: database.execute_sql("SELECT * FROM nowhere"), answers.append)
    assert "nowhere" in told.args[0]
    with qtbot.waitSignal(reading.worked, timeout=WAIT_MS):
        reading.run("good", word, answers.append)
    qtbot.waitUntil(lambda: answers == ["live.db"], timeout=WAIT_MS)


def test_after_a_failure_a_fixed_instant_is_sought_again_before_it_is_read(reading: BackgroundReading, qtbot: QtBot) -> None:
    """Never the live state under a banner that says another time."""
    reading.release()
    answers: list[object] = []
    reading.seek(7, answers.append)
    with qtbot.waitSignal(reading.failed, timeout=WAIT_MS):
        reading.run("bad", lambda database: database.execute_sql("SELECT * FROM nowhere"), answers.append)
    reading.run("word", word, answers.append)
    qtbot.waitUntil(lambda: len(answers) == 2, timeout=WAIT_MS)
    assert answers[1] == "at 7"
