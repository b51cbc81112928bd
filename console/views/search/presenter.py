"""What the search says of what it found. No Qt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from console.views.i18n import tr, word
from console.views.units.geodesy import distance_text

if TYPE_CHECKING:
    from console.models.geo.atlas import Item
    from console.models.search.finder import Finder

Point = tuple[float, float]
KIND_GROUPS = {
    "incident": "hazard",
    "unit": "unit_kind",
    "resource": "resource_kind",
    "road": "road_reason",
    "sensor": "quantity",
    "feed": "feed_kind",
    "plot": "plot_kind",
    "basin": "place_kind",
}
COORDINATES = "coordinates"


@dataclass(frozen=True)
class Line:
    """One result. `thing`: a table's name, or place, area, coordinates. `at`: None where it has no position. `said`: what stands beside the
    title: what it is, what else it is called, how far it is."""

    thing: str
    id: str
    title: str
    said: str
    at: Point | None


@dataclass(frozen=True)
class Results:
    """`total`: how many there are, of which `lines` are the best."""

    text: str
    lines: tuple[Line, ...]
    total: int


def search(finder: Finder, text: str, centre: Point | None) -> Results:
    """On the thread that has the finder."""
    from console.models.search.typed import coordinates

    points = sorted(coordinates(text), key=lambda at: _degrees(at, centre))
    typed = [Line(COORDINATES, f"{lon} {lat}", position_text(lon, lat), word("thing", COORDINATES), (lon, lat)) for lon, lat in points]
    matches, total = finder.find(text, centre)
    lines = [line_of(match.item, match.km if centre is not None else None) for match in matches]
    return Results(text, (*typed, *lines), total + len(typed))


def position_text(lon: float, lat: float) -> str:
    return f"{abs(lat):.5f}° {'N' if lat >= 0 else 'S'}  {abs(lon):.5f}° {'E' if lon >= 0 else 'W'}"


def line_of(item: Item, km: float | None) -> Line:
    group = KIND_GROUPS.get(item.thing, "")
    what = word("thing", item.thing) if item.thing != "unit" else word("unit_kind", item.kind)
    extra = item.second or (word(group, item.kind) if group and item.thing != "unit" else "")
    at = (item.lon, item.lat) if item.lon is not None and item.lat is not None else None
    if at is None:
        where = tr("no position yet") if item.thing != "area" else tr("no position known")
    else:
        where = "" if km is None else tr("{km} km from the middle of the map", km=distance_text(km * 1000))
    said = " · ".join(filter(None, (what, extra, item.search if item.thing == "area" else "", item.code)))
    return Line(item.thing, item.id, item.name or item.id, "    ".join(filter(None, (said, where))), at)


def count_text(results: Results) -> str:
    shown = len(results.lines)
    if not shown:
        return tr("Nothing is called like this")
    if shown < results.total:
        return tr("The best {shown} of {all}. Type more to narrow it down.", shown=shown, all=results.total)
    return tr("{n} found|{n} found", n=shown)


def _degrees(at: Point, centre: Point | None) -> float:
    return 0.0 if centre is None else abs(at[0] - centre[0]) + abs(at[1] - centre[1])


def steps(count: int, row: int, by: int) -> int:
    """The row after a key that goes `by` rows, kept within the list."""
    return min(max(row + by, 0), count - 1)


def texts(lines: Sequence[Line]) -> list[str]:
    return [f"{line.title}    {line.said}" for line in lines]
