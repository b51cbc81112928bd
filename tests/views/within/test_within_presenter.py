"""The answer to what is within: rows, sums, doubts, and the file of them."""

from __future__ import annotations

import csv
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.errors import Fault
from console.models.geo.atlas import Atlas, Item
from console.views import i18n
from console.views.within.presenter import Question, Told, Way, answer, csv_text, reached, safe, sum_text

NOW_MS = 1_790_000_000_000
SQUARE = ((82.0, 44.0), (83.0, 44.0), (83.0, 45.0), (82.0, 45.0))
AREA = Question(Way.AREA, "Square", polygons=[[SQUARE]])
ITEMS = [
    Item("unit", "u1", "One", kind="fire", status="available", lon=82.5, lat=44.5, people=6, heard_ms=NOW_MS, valid_s=60),
    Item("unit", "u2", "Old", kind="fire", status="available", lon=82.4, lat=44.5, people=4, heard_ms=NOW_MS - 3_600_000, valid_s=60),
    Item("unit", "u3", "Away", lon=84.5, lat=44.5, people=9, heard_ms=NOW_MS, valid_s=60),
    Item("unit", "u4", "Lost"),
    Item("shelter", "s", "School", lon=82.6, lat=44.6, people=120, capacity=300),
    Item("incident", "i1", "Slide", status="open", lon=82.7, lat=44.7),
    Item("incident", "i2", "Over", status="closed", lon=82.7, lat=44.7),
]


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    before = i18n.language()
    i18n.use_language(i18n.ENGLISH)
    yield
    i18n.use_language(before)


def told(question: Question = AREA, items: list[Item] = ITEMS) -> Told:
    atlas = Atlas()
    atlas.put(items)
    return answer(atlas, question, NOW_MS)


def test_all_of_it_is_told_and_all_that_is_left_open() -> None:
    said = told()
    assert {row.name for row in said.rows} == {"One", "Old", "School", "Slide"}
    text = sum_text(said, NOW_MS)
    assert "(10 people)" in text
    assert "(120 of 300 places taken)" in text
    assert "1 unit was here when last heard, which is too long ago." in text
    assert "Not judged, because no position is known: " in text
    assert "1 closed incident or reopened road left out." in text


def test_nothing_is_said_to_be_nothing() -> None:
    assert sum_text(told(items=[]), NOW_MS) == "Nothing known is within."


def test_around_a_point_says_how_far() -> None:
    said = told(Question(Way.AROUND, "Here", points=((82.5, 44.5),), metres=9000))
    assert {row.name: round(row.distance_m or 0, -2) for row in said.rows} == {"One": 0, "Old": 8000}


def test_an_outline_that_crosses_itself_is_said_to() -> None:
    bow = ((82.0, 44.0), (83.0, 45.0), (83.0, 44.0), (82.0, 45.0))
    assert "crosses itself" in sum_text(told(Question(Way.AREA, "Bow", polygons=[[bow]])), NOW_MS)


def test_without_roads_there_is_no_area_of_minutes() -> None:
    with pytest.raises(Fault, match="Load the roads"):
        reached(None, (82.5, 44.5), "car", 30)


def test_the_file_holds_every_row_and_no_formula() -> None:
    items = [Item("unit", "u", "=1+2", "@SUM(A1)", lon=82.5, lat=44.5, people=3, heard_ms=NOW_MS - 300_000, valid_s=60)]
    said = told(Question(Way.AREA, "+Square", polygons=[[SQUARE]]), items)
    head, names, row = csv.reader(csv_text(said, said.rows, NOW_MS).splitlines())
    assert head[1] == "'+Square"
    assert dict(zip(names, row, strict=True))["Name"] == "'=1+2"
    assert row[2] == "'@SUM(A1)"
    assert row[-1] == "5 min"
    assert "82.500000" in row


@given(st.text())
def test_no_cell_begins_a_formula_and_none_loses_a_letter(text: str) -> None:
    assert safe(text)[:1] not in ("=", "+", "-", "@", "\t", "\r")
    assert safe(text).removeprefix("'" if safe(text) != text else "") == text
