"""What a tile file says of itself, held against a sample of its tiles."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from console.errors import Fault
from console.models.maps.datum import DATUMS, WGS84
from console.models.maps.tile import MAX_ZOOM, RASTER_KIND, VECTOR, VECTOR_KIND, TileInfo, mime_of, sound
from console.models.maps.vectortile import layers_of

GROUND_LAYERS = {"water", "ocean", "earth", "land", "landcover", "landuse", "water_polygons"}
"""Layers that only a whole map has (OpenMapTiles, Protomaps, Shortbread, Mapbox Streets)."""
MAX_WORDS = 500


def described(
    path: Path, sample: Iterable[object], zooms: tuple[object, object], held: Mapping[str, Any], datum: str, approval: str
) -> TileInfo:
    """Raises Fault when the file cannot be used. `datum`, `approval`: what the operator says, "" for as the file says."""
    kind, layers = _kind(path, sample)
    low, high = zooms
    if not (isinstance(low, int) and isinstance(high, int) and 0 <= low <= high <= MAX_ZOOM):
        raise Fault(f"{path}: zoom levels {low!r} to {high!r} are not 0 to {MAX_ZOOM}. Get the file again.")
    known = datum or str(held.get("datum") or WGS84)
    if known not in DATUMS:
        raise Fault(f"{path}: unknown datum {known[:40]!r}: one of {', '.join(DATUMS)} is needed.")
    declared = held.get("vector_layers")
    names = layers | {str(layer.get("id")) for layer in (declared if isinstance(declared, list) else ()) if isinstance(layer, dict)}
    return TileInfo(
        str(held.get("name") or path.stem)[:MAX_WORDS],
        kind,
        known,
        approval or str(held.get("approval") or "")[:MAX_WORDS],
        str(held.get("attribution") or "")[:MAX_WORDS],
        low,
        high,
        bounds_of(held.get("bounds")),
        (kind == RASTER_KIND and held.get("type") != "overlay") or bool(names & GROUND_LAYERS),
    )


def words_of(text: str | bytes) -> dict[str, Any]:
    """What JSON inside a tile file says; nothing when it is none."""
    try:
        held = json.loads(text) if text else {}
    except (ValueError, RecursionError):
        return {}
    return held if isinstance(held, dict) else {}


def _kind(path: Path, sample: Iterable[object]) -> tuple[str, set[str]]:
    """Of one tile after the other: a sample of large ones is not held at once."""
    kinds: set[str] = set()
    names: set[str] = set()
    for data in sample:
        if not data:
            continue  # tiles of no bytes stand for "nothing here" in many files
        tile = sound(data)
        if tile is None:
            raise Fault(
                f"{path}: its tiles are neither PNG, JPEG or WebP pictures nor vector tiles. Ask for another MBTiles or PMTiles file."
            )
        kinds.add(VECTOR_KIND if mime_of(tile) == VECTOR else RASTER_KIND)
        names.update(layers_of(tile) or () if VECTOR_KIND in kinds else ())
    if not kinds:
        raise Fault(f"{path}: holds no tiles. Ask for a file that covers your area.")
    if len(kinds) > 1:
        raise Fault(f"{path}: holds pictures and vector tiles in one. Ask for another MBTiles or PMTiles file.")
    return kinds.pop(), names


def bounds_of(held: object) -> tuple[float, float, float, float] | None:
    """(west, south, east, north) from text with commas or four numbers; None when it is none on earth."""
    words = held.split(",") if isinstance(held, str) else held
    try:
        west, south, east, north = (float(word) for word in words)  # type: ignore[attr-defined]
    except (TypeError, ValueError):
        return None
    return (west, south, east, north) if -180 <= west < east <= 180 and -90 <= south < north <= 90 else None
