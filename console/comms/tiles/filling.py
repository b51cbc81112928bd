"""An area into the store: tile after tile at the pace allowed, until all is there, somebody ends it, or it makes no sense to go on.

Every tile is committed by itself, so a kill at any point loses one at most, and what is missing is all there is to resume from.
"""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable
from contextlib import suppress

from console.comms.tiles.address import checked_template, shown, url_of
from console.comms.tiles.getting import Getter, Got, NoAnswer, Refused
from console.comms.tiles.progress import STOPPED, Progress
from console.errors import Fault
from console.models.maps.tile import complete, sound
from console.models.maps.tilestore import DAY_MS, Area, Source, TileStore
from console.models.rules.tiles import TilesRule

ABSENT = (204, 404, 410)
BUSY = (429, 500, 502, 503, 504)
LOOK_EVERY = 64
"""Tiles between two looks at the disk."""


class Filling:
    """`tell(progress)` after each tile and before each wait. `stop`: ends it after the tile under way."""

    def __init__(self, store: TileStore, area: Area, rule: TilesRule, tell: Callable[[Progress], None], stop: threading.Event) -> None:
        self._store, self._area, self._rule, self._tell, self._stop = store, area, rule, tell, stop
        self._source: Source = store.source(area.source)
        self._getter = Getter(rule.fetch.timeout_s)
        held = store.fill(area)
        self.progress = Progress(held.held + held.absent, held.total, held.absent)
        self._next_s = 0.0
        self._strange = 0

    def run(self) -> str:
        """ "" when everything is there, else why not, which is also noted with the area."""
        try:
            checked_template(self._source.template)
            why = self._fill()
        except (Refused, Fault) as error:
            why = str(error)
        finally:
            self._getter.close()
        with suppress(Fault):  # of a disk that takes nothing: `why` says it already
            self._store.note(self._area.id, why, _now_ms())
        return why

    def _fill(self) -> str:
        if self._area.total > self._rule.store.most_tiles:
            return (
                f"{self._area.total} tiles are more than the {self._rule.store.most_tiles} of one area; choose a smaller one, or less zoom"
            )
        absent_ms = round(self._rule.fetch.absent_days * DAY_MS)
        for at, square in enumerate(self._store.missing(self._area, _now_ms(), absent_ms)):
            if at % LOOK_EVERY == 0 and (full := self._full()):
                return full
            if not self._take(square):
                return STOPPED
            self._tell(self.progress)
        return ""

    def _full(self) -> str:
        store = self._rule.store
        if self._store.bytes_held() > store.budget_gb * 1e9:
            return f"the store of online maps has reached its {store.budget_gb:g} GB; remove an area, or allow more"
        free = shutil.disk_usage(self._store.path.parent).free
        if free < store.free_gb * 1e9:
            return f"only {free / 1e9:.1f} GB are free on this disk, and {store.free_gb:g} GB are to stay free; make room"
        return ""

    def _take(self, square: tuple[int, int, int]) -> bool:
        """One tile, with as many tries as it is allowed; False when it was stopped meanwhile."""
        url, wait_s = url_of(self._source.template, *square), 1.0
        for last in (at == self._rule.fetch.tries - 1 for at in range(self._rule.fetch.tries)):
            if not self._pace():
                return False
            try:
                why, asked_s = self._ask(square, url)
            except NoAnswer as error:
                why, asked_s = str(error), 0.0
            if not why:
                return True
            if last:
                raise Refused(f"given up after {self._rule.fetch.tries} tries: {why}")
            if not self._wait(why, min(self._rule.fetch.longest_wait_s, max(wait_s, asked_s))):
                return False
            wait_s *= 2
        return True

    def _ask(self, square: tuple[int, int, int], url: str) -> tuple[str, float]:
        """ "" when the tile is settled, else why to ask again, and the seconds the server asks to wait."""
        got = self._getter.get(url)
        if got.status in ABSENT or (got.status == 200 and not got.body):
            self._settle(square, None)
            return "", 0.0
        if got.status in BUSY:
            return f"{shown(url)} answers {got.status}", got.wait_s
        if got.status != 200:
            raise Refused(f"{shown(url)} refuses ({got.status}); check the address and its key")
        tile = sound(got.body)
        if tile is None:
            return self._strange_one(got, url), 0.0
        if not complete(tile):
            return f"{shown(url)} sends a picture that is cut short", 0.0
        self._strange = 0
        self._settle(square, tile)
        return "", 0.0

    def _strange_one(self, got: Got, url: str) -> str:
        self._strange += 1
        told = f"{shown(url)} answers with something that is no map tile ({got.kind.partition(';')[0][:60] or 'no type'})"
        if self._strange >= self._rule.fetch.strange:
            raise Refused(f"{told}; sign in to the network, or check the address and its key")
        return told

    def _settle(self, square: tuple[int, int, int], tile: bytes | None) -> None:
        self._store.put(self._source.id, square, tile, _now_ms())
        progress = self.progress
        progress.done, progress.waiting = progress.done + 1, ""
        progress.absent += tile is None
        progress.fetched += 1
        progress.fetched_bytes += len(tile or b"")

    def _pace(self) -> bool:
        """Not more requests a second than the source allows; False when it was stopped meanwhile."""
        now_s = time.monotonic()
        self._next_s = max(self._next_s, now_s)
        stopped = self._stop.wait(self._next_s - now_s)
        self._next_s += 1 / min(self._source.per_s, self._rule.fetch.most_per_s)
        return not stopped

    def _wait(self, why: str, wait_s: float) -> bool:
        self.progress.waiting = why
        self._tell(self.progress)
        return not self._stop.wait(wait_s)


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
