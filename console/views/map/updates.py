"""Keeps what the map shows in step with the news: reads in the background, moves what moved. GUI thread only."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

from PySide6.QtCore import QObject

from console.views.context import Changes, Context, ReadingFor
from console.views.map import reading, things
from console.views.map.fleet import UnitRow
from console.views.map.presenter import MapPresenter
from console.views.map.things import Shown

AGING_MS = 15_000
_numbers = count(1)


class Updates(QObject):
    """`push()`: called whenever there may be something to tell the page. Several maps read beside one another: each has tags of its own."""

    def __init__(self, context: Context, presenter: MapPresenter, push: Callable[[], None], parent: QObject) -> None:
        super().__init__(parent)
        self._reading = ReadingFor(context.reading, self)
        self._context, self._presenter, self._push = context, presenter, push
        self._tag = f"map {next(_numbers)}"
        self._aged_at_ms = context.time.now_ms()
        self._units: set[str] = set()
        self._kinds: set[str] = set()
        context.news.changed.connect(self._on_changed)
        context.news.reset.connect(self.read_all)
        context.news.second.connect(self._on_second)

    def read_all(self) -> None:
        self._presenter.reset()
        now_ms = self._context.time.now_ms()
        self._reading.run(self._tag, lambda database: reading.everything(database, now_ms), self._take_all)

    def _take_all(self, held: reading.Everything) -> None:
        self._presenter.replace(held, self._context.time.now_ms())
        self._push()

    def _on_changed(self, changes: Changes) -> None:
        wanted = self._presenter.move(changes, self._context.time.now_ms())
        self._push()
        if wanted:
            self._units |= wanted
            self._read_units()
        self._read_kinds(things.kinds_of(changes.ids))

    def _read_units(self) -> None:
        """A newer read replaces one not yet answered, so each asks for all that is still wanted."""
        asked, exact = set(self._units), not self._context.time.live

        def take(rows: list[UnitRow]) -> None:
            self._units -= asked
            self._presenter.put_units(rows, asked, self._context.time.now_ms(), exact=exact)
            self._push()

        self._reading.run(f"{self._tag} units", lambda database: reading.units(database, asked), take)

    def _read_kinds(self, kinds: set[str] | frozenset[str]) -> None:
        if not kinds:
            return
        self._kinds |= kinds
        asked, now_ms = set(self._kinds), self._context.time.now_ms()

        def take(shown: dict[str, Shown]) -> None:
            self._kinds -= asked
            self._presenter.put_things(shown)
            self._push()

        self._reading.run(f"{self._tag} things", lambda database: things.read(database, asked, now_ms), take)

    def _on_second(self) -> None:
        now_ms = self._context.time.now_ms()
        self._presenter.tick(now_ms)
        if abs(now_ms - self._aged_at_ms) >= AGING_MS:
            self._aged_at_ms = now_ms
            self._read_kinds(things.AGING)
        self._push()
