"""The road network of this machine, on a thread of its own: loaded, read from a file, cut by the closures of now, and asked. GUI thread only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import peewee as pw
from PySide6.QtCore import QObject, Signal

from console.models.rules.distance import Closure
from console.models.state.tables import Road
from console.views.background import Background
from console.views.context import Context
from console.views.i18n import tr
from console.views.roads.way import points_of
from console.views.tables.feed import Feed, Found

if TYPE_CHECKING:
    from console.models.roads.graph import Origin
    from console.models.roads.network import Network

T = TypeVar("T")
FILE = "roads.npz"


@dataclass(frozen=True)
class Roads:
    """What is loaded: where it comes from, `edges` stretches of road, `bounds` (west, south, east, north)."""

    origin: Origin
    edges: int
    bounds: tuple[float, float, float, float]


@dataclass(frozen=True)
class Cut:
    """How the closures of now are on these roads: names of those that are on none of them, or only partly; `blocked` stretches in all."""

    blocked: int
    off_road: tuple[str, ...]
    partly: tuple[str, ...]


class RoadDesk(QObject):
    """Attributes: `roads` (None while there are none), `closures` (in the order that the network's blocks count them), `cut`, `reading` (what is
    being done with a file, "" when nothing), `fault`. Signals: `changed()` any of them; `cut_anew()` other stretches are closed, or other
    roads are there: whatever was answered before is out of date. Nothing is answered before the closures of now are known.
    """

    changed = Signal()
    cut_anew = Signal()
    _told = Signal(str, int)

    def __init__(self, context: Context, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._file = None if context.data is None else context.data / "roads" / FILE
        self._desk = Background("roads", self)
        self._stop: Any = None
        self._network: Network | None = None
        self.roads: Roads | None = None
        self.closures: tuple[Closure, ...] = ()
        self.cut = Cut(0, (), ())
        self.reading = ""
        self.fault = ""
        self._begun = self._closures_read = self._cut_known = False
        self._early: dict[str, Callable[[], None]] = {}
        self._told.connect(self._on_told)

    @property
    def idle(self) -> bool:
        return self._desk.idle and not self._early

    def begin(self) -> None:
        """Load what was read last, else the roads of the example area; the first time."""
        if self._begun:
            return
        self._begun = True
        self._feed = Feed(self._context, "routes.closures", _closures, lambda changes: None if "road" in changes.ids else (), self)
        self._feed.found.connect(self._on_closures)
        file = self._file
        self._desk.ask("network", lambda: self._load(file), self._on_loaded, self._on_fault)
        self._feed.read_all()

    def ask(self, tag: str, work: Callable[[Network | None], T], done: Callable[[T], None], failed: Callable[[str], None]) -> None:
        self.begin()
        put = partial(self._desk.ask, tag, lambda: work(self._network), done, failed)
        if self._cut_known:
            put()
        else:
            self._early[tag] = put

    def read_file(self, path: Path) -> None:
        """Make the network of the roads in a file; what is loaded stays until it is there."""
        import threading

        file = self._file
        if file is None:
            self._on_fault(tr("Roads cannot be kept here: this window has no folder of its own."))
            return
        self.begin()
        self.cancel()
        stop = self._stop = threading.Event()
        self.reading, self.fault = "reading", ""
        self.changed.emit()
        now_ms = self._context.time.wall_ms()
        self._desk.ask("network", lambda: self._take_in(path, file, now_ms, stop), self._on_loaded, self._on_fault)

    def use_example(self) -> None:
        file = self._file
        if file is not None:
            self._desk.ask("network", lambda: self._back_to_example(file), self._on_loaded, self._on_fault)

    def cancel(self) -> None:
        if self._stop is not None:
            self._stop.set()

    # -- on the thread -----------------------------------------------------------------------------------------------

    def _load(self, file: Path | None) -> Roads | None:
        from console.models.roads.example import example_graph
        from console.models.roads.graph import load
        from console.models.roads.network import Network
        from console.models.roads.rule import default_rule

        rule = default_rule()
        graph = load(file) if file is not None and file.exists() else example_graph(rule)
        self._network = Network(graph, rule)
        return Roads(graph.origin, len(graph.ends), graph.bounds)

    def _take_in(self, path: Path, file: Path, now_ms: int, stop: Any) -> Roads | None:
        from console.models.roads.taking import Stopped, take_in

        try:
            take_in(path, file, now_ms, _Either(stop, self._desk.stop), self._told.emit)
        except Stopped:
            return None
        return self._load(file)

    def _back_to_example(self, file: Path) -> Roads | None:
        file.unlink(missing_ok=True)
        return self._load(None)

    def _close(self, closures: Sequence[Closure]) -> Cut:
        if self._network is None:
            return Cut(0, (), ())
        matched = self._network.ground.match(closures)
        self._network.close(matched.blocks)
        names = [closure.name for closure in closures]
        return Cut(len(matched.blocks), tuple(names[at] for at in matched.off_road), tuple(names[at] for at in matched.partly))

    # -- answers -------------------------------------------------------------------------------------------------------

    def _on_loaded(self, roads: Roads | None) -> None:
        self.reading = ""
        if roads is not None:
            self.roads, self.fault = roads, ""
        self._ask_cut()
        self.changed.emit()

    def _on_fault(self, reason: str) -> None:
        self.reading, self.fault = "", reason
        if not self._cut_known:
            self._ask_cut()
        self.changed.emit()

    def _on_told(self, step: str, _ways: int) -> None:
        if self.reading:
            self.reading = step
            self.changed.emit()

    def _on_closures(self, found: Found) -> None:
        self.closures, self._closures_read = tuple(found.rows), True
        self._ask_cut()

    def _ask_cut(self) -> None:
        closures = self.closures
        if not self._closures_read or (self.roads is None and not self.fault):
            return
        self._desk.ask("close", lambda: self._close(closures), self._on_cut, self._on_fault)

    def _on_cut(self, cut: Cut) -> None:
        self.cut, self._cut_known = cut, True
        early, self._early = self._early, {}
        for put in early.values():
            put()
        self.changed.emit()
        if not early:
            self.cut_anew.emit()


class _Either:
    """An event that is set when one of two is."""

    def __init__(self, one: Any, other: Any) -> None:
        self._one, self._other = one, other

    def wait(self, timeout: float) -> bool:
        return bool(self._one.wait(timeout) or self._other.is_set())


def _closures(database: pw.SqliteDatabase, _ids: Sequence[str] | None) -> list[Closure]:
    """Every road that is closed and was not entered in error, its whole line."""
    query = Road.select(Road.id, Road.name, Road.lon, Road.lat, Road.line).where((Road.status == "closed") & ~Road.withdrawn)
    rows = query.order_by(Road.name, Road.id).tuples().execute(database)
    return [Closure(row_id, name or row_id, points_of(lon, lat, line)) for row_id, name, lon, lat, line in rows]
