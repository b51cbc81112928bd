"""What files and journal tell of this machine before it goes offline. No Qt; called on a thread of its own, never the GUI's."""

from __future__ import annotations

import json
import math
import os
import shutil
import sqlite3
import stat
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from console.errors import Fault
from console.models.journal import meta
from console.models.journal.reading import Reader
from console.models.maps.opening import is_tiles, open_tiles
from console.models.maps.storetiles import file_of
from console.models.paths import DataDir, resources_dir
from console.models.rules.ready import ReadyRule

Point = tuple[float, float]
"""(lon, lat), WGS 84 degrees."""
BASEMAP_FILES = ("page.html", "basemap/world.geojson")
MAX_POINTS = 5000
_POINTS = " UNION ".join(
    f"SELECT round(lon, 3), round(lat, 3) FROM {table} WHERE lon IS NOT NULL AND lat IS NOT NULL {only}"
    for table, only in (("incident", "AND status = 'open'"), ("unit", ""), ("resource", ""), ("sensor", ""), ("road", ""))
)


class MapFile(NamedTuple):
    """As the map panel keeps it. `datum` "": as the file says."""

    path: Path
    datum: str = ""


@dataclass(frozen=True)
class Layer:
    """A map file of the office. `covered`: of so many known places it has a picture at the zoom looked at; `fault`: why it cannot be used."""

    name: str
    file_ms: int = 0
    max_zoom: int = 0
    covered: int = 0
    fault: str = ""


@dataclass(frozen=True)
class Holdings:
    """What the journal holds. `standing`: of this peer: "enrolled", "alone" (a node that nobody vouched for), "revoked", "none";
    `area`: its GB/T 2260 code."""

    standing: str = "none"
    area: str = ""
    units: int = 0
    people: int = 0
    resources: int = 0
    points: list[Point] = field(default_factory=list)


@dataclass(frozen=True)
class Known:
    """`basemap_missing`: files of the built-in map that are not there; `loose`: key files that others can read; `free_mb`: None when that
    cannot be told; `fault`: why the journal cannot be read."""

    places: int
    basemap_missing: list[str]
    layers: list[Layer]
    holdings: Holdings
    keys: int
    loose: list[Path]
    free_mb: float | None
    fault: str = ""


def look(data: DataDir, maps: Sequence[MapFile], rule: ReadyRule) -> Known:
    """Never raises: what cannot be read is said."""
    fault, holdings = "", Holdings()
    try:
        holdings = _holdings(data)
    except Fault as found:
        fault = str(found)
    except sqlite3.Error as error:
        fault = f"{data.journal}: {error}"
    points = [*holdings.points, *_gazetteer(holdings.area)]
    bundle = resources_dir() / "map" / "bundle"
    files = _key_files(data)
    return Known(
        places=len(points),
        basemap_missing=[name for name in BASEMAP_FILES if not (bundle / name).is_file()],
        layers=[_layer(file, points, rule.maps.detail_zoom) for file in maps if is_tiles(file.path)],
        holdings=holdings,
        keys=len(files),
        loose=_loose(data, files),
        free_mb=_free_mb(data.root),
        fault=fault,
    )


def close_keys(data: DataDir) -> None:
    """Only their owner may read the keys. Raises Fault."""
    try:
        for path in (data.keys, *_key_files(data)):
            path.chmod(0o700 if path.is_dir() else 0o600)
    except OSError as error:
        raise Fault(f"{data.keys} cannot be closed to others ({error.strerror}). Check its owner.") from error


def _holdings(data: DataDir) -> Holdings:
    reader = Reader(data.journal)
    try:
        database = reader.connection
        units, people = database.execute("SELECT count(*), coalesce(sum(people), 0) FROM unit").fetchone()
        resources = database.execute("SELECT count(*) FROM resource WHERE NOT withdrawn").fetchone()[0]
        return Holdings(
            *_standing(database),
            units,
            people,
            resources,
            database.execute(f"{_POINTS} LIMIT {MAX_POINTS}").fetchall(),
        )
    finally:
        reader.close()


def _standing(database: sqlite3.Connection) -> tuple[str, str]:
    own = meta.identity(database)
    if own is None:
        return "none", ""
    row = database.execute("SELECT enrolled_by, revoked_by FROM peer WHERE id = ?", (own.origin.hex(),)).fetchone()
    if row is not None and row[1]:
        return "revoked", own.area
    vouched = row is not None or any(root.origin != own.origin for root in meta.roots(database))
    return ("enrolled" if vouched else "alone"), own.area


def _gazetteer(area: str) -> list[Point]:
    """The towns of the area that the built-in map knows."""
    try:
        held: Any = json.loads((resources_dir() / "map" / "bundle" / "gazetteer.json").read_text(encoding="utf-8"))
        return [(float(lon), float(lat)) for lon, lat, about in held if area and str(about.get("code", "")).startswith(area)]
    except (OSError, ValueError, TypeError, AttributeError):
        return []


def _layer(file: MapFile, points: Iterable[Point], detail_zoom: int) -> Layer:
    try:
        tiles = open_tiles(file.path, file.datum)
    except Fault as fault:
        return Layer(file.path.name, fault=str(fault))
    try:
        zoom = min(detail_zoom, tiles.info.max_zoom)
        squares = [tile_of(point, zoom) for point in points]
        has = {square: tiles.tile(zoom, *square) is not None for square in set(squares)}
        covered = sum(has[square] for square in squares)
        return Layer(tiles.info.name, round(file_of(file.path).stat().st_mtime * 1000), tiles.info.max_zoom, covered)
    except (Fault, OSError) as fault:
        return Layer(file.path.name, fault=str(fault))
    finally:
        tiles.close()


def tile_of(point: Point, zoom: int) -> tuple[int, int]:
    """(column, row from the north) of web map tiles (EPSG:3857)."""
    lon, lat = point
    squares = 1 << zoom
    column = (lon + 180) / 360 * squares
    bent = math.radians(max(-85.05, min(85.05, lat)))
    row = (1 - math.asinh(math.tan(bent)) / math.pi) / 2 * squares
    return min(squares - 1, max(0, int(column))), min(squares - 1, max(0, int(row)))


def _key_files(data: DataDir) -> list[Path]:
    return sorted(path for path in data.keys.rglob("*") if path.is_file() and not path.is_symlink()) if data.keys.is_dir() else []


def _loose(data: DataDir, files: Sequence[Path]) -> list[Path]:
    """POSIX only: Windows keeps them in the account's own folder."""
    if os.name != "posix" or not files:
        return []
    return [path for path in (data.keys, *files) if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)]


def _free_mb(root: Path) -> float | None:
    try:
        place = next(path for path in (root, *root.absolute().parents) if path.is_dir())
        return shutil.disk_usage(place).free / 1_000_000
    except OSError:
        return None
