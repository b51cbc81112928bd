"""The road graph: ways cut where they meet, as columns, and its compact file.

Ways meet where they share a position (rounded to 1e-7 degrees), and where one ends no further than `joint_m` from another. Ways that only
cross do not: that may be a bridge. Lengths are geodesic (WGS 84).
"""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import numpy as np
import shapely
from numpy.typing import NDArray

from console.errors import Fault
from console.models.form import ready
from console.models.geo.around import GEOD
from console.models.roads.plane import Plane
from console.models.roads.taking import MOST_POINTS

FORMAT = 1
MOST_WAYS = 2_000_000
MOST_FILE_BYTES = 2 << 30
_GRID = 1e7


class Way(NamedTuple):
    """A road as a file has it. `points` (n, 2) degrees; `kind`: index in `rule.CLASSES`; `oneway`: 1 along its points, -1 against them,
    0 both; `limit_kmh`: 0 when none is known."""

    points: NDArray[np.float64]
    kind: int
    name: str = ""
    oneway: int = 0
    limit_kmh: float = 0.0


class Origin(msgspec.Struct, frozen=True):
    """Where a graph comes from. `skipped`: ways left out, of which `spoilt` for positions that are none; `joined`: ends that were taken to
    meet another way; `example`: made by hand for the example area, and fit for nothing else."""

    file: str = ""
    size: int = 0
    modified_ms: int = 0
    read_ms: int = 0
    ways: int = 0
    skipped: int = 0
    spoilt: int = 0
    joined: int = 0
    example: bool = False


class Graph(NamedTuple):
    """n nodes, m edges between them. `nodes` (n, 2) degrees; `ends` (m, 2) node numbers; `length_m`, `kind`, `oneway`, `limit_kmh`, `name`
    (index in `names`) each (m,); edge k runs through `points[cuts[k, 0]:cuts[k, 1]]`."""

    nodes: NDArray[np.float64]
    ends: NDArray[np.int32]
    length_m: NDArray[np.float64]
    kind: NDArray[np.uint8]
    oneway: NDArray[np.int8]
    limit_kmh: NDArray[np.float32]
    name: NDArray[np.int32]
    cuts: NDArray[np.int32]
    points: NDArray[np.float64]
    names: list[str]
    origin: Origin

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        west, south = self.nodes.min(axis=0).tolist()
        east, north = self.nodes.max(axis=0).tolist()
        return west, south, east, north


def build(ways: Sequence[Way], joint_m: float, origin: Origin) -> Graph:
    """Raises Fault when there is nothing to travel on, and when there is too much of it."""
    kept = [way for way in ways if len(way.points) >= 2]
    if not kept:
        raise Fault(f"{origin.file}: there is no road in it. A road is a line with a class (highway, 道路等级).")
    if len(kept) > MOST_WAYS or sum(len(way.points) for way in kept) > MOST_POINTS:
        raise Fault(f"{origin.file}: more than {MOST_WAYS:,} roads or {MOST_POINTS:,} points. Cut out the area that you need.")
    kept, joined = _join_ends(kept, joint_m)
    points = np.concatenate([way.points for way in kept])
    lengths = np.array([len(way.points) for way in kept])
    lasts = np.cumsum(lengths) - 1
    firsts = lasts - lengths + 1
    _, first_at, place, uses = np.unique(_grid(points), axis=0, return_index=True, return_inverse=True, return_counts=True)
    place = place.ravel()
    is_node = uses[place] > 1
    is_node[firsts] = is_node[lasts] = True
    marks = np.flatnonzero(is_node)
    pieces = np.ones(len(marks) - 1, bool)
    pieces[np.isin(marks[:-1], lasts)] = False
    starts, stops = marks[:-1][pieces], marks[1:][pieces]
    moved = np.flatnonzero((place[starts] != place[stops]) | (stops - starts > 1))  # no edge of a point repeated
    starts, stops = starts[moved], stops[moved]
    way_of = np.searchsorted(lasts, starts)
    used, ends = np.unique(place[np.column_stack((starts, stops))], return_inverse=True)
    steps = np.append(GEOD.inv(*points[:-1].T, *points[1:].T)[2], 0.0)
    run = np.concatenate(([0.0], np.cumsum(steps)))
    names, name_of = np.unique([way.name for way in kept], return_inverse=True)
    return Graph(
        nodes=points[first_at[used]],
        ends=ends.reshape(-1, 2).astype(np.int32),
        length_m=run[stops] - run[starts],
        kind=np.array([way.kind for way in kept], np.uint8)[way_of],
        oneway=np.array([way.oneway for way in kept], np.int8)[way_of],
        limit_kmh=np.array([way.limit_kmh for way in kept], np.float32)[way_of],
        name=name_of[way_of].astype(np.int32),
        cuts=np.column_stack((starts, stops + 1)).astype(np.int32),
        points=points,
        names=names.tolist(),
        origin=msgspec.structs.replace(origin, ways=len(kept), joined=joined),
    )


def _grid(points: NDArray[np.float64]) -> NDArray[np.int64]:
    return np.rint(points * _GRID).astype(np.int64)


def _join_ends(ways: list[Way], joint_m: float) -> tuple[list[Way], int]:
    """Where a way ends that touches no other, the nearest other way no further than `joint_m` is led through that end."""
    ends = np.concatenate([way.points[[0, -1]] for way in ways])
    every = np.concatenate([way.points for way in ways])
    _, place, uses = np.unique(np.concatenate((_grid(every), _grid(ends))), axis=0, return_inverse=True, return_counts=True)
    loose = np.flatnonzero(uses[place.ravel()[len(every) :]] == 2)  # once in its way, once here
    if not len(loose) or not joint_m:
        return ways, 0
    plane = Plane.about(every)
    lines = shapely.linestrings(
        np.concatenate([plane.metres(way.points) for way in ways]),
        indices=np.repeat(np.arange(len(ways)), [len(way.points) for way in ways]),
    )
    spots = shapely.points(plane.metres(ends[loose]))
    at, line = shapely.STRtree(lines).query(spots, "dwithin", joint_m)
    other = line != loose[at] // 2
    at, line = at[other], line[other]
    far = shapely.distance(spots[at], lines[line])
    through: dict[int, list[tuple[float, NDArray[np.float64]]]] = {}
    done: set[int] = set()
    for k in np.argsort(far, kind="stable").tolist():
        if int(at[k]) not in done:
            done.add(int(at[k]))
            along = float(shapely.line_locate_point(lines[line[k]], spots[at[k]]))
            through.setdefault(int(line[k]), []).append((along, ends[loose[at[k]]]))
    return [_led_through(way, lines[k], through[k]) if k in through else way for k, way in enumerate(ways)], len(done)


def _led_through(way: Way, line: Any, spots: list[tuple[float, NDArray[np.float64]]]) -> Way:
    flat = shapely.get_coordinates(line)
    run = np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(flat, axis=0).T))))
    spots.sort(key=lambda spot: spot[0])
    places = np.clip(np.searchsorted(run, [along for along, _ in spots]), 1, len(run) - 1)
    return way._replace(points=np.insert(way.points, places, [spot for _, spot in spots], axis=0))


# -- its file ----------------------------------------------------------------------------------------------------------


def save(graph: Graph, path: Path) -> None:
    """Whole or not at all."""
    held = {name: value for name, value in graph._asdict().items() if isinstance(value, np.ndarray)}
    words = msgspec.json.encode({"format": FORMAT, "names": graph.names, "origin": graph.origin})
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(path.name + ".new")
    with fresh.open("wb") as file:
        np.savez_compressed(file, words=np.frombuffer(words, np.uint8), **held)  # type: ignore[arg-type]
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


class _Words(msgspec.Struct):
    format: int
    names: list[str]
    origin: Origin


def load(path: Path) -> Graph:
    """Raises Fault for a file that is no road graph, or one of another version."""
    try:
        if path.stat().st_size > MOST_FILE_BYTES:
            raise ValueError("it is too large")
        held: dict[str, Any] = {}
        with zipfile.ZipFile(path) as packed:
            if sum(entry.file_size for entry in packed.infolist()) > MOST_FILE_BYTES:
                raise ValueError("it is too large")
            for entry in packed.infolist():
                held[entry.filename.removesuffix(".npy")] = np.load(io.BytesIO(packed.read(entry)), allow_pickle=False)
        words = msgspec.json.decode(held.pop("words").tobytes(), type=ready(_Words))
        if words.format != FORMAT:
            raise ValueError(f"it is of version {words.format}")
        graph = Graph(**held, names=words.names, origin=words.origin)
        _check(graph)
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile, msgspec.MsgspecError) as error:
        raise Fault(f"{path}: not a road graph of this version: {error}. Read the roads from their file again.") from error
    return graph


def _check(graph: Graph) -> None:
    m = len(graph.ends)
    columns = (graph.length_m, graph.kind, graph.oneway, graph.limit_kmh, graph.name, graph.cuts)
    if not m or any(len(column) != m for column in columns) or not np.isfinite(graph.points).all() or not np.isfinite(graph.length_m).all():
        raise ValueError("its columns do not fit each other")
    limits = ((graph.ends, len(graph.nodes)), (graph.name, len(graph.names)), (graph.cuts, len(graph.points) + 1))
    if any(column.min() < 0 or column.max() >= most for column, most in limits) or (graph.length_m < 0).any():
        raise ValueError("it refers to what is not in it")
