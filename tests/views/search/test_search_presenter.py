"""What the search says of what it found."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.models.geo.atlas import Item
from console.models.search.finder import Finder
from console.views import i18n
from console.views.search.presenter import COORDINATES, count_text, search, steps

TOWN = Item("place", "1", "精河", "Jinghe", lon=82.9, lat=44.6)
UNIT = Item("unit", "2", "精河消防救援站", "精消01", kind="fire")
GULLIES = [Item("basin", f"g{n}", f"Gully {n}", lon=82.0 + n / 10, lat=44.5) for n in range(90)]


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    before = i18n.language()
    i18n.use_language(i18n.ENGLISH)
    yield
    i18n.use_language(before)


def test_a_result_says_what_it_is_and_how_far_or_that_nobody_knows() -> None:
    town, unit = search(Finder([TOWN, UNIT]), "精河", (82.9, 44.7)).lines
    assert (town.title, town.at) == ("精河", (82.9, 44.6))
    assert "Jinghe" in town.said
    assert "11.1 km from the middle of the map" in town.said
    assert unit.at is None
    assert "no position yet" in unit.said


def test_coordinates_come_first_nearest_to_where_one_looks() -> None:
    first = search(Finder([TOWN]), "82.9 44.6", (82.5, 44.5)).lines[0]
    assert (first.thing, first.at) == (COORDINATES, (82.9, 44.6))
    assert first.title == "44.60000° N  82.90000° E"


def test_how_many_there_are_is_told() -> None:
    finder = Finder(GULLIES)
    assert count_text(search(finder, "nowhere", None)) == "Nothing is called like this"
    many = search(finder, "gully", None)
    assert many.total == len(GULLIES) > len(many.lines)
    assert count_text(many) == f"The best {len(many.lines)} of {len(GULLIES)}. Type more to narrow it down."
    assert count_text(search(Finder([TOWN]), "jinghe", None)) == "1 found"


@given(st.integers(1, 50), st.data())
def test_a_key_never_leaves_the_list(count: int, data: st.DataObject) -> None:
    row, by = data.draw(st.integers(0, count - 1)), data.draw(st.integers(-100, 100))
    assert 0 <= steps(count, row, by) < count
    assert steps(count, row, 0) == row
