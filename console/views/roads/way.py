"""A unit's distance in words that never claim too much: a straight line, and the closures that it does not account for. No Qt."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import msgspec
import peewee as pw

from console.models.geo.sphere import bearing_deg, distance_m
from console.models.rules.distance import Closure, Point, on_the_way
from console.models.state.tables import Road
from console.views.i18n import tr
from console.views.units.geodesy import distance_text

MOST_NAMED = 3
MOST_POINTS = 64
_points = msgspec.msgpack.Decoder(list[Point]).decode


class Way(NamedTuple):
    """`on_way`: closures within the corridor (`resources/rules/distance.toml`); `unplaced`: how many closures have no place at all."""

    metres: float
    bearing_deg: float
    on_way: tuple[Closure, ...]
    unplaced: int


def read_closures(database: pw.SqliteDatabase) -> list[Closure]:
    """Every road that is closed and was not entered in error."""
    query = Road.select(Road.id, Road.name, Road.lon, Road.lat, Road.line).where((Road.status == "closed") & ~Road.withdrawn)
    rows = query.order_by(Road.name, Road.id).tuples().execute(database)
    return [Closure(row_id, name or row_id, thinned(points_of(lon, lat, line))) for row_id, name, lon, lat, line in rows]


def thinned(points: tuple[Point, ...]) -> tuple[Point, ...]:
    """A line of at most MOST_POINTS points: both ends, and others evenly between. What that loses is less than a corridor is wide."""
    if len(points) <= MOST_POINTS:
        return points
    return tuple(points[round(at * (len(points) - 1) / (MOST_POINTS - 1))] for at in range(MOST_POINTS))


def points_of(lon: float | None, lat: float | None, line: bytes | None) -> tuple[Point, ...]:
    """The line, else the point, else nothing."""
    try:
        held = tuple(_points(bytes(line))) if line else ()
    except msgspec.DecodeError:
        held = ()
    if held:
        return held
    return () if lon is None or lat is None else ((lon, lat),)


def way(start: Point, end: Point, closures: Sequence[Closure]) -> Way:
    return Way(
        distance_m(*start, *end),
        bearing_deg(*start, *end),
        tuple(on_the_way(start, end, closures)),
        sum(not closure.points for closure in closures),
    )


def straight_text(told: Way) -> str:
    """The figure: "12.4 km straight line, 045°"."""
    return tr("{km} km straight line, {bearing}", km=distance_text(told.metres), bearing=f"{round(told.bearing_deg) % 360:03d}°")


def warning_text(told: Way) -> str:
    """What the figure leaves out; "" when no closure is known that it might."""
    said = []
    if told.on_way:
        names = tr(", ").join(closure.name for closure in told.on_way[:MOST_NAMED])
        more = tr(" and {n} more", n=len(told.on_way) - MOST_NAMED) if len(told.on_way) > MOST_NAMED else ""
        text = tr("does not account for {n} road closure on the way|does not account for {n} road closures on the way", n=len(told.on_way))
        said.append(tr("{label}: {value}", label=text, value=names + more))
    if told.unplaced:
        said.append(tr("{n} closure has no position yet|{n} closures have no position yet", n=told.unplaced))
    return tr("; ").join(said)


def way_text(told: Way) -> str:
    """All of it in one line."""
    warned = warning_text(told)
    return tr("; ").join((straight_text(told), warned)) if warned else straight_text(told)


def no_road_text() -> str:
    """Where the way by road is worked out: a table works out none for each of its rows."""
    return tr("see Routes: teams by arrival time (Ctrl+Shift+T)")
