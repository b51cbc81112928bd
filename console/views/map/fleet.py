"""The units as the map knows them: slots, and freshness that changes as time goes by. Qt-free.

In columns, so that fifty thousand that move once a second cost the GUI thread little: what comes together is taken together.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from itertools import repeat
from operator import attrgetter
from typing import Any, NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from console.models.changes import Fix
from console.models.rules.staleness import StalenessRule, default_rule
from console.views.map.live import FRESH_SHIFT, NO_HEADING, PLACED, REMOVED, Columns, code_bits

MAX_LAT_DEG = 85.05
"""Where the map's projection ends."""
DEFAULT_VALID_S = 60.0
LABEL_CHARS = 40
REASONS = ("", "no_position", "out_of_range")
GONE = 2
NEVER = np.iinfo(np.int64).max
_ROOM = 64
Slots = npt.NDArray[np.int64]
_unit_of, _heard_of, _hlc_of = attrgetter("unit"), attrgetter("heard_ms"), attrgetter("hlc")


class Places(NamedTuple):
    """Of the same length: degrees (NaN unknown), seconds a position may be taken as current, when it was heard (-1 never), hlc."""

    lon: npt.NDArray[np.float64]
    lat: npt.NDArray[np.float64]
    heading: npt.NDArray[np.float64]
    valid_s: npt.NDArray[np.float64]
    heard_ms: npt.NDArray[np.int64]
    hlc: npt.NDArray[np.int64]


class UnitRow(msgspec.Struct, frozen=True, gc=False):
    """Of table `unit`; `valid_s` counts from `fix_heard_ms`."""

    id: str
    name: str
    kind: str
    status: str
    lon: float | None
    lat: float | None
    heading_deg: float | None
    fix_heard_ms: int | None
    valid_s: float | None
    fix_hlc: int


def hidden_why(lon: float | None, lat: float | None) -> str:
    """Why it cannot be shown there: no_position, out_of_range, or "" when it can."""
    if lon is None or lat is None:
        return "no_position"
    return "" if abs(lat) <= MAX_LAT_DEG else "out_of_range"


def short(text: str) -> str:
    """As much of a name as a label takes."""
    return text if len(text) <= LABEL_CHARS else f"{text[: LABEL_CHARS - 1]}…"


def _name(slot: int, unit: str, name: str) -> bytes:
    label = short(name or unit.rpartition(":")[2])
    return "".join(f"{part}\0" for part in (slot, unit.replace("\0", " "), label.replace("\0", " "))).encode()


def _places(held: Collection[Fix] | Collection[UnitRow], heard_ms: Iterable[int], hlc: Iterable[int]) -> Places:
    """A column at a time: an object for each position would have the interpreter look for garbage twice with each batch."""

    def numbers(name: str) -> npt.NDArray[np.float64]:
        return np.array([*map(attrgetter(name), held)], np.float64)  # None is NaN

    valid_s = numbers("valid_s")
    valid_s[np.isnan(valid_s) | (valid_s == 0)] = DEFAULT_VALID_S
    heard = np.fromiter(heard_ms, np.int64, len(held))
    return Places(numbers("lon"), numbers("lat"), numbers("heading_deg"), valid_s, heard, np.fromiter(hlc, np.int64, len(held)))


class Fleet:
    """Attributes: `ids` by slot, `slots` by id; a unit keeps its slot until everything is read anew. `now_ms` is the window's time."""

    def __init__(self, rule: StalenessRule | None = None) -> None:
        self._rule = rule or default_rule()
        self.ids: list[str] = []
        self.slots: dict[str, int] = {}
        self._names: list[bytes] = []
        self._renamed: set[int] = set()
        self._now_ms = 0
        self._columns: dict[str, Any] = {
            "lon": np.full(_ROOM, np.nan),
            "lat": np.full(_ROOM, np.nan),
            "heading": np.full(_ROOM, np.nan),
            "heard_ms": np.full(_ROOM, -1, np.int64),
            "valid_s": np.full(_ROOM, DEFAULT_VALID_S),
            "hlc": np.zeros(_ROOM, np.int64),
            "code": np.full(_ROOM, code_bits("other", ""), np.uint32),
            "fresh": np.full(_ROOM, GONE, np.int64),
            "hidden": np.ones(_ROOM, np.int64),  # index into REASONS
            "due_ms": np.full(_ROOM, NEVER, np.int64),  # when it is next looked at for its age
            "removed": np.zeros(_ROOM, bool),
            "dirty": np.zeros(_ROOM, bool),  # the page has not been told
        }
        self._empty = {name: column[:1].copy() for name, column in self._columns.items()}
        self._spread()

    @classmethod
    def of(cls, rows: Iterable[UnitRow], now_ms: int, rule: StalenessRule | None = None) -> Fleet:
        """All units as just read; on any thread."""
        made = cls(rule)
        made.put(list(rows), now_ms, exact=True)
        return made

    def __len__(self) -> int:
        return len(self.ids)

    def put(self, rows: Sequence[UnitRow], now_ms: int, *, exact: bool) -> None:
        """Rows as read. Unless `exact` a newer position that came as a fix meanwhile stays."""
        at = np.fromiter((self._slot(row.id, row.name) for row in rows), np.int64, len(rows))
        code = np.fromiter((code_bits(row.kind, row.status) for row in rows), np.uint32, len(rows))
        for slot, row in zip(at.tolist(), rows, strict=True):
            self._rename(slot, row)
        self._code[at], self._removed[at] = code, False
        self._dirty[at] = True
        heard_ms = (-1 if row.fix_heard_ms is None else row.fix_heard_ms for row in rows)
        places = _places(rows, heard_ms, (row.fix_hlc for row in rows))
        self._place(at, places, np.ones(len(at), bool) if exact else places.hlc >= self._hlc[at])
        self._moved(at, now_ms)

    def move(self, fixes: Collection[Fix], now_ms: int) -> set[str]:
        """Positions as they come, of one unit one; the units that were not known (any more): their rows are to be read."""
        at = np.fromiter(map(self.slots.get, map(_unit_of, fixes), repeat(-1)), np.int64, len(fixes))
        unknown = {fix.unit for fix in fixes if fix.unit not in self.slots} if len(at) and at.min() < 0 else set()
        if unknown:
            at = np.fromiter((self._slot(fix.unit, "") for fix in fixes), np.int64, len(fixes))
        places = _places(fixes, map(_heard_of, fixes), map(_hlc_of, fixes))
        newer = places.hlc > self._hlc[at]
        self._place(at, places, newer)
        self._moved(at[newer], now_ms)
        gone = at[self._removed[at]]
        return unknown | {self.ids[slot] for slot in gone.tolist()}

    def drop(self, units: Iterable[str]) -> None:
        at = [self.slots[unit] for unit in units if unit in self.slots]
        self._removed[at] = True
        self._dirty[at] = True

    def tick(self, now_ms: int) -> None:
        """Let time pass: what turns stale or gone is marked. When time went back, everything is looked at."""
        back = now_ms < self._now_ms
        self._age(np.arange(len(self)) if back else np.flatnonzero(self._due_ms[: len(self)] <= now_ms), now_ms)
        self._now_ms = now_ms

    @property
    def dirty(self) -> bool:
        return bool(self._renamed) or bool(self._dirty[: len(self)].any())

    def take(self, *, whole: bool) -> tuple[Columns, bytes]:
        """What the page is to be told, of all or of what changed, and its names; then nothing of it is left to tell."""
        count, renamed = len(self), sorted(self._renamed)
        names = b"".join(self._names if whole else [self._names[slot] for slot in renamed])
        self._dirty[renamed] = True
        slots = np.arange(count) if whole else np.flatnonzero(self._dirty[:count])
        self._dirty[:count] = False
        self._renamed.clear()
        return self.columns(slots), names

    def columns(self, slots: Slots) -> Columns:
        removed = self._removed[slots]
        placed = (self._hidden[slots] == 0) & ~removed
        heading = self._heading[slots]
        turned = np.rint(np.nan_to_num(heading)) % 360
        state = self._code[slots] | np.where(np.isnan(heading), NO_HEADING, turned).astype(np.uint32)
        state |= self._fresh[slots].astype(np.uint32) << FRESH_SHIFT
        state |= np.where(placed, PLACED, 0).astype(np.uint32) | np.where(removed, REMOVED, 0).astype(np.uint32)
        return Columns(slots.astype(np.uint32), np.where(placed, self._lon[slots], 0), np.where(placed, self._lat[slots], 0), state)

    def hidden(self) -> dict[str, int]:
        """How many cannot be shown, by reason."""
        count = len(self)
        held = np.bincount(self._hidden[:count][~self._removed[:count]], minlength=len(REASONS))
        return {reason: int(held[at]) for at, reason in enumerate(REASONS) if reason}

    def _slot(self, unit: str, name: str) -> int:
        slot = self.slots.get(unit)
        if slot is None:
            slot = self.slots[unit] = len(self.ids)
            self.ids.append(unit)
            self._names.append(_name(slot, unit, name))
            self._renamed.add(slot)
            self._reserve(slot + 1)
        return slot

    def _rename(self, slot: int, row: UnitRow) -> None:
        name = _name(slot, row.id, row.name)
        if name != self._names[slot] or self._removed[slot]:
            self._names[slot] = name
            self._renamed.add(slot)

    def _reserve(self, count: int) -> None:
        room = len(self._lon)
        if count > room:
            for name, column in self._columns.items():
                self._columns[name] = np.concatenate([column, np.repeat(self._empty[name], max(room, count - room))])
            self._spread()

    def _spread(self) -> None:
        held = self._columns
        self._lon, self._lat, self._heading = held["lon"], held["lat"], held["heading"]
        self._heard_ms, self._valid_s, self._hlc = held["heard_ms"], held["valid_s"], held["hlc"]
        self._code, self._fresh, self._hidden = held["code"], held["fresh"], held["hidden"]
        self._due_ms, self._removed, self._dirty = held["due_ms"], held["removed"], held["dirty"]

    def _place(self, at: Slots, places: Places, taken: npt.NDArray[np.bool_]) -> None:
        at = at[taken]
        self._lon[at], self._lat[at], self._heading[at] = places.lon[taken], places.lat[taken], places.heading[taken]
        self._valid_s[at], self._heard_ms[at], self._hlc[at] = places.valid_s[taken], places.heard_ms[taken], places.hlc[taken]

    def _moved(self, at: Slots, now_ms: int) -> None:
        self._dirty[at] = True
        lon, lat = self._lon[at], self._lat[at]
        nowhere = np.isnan(lon) | np.isnan(lat)
        self._hidden[at] = np.where(nowhere, 1, np.where(np.abs(lat) > MAX_LAT_DEG, 2, 0))
        self._age(at, now_ms)

    def _age(self, at: Slots, now_ms: int) -> None:
        if not len(at):
            return
        heard_ms = self._heard_ms[at]
        stale_ms, gone_ms = self._rule.turns_ms(heard_ms, self._valid_s[at])
        fresh = np.where(heard_ms < 0, GONE, (now_ms >= stale_ms).astype(np.int64) + (now_ms >= gone_ms))
        self._due_ms[at] = np.choose(fresh, (stale_ms, gone_ms, np.full(len(at), NEVER)))
        self._dirty[at] |= fresh != self._fresh[at]
        self._fresh[at] = fresh
