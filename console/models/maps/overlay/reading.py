"""GDAL reads the file, with no driver left but the one it needs; what comes out is geometry in WGS 84 degrees and words. In the child only."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pyogrio.raw
import pyproj
import shapely
from numpy.typing import NDArray

from console.errors import Fault
from console.models.maps.datum import GCJ02
from console.models.maps.gcj import from_gcj
from console.models.maps.overlay.intake import Taken
from console.models.maps.overlay.limits import MAX_FEATURES, MAX_FIELDS, MAX_LAYERS, MAX_NAME, MAX_POINTS, MAX_VALUE

NAMES = ("name_zh", "name", "zh", "名称", "title", "标题", "label", "description", "desc")
"""Fields that name a thing, the first that has a value; small and capital letters alike."""
SKIPPED = ("route_points", "track_points")
"""Layers of GPX that say again what routes and tracks say."""
OPTIONS = {
    "GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR",
    "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": "{noext}",
    "CPL_CURL_ENABLE_VSIMEM": "NO",
    "GDAL_HTTP_TIMEOUT": "1",
    "LIBKML_RESOLVE_STYLE": "NO",
    "OGR_SQLITE_LOAD_EXTENSIONS": "",
    "OGR_GEOJSON_MAX_OBJ_SIZE": "200",
    "SHAPE_RESTORE_SHX": "NO",
    "GPX_N_MAX_LINKS": "0",
}

Shapes = NDArray[np.object_]


@dataclass
class Features:
    """`shapes`: shapely geometries, WGS 84 degrees; `names` and `about` (field -> value, as text) in the same order; `skipped`: features
    that could not be drawn; `crs`: as the file names its own."""

    shapes: Shapes
    names: list[str] = field(default_factory=list)
    about: list[dict[str, str]] = field(default_factory=list)
    skipped: int = 0
    crs: str = ""


def leave_only(driver: str) -> None:
    """Take every other driver out of GDAL: none can be reached by what a file says it is. Raises Fault when GDAL keeps one."""
    others = [name for name in pyogrio.list_drivers() if name != driver]
    if not others:
        return
    pyogrio.set_gdal_config_options(OPTIONS | {"GDAL_SKIP": ",".join(others), "OGR_SKIP": ",".join(others)})
    pyogrio._ogr._register_drivers()
    left = set(pyogrio.list_drivers())
    if left != {driver}:
        raise Fault(f"GDAL kept the drivers {', '.join(sorted(left))}, where only {driver} is wanted. Install the program again.")


def read(path: Path, taken: Taken, datum: str, most_points: int = MAX_POINTS) -> Features:
    """`path`: as the operator knows the file; `datum`: of its coordinates, "" for as it says. Raises Fault."""
    pyproj.network.set_network_enabled(False)  # type: ignore[attr-defined]
    leave_only(taken.driver)
    warnings.simplefilter("ignore")
    try:
        layers = [str(name) for name, kind in pyogrio.list_layers(taken.path) if kind is not None and name not in SKIPPED]
        if len(layers) > MAX_LAYERS:
            raise Fault(f"{path}: {len(layers)} layers are more than the {MAX_LAYERS} the map takes. Cut the file.")
        parts = [_layer(path, taken, layer, datum, most_points) for layer in layers]
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, pyogrio.errors.FeatureError, ValueError, UnicodeError) as error:
        raise Fault(
            f"{path}: not a readable map file ({_first_line(error, taken.path)}). Get the file again from where it came from."
        ) from error
    whole = _together(parts)
    if not len(whole.shapes):
        raise Fault(f"{path}: nothing in it can be drawn. Points, lines or areas with their coordinate system are needed.")
    return whole


def _first_line(error: Exception, inner: Path) -> str:
    return str(error).splitlines()[0].replace(str(inner), inner.name)[:200] if str(error) else type(error).__name__


def _together(parts: Sequence[Features]) -> Features:
    shapes = np.concatenate([part.shapes for part in parts]) if parts else np.empty(0, object)
    names = [name for part in parts for name in part.names]
    about = [words for part in parts for words in part.about]
    return Features(shapes, names, about, sum(part.skipped for part in parts), next((part.crs for part in parts if part.crs), ""))


def _layer(path: Path, taken: Taken, layer: str, datum: str, most_points: int) -> Features:
    meta, _, wkb, columns = pyogrio.raw.read(
        taken.path,
        layer=layer,
        max_features=MAX_FEATURES + 1,
        force_2d=True,
        datetime_as_string=True,
        encoding=_encoding(taken),
    )
    if wkb is None:
        return Features(np.empty(0, object))
    if len(wkb) > MAX_FEATURES:
        raise Fault(f"{path}: more than the {MAX_FEATURES} features the map takes. Cut the file.")
    shapes = shapely.from_wkb(wkb, on_invalid="ignore")
    points = int(shapely.get_num_coordinates(shapes).sum())
    if points > most_points:
        raise Fault(f"{path}: {points} points are more than the {most_points} the map takes. Simplify the file.")
    shapes = shapely.transform(shapes, _into_wgs84(path, str(meta["crs"] or ""), datum, shapes))
    keep = _drawable(shapes)
    kept = np.flatnonzero(keep)
    fields = [str(name) for name in meta["fields"]][:MAX_FIELDS]
    about = _words(fields, columns[: len(fields)], kept)
    return Features(shapes[kept], [_name(words) for words in about], about, int(len(keep) - len(kept)), str(meta["crs"] or "")[:60])


def _encoding(taken: Taken) -> str | None:
    """Of a Shapefile that does not say it: UTF-8 where all of it reads as that, else GB 18030, as Chinese offices write them."""
    table = taken.path.with_suffix(".dbf")
    if taken.path.suffix != ".shp" or taken.path.with_suffix(".cpg").exists() or not table.exists():
        return None
    try:
        table.read_bytes()[32:].decode()
    except UnicodeDecodeError:
        return "GB18030"
    return "UTF-8"


def _into_wgs84(path: Path, crs: str, datum: str, shapes: Shapes) -> Any:
    """The function that moves (n, 2) coordinates. CGCS2000 and WGS 84 are one to better than a metre (`datum.py`)."""
    try:
        own = pyproj.CRS.from_user_input(crs) if crs else None
    except pyproj.exceptions.CRSError as error:
        raise Fault(f"{path}: an unknown coordinate system ({crs[:80]}). Export it in WGS 84 or CGCS2000.") from error
    bounds = shapely.total_bounds(shapes) if len(shapes) else np.zeros(4)
    if own is None and not (np.all(np.abs(bounds[[0, 2]]) <= 180.001) and np.all(np.abs(bounds[[1, 3]]) <= 90.001)):
        raise Fault(f"{path}: does not say its coordinate system (the .prj part of a Shapefile). Export it in WGS 84 or CGCS2000.")
    transformer = None if own is None else pyproj.Transformer.from_crs(own, "EPSG:4326", always_xy=True)

    def move(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        x, y = xy[:, 0], xy[:, 1]
        if transformer is not None:
            x, y = transformer.transform(x, y)
        if datum == GCJ02:
            x, y = from_gcj(np.asarray(x), np.asarray(y))
        return np.column_stack([x, y])

    return move


def _drawable(shapes: Shapes) -> NDArray[np.bool_]:
    bounds = shapely.bounds(shapes)
    with np.errstate(invalid="ignore"):
        inside = (bounds[:, 0] >= -180.001) & (bounds[:, 2] <= 180.001) & (bounds[:, 1] >= -90.001) & (bounds[:, 3] <= 90.001)
    return np.asarray(inside & ~shapely.is_missing(shapes) & ~shapely.is_empty(shapes), np.bool_)


def _words(fields: Sequence[str], columns: Sequence[Any], kept: NDArray[np.intp]) -> list[dict[str, str]]:
    """Of each thing the fields that have a value."""
    about: list[dict[str, str]] = [{} for _ in kept]
    for name, column in zip(fields, columns, strict=True):
        for words, value in zip(about, column[kept].tolist(), strict=True):
            text = _text(value)
            if text:
                words[name[:MAX_NAME]] = text
    return about


def _text(value: Any) -> str:
    if value is None or (isinstance(value, float) and value != value):  # not a number
        return ""
    if isinstance(value, bytes):
        return f"{len(value)} B"
    return (f"{value:g}" if isinstance(value, float) and abs(value) < 1e6 else str(value)).strip()[:MAX_VALUE]


def _name(words: dict[str, str]) -> str:
    lower = {name.lower(): value for name, value in words.items()}
    return next((lower[name] for name in NAMES if name in lower), "")[:MAX_NAME]
