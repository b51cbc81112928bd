"""The roads of a file: GeoJSON, GeoPackage, or an extract of OpenStreetMap (.osm, .osm.pbf). Only in the child: GDAL reads it.

A road is a line with a class. The class is looked for in the fields that carry it (`CLASS_FIELDS`), its words in `[classes]` of
`resources/rules/routes.toml`; where a file has no such field, by the letter of a road's number (G, S, X, Y, C), and without that as a minor road.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pyogrio.raw
import pyproj
import shapely

from console.errors import Fault
from console.models.maps.overlay.reading import leave_only
from console.models.roads.graph import MOST_WAYS, Way
from console.models.roads.rule import CLASSES, RouteRule
from console.models.roads.taking import MOST_POINTS

DRIVERS = {".geojson": "GeoJSON", ".json": "GeoJSON", ".gpkg": "GPKG", ".osm": "OSM", ".pbf": "OSM"}
MOST_LAYERS = 32
CLASS_FIELDS = (
    "highway",
    "fclass",
    "road_class",
    "roadclass",
    "class",
    "道路等级",
    "技术等级",
    "行政等级",
    "公路等级",
    "等级",
    "type",
    "kind",
)
NAME_FIELDS = ("name", "name_zh", "名称", "路名", "道路名称", "路线名称")
REF_FIELDS = ("ref", "编号", "路线编号", "道路编号")
ONEWAY_FIELDS, LIMIT_FIELDS = ("oneway", "单行", "单行线"), ("maxspeed", "限速", "设计速度")
_FORWARD, _BACKWARD = {"yes", "true", "1", "f", "是"}, {"-1", "t", "reverse"}
_TAG = re.compile(r'"((?:[^"\\]|\\.)*)"=>"((?:[^"\\]|\\.)*)"')
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_LETTER = re.compile(r"^\s*([GSXYCZ])\s*\d")
MPH_KMH = 1.609344
NAME_CHARS = 100
Fields = Mapping[str, Any]


class Found:
    """`ways`; `skipped`: lines left out because they are no roads, of unknown class or without a length; `spoilt`: with impossible positions."""

    def __init__(self) -> None:
        self.ways: list[Way] = []
        self.skipped = 0
        self.spoilt = 0


def read(path: Path, taken: Path, rule: RouteRule) -> Found:
    """`path`: as the operator knows the file, `taken`: where it lies now. Raises Fault."""
    pyproj.network.set_network_enabled(False)  # type: ignore[attr-defined]
    driver = DRIVERS[taken.suffix.lower()]
    leave_only(driver)
    warnings.simplefilter("ignore")
    found = Found()
    try:
        layers = [str(name) for name, kind in pyogrio.list_layers(taken) if (kind is not None and "Line" in str(kind)) or kind == "Unknown"]
        if driver == "OSM":
            layers = ["lines"]
        if len(layers) > MOST_LAYERS:
            raise Fault(f"{path}: {len(layers)} layers are more than {MOST_LAYERS}. Cut out the roads.")
        for layer in layers:
            _layer(path, taken, layer, rule, found, osm=driver == "OSM")
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, pyogrio.errors.FeatureError, ValueError, UnicodeError) as error:
        words = (str(error).splitlines() or [type(error).__name__])[0].replace(str(taken), path.name)[:200]
        raise Fault(f"{path}: not a readable file of roads ({words}). Get it again from where it came from.") from error
    return found


def _layer(path: Path, taken: Path, layer: str, rule: RouteRule, found: Found, *, osm: bool) -> None:
    where = "highway IS NOT NULL" if osm else None
    meta, _, wkb, columns = pyogrio.raw.read(
        taken, layer=layer, max_features=MOST_WAYS + 1, force_2d=True, datetime_as_string=True, where=where
    )
    if wkb is None:
        return
    if len(wkb) > MOST_WAYS:
        raise Fault(f"{path}: more than {MOST_WAYS:,} roads. Cut out the area that you need.")
    shapes = shapely.from_wkb(wkb, on_invalid="ignore")
    if int(shapely.get_num_coordinates(shapes).sum()) > MOST_POINTS:
        raise Fault(f"{path}: more than {MOST_POINTS:,} points. Cut out the area that you need.")
    shapes = _into_degrees(path, shapes, str(meta["crs"] or ""))
    names = [str(name).casefold() for name in meta["fields"]]
    has_class = any(name in names for name in CLASS_FIELDS)
    for at, shape in enumerate(shapes):
        fields = {name: column[at] for name, column in zip(names, columns, strict=True)}
        _take(shape, _with_tags(fields) if osm else fields, rule, found, has_class=has_class)


def _into_degrees(path: Path, shapes: Any, crs: str) -> Any:
    if not crs:
        west, south, east, north = shapely.total_bounds(shapes)
        if not (west >= -180 and south >= -90 and east <= 180 and north <= 90):
            raise Fault(f"{path}: it does not say its coordinate system, and its numbers are not degrees. Save it with one.")
        return shapes
    try:
        turn = pyproj.Transformer.from_crs(crs, "EPSG:4326", always_xy=True)
    except pyproj.exceptions.CRSError as error:
        raise Fault(f"{path}: its coordinate system is not known ({crs[:60]}). Save it in WGS 84 (EPSG:4326).") from error
    return shapely.transform(shapes, lambda points: np.column_stack(turn.transform(*points.T)))


def _take(shape: Any, fields: Fields, rule: RouteRule, found: Found, *, has_class: bool) -> None:
    kind = _class(fields, rule, has_class=has_class)
    lines = [part for part in shapely.get_parts(shape) if part.geom_type == "LineString"] if shape is not None else []
    if kind is None or not lines:
        found.skipped += 1
        return
    name = " ".join(dict.fromkeys(filter(None, (_first(fields, REF_FIELDS), _first(fields, NAME_FIELDS)))))[:NAME_CHARS]
    for line in lines:
        points = shapely.get_coordinates(line)
        if not np.isfinite(points).all() or (np.abs(points) > (180.0, 90.0)).any():
            found.spoilt += 1
            found.skipped += 1
            continue
        points = points[np.concatenate(([True], (np.diff(points, axis=0) != 0).any(axis=1)))]
        if len(points) >= 2:
            found.ways.append(Way(points, kind, name, _oneway(fields), _limit_kmh(fields)))
        else:
            found.skipped += 1


def _class(fields: Fields, rule: RouteRule, *, has_class: bool) -> int | None:
    for name in CLASS_FIELDS:
        held = rule.class_of(_word(fields.get(name)))
        if held is not None:
            return held
    letter = _LETTER.match(_first(fields, REF_FIELDS) or _first(fields, NAME_FIELDS))
    if letter is not None:
        return rule.class_of(letter[1])
    return None if has_class else CLASSES.index("minor")


def _oneway(fields: Fields) -> int:
    word = _first(fields, ONEWAY_FIELDS).casefold()
    if word in _BACKWARD:
        return -1
    roundabout = _word(fields.get("junction")) in ("roundabout", "circular")
    motorway = _word(fields.get("highway")) in ("motorway", "motorway_link")  # wiki.openstreetmap.org/wiki/Key:oneway, implied
    return 1 if word in _FORWARD or (not word and (roundabout or motorway)) else 0


def _limit_kmh(fields: Fields) -> float:
    word = _first(fields, LIMIT_FIELDS)
    number = _NUMBER.match(word)
    return 0.0 if number is None else min(float(number[0]) * (MPH_KMH if "mph" in word else 1.0), 300.0)


def _first(fields: Fields, names: Sequence[str]) -> str:
    return next((word for name in names if (word := _word(fields.get(name)))), "")


def _word(value: Any) -> str:
    return "" if value is None or value != value else str(value).strip()


def _with_tags(fields: Fields) -> dict[str, Any]:
    """What OpenStreetMap's driver keeps in one field, `"oneway"=>"yes","maxspeed"=>"60"`, beside those it has as fields."""
    tags = dict(_TAG.findall(_word(fields.get("other_tags"))))
    return {**tags, **{name: value for name, value in fields.items() if value is not None}}
