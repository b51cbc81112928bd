"""Everything that has a place, in columns: what is in an area or near a line, of tens of thousands of things at once.

Answering takes two steps: boxes are compared in one pass over all columns, and only what may be within is tested for real. At 60,000
things the pass costs less than a tree would take to be told of the units that moved. One thread at a time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import msgspec
import numpy as np
import shapely

from console.models.geo.area import TURNS_DEG, Area, Floats, run_on
from console.models.geo.around import Around

_LEAST_ROOM = 1024
Key = tuple[str, str]
"""Thing (a table's name) and id."""


class Item(msgspec.Struct, frozen=True, gc=False):
    """One thing. `lon`, `lat`: None while nobody said where. `parts`: its lines or, `surface`, outlines, each (lon, lat) points; () at a point.
    `people`: in a team, or sheltered at present; `capacity`: places of a shelter or store; `heard_ms`: when its position, or what stands
    for it, was last told; `valid_s`: for how long that holds, None for what does not move."""

    thing: str
    id: str
    name: str = ""
    second: str = ""  # call sign, place, or what else people call it
    code: str = ""
    kind: str = ""
    status: str = ""
    lon: float | None = None
    lat: float | None = None
    parts: tuple[tuple[tuple[float, float], ...], ...] = ()
    surface: bool = False
    people: float | None = None
    capacity: float | None = None
    heard_ms: int | None = None
    valid_s: float | None = None
    search: str = ""
    incident: str = ""

    @property
    def key(self) -> Key:
        return self.thing, self.id

    @property
    def placed(self) -> bool:
        return bool(self.parts) or (self.lon is not None and self.lat is not None)


class Hit(NamedTuple):
    """`distance_m`: from the point or line asked about, None for an area."""

    item: Item
    distance_m: float | None


class Answer(NamedTuple):
    """`hits`: nearest first, or in the order of the tables. `unplaced`: how many things of each table have no place and so are not judged."""

    hits: list[Hit]
    unplaced: dict[str, int]


class Atlas:
    """Attributes: `items` by key."""

    def __init__(self) -> None:
        self.items: dict[Key, Item] = {}
        self._slots: dict[Key, int] = {}
        self._keys: list[Key | None] = []
        self._free: list[int] = []
        self._bounds = np.full((_LEAST_ROOM, 4), np.nan)
        self._shapes: dict[int, Any] = {}
        self._unplaced: Counter[str] = Counter()

    def put(self, items: Iterable[Item]) -> None:
        for item in items:
            held = self.items.get(item.key)
            if held is not None:
                self._unplaced[held.thing] -= not held.placed
            slot = self._slots.get(item.key)
            if slot is None:
                slot = self._slots[item.key] = self._take_slot()
                self._keys[slot] = item.key
            self.items[item.key] = item
            self._unplaced[item.thing] += not item.placed
            self._lay(slot, item)

    def drop(self, keys: Iterable[Key]) -> None:
        for key in keys:
            slot = self._slots.pop(key, None)
            if slot is not None:
                self._unplaced[key[0]] -= not self.items.pop(key).placed
                self._keys[slot] = None
                self._bounds[slot] = np.nan
                self._shapes.pop(slot, None)
                self._free.append(slot)

    def within(self, asked: Area | Around, things: Sequence[str] | None = None) -> Answer:
        """Everything in an area, or around a point or line; of `things` alone where they are given."""
        bounds = self._bounds[: len(self._keys)]
        hits = self._near(asked, bounds) if isinstance(asked, Around) else self._inside(asked, bounds)
        wanted = None if things is None else set(things)
        held = [
            Hit(self.items[key], None if metres is None else float(metres))
            for slot, metres in hits
            if (key := self._keys[slot]) is not None and (wanted is None or key[0] in wanted)
        ]
        unplaced = {thing: n for thing, n in self._unplaced.items() if n and (wanted is None or thing in wanted)}
        return Answer(held, unplaced)

    def _inside(self, area: Area, bounds: Floats) -> list[tuple[int, None]]:
        near = np.zeros(len(bounds), bool)
        for turn in TURNS_DEG:
            near |= area.candidates(bounds, turn)
        points, shapes = self._parted(np.flatnonzero(near))
        kept = points[area.covers(bounds[points, 0], bounds[points, 1])].tolist()
        kept += [slot for slot, inside in zip(shapes, area.meets([self._shapes[slot] for slot in shapes]), strict=True) if inside]
        return [(slot, None) for slot in kept]

    def _near(self, around: Around, bounds: Floats) -> list[tuple[int, float]]:
        points, shapes = self._parted(np.flatnonzero(around.candidates(bounds)))
        slots = np.concatenate((points, np.asarray(shapes, np.intp)))
        metres = around.distances(bounds[points, 0], bounds[points, 1])
        if shapes:
            metres = np.concatenate((metres, around.to_shapes([self._shapes[slot] for slot in shapes])))
        order = np.argsort(metres, kind="stable")
        order = order[metres[order] <= around.metres]
        return list(zip(slots[order].tolist(), metres[order].tolist(), strict=True))

    def _parted(self, slots: Any) -> tuple[Any, list[int]]:
        """Points, and what has a shape."""
        if not self._shapes:
            return slots, []
        shaped = [slot for slot in slots.tolist() if slot in self._shapes]
        return np.setdiff1d(slots, np.asarray(shaped, np.intp), assume_unique=True), shaped

    def _take_slot(self) -> int:
        if self._free:
            return self._free.pop()
        self._keys.append(None)
        if len(self._keys) > len(self._bounds):
            self._bounds = np.concatenate((self._bounds, np.full_like(self._bounds, np.nan)))
        return len(self._keys) - 1

    def _lay(self, slot: int, item: Item) -> None:
        self._shapes.pop(slot, None)
        shape = shape_of(item) if item.parts else None
        if shape is not None:
            self._shapes[slot] = shape
            self._bounds[slot] = shapely.bounds(shape)
        elif item.lon is not None and item.lat is not None:
            self._bounds[slot] = (item.lon, item.lat, item.lon, item.lat)
        else:
            self._bounds[slot] = np.nan


def shape_of(item: Item) -> Any:
    """Its lines or surface as a shapely geometry in degrees; None at a point, and for what is too short to be one."""
    if not item.surface:
        lines = [shapely.linestrings(run_on(part)) for part in item.parts if len(part) >= 2]
        return shapely.multilinestrings(lines) if lines else None
    surfaces = [shapely.polygons(run_on(part)) for part in item.parts if len(part) >= 3]
    return shapely.union_all([shapely.make_valid(surface) for surface in surfaces]) if surfaces else None
