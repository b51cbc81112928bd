"""Small basins and townships, which flows into which, which gauges speak for each, and who is whose neighbour."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple, TypeVar

import msgspec
import numpy as np
import peewee as pw
import shapely
from numpy.typing import NDArray

from console.models.kinds import CriticalRain, GaugeWeight
from console.models.sensors import Gauge

EARTH_KM = 6371.0
NEIGHBOURS = 8
FIRST_LOOK = 64
"""Neighbours are first looked for so many times nearer than they may be."""
LEAST_OVERLAP = 0.02
"""Of a basin's surface: what lies less in a township only touches it."""
RAIN_HAZARDS = ("rainstorm", "flash_flood")
"""What can happen in a basin that does not say."""


class Basin(NamedTuple):
    """A row of the table `basin`. `outer`: rings of (lon, lat)."""

    id: str
    name: str = ""
    kind: str = "basin"
    downstream: str = ""
    travel_s: float | None = None
    area_km2: float | None = None
    hazards: tuple[str, ...] = ()
    outer: tuple[tuple[tuple[float, float], ...], ...] = ()
    gauges: tuple[tuple[str, float], ...] = ()
    critical: tuple[tuple[float, float, float], ...] = ()
    people: int = 0
    source: str = ""
    area: str = ""

    def can(self, hazard: str) -> bool:
        return hazard in (self.hazards or RAIN_HAZARDS)


T = TypeVar("T")
_hazards = msgspec.msgpack.Decoder(list[str])
_outer = msgspec.msgpack.Decoder(list[list[tuple[float, float]]])
_gauges = msgspec.msgpack.Decoder(list[GaugeWeight])
_critical = msgspec.msgpack.Decoder(list[CriticalRain])


def _unpacked(decoder: msgspec.msgpack.Decoder[list[T]], held: bytes | None) -> list[T]:
    try:
        return decoder.decode(held) if held else []
    except msgspec.DecodeError:
        return []


def read_basins(database: pw.SqliteDatabase) -> list[Basin]:
    query = (
        "SELECT id, name, kind, downstream, travel_s, area_km2, hazards, outer, gauges, critical, people, source, area FROM basin "
        "WHERE withdrawn = 0 ORDER BY id"
    )
    found = []
    for row in database.execute_sql(query):  # type: ignore[no-untyped-call]
        basin, name, kind, downstream, travel_s, area_km2, hazards, outer, gauges, critical, people, source, area = row
        found.append(
            Basin(
                basin,
                name,
                kind,
                downstream,
                travel_s,
                area_km2,
                tuple(_unpacked(_hazards, hazards)),
                tuple(tuple(ring) for ring in _unpacked(_outer, outer)),
                tuple((each.sensor, each.weight) for each in _unpacked(_gauges, gauges)),
                tuple((each.hours, each.prepare_mm, each.move_mm) for each in _unpacked(_critical, critical)),
                people,
                source,
                area,
            )
        )
    return found


class Pairs(NamedTuple):
    """Which rain gauge speaks for which basin, sorted by basin. `starts`: of the basins that have any (`basins`), where theirs begin."""

    basins: NDArray[np.intp]
    starts: NDArray[np.intp]
    of_basin: NDArray[np.intp]
    gauge: NDArray[np.intp]
    weight: NDArray[np.float64]


def _few_a_spot(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.intp]:
    """Places of the first few of those that stand within some ten metres of one another."""
    _, spots = np.unique(np.round(np.stack((lon, lat)) * 1e4), axis=1, return_inverse=True)
    order = np.argsort(spots, kind="stable")
    starts = np.flatnonzero(np.diff(spots[order], prepend=-1))
    turn = np.arange(len(order)) - np.repeat(starts, np.diff(starts, append=len(order)))
    return np.sort(order[turn <= NEIGHBOURS])


class Network:
    """Attributes: `basins` and `gauges` (rain gauges alone) by place, `faults`: basin -> what is wrong with its way down, in codes."""

    def __init__(self, basins: Iterable[Basin], gauges: Mapping[str, Gauge], radius_km: float) -> None:
        every = list(basins)
        self.basins = [basin for basin in every if basin.kind != "township"]
        self.townships = [basin for basin in every if basin.kind == "township"]
        self.by_id = {basin.id: basin for basin in every}
        self.row = {basin.id: at for at, basin in enumerate(self.basins)}
        self.gauges = [gauge for gauge in gauges.values() if gauge.quantity == "rain"]
        self.gauge_row = {gauge.id: at for at, gauge in enumerate(self.gauges)}
        self._radius_km = radius_km
        self.faults: dict[str, str] = {}
        self.down = self._ways_down()

    def _ways_down(self) -> dict[str, str]:
        """Basin -> the next one, where there is one that is known; what would go in a circle ends there."""
        down = {basin.id: basin.downstream for basin in self.basins if basin.downstream}
        for basin, to in list(down.items()):
            if to not in self.row:
                self.faults[basin] = f"no_downstream:{to}"[:128]
                del down[basin]
        done: set[str] = set()
        for basin in list(down):
            path: dict[str, None] = {}
            at = basin
            while at in down and at not in done:
                if at in path:
                    circle = list(path)[list(path).index(at) :]
                    for member in circle:
                        self.faults[member] = f"circle:{at}"[:128]
                        del down[member]
                    break
                path[at] = None
                at = down[at]
            done.update(path)
        return down

    def below(self, basin: str) -> list[str]:
        """The basin and all that it runs into."""
        found = [basin]
        while found[-1] in self.down:
            found.append(self.down[found[-1]])
        return found

    @cached_property
    def pairs(self) -> Pairs:
        rows, gauges, weights = [], [], []
        own: dict[str, list[int]] = {}
        for at, each in enumerate(self.gauges):
            own.setdefault(each.basin, []).append(at)
        for row, basin in enumerate(self.basins):
            named = [(self.gauge_row[sensor], weight) for sensor, weight in basin.gauges if sensor in self.gauge_row]
            for gauge, weight in named or [(at, 1.0) for at in own.get(basin.id, ()) or self._inside(basin)]:
                rows.append(row)
                gauges.append(gauge)
                weights.append(weight)
        of_basin = np.array(rows, np.intp)
        found, starts = np.unique(of_basin, return_index=True)
        return Pairs(found, starts, of_basin, np.array(gauges, np.intp), np.array(weights))

    def missing_gauges(self, basin: Basin) -> list[str]:
        """Those it names and nobody registered."""
        return [sensor for sensor, _ in basin.gauges if sensor not in self.gauge_row]

    @cached_property
    def neighbours(self) -> NDArray[np.intp]:
        """(gauges, NEIGHBOURS) rows of the nearest other rain gauges within the radius, -1 where there is none. Of more than a few that stand
        on one spot, the first few are anybody's neighbours: thousands there cost no more."""
        found = np.full((len(self.gauges), NEIGHBOURS), -1, np.intp)
        at = np.array(self._placed, np.intp)
        if len(at) < 2:
            return found
        lon, lat = (np.array([getattr(self.gauges[row], name) for row in at]) for name in ("lon", "lat"))
        few = _few_a_spot(lon, lat)
        tree = shapely.STRtree(shapely.points(lon[few], lat[few]))
        furthest = math.degrees(self._radius_km / EARTH_KM)
        for place, row in enumerate(at):
            x, y, narrow = lon[place], lat[place], math.cos(math.radians(lat[place]))
            reach = furthest / FIRST_LOOK
            while True:
                wide = reach / max(narrow, 0.05)
                near = few[tree.query(shapely.box(x - wide, y - reach, x + wide, y + reach))]
                away = np.hypot((lon[near] - x) * narrow, lat[near] - y)
                near, away = near[(near != place) & (away <= reach)], away[(near != place) & (away <= reach)]
                if len(near) >= NEIGHBOURS or reach >= furthest:
                    break
                reach = min(2 * reach, furthest)
            ordered = at[near[np.argsort(away, kind="stable")[:NEIGHBOURS]]]
            found[row, : len(ordered)] = ordered
        return found

    @cached_property
    def members(self) -> dict[str, list[str]]:
        """Township -> the basins that lie in it by more than an edge."""
        shapes = {basin.id: shape for basin in self.basins if (shape := _shape(basin.outer)) is not None}
        ids = list(shapes)
        tree = shapely.STRtree(list(shapes.values()))
        found: dict[str, list[str]] = {}
        for township in self.townships:
            shape = _shape(township.outer)
            near = [] if shape is None else [ids[at] for at in tree.query(shape, "intersects")]
            found[township.id] = sorted(
                basin for basin in near if shapes[basin].intersection(shape).area >= LEAST_OVERLAP * shapes[basin].area
            )
        return found

    def _inside(self, basin: Basin) -> list[int]:
        shape = _shape(basin.outer)
        if shape is None or self._gauge_tree is None:
            return []
        return sorted(int(self._placed[at]) for at in self._gauge_tree.query(shape, "intersects"))

    @cached_property
    def _placed(self) -> list[int]:
        return [row for row, gauge in enumerate(self.gauges) if gauge.lon is not None and gauge.lat is not None]

    @cached_property
    def _gauge_tree(self) -> shapely.STRtree | None:
        points = [shapely.Point(self.gauges[row].lon, self.gauges[row].lat) for row in self._placed]
        return shapely.STRtree(points) if points else None


def _shape(outer: Sequence[Sequence[tuple[float, float]]]) -> shapely.Geometry | None:
    polygons = [shapely.Polygon(ring) for ring in outer if len(ring) >= 3]
    return shapely.make_valid(shapely.union_all(shapely.make_valid(polygons))) if polygons else None
