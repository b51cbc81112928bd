"""A panel's surroundings for tests: a real SQLite file, reads and writes under the test's hand, the time it says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import peewee as pw

from console.comms.local.messages import Done, Draft
from console.models.changes import Changes, Fix
from console.views.context import Context, News, Request, Selection
from tests.views.tables.state import NOW_MS, State


class Reading:
    """Answers at once, or when `answer` is called while `held`. A newer run replaces an unanswered one with its tag."""

    def __init__(self, database: pw.SqliteDatabase) -> None:
        self.database = database
        self.held = False
        self.runs: list[str] = []
        self._waiting: dict[str, tuple[Callable[[Any], Any], Callable[[Any], None]]] = {}

    def run(self, tag: str, work: Callable[[pw.SqliteDatabase], Any], done: Callable[[Any], None]) -> None:
        self.runs.append(tag)
        self._waiting[tag] = (work, done)
        if not self.held:
            self.answer()

    def answer(self) -> None:
        while self._waiting:
            work, done = self._waiting.pop(next(iter(self._waiting)))
            done(work(self.database))


class Writing:
    """Keeps what was written until the test says what became of it."""

    def __init__(self) -> None:
        self.drafts: list[Draft] = []
        self.purged: tuple[str, str, str] | None = None
        self._done: Callable[[list[str]], None] | None = None
        self._failed: Callable[[str], None] | None = None

    def write(
        self, drafts: list[Draft], done: Callable[[list[str]], None] | None = None, failed: Callable[[str], None] | None = None
    ) -> None:
        self.drafts = drafts
        self._done, self._failed = done, failed

    def purge(
        self,
        incident: str,
        why: str,
        author: str,
        done: Callable[[list[str]], None] | None = None,
        failed: Callable[[str], None] | None = None,
    ) -> None:
        self.purged = (incident, why, author)
        self._done, self._failed = done, failed

    def save(self, *ids: str) -> None:
        assert self._done is not None
        self._done(list(ids) or [draft.subject for draft in self.drafts])

    def refuse(self, reason: str) -> None:
        assert self._failed is not None
        self._failed(reason)


class Asking:
    def __init__(self) -> None:
        self.requests: list[Request] = []
        self._done: Callable[[Done], None] | None = None
        self._failed: Callable[[str], None] | None = None

    def ask(self, request: Callable[[int], Request], done: Callable[[Done], None], failed: Callable[[str], None]) -> None:
        self.requests.append(request(len(self.requests) + 1))
        self._done, self._failed = done, failed

    def answer(self, **values: Any) -> None:
        assert self._done is not None
        self._done(Done(id=len(self.requests), **values))

    def refuse(self, reason: str) -> None:
        assert self._failed is not None
        self._failed(reason)


class Time:
    def __init__(self) -> None:
        self.live = True
        self.ms = NOW_MS

    def now_ms(self) -> int:
        return self.ms

    def wall_ms(self) -> int:
        return self.ms if self.live else NOW_MS


class Desk(State):
    """Attributes: `database`, `reading`, `writing`, `asking`, `time`, `context`."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.reading, self.writing, self.asking, self.time = Reading(self.database), Writing(), Asking(), Time()
        self.context = Context(self.reading, self.writing, self.time, Selection(), News(), lambda: "王建国", self.asking)

    def tell(self, fixes: list[Fix] | None = None, **ids: set[str]) -> None:
        """News of changed rows, by table, and of positions."""
        self.context.news.changed.emit(Changes(ids=dict(ids), fixes={fix.unit: fix for fix in fixes or []}))

    def pass_time(self, seconds: int) -> None:
        """A jump of the clock, told as one tick."""
        self.time.ms += seconds * 1000
        self.context.news.second.emit()
