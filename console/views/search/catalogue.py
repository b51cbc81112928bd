"""Everything that has a name and perhaps a place, in memory, on a thread of its own: what panels search in and measure against.

It is read when it is first asked for, table by table, and kept true by the news; positions that come by the thousand are laid in once a
second. GUI thread only; `work` given to `ask` runs on the thread.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
from PySide6.QtCore import QObject, Signal

from console.models.changes import Changes, Fix
from console.views.background import Background
from console.views.context import Context
from console.views.tables.feed import Feed, Found

if TYPE_CHECKING:
    from console.models.geo.atlas import Atlas
    from console.models.search.finder import Finder

T = TypeVar("T")
THINGS = ("incident", "unit", "resource", "road", "sensor", "feed", "plot", "basin")
"""Tables of `console.models.geo.register`, in the order in which they are read: the few and important first."""
WITH_SHELTERS = {"resource": ("resource", "shelter")}


class Catalogue(QObject):
    """Attributes: `ready`, every table has been read once; `fault`: why the names of places are missing, "" when they are not.

    Signals: `changed()` at most once a second, after what was read has been laid in.
    """

    changed = Signal()

    def __init__(self, context: Context, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._begun = False
        self._unread = set(THINGS)
        self._fixes: dict[str, Fix] = {}
        self._stale = False
        self.fault = ""
        self._desk = Background("places", self)
        self._atlas: Atlas | None = None
        self._finder: Finder | None = None
        context.news.second.connect(self._on_second)
        context.news.changed.connect(self._on_changed)
        context.news.reset.connect(self._on_reset)

    @property
    def ready(self) -> bool:
        return self._begun and not self._unread

    @property
    def idle(self) -> bool:
        return self._desk.idle

    def begin(self) -> None:
        """Read everything, the first time."""
        if self._begun:
            return
        self._begun = True
        self._desk.ask("open", self._open, self._take_fault, self._take_fault)
        for thing in THINGS:
            feed = Feed(self._context, f"catalogue.{thing}", partial(_read, thing), partial(_concerned, thing), self)
            feed.found.connect(partial(self._take, thing))
            feed.read_all()

    def ask(self, tag: str, work: Callable[[Atlas, Finder], T], done: Callable[[T], None], failed: Callable[[str], None]) -> None:
        self.begin()
        self._lay_fixes()
        self._desk.ask(tag, lambda: work(*self._both()), done, failed)

    # -- on the thread -----------------------------------------------------------------------------------------------

    def _open(self) -> str:
        from console.errors import Fault
        from console.models.geo.atlas import Atlas
        from console.models.search.finder import Finder
        from console.models.search.gazetteer import gazetteer

        self._atlas = Atlas()
        try:
            self._finder = Finder(gazetteer())
        except Fault as fault:
            self._finder = Finder()
            return str(fault)
        return ""

    def _both(self) -> tuple[Atlas, Finder]:
        assert self._atlas is not None
        assert self._finder is not None
        return self._atlas, self._finder

    def _lay(self, thing: str, items: list[Any], asked: frozenset[str] | None) -> None:
        atlas, finder = self._both()
        of_table = WITH_SHELTERS.get(thing, (thing,))
        there = {item.key for item in items}
        of_ids = ((table, row_id) for table in of_table for row_id in asked or ())
        known = of_ids if asked is not None else [key for key in atlas.items if key[0] in of_table]
        gone = [key for key in known if key not in there]
        atlas.drop(gone)
        finder.drop(gone)
        atlas.put(items)
        finder.put(items)

    def _move(self, fixes: dict[str, Fix]) -> None:
        atlas, finder = self._both()
        moved = [
            msgspec.structs.replace(item, lon=fix.lon, lat=fix.lat, heard_ms=fix.heard_ms, valid_s=fix.valid_s)
            for fix in fixes.values()
            if (item := atlas.items.get(("unit", fix.unit))) is not None
        ]
        atlas.put(moved)
        finder.put(moved)

    # -- news ----------------------------------------------------------------------------------------------------------

    def _take(self, thing: str, found: Found) -> None:
        tag = f"lay {thing}" if found.asked is None else f"lay {thing} {id(found)}"
        self._desk.ask(tag, lambda: self._lay(thing, found.rows, found.asked), lambda _: self._laid(thing), self._take_fault)

    def _laid(self, thing: str) -> None:
        first = not self.ready
        self._unread.discard(thing)
        self._stale = True
        if first and self.ready:
            self._tell()

    def _take_fault(self, reason: str) -> None:
        self.fault = reason

    def _on_changed(self, changes: Changes) -> None:
        if self._begun and changes.fixes:
            self._fixes.update(changes.fixes)
            self._stale = True

    def _on_reset(self) -> None:
        self._fixes = {}

    def _lay_fixes(self) -> None:
        if self._fixes:
            fixes, self._fixes = self._fixes, {}
            self._desk.ask(f"move {id(fixes)}", lambda: self._move(fixes), lambda _: None, self._take_fault)

    def _on_second(self) -> None:
        if self._stale:
            self._lay_fixes()
            self._tell()

    def _tell(self) -> None:
        self._stale = False
        self.changed.emit()


def _read(thing: str, database: Any, ids: Any) -> list[Any]:
    from console.models.geo.register import read

    return read(database, thing, ids)


def _concerned(thing: str, changes: Changes) -> Any:
    return changes.ids.get(thing, ())
