"""What is within: equal to shapely's own word on a thousand random areas, and to geodesic distances around points and lines."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from console.errors import Fault
from console.models.geo.area import Area
from console.models.geo.around import GEOD, Around
from console.models.geo.atlas import Atlas, Item

AREAS, POINTS, SHAPES = 1000, 3000, 150
WORLD = shapely.box(-180, -90, 180, 90)


def scattered(rng: np.random.Generator, middle: tuple[float, float], spread_deg: float, n: int) -> np.ndarray[Any, Any]:
    points = rng.normal(middle, spread_deg, (n, 2))
    points[:, 0] = (points[:, 0] + 180) % 360 - 180
    return np.clip(points, (-180, -89), (180, 89))


def things(rng: np.random.Generator, middle: tuple[float, float]) -> list[Item]:
    """Points, some of them the same; lines (closed roads) and surfaces (plots, basins)."""
    points = scattered(rng, middle, 3.0, POINTS)
    points[: POINTS // 20] = points[POINTS // 20 : POINTS // 10]
    held = [Item("unit", str(at), lon=float(lon), lat=float(lat)) for at, (lon, lat) in enumerate(points)]
    for at in range(SHAPES):
        start = scattered(rng, middle, 3.0, 1)[0]
        steps = np.cumsum(rng.normal(0, 0.3, (6, 2)), axis=0) + start
        line = tuple(((x + 180) % 360 - 180, float(np.clip(y, -89, 89))) for x, y in steps.tolist())
        if at % 2:
            held.append(Item("road", str(at), lon=line[0][0], lat=line[0][1], parts=(line,)))
        else:
            held.append(Item("plot", str(at), lon=line[0][0], lat=line[0][1], parts=(line[:3],), surface=True))
    return held


def star(rng: np.random.Generator, middle: tuple[float, float], corners: int, share: float = 1.0) -> list[tuple[float, float]]:
    """A ring that never crosses itself, seldom convex."""
    angles = np.sort(rng.uniform(0, 2 * math.pi, corners))
    radii = rng.uniform(0.2, 1.0, corners) * share * rng.uniform(0.5, 5.0)
    return [(middle[0] + r * math.cos(a), middle[1] + r * math.sin(a)) for a, r in zip(angles, radii, strict=True)]


def drawn(rng: np.random.Generator, middle: tuple[float, float]) -> list[list[list[tuple[float, float]]]]:
    """One to three polygons, half of them with a hole, apart from each other."""
    polygons = []
    for at in range(int(rng.integers(1, 4))):
        place = (middle[0] + at * 11.0 - 5.0, float(np.clip(middle[1] + rng.normal(0, 1), -80, 80)))
        ring = star(rng, place, int(rng.integers(3, 25)))
        hole = [(place[0] + (x - place[0]) * 0.15, place[1] + (y - place[1]) * 0.15) for x, y in ring]
        polygons.append([ring, hole] if rng.random() < 0.5 else [ring])
    return polygons


def by_shapely(polygons: list[list[list[tuple[float, float]]]]) -> Any:
    """The same surface within -180 to 180, cut at the antimeridian by shapely itself."""
    parts = []
    for ring, *holes in polygons:
        whole = shapely.make_valid(shapely.polygons(ring, [shapely.linearrings(hole) for hole in holes] or None))
        for turn in (-360, 0, 360):
            part = shapely.intersection(shapely.transform(whole, lambda at, turn=turn: at + np.array((turn, 0))), WORLD)
            if not part.is_empty:
                parts.append(part)
    return shapely.union_all(parts)


def pieces(item: Item) -> Any:
    """An item as shapely has it, cut at the antimeridian by hand."""
    if not item.parts:
        return shapely.points(item.lon, item.lat)
    line = np.array(item.parts[0])
    line[1:, 0] = line[0, 0] + np.cumsum((np.diff(line[:, 0]) + 180) % 360 - 180)
    shape = shapely.polygons(line) if item.surface else shapely.linestrings(line)
    turned = [
        shapely.intersection(shapely.transform(shape, lambda at, turn=turn: at + np.array((turn, 0))), WORLD) for turn in (-360, 0, 360)
    ]
    return shapely.union_all(turned)


def test_a_thousand_random_areas_hold_what_shapely_says() -> None:
    rng = np.random.default_rng(20261201)
    found = 0
    for at, middle in enumerate([(82.5, 44.6), (179.6, 20.0), (-179.9, -52.0), (0.0, 70.0)]):
        held = things(rng, middle)
        atlas = Atlas()
        atlas.put(held)
        theirs = np.array([pieces(item) for item in held], object)
        keys = np.array([f"{item.thing} {item.id}" for item in held])
        for _ in range(AREAS // 4):
            polygons = drawn(rng, middle)
            surface = by_shapely(polygons)
            shapely.prepare(surface)
            wanted = set(keys[shapely.intersects(surface, theirs)])
            answer = {f"{hit.item.thing} {hit.item.id}" for hit in atlas.within(Area(polygons)).hits}
            assert answer == wanted, f"area about {middle}, round {at}: {sorted(answer ^ wanted)[:5]}"
            found += len(wanted)
    assert found > 100 * AREAS


def test_a_corner_and_an_edge_belong_to_the_area_and_a_hole_does_not() -> None:
    atlas = Atlas()
    places = {"corner": (82, 44), "edge": (82.5, 44), "inside": (82.1, 44.5), "hole": (82.5, 44.5), "rim": (82.4, 44.5), "out": (83.1, 44)}
    atlas.put([Item("unit", name, lon=lon, lat=lat) for name, (lon, lat) in places.items()] + [Item("unit", "nowhere")])
    square: list[list[tuple[float, float]]] = [
        [(82, 44), (83, 44), (83, 45), (82, 45)],
        [(82.4, 44.4), (82.6, 44.4), (82.6, 44.6), (82.4, 44.6)],
    ]
    answer = atlas.within(Area([square]))
    assert {hit.item.id for hit in answer.hits} == {"corner", "edge", "inside", "rim"}
    assert answer.unplaced == {"unit": 1}


def test_around_a_point_the_geodesic_says_who_is_near() -> None:
    rng = np.random.default_rng(7)
    for middle, metres in (((82.9, 44.6), 50_000.0), ((179.95, 60.0), 120_000.0), ((10.0, 88.9), 200_000.0), ((0.0, 0.0), 500.0)):
        points = scattered(rng, middle, metres / 80_000, 2000)
        atlas = Atlas()
        atlas.put([Item("unit", str(at), lon=float(lon), lat=float(lat)) for at, (lon, lat) in enumerate(points)])
        far = GEOD.inv(np.full(2000, middle[0]), np.full(2000, middle[1]), points[:, 0], points[:, 1])[2]
        hits = atlas.within(Around([middle], metres)).hits
        assert {int(hit.item.id) for hit in hits} == set(np.flatnonzero(far <= metres).tolist())
        assert [hit.distance_m for hit in hits] == pytest.approx(sorted(far[far <= metres]), abs=1e-3)
        assert 20 < len(hits) < 1990


def test_along_a_line_the_distance_is_as_wrong_as_it_says_and_no_more() -> None:
    rng = np.random.default_rng(8)
    line = [(81.0, 44.9), (82.07, 44.9), (82.9, 44.6), (83.6, 44.62), (84.7, 44.43)]
    around = Around(line, 400_000.0)
    points = scattered(rng, (82.9, 44.7), 0.6, 400)
    told = around.distances(points[:, 0], points[:, 1])
    fine = np.concatenate([np.linspace(one, other, 4000) for one, other in pairwise(line)])
    for (lon, lat), metres in zip(points, told, strict=True):
        near = fine[np.argsort(np.hypot((fine[:, 0] - lon) * 0.71, fine[:, 1] - lat))[:300]]
        best = GEOD.inv(np.full(len(near), lon), np.full(len(near), lat), near[:, 0], near[:, 1])[2].min()
        assert -12.0 <= metres - best <= around.error_share * best + 3.0
    assert around.error_share < 0.002


def test_what_has_a_shape_is_near_when_its_nearest_part_is() -> None:
    atlas = Atlas()
    atlas.put([Item("road", "long", lon=80, lat=44.6, parts=(((80, 44.6), (82.85, 44.6)),)), Item("road", "far", lon=80, lat=45, parts=())])
    (hit,) = atlas.within(Around([(82.9, 44.6)], 5000.0)).hits
    assert hit.item.id == "long"
    assert hit.distance_m == pytest.approx(GEOD.inv(82.9, 44.6, 82.85, 44.6)[2], rel=1e-6)


def test_what_moves_and_goes_is_followed() -> None:
    atlas, box = Atlas(), Area([[[(0, 0), (1, 0), (1, 1), (0, 1)]]])
    atlas.put([Item("unit", "a", lon=0.5, lat=0.5), Item("unit", "b"), Item("unit", "c", lon=3.0, lat=3.0)])
    assert [hit.item.id for hit in atlas.within(box).hits] == ["a"]
    atlas.put([Item("unit", "a", lon=2.0, lat=2.0), Item("unit", "b", lon=0.1, lat=0.1)])
    assert [hit.item.id for hit in atlas.within(box).hits] == ["b"]
    atlas.drop([("unit", "b"), ("unit", "never")])
    atlas.put([Item("feed", "f", lon=0.2, lat=0.2)])
    assert [hit.item.key for hit in atlas.within(box).hits] == [("feed", "f")]
    assert atlas.within(box, ["unit"]).hits == []
    assert atlas.within(box).unplaced == {}


def test_an_outline_that_crosses_itself_is_mended_and_says_so() -> None:
    bow = Area([[[(0, 0), (2, 2), (2, 0), (0, 2)]]])
    assert bow.mended
    assert bow.covers(np.array([0.2, 1.8, 1.0]), np.array([1.0, 1.0, 0.2])).tolist() == [True, True, False]


@pytest.mark.parametrize(
    "ring",
    [
        [],
        [(0, 0), (1, 1)],
        [(0, 0), (1, 1), (2, 2)],
        [(0, 0), (math.nan, 1), (2, 2)],
        [(0, 85), (120, 85), (-120, 85)],
        [(0, 95), (1, 0), (2, 2)],
    ],
)
def test_what_is_no_surface_is_refused(ring: list[tuple[float, float]]) -> None:
    with pytest.raises(Fault):
        Area([[ring]])


@pytest.mark.parametrize(
    ("points", "metres"), [([], 5.0), ([(0, 0)], 0.0), ([(0, 0)], math.nan), ([(0, 0)], 2e6), ([(0, 0), (60, 0)], 5.0)]
)
def test_what_cannot_be_measured_is_refused(points: list[tuple[float, float]], metres: float) -> None:
    with pytest.raises(Fault):
        Around(points, metres)


@given(
    st.lists(st.tuples(st.floats(-180, 180), st.floats(-80, 80)), min_size=1, max_size=4),
    st.floats(1, 200_000),
    st.floats(0.05, 0.99),
)
def test_a_wider_ring_never_holds_less(points: list[tuple[float, float]], metres: float, share: float) -> None:
    line = [(points[0][0] / 90 + 82, lat / 20 + 44) for _, lat in points]
    rng = np.random.default_rng(3)
    atlas = Atlas()
    atlas.put([Item("unit", str(at), lon=float(lon), lat=float(lat)) for at, (lon, lat) in enumerate(scattered(rng, (82, 44), 2, 200))])
    small = {hit.item.id for hit in atlas.within(Around(line, metres * share)).hits}
    assert small <= {hit.item.id for hit in atlas.within(Around(line, metres)).hits}
