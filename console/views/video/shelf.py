"""What of the registry is listed: reads it once, keeps it true by the news, has each question answered on the reader thread. GUI thread only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import peewee as pw
from PySide6.QtCore import QObject, QTimer, Signal

from console.comms.feeds.health import Health
from console.models.changes import Changes
from console.models.feeds.book import Book, Entry, Group
from console.models.feeds.rules import VideoRule
from console.models.feeds.seeing import Sight
from console.views.background import Background
from console.views.context import Context
from console.views.video.places import around, place_of
from console.views.video.presenter import Around, in_group

PATIENCE_S = 5
MANY = 200
"""Changes at once of a table that is taken in: they wait for the second, for the whole list is made anew each time."""
QUIET_MS = 300
"""The book has not changed for so long: it is worth making ready to be searched."""
MOST_APART = 5000
"""More that changed are not read one by one but with everything."""


@dataclass(frozen=True)
class Question:
    """`within`: a group of the grouping, None all; `health`: one of presenter.HEALTH_GROUPS; `about`: (thing, id) to list the cameras of."""

    words: str = ""
    order: str = "name"
    descending: bool = False
    grouping: str = "folder"
    within: str | None = None
    health: str = ""
    withdrawn: bool = False
    about: tuple[str, str] | None = None


class Listed(NamedTuple):
    """`ids` in their order; `total`: of so many.

    `groups`: None when they are as before; `around`: what is asked about, None: nothing is, or it is not known where it is; `fresh`: ids that
    were read again (none: all), None when nothing was.
    """

    question: Question
    book: Book
    ids: list[str]
    total: int
    groups: list[Group] | None
    around: Around | None
    fresh: frozenset[str] | None


class Shelf(QObject):
    """Attributes: `book`, `health` by feed id, `question`, `around`. Signals: `listed(Listed)`."""

    listed = Signal(object)

    def __init__(self, context: Context, rule: VideoRule, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context, self._rule = context, rule
        self.book = Book({})
        self.health: dict[str, Health] = {}
        self.question = Question()
        self.around: Around | None = None
        self._all_wanted, self._wanted = True, set[str]()
        self._asked = False
        self._waited_s = 0
        self._grouped = ""
        self._looked_at = False
        self._desk: Background | None = None
        self._quiet = QTimer(self, singleShot=True, interval=QUIET_MS)
        self._quiet.timeout.connect(self._ready)
        context.news.changed.connect(self._on_changed)
        context.news.reset.connect(self.read_all)
        context.news.second.connect(self._on_second)

    def read_all(self) -> None:
        self._all_wanted, self._asked = True, False
        self._read()

    def ask(self, **fields: object) -> None:
        """List something else from now on."""
        self.question = replace(self.question, **fields)  # type: ignore[arg-type]
        question, book = self.question, self.book
        regroup = question.grouping != self._grouped
        work = self._work(question)
        self._context.reading.run("video.find", lambda database: work(database, book, regroup, None), self._take)

    def make_ready(self) -> None:
        """Somebody looks here and may type: the first sign should not wait for what it is looked up in."""
        self._looked_at = True
        self._quiet.start()

    def _ready(self) -> None:
        """On a thread of its own: it takes a second, and others read meanwhile."""
        if self._desk is None:
            self._desk = Background("feed names", self)
        self._desk.ask("ready", self.book.ready, lambda _names: None, lambda _reason: None)

    def entry(self, feed: str) -> Entry | None:
        return self.book.entries.get(feed)

    def sight(self, feed: str) -> Sight | None:
        return self.around.sights.get(feed) if self.around else None

    def _work(self, question: Question) -> Callable[[pw.SqliteDatabase, Book, bool, frozenset[str] | None], Listed]:
        health, now_ms, rule = self.health, self._context.time.wall_ms(), self._rule

        def accepts(entry: Entry) -> bool:
            return in_group(question.health, health.get(entry.id), now_ms, rule.sweep.valid_s)

        def work(database: pw.SqliteDatabase, book: Book, regroup: bool, fresh: frozenset[str] | None) -> Listed:
            place = place_of(database, *question.about) if question.about else None
            near = around(database, book, place, rule.places) if place else None
            groups = book.groups(question.grouping) if regroup else None
            ids = _listed(book, question, near, accepts if question.health else None)
            total = len(book.entries) if question.about is None else len(near.sights) if near else 0
            return Listed(question, book, ids, total, groups, near, fresh)

        return work

    def _read(self, *, patient: bool = False) -> None:
        if self._asked or not (self._all_wanted or self._wanted) or (patient and len(self._wanted) > MANY):
            return
        ids = None if self._all_wanted or len(self._wanted) > MOST_APART else frozenset(self._wanted)
        self._asked, self._waited_s, self._all_wanted, self._wanted = True, 0, False, set()
        book, question = self.book, self.question
        work = self._work(question)

        def read(database: pw.SqliteDatabase) -> Listed:
            fresh = Book.read(database) if ids is None else book.renewed(database, sorted(ids))
            return work(database, fresh, True, ids if ids is not None else frozenset())

        self._context.reading.run("video.book", read, self._take_book)

    def _take_book(self, listed: Listed) -> None:
        self._asked = False
        self.book = listed.book
        if self._looked_at:
            self._quiet.start()
        self._take(listed)
        self._read(patient=True)

    def _take(self, listed: Listed) -> None:
        """An answer to an older question, or from an older book, is asked for again."""
        if listed.groups is not None and listed.question.grouping == self.question.grouping:
            self._grouped = listed.question.grouping
        if listed.question != self.question or listed.book is not self.book:
            if listed.fresh is not None:
                self.listed.emit(listed)
            self.ask()
            return
        self.around = listed.around
        self.listed.emit(listed)

    def _on_changed(self, changes: Changes) -> None:
        ids = changes.ids.get("feed")
        if ids:
            self._wanted |= ids
            self._read(patient=True)

    def _on_second(self) -> None:
        if not self._asked:
            self._read()
            return
        self._waited_s += 1
        if self._waited_s >= PATIENCE_S:
            self._all_wanted, self._asked = True, False
            self._read()


def _listed(book: Book, question: Question, near: Around | None, accepts: Callable[[Entry], bool] | None) -> list[str]:
    if question.about is not None:
        sights: Sequence[Sight] = () if near is None else list(near.sights.values())
        named = book.matching(question.words) if question.words.strip() else None
        return [
            sight.entry.id for sight in sights if (named is None or sight.entry.id in named) and (accepts is None or accepts(sight.entry))
        ]
    within = None if question.within is None else (question.grouping, question.within)
    order = question.order if question.order in Entry._fields else "name"
    return book.listed(
        question.words, order=order, descending=question.descending, within=within, accepts=accepts, withdrawn=question.withdrawn
    )
