"""One source that an office laid on the map. Qt-free."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from console.models.maps.opening import is_tiles
from console.models.maps.overlay.file import OverlayFile
from console.models.maps.tile import TileArchive

Held = TileArchive | OverlayFile


@dataclass
class Laid:
    """One source on the map. `datum`, `approval`: as the operator said, "" for as the file says; `held` None: it is being read, or `fault`
    says why it cannot be shown; `opacity` 0 to 1; `filled`: areas of it are."""

    key: str
    path: Path
    datum: str = ""
    approval: str = ""
    shown: bool = True
    opacity: float = 1.0
    filled: bool = False
    held: Held | None = None
    fault: str = ""
    size: int = 0
    """Bytes of the file; 0 while it is not known, and of a source in the store of online maps."""
    stays: bool = False
    """As it was kept from an earlier start: a fault does not take it off the list."""

    @property
    def is_tiles(self) -> bool:
        return is_tiles(self.path)

    @property
    def name(self) -> str:
        return self.held.info.name if self.held is not None else self.path.name

    def saved(self) -> dict[str, Any]:
        held = {"path": str(self.path), "datum": self.datum, "approval": self.approval, "shown": self.shown, "opacity": self.opacity}
        return held | {"filled": self.filled}


def tiles_told(one: Laid, held: TileArchive) -> dict[str, Any]:
    """As the page is told."""
    info = held.info
    return {
        "id": one.key,
        "name": info.name,
        "kind": info.kind,
        "datum": info.datum,
        "approval": info.approval,
        "attribution": info.attribution,
        "min": info.min_zoom,
        "max": info.max_zoom,
        "covers": info.covers,
        "opacity": one.opacity,
    }
