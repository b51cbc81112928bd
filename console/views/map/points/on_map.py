"""Keeps the points of a map in step with the tables. GUI thread, but for what it says is not."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer

from console.views.context import Changes, ReadingFor
from console.views.i18n import word
from console.views.map.points import SETS, Points, empty, read
from console.views.map.source import NOT_FOUND, Answer

if TYPE_CHECKING:
    from console.views.map.panel import MapPanel

REST_MS = 700
"""Points change by the hundred when gauges report: they are read again at most so often."""
AGING_MS = 15_000
PATIENCE_MS = 10_000
WORDS = {"sensor": ("quantity", "quality"), "resource": ("resource_kind", "resource_status"), "feed": ("feed_kind", "feed_status")}
_numbers = count(1)


class PointsOnMap(QObject):
    """A part of the map. Attributes: `held`, the newest of each set."""

    def __init__(self, chart: MapPanel) -> None:
        super().__init__(chart)
        self._chart, self._context = chart, chart.context
        self._reader = ReadingFor(self._context.reading, self)
        self._tag = f"points {next(_numbers)}"
        self.held: dict[str, Points] = {name: empty(name) for name in SETS}
        self._wanted: dict[str, set[str]] = {}
        self._all: set[str] = set()
        self._reading: dict[str, int] = {}  # set -> when it was asked for, wall clock in ms
        self._aged_at_ms = self._context.time.now_ms()
        self._rest = QTimer(chart, interval=REST_MS, singleShot=True)
        self._rest.timeout.connect(self._read)
        chart.web.scheme.sources.serve("points", self.answer)
        news = self._context.news
        news.reset.connect(self._read_all)
        news.changed.connect(self._on_changed)
        news.second.connect(self._on_second)
        chart.presenter.look(pointSets={name: _described(name) for name in SETS})
        self._read_all()

    def answer(self, rest: str) -> Answer:
        """To `/points/<set>/<version that the page has>`. On the map's file thread: what is held is never changed, only replaced."""
        name, _, have = rest.partition("/")
        if name not in self.held or not (have.isascii() and have.isdigit() and len(have) < 10):
            return NOT_FOUND
        return Answer("application/octet-stream", self.held[name].packed(int(have)))

    def _read_all(self) -> None:
        self._all |= set(SETS)
        self._reading.clear()
        self._read()

    def _on_changed(self, changes: Changes) -> None:
        touched = {name: ids for name, ids in changes.ids.items() if name in SETS and ids}
        for name, ids in touched.items():
            self._wanted.setdefault(name, set()).update(ids)
        if touched and not self._rest.isActive():
            self._rest.start()

    def _on_second(self) -> None:
        self._ask_again()
        now_ms = self._context.time.now_ms()
        if abs(now_ms - self._aged_at_ms) < AGING_MS:
            return
        self._aged_at_ms = now_ms
        for name in SETS:
            if name not in self._reading and name not in self._all and name not in self._wanted:
                self._run(name, lambda _database, held: held.aged(now_ms))

    def _ask_again(self) -> None:
        """A read that failed is not answered: after a while everything of its set is asked for anew."""
        now_ms = self._context.time.wall_ms()
        late = [name for name, asked_ms in self._reading.items() if now_ms - asked_ms > PATIENCE_MS]
        for name in late:
            del self._reading[name]
        if late:
            self._all |= set(late)
            self._read()

    def _read(self) -> None:
        """One read a set at a time: the next is made from what the last one gave."""
        now_ms = self._context.time.now_ms()
        for name in SETS:
            if name in self._reading or not (name in self._all or name in self._wanted):
                continue
            ids = self._wanted.pop(name, None)
            whole = name in self._all
            self._all.discard(name)
            self._run(name, partial(_work, name, None if whole else ids, now_ms))

    def _run(self, name: str, work: Callable[[Any, Points], Points]) -> None:
        held = self.held[name]
        self._reading[name] = self._context.time.wall_ms()
        self._reader.run(f"{self._tag} {name}", lambda database: work(database, held), partial(self._take, name))

    def _take(self, name: str, points: Points) -> None:
        self._reading.pop(name, None)
        if points is not self.held[name]:
            self.held[name] = points
            self._chart.presenter.hide(name, points.hidden())
            self._chart.look(points={kind: held.version for kind, held in self.held.items()})
        self._read()


def _work(name: str, ids: set[str] | None, now_ms: int, database: Any, held: Points) -> Points:
    return read(database, name, held, ids, now_ms)


def _described(name: str) -> dict[str, Any]:
    """What the page must know of a set to draw and to name what is in it."""
    what, (kind, status) = SETS[name], WORDS[name]
    return {
        "layer": what.layer,
        "kinds": list(what.kinds),
        "statuses": list(what.statuses),
        "words": {code: word(kind, code) for code in what.kinds} | {code: word(status, code) for code in what.statuses},
    }
