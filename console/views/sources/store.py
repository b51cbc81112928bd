"""The store of online maps as the window asks for it: on a thread of its own, for it writes to the disk. GUI thread only."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject

from console.comms.tiles.store import Size, add_area, add_source, size_of
from console.models.maps.tilestore import STORE_NAME, Area, Fill, Source, TileStore, read_store
from console.models.rules.tiles import tiles_rule
from console.views.background import Background

Failed = Callable[[str], None]
Held = tuple[list[Source], list[tuple[Area, Fill]], int]


class Store:
    """Attributes: `path`. Each call is answered by `done` or `failed(reason)`."""

    def __init__(self, data: Path, parent: QObject) -> None:
        self.path = data / "maps" / STORE_NAME
        self._background = Background("map-store", parent)
        self._numbers = count()

    def read(self, done: Callable[[Held], None], failed: Failed) -> None:
        self._background.ask("read", lambda: read_store(self.path), done, failed)

    def add_source(self, source: Source, done: Callable[[Source], None], failed: Failed) -> None:
        self._write(lambda store: add_source(store, source, tiles_rule()), done, failed)

    def add_area(self, area: Area, done: Callable[[Area], None], failed: Failed) -> None:
        self._write(lambda store: add_area(store, area, tiles_rule()), done, failed)

    def size_of(self, area: Area, done: Callable[[Size], None], failed: Failed) -> None:
        self._background.ask("size", lambda: self._with(lambda store: size_of(store, area, tiles_rule())), done, failed)

    def remove_area(self, area: str, done: Callable[[int], None], failed: Failed) -> None:
        self._write(lambda store: store.remove_area(area), done, failed)

    def remove_source(self, source: str, done: Callable[[None], None], failed: Failed) -> None:
        self._write(lambda store: store.remove_source(source), done, failed)

    def _write(self, work: Callable[[TileStore], Any], done: Callable[[Any], None], failed: Failed) -> None:
        self._background.ask(f"write {next(self._numbers)}", lambda: self._with(work), done, failed)

    def _with(self, work: Callable[[TileStore], Any]) -> Any:
        with closing(TileStore(self.path)) as store:
            return work(store)
