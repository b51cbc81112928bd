"""An office's own lines and areas from a GeoJSON file (RFC 7946): county boundaries, risk areas. Checked and bounded before use. No Qt."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from console.errors import Fault

MAX_BYTES = 20 * 1024 * 1024
MAX_POINTS = 300_000
MAX_FEATURES = 20_000
GEOMETRIES = ("Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon")


@dataclass(frozen=True)
class Overlay:
    """`content`: GeoJSON with nothing in it but known geometries, a `name` each, and numbers in range."""

    path: Path
    name: str
    content: bytes
    features: int
    skipped: int


def load_overlay(path: Path) -> Overlay:
    """Raises Fault, naming the file and what to do. A feature that is not sound is left out and counted in `skipped`."""
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise Fault(f"{path}: {size // 2**20} MiB is more than the {MAX_BYTES // 2**20} MiB the map takes. Simplify or cut the file.")
        held = msgspec.json.decode(path.read_bytes().removeprefix(b"\xef\xbb\xbf"))
    except (OSError, msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Fault(f"{path}: not a readable GeoJSON file ({error}). Choose another file.") from error
    features = held.get("features") if isinstance(held, dict) else None
    if not isinstance(features, list):
        raise Fault(f"{path}: not a GeoJSON FeatureCollection. Export it as GeoJSON in WGS 84.")
    if len(features) > MAX_FEATURES:
        raise Fault(f"{path}: {len(features)} features are more than the {MAX_FEATURES} the map takes. Cut the file.")
    sound, points = [], 0
    for feature in features:
        clean = _clean(feature)
        if clean is not None:
            sound.append(clean)
            points += sum(1 for _ in _points(clean["geometry"]["coordinates"]))
    if points > MAX_POINTS:
        raise Fault(f"{path}: {points} points are more than the {MAX_POINTS} the map takes. Simplify the file.")
    if not sound:
        raise Fault(f"{path}: nothing in it can be drawn. Longitude and latitude in WGS 84 degrees are needed.")
    content = msgspec.json.encode({"type": "FeatureCollection", "features": sound})
    return Overlay(path, path.stem, content, len(sound), len(features) - len(sound))


def _clean(feature: Any) -> dict[str, Any] | None:
    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    if not isinstance(geometry, dict) or geometry.get("type") not in GEOMETRIES:
        return None
    coordinates = geometry.get("coordinates")
    depth = {"Point": 1, "MultiPoint": 2, "LineString": 2, "MultiLineString": 3, "Polygon": 3, "MultiPolygon": 4}[geometry["type"]]
    if not _sound(coordinates, depth):
        return None
    held = feature.get("properties")
    properties = held if isinstance(held, dict) else {}
    name = next((str(properties[key]) for key in ("name_zh", "name", "NAME", "zh", "名称") if properties.get(key)), "")
    return {
        "type": "Feature",
        "properties": {"name": name[:100]},
        "geometry": {"type": geometry["type"], "coordinates": coordinates},
    }


def _sound(held: Any, depth: int) -> bool:
    if not isinstance(held, list) or not held:
        return False
    if depth > 1:
        return all(_sound(inner, depth - 1) for inner in held)
    return len(held) >= 2 and all(isinstance(part, int | float) for part in held[:2]) and -180 <= held[0] <= 180 and -90 <= held[1] <= 90


def _points(held: Any) -> Iterator[Any]:
    if isinstance(held[0], list):
        for inner in held:
            yield from _points(inner)
    else:
        yield held
