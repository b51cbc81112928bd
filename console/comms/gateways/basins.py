"""Small basins and townships from a GeoJSON file, as events: all of them, or none and the reason with the number of the feature.

A feature is a Polygon or MultiPolygon in WGS 84 degrees (holes are not kept) with properties:

    id, name            text, needed
    kind                basin (default) or township
    downstream          id of the basin it flows into
    travel_min          minutes a flood takes from here to there
    area_km2            reckoned from the outline when it is not given
    hazards             list, or text with commas, of rainstorm, flash_flood, debris_flow, landslide
    gauges              list of sensor ids, or text with commas; "id:0.4" gives a Thiessen weight
    critical            list of [hours, prepare mm, move mm]; or properties prepare_3h and move_3h, and so on
    villages            list, or text with commas
    people, leader, phone, source
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import shapely

from console.errors import Fault
from console.models.files import size_of
from console.models.form import ready
from console.models.geo.area import Area
from console.models.kinds import HAZARDS, PLACE_KINDS, BasinRegistered, CriticalRain, GaugeWeight
from console.models.plain import plain

MAX_FILE_BYTES = 64 * 1024 * 1024
MAX_FEATURES = 5000
MAX_POINTS = 1400
"""Of one outline in an event; a finer one is thinned until it fits."""
EARTH_KM2_PER_DEG2 = 12_364.0
_COLUMN = re.compile(r"^(prepare|move)_(\d{1,3}(?:\.\d)?)h$")


class FileFault(Fault):
    """The file cannot be taken as it is."""


def read_basins_file(path: Path) -> list[tuple[str, BasinRegistered]]:
    """(id, body) of every feature. Raises Fault with the feature's number and what is wrong with it; then nothing of it is to be written."""
    features = _features(path)
    found: dict[str, BasinRegistered] = {}
    for number, feature in enumerate(features, 1):
        where = f"{path}, feature {number}"
        basin, body = _basin(feature, where)
        if basin in found:
            raise FileFault(f"{where}: the id {basin!r} is there twice. Give each its own.")
        found[basin] = body
    return list(found.items())


def loose_ends(basins: list[tuple[str, BasinRegistered]], known: set[str]) -> list[str]:
    """Basins whose downstream is neither in the file nor known: "<id> -> <downstream>"."""
    every = known | {basin for basin, _ in basins}
    return [f"{basin} -> {body.downstream}" for basin, body in basins if body.downstream and body.downstream not in every]


def _features(path: Path) -> list[Any]:
    try:
        if size_of(path) > MAX_FILE_BYTES:
            raise FileFault(f"{path}: larger than {MAX_FILE_BYTES // 1_048_576} MiB. Simplify the outlines, or split the file.")
        held = json.loads(path.read_text("utf-8-sig"))
    except OSError as error:
        raise FileFault(f"{path}: cannot be read ({error.strerror or error}). Choose the file again.") from error
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError, ValueError) as error:
        raise FileFault(f"{path}: not JSON ({error}). Export it as GeoJSON again.") from error
    features = held.get("features") if isinstance(held, dict) else None
    if not isinstance(features, list) or not features:
        raise FileFault(f"{path}: not a GeoJSON collection of features. Export it as GeoJSON again.")
    if len(features) > MAX_FEATURES:
        raise FileFault(f"{path}: {len(features)} features, {MAX_FEATURES} may come at once. Split the file.")
    return features


def _basin(feature: Any, where: str) -> tuple[str, BasinRegistered]:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(properties, dict):
        raise FileFault(f"{where}: it has no properties. At least id and name are needed.")
    basin, name = _text(properties, "id", where), _text(properties, "name", where)
    if not basin or not name:
        raise FileFault(f"{where}: id and name are needed.")
    kind = _text(properties, "kind", where) or "basin"
    if kind not in PLACE_KINDS:
        raise FileFault(f"{where}: kind is {kind[:40]!r}, one of {', '.join(PLACE_KINDS)} is needed.")
    outer, area_km2 = _outline(feature.get("geometry"), where)
    hazards = list(_list(properties.get("hazards")))
    unknown = [hazard for hazard in hazards if hazard not in HAZARDS]
    if unknown:
        raise FileFault(f"{where}: hazard {unknown[0][:40]!r} is none of {', '.join(HAZARDS)}.")
    travel_min = _number(properties, "travel_min", where)
    fields = {
        "name": name,
        "kind": kind,
        "downstream": _text(properties, "downstream", where),
        "travel_s": None if travel_min is None else travel_min * 60,
        "area_km2": _number(properties, "area_km2", where) or round(area_km2, 3),
        "hazards": hazards,
        "outer": outer,
        "gauges": list(_gauges(properties.get("gauges"))),
        "critical": list(_critical(properties, where)),
        "villages": list(_list(properties.get("villages"))),
        "people": round(_number(properties, "people", where) or 0),
        "leader": _text(properties, "leader", where),
        "phone": _text(properties, "phone", where),
        "source": _text(properties, "source", where),
    }
    try:
        return basin, msgspec.convert(msgspec.to_builtins(fields), ready(BasinRegistered))
    except msgspec.ValidationError as error:
        raise FileFault(f"{where}: {plain(str(error))}.") from error


def _outline(geometry: Any, where: str) -> tuple[list[list[tuple[float, float]]], float]:
    """Rings of at most MAX_POINTS points in all, and the surface in km2."""
    if not isinstance(geometry, dict) or geometry.get("type") not in ("Polygon", "MultiPolygon"):
        raise FileFault(f"{where}: its geometry is no Polygon or MultiPolygon.")
    given: Any = geometry.get("coordinates")
    polygons = [given] if geometry["type"] == "Polygon" else given
    try:
        area = Area([[[(float(point[0]), float(point[1])) for point in ring] for ring in polygon] for polygon in polygons])
    except Fault as fault:
        raise FileFault(f"{where}: {fault}") from fault
    except (TypeError, ValueError, OverflowError, IndexError, KeyError) as error:
        raise FileFault(f"{where}: its coordinates are not lists of [longitude, latitude].") from error
    west, south, east, north = area.shape.bounds
    if west < -180 or east > 180:
        raise FileFault(f"{where}: it lies across the 180th meridian. Split it there.")
    shape, step = area.shape, 1e-5
    while _points(shape) > MAX_POINTS:
        shape, step = shapely.simplify(area.shape, step), step * 2
    parts = sorted(shapely.get_parts(shape), key=lambda part: -part.area)[:20]
    rings = [[(round(x, 6), round(y, 6)) for x, y in part.exterior.coords[:-1]] for part in parts if not part.is_empty]
    return rings, float(area.shape.area) * EARTH_KM2_PER_DEG2 * math.cos(math.radians((south + north) / 2))


def _points(shape: Any) -> int:
    return sum(len(part.exterior.coords) for part in shapely.get_parts(shape))


def _text(properties: dict[str, Any], name: str, where: str) -> str:
    value = properties.get(name)
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise FileFault(f"{where}: {name} is no text.")
    return plain(str(value).strip())


def _number(properties: dict[str, Any], name: str, where: str) -> float | None:
    value = properties.get(name)
    if value is None or value == "":
        return None
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        number = float("nan")
    if not 0 <= number < 1e12:
        raise FileFault(f"{where}: {name} is {str(value)[:40]!r}, a number from 0 is needed.")
    return number


def _list(value: Any) -> Iterator[str]:
    parts = re.split(r"[,;，、]", value) if isinstance(value, str) else value if isinstance(value, list) else []
    yield from (plain(str(part).strip()) for part in parts if str(part).strip())


def _gauges(value: Any) -> Iterator[GaugeWeight]:
    for part in _list(value):
        sensor, colon, weight = part.rpartition(":")
        if colon and re.fullmatch(r"0?\.\d+|[01](\.\d+)?", weight):
            yield GaugeWeight(sensor, min(1.0, float(weight)))
        else:
            yield GaugeWeight(part)


def _critical(properties: dict[str, Any], where: str) -> Iterator[CriticalRain]:
    rows = properties.get("critical")
    if isinstance(rows, str) and rows.startswith("["):
        try:
            rows = json.loads(rows)
        except (ValueError, RecursionError) as error:
            raise FileFault(f"{where}: critical is a list of [hours, prepare mm, move mm].") from error
    columns: dict[float, dict[str, float]] = {}
    for row in rows if isinstance(rows, list) else []:
        if not isinstance(row, list) or len(row) != 3 or not all(isinstance(each, int | float) and abs(each) < 1e9 for each in row):
            raise FileFault(f"{where}: critical is a list of [hours, prepare mm, move mm].")
        columns[float(row[0])] = {"prepare": float(row[1]), "move": float(row[2])}
    for name in properties:
        if (match := _COLUMN.match(str(name))) and (mm := _number(properties, name, where)) is not None:
            columns.setdefault(float(match[2]), {})[match[1]] = mm
    for hours, given in sorted(columns.items()):
        move, prepare = given.get("move", 0.0), given.get("prepare", given.get("move", 0.0))
        if move and prepare > move:
            raise FileFault(
                f"{where}: within {hours:g} h people prepare at {prepare:g} mm and move at {move:g} mm: the first must be less."
            )
        yield CriticalRain(hours, prepare, move)
