"""What the map shows and what the page has been told of it. Qt-free; GUI thread.

`take` gives the next buffer (`console.views.map.live`): everything when the page has lost count, else what changed since.
"""

from __future__ import annotations

from typing import Any

from console.models.changes import Changes, Fix
from console.views.map import reading
from console.views.map.fleet import Fleet, UnitRow
from console.views.map.live import pack
from console.views.map.things import Shown

Verb = list[Any]


class MapPresenter:
    """Attributes: `fleet`, `view` (what the page is told of how it is looked at; set it with `look`), `seq` of the last buffer,
    `epoch`: another number when the units' slots were given anew."""

    def __init__(self) -> None:
        self.fleet = Fleet()
        self.view: dict[str, Any] = {}
        self.seq = 0
        self.epoch = 0
        self._shown: dict[str, Shown] = {}
        self._changed_things: set[str] = set()
        self._view_changed = False
        self._hidden: dict[str, dict[str, int]] = {}
        self._points_hidden: dict[str, dict[str, int]] = {}
        self._verbs: list[Verb] = []
        self._unconfirmed: list[Verb] = []
        self._meanwhile: dict[str, Fix] | None = None
        self._forget = True

    # -- what happened ----------------------------------------------------------------------------------------------

    def reset(self) -> None:
        """Everything is being read again; fixes that come until `replace` are kept for it."""
        self._meanwhile = {}

    def replace(self, held: reading.Everything, now_ms: int) -> None:
        self.fleet = held.units
        self.fleet.tick(now_ms)
        self.epoch += 1
        self.fleet.move(list((self._meanwhile or {}).values()), now_ms)
        self._meanwhile = None
        self._forget = True
        self.put_things(held.things)

    def put_units(self, rows: list[UnitRow], asked: set[str], now_ms: int, *, exact: bool) -> None:
        """Rows of `asked` as read; those without a row are no more."""
        self.fleet.put(rows, now_ms, exact=exact)
        self.fleet.drop(asked - {row.id for row in rows})

    def put_things(self, shown: dict[str, Shown]) -> None:
        for thing, held in shown.items():
            if self._shown.get(thing) != held:
                self._shown[thing] = held
                self._changed_things.add(thing)

    def hide(self, thing: str, hidden: dict[str, int]) -> None:
        """How many of a set of points cannot be shown, by reason."""
        self._points_hidden[thing] = hidden

    def move(self, changes: Changes, now_ms: int) -> set[str]:
        """Take the fixes; the ids of units whose rows must be read."""
        if self._meanwhile is not None:
            self._meanwhile |= changes.fixes
        return self.fleet.move(changes.fixes.values(), now_ms) | changes.ids.get("unit", set())

    def tick(self, now_ms: int) -> None:
        self.fleet.tick(now_ms)

    # -- what the operator wants ------------------------------------------------------------------------------------

    def look(self, **view: Any) -> None:
        changed = {name: value for name, value in view.items() if self.view.get(name, ...) != value}
        self.view.update(changed)
        self._view_changed = self._view_changed or bool(changed)

    def do(self, verb: str, *words: Any) -> None:
        """Something done once on the page: fit, fly, look, zoom, measure, legend, home."""
        self._verbs.append([verb, *words])

    # -- what the page is told --------------------------------------------------------------------------------------

    @property
    def waiting(self) -> bool:
        """Whether there is anything the page has not been told."""
        return bool(self._verbs or self._changed_things) or self._forget or self._view_changed or self.fleet.dirty

    def take(self, seen: int, sent_ms: float) -> bytes | None:
        """The buffer for a page that has applied `seen`; None when there is nothing new for it."""
        lost = seen != self.seq or seen == 0
        if lost:
            self._verbs = self._unconfirmed + self._verbs
        self._unconfirmed = []
        if not lost and not self.waiting:
            return None
        whole = lost or self._forget
        units, names = self.fleet.take(whole=whole)
        tail = self._tail(whole)
        prev, self.seq = 0 if whole else self.seq, self.seq + 1
        self._told()
        return pack(self.seq, prev, sent_ms, units, names, tail)

    def _tail(self, whole: bool) -> dict[str, Any]:
        tail: dict[str, Any] = {"do": self._verbs}
        if whole:
            tail["epoch"] = self.epoch
        tail["things"] = {thing: self._shown[thing].items for thing in (self._shown if whole else self._changed_things)}
        hidden = {"unit": self.fleet.hidden()} | {thing: held.hidden for thing, held in self._shown.items()} | self._points_hidden
        if whole or hidden != self._hidden:
            tail["hidden"] = self._hidden = hidden
        tail = {key: value for key, value in tail.items() if value}
        if whole or self._view_changed:
            tail["view"] = self.view
        return tail

    def _told(self) -> None:
        self._unconfirmed, self._verbs = self._verbs, []
        self._changed_things = set()
        self._view_changed = self._forget = False
