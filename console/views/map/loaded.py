"""The files an office laid on the map: its approved tiles, its lines and areas. Opened and checked on the map's reading thread."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal

from console.errors import Fault
from console.views.map.overlay import Overlay, load_overlay
from console.views.map.scheme import MapScheme
from console.views.map.tiles import TileFile
from console.views.reasons import said

TILE_SUFFIXES = (".mbtiles",)
MAX_OVERLAYS = 12


class Loaded(QObject):
    """Attributes: `tiles` (one file at most), `overlays` by id. `changed()` when they are others, `failed(text)` for a file refused."""

    _opened = Signal(object)
    _refused = Signal(str)

    def __init__(self, scheme: MapScheme, changed: Callable[[], None], failed: Callable[[str], None], parent: QObject) -> None:
        super().__init__(parent)
        self._scheme, self._changed = scheme, changed
        self._count = 0
        self.tiles: tuple[str, TileFile] | None = None
        self.overlays: dict[str, Overlay] = {}
        self._opened.connect(self._take, Qt.ConnectionType.QueuedConnection)
        self._refused.connect(failed, Qt.ConnectionType.QueuedConnection)

    def load(self, path: Path, datum: str = "", approval: str = "") -> None:
        """Open and check in the background; then it is shown, or refused with a reason."""

        def work() -> object:
            return TileFile(path, datum, approval) if path.suffix.lower() in TILE_SUFFIXES else load_overlay(path)

        self._scheme.read_in_background(work, self._done)

    def clear(self) -> None:
        self._put_tiles(None)
        self.overlays.clear()
        self._scheme.sources.overlays.clear()
        self._changed()

    def save(self) -> list[dict[str, str]]:
        files = [{"path": str(overlay.path)} for overlay in self.overlays.values()]
        if self.tiles is not None:
            held = self.tiles[1]
            files.append({"path": str(held.path), "datum": held.info.datum, "approval": held.info.approval})
        return files

    def restore(self, files: Any) -> None:
        for held in files if isinstance(files, list) else []:
            if isinstance(held, dict) and isinstance(held.get("path"), str):
                self.load(Path(held["path"]), str(held.get("datum", "")), str(held.get("approval", "")))

    def tiles_view(self) -> dict[str, Any] | None:
        """As the page is told."""
        if self.tiles is None:
            return None
        key, held = self.tiles
        info = held.info
        return {
            "id": key,
            "name": info.name,
            "datum": info.datum,
            "approval": info.approval,
            "attribution": info.attribution,
            "min": info.min_zoom,
            "max": info.max_zoom,
        }

    def overlays_view(self) -> list[dict[str, str]]:
        return [{"id": key, "name": overlay.name} for key, overlay in self.overlays.items()]

    def _done(self, future: Future[object]) -> None:
        """On the reading thread."""
        if future.cancelled():
            return
        error = future.exception()
        if error is None:
            self._opened.emit(future.result())
        else:
            self._refused.emit(said(str(error)) if isinstance(error, Fault) else f"{type(error).__name__}: {error}")

    def _take(self, opened: TileFile | Overlay) -> None:
        self._count += 1
        key = f"f{self._count}"
        if isinstance(opened, TileFile):
            self._put_tiles((key, opened))
        elif len(self.overlays) >= MAX_OVERLAYS:
            self._refused.emit(f"{opened.path}: {MAX_OVERLAYS} files are laid on the map already. Remove them first.")
            return
        else:
            self.overlays[key] = self._scheme.sources.overlays[key] = opened
        self._changed()

    def _put_tiles(self, tiles: tuple[str, TileFile] | None) -> None:
        if self.tiles is not None:
            key, held = self.tiles
            del self._scheme.sources.tiles[key]
            held.close()
        self.tiles = tiles
        if tiles is not None:
            self._scheme.sources.tiles[tiles[0]] = tiles[1]
