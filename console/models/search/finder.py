"""Everything that can be found by name, as one types: a large shelf of what was there when it was made, and a small one of what changed since.

A result is ranked by how it matches (all of a name, the beginning, the beginning of a word, inside; the signs themselves before readings
before initials), then by how near it is to where the map looks. What has no place comes last among its equals.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from console.models.geo.atlas import Item, Key
from console.models.search.gazetteer import AREA, PLACE
from console.models.search.letters import Alphabet, folded
from console.models.search.shelf import Shelf

Floats = NDArray[np.float64]
MOST_SHOWN = 60
MOST_FRESH = 2000
"""More changes than this are worked into the large shelf."""
MOST_RANKED = 3000
MOST_ID_SIGNS = 20
"""A longer id was made by a machine, and nobody types it."""
FAR_KM = 20_100.0
RANK_KM = 65_536.0
"""More than any distance: whatever matches better by a point goes before what is nearer."""


class Match(NamedTuple):
    """`km`: from where the map looks, None without a place."""

    item: Item
    score: float
    km: float | None


class _Held:
    """A shelf and where its entries are. `near`: where each is, or is about."""

    def __init__(self, items: Sequence[Item], alphabet: Alphabet) -> None:
        self.items = list(items)
        items_by_code = {item.code: item for item in items if item.thing == AREA and item.placed}
        own = [_names(item) for item in items]
        self.shelf = Shelf(own, [(item.second, item.search) for item in items], alphabet)
        self.place = np.array([_place(item) for item in items], float).reshape(-1, 2)
        about = np.array([_about(item, items_by_code) for item in items], float).reshape(-1, 2)
        self.near = np.where(np.isnan(self.place), about, self.place)
        self.alive = np.ones(len(self.items), bool)
        self.at = {item.key: number for number, item in enumerate(self.items)}

    def move(self, number: int, item: Item) -> None:
        self.items[number] = item
        self.place[number] = _place(item)
        if item.thing != AREA:
            self.near[number] = self.place[number]

    def drop(self, key: Key) -> None:
        number = self.at.pop(key, None)
        if number is not None:
            self.alive[number] = False


class Finder:
    """One thread at a time."""

    def __init__(self, items: Iterable[Item] = ()) -> None:
        self._alphabet = Alphabet()
        self._fresh: dict[Key, Item] = {}
        self._old = _Held(list(items), self._alphabet)
        self._new: _Held | None = None

    def __len__(self) -> int:
        return len(self._old.at) + len(self._fresh)

    def put(self, items: Iterable[Item]) -> None:
        """New or changed ones. That one only moved is no news here: `found by` does not change, and its place is looked up when it is shown."""
        for item in items:
            number = self._old.at.get(item.key)
            if number is not None and _same_names(self._old.items[number], item):
                self._old.move(number, item)
                continue
            self._old.drop(item.key)
            self._fresh[item.key] = item
            self._new = None
        if len(self._fresh) > max(MOST_FRESH, len(self._old.at) // 20):
            self._rebuild()

    def drop(self, keys: Iterable[Key]) -> None:
        for key in keys:
            self._old.drop(key)
            if self._fresh.pop(key, None) is not None:
                self._new = None

    def find(self, text: str, centre: tuple[float, float] | None = None, limit: int = MOST_SHOWN) -> tuple[list[Match], int]:
        """The best matches, and how many there are in all. `centre`: lon, lat that the map looks at."""
        words = [signs for part in text.split() if (signs := folded(part)[0])]
        if not words:
            return [], 0
        if self._new is None:
            self._new = _Held(list(self._fresh.values()), self._alphabet)
        found: list[tuple[bool, float, Match]] = []
        total = 0
        for held in (self._old, self._new):
            some, count = _best(held, words, centre, limit)
            found += some
            total += count
        found.sort(key=lambda each: (-round(each[2].score), each[0], each[1], each[2].item.name))
        return [match for _, _, match in found[:limit]], total

    def _rebuild(self) -> None:
        kept = [item for item, alive in zip(self._old.items, self._old.alive, strict=True) if alive]
        self._old = _Held([*kept, *self._fresh.values()], self._alphabet)
        self._fresh, self._new = {}, None


def _names(item: Item) -> tuple[str, ...]:
    """What it is called: a place by its English name as well, a thing by a number that people may have to read out."""
    number = item.code or (item.id if len(item.id) <= MOST_ID_SIGNS else "")
    return (item.name, item.second, item.code) if item.thing in (PLACE, AREA) else (item.name, number)


def _place(item: Item) -> tuple[float, float]:
    return (np.nan, np.nan) if item.lon is None or item.lat is None else (item.lon, item.lat)


def _about(item: Item, areas: dict[str, Item]) -> tuple[float, float]:
    """Where a township without a place is about: its county's seat, or its prefecture's. For ranking alone."""
    above = next((areas[item.code[:digits]] for digits in (6, 4) if item.thing == AREA and item.code[:digits] in areas), None)
    return (np.nan, np.nan) if above is None else _place(above)


def _same_names(one: Item, other: Item) -> bool:
    return (one.name, one.second, one.code, one.search) == (other.name, other.second, other.code, other.search)


def _best(held: _Held, words: Sequence[str], centre: tuple[float, float] | None, limit: int) -> tuple[list[tuple[bool, float, Match]], int]:
    """Each with whether it has no place, and how far it is taken to be for its rank."""
    scores = held.shelf.scores(words)
    matching = np.flatnonzero((scores > 0) & held.alive)
    total = len(matching)
    scores = scores[matching]
    if total > MOST_RANKED:
        least = np.partition(scores, -MOST_RANKED)[-MOST_RANKED]
        better = scores >= least - 0.5
        matching, scores = matching[better], scores[better]
    away = np.nan_to_num(_km(held.near[matching], centre), nan=FAR_KM)
    lost = np.isnan(held.place[matching, 0])
    rank = -np.rint(scores).astype(np.float64) * RANK_KM + away
    if len(rank) > limit:
        chosen = np.flatnonzero(rank <= np.partition(rank, limit - 1)[limit - 1])
        matching, scores, away, lost, rank = matching[chosen], scores[chosen], away[chosen], lost[chosen], rank[chosen]
    order = np.lexsort((lost, rank))[:limit]
    km = _km(held.place[matching[order]], centre)
    return [
        (bool(lost[at]), float(away[at]), Match(held.items[number], float(scores[at]), None if lost[at] else float(far)))
        for at, number, far in zip(order.tolist(), matching[order].tolist(), km.tolist(), strict=True)
    ], total


def _km(place: Floats, centre: tuple[float, float] | None) -> Floats:
    """On the sphere: it only ranks, and says how far about."""
    if centre is None:
        return np.where(np.isnan(place[:, 0]), np.nan, 0.0)
    lon, lat = np.radians(place).T
    lon_0, lat_0 = np.radians(centre)
    half = np.sin((lat - lat_0) / 2) ** 2 + np.cos(lat) * np.cos(lat_0) * np.sin((lon - lon_0) / 2) ** 2
    return np.asarray(2 * 6371.0 * np.arcsin(np.sqrt(np.clip(half, 0, 1))))
