"""Which reader takes a tile file."""

from __future__ import annotations

import stat
from pathlib import Path

from console.errors import Fault
from console.models.maps.mbtiles import MbTiles
from console.models.maps.pmtiles import PmTiles
from console.models.maps.storetiles import StoreTiles, is_stored
from console.models.maps.tile import TileArchive

TILE_SUFFIXES = (".mbtiles", ".pmtiles")


def is_tiles(path: Path) -> bool:
    return path.suffix.lower() in TILE_SUFFIXES or is_stored(path)


def open_tiles(path: Path, datum: str = "", approval: str = "") -> TileArchive:
    """`datum`, `approval`: what the operator says, "" for as the file says. Raises Fault, naming the file and what to do."""
    if is_stored(path):
        return StoreTiles(path, datum, approval)
    try:
        regular = stat.S_ISREG(path.stat().st_mode)
    except (OSError, ValueError):
        raise Fault(f"{path}: there is no such file. Choose the map file again.") from None
    if not regular:
        raise Fault(f"{path}: not a file. Choose the map file itself.")
    return PmTiles(path, datum, approval) if path.suffix.lower() == ".pmtiles" else MbTiles(path, datum, approval)
