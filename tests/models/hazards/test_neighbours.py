"""Who stands near whom, among rain gauges: the nearest, whoever else is there, and thousands on one spot cost no more."""

from __future__ import annotations

import math

from hypothesis import given, settings
from hypothesis import strategies as st

from console.models.hazards.basins import EARTH_KM, NEIGHBOURS, Network
from tests.models.hazards.material import gauge, gully

RADIUS_KM = 15.0
places = st.lists(st.tuples(st.floats(81.9, 82.4), st.floats(43.9, 44.2)), min_size=1, max_size=40, unique=True)


def network(at: list[tuple[float, float]]) -> Network:
    return Network([gully(gauges=[])], {f"g{row}": gauge(f"g{row}", *place) for row, place in enumerate(at)}, RADIUS_KM)


def km(one: tuple[float, float], other: tuple[float, float]) -> float:
    narrow = math.cos(math.radians(one[1]))
    return EARTH_KM * math.radians(math.hypot((other[0] - one[0]) * narrow, other[1] - one[1]))


@settings(max_examples=40)
@given(places)
def test_they_are_the_nearest_within_the_radius(at: list[tuple[float, float]]) -> None:
    at = [(round(lon, 3), round(lat, 3)) for lon, lat in dict.fromkeys((round(lon, 3), round(lat, 3)) for lon, lat in at)]
    found = network(at).neighbours
    for row, place in enumerate(at):
        away = sorted(km(place, other) for index, other in enumerate(at) if index != row)
        wanted = [each for each in away if each <= RADIUS_KM][:NEIGHBOURS]
        told = [km(place, at[index]) for index in found[row] if index >= 0]
        assert [round(each, 6) for each in told] == [round(each, 6) for each in wanted]


def test_of_thousands_on_one_spot_a_few_are_neighbours_of_all_and_those_beside_are_found_too() -> None:
    found = network([(82.0, 44.0)] * 3000 + [(82.05, 44.0)]).neighbours
    assert (found[:3000] >= 0).all()
    assert len(set(found[:3000].ravel().tolist())) == NEIGHBOURS + 1, "they do not look at every other"
    assert set(found[3000].tolist()) <= set(range(NEIGHBOURS + 1))
