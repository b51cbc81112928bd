"""The store of online maps: what areas share is there once, and goes when the last that needs it goes."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.errors import Fault
from console.models.maps.squares import MAX_LAT, count, ranges, square_of, squares
from console.models.maps.tilestore import APPLICATION_ID, Area, Source, TileStore, read_store
from tests.models.maps.material import PNG

edges = st.tuples(st.floats(70, 90), st.floats(35, 50), st.floats(0.1, 8), st.floats(0.1, 8))
boxes = edges.map(lambda held: (held[0], held[1], held[0] + held[2], held[1] + held[3]))
Wanted = list[tuple[tuple[float, float, float, float], int, int]]
areas = st.lists(st.tuples(boxes, st.integers(0, 4), st.integers(0, 2)), min_size=1, max_size=4)


def held_by(store: TileStore, source: str) -> set[tuple[int, int, int]]:
    return set(store._database.execute("SELECT zoom, col, row FROM tile WHERE source = ?", (source,)))


@settings(max_examples=15)
@given(areas, st.data())
def test_removing_an_area_frees_exactly_what_no_other_needs(wanted: Wanted, data: st.DataObject) -> None:
    with TemporaryDirectory() as folder, closing(TileStore(Path(folder) / "online.tiles")) as store:
        store._database.execute("PRAGMA synchronous = OFF")
        held = [Area(f"a{at}", "s", "", box, low, low + more) for at, (box, low, more) in enumerate(wanted)]
        for area in held:
            store.put_area(area)
            for square in store.missing(area, 0, 0):
                store.put("s", square, PNG, 1)
        assert held_by(store, "s") == {square for area in held for square in squares(area.box, area.min_zoom, area.max_zoom)}
        for area in data.draw(st.permutations(held)):
            before = held_by(store, "s")
            freed = store.remove_area(area.id)
            needed = {square for other in store.areas() for square in squares(other.box, other.min_zoom, other.max_zoom)}
            assert held_by(store, "s") == needed
            assert freed == len(before - needed)
        assert store._one("SELECT count(*) FROM picture") == 0


@given(boxes, st.integers(0, 8))
def test_the_squares_of_a_box_are_those_that_touch_it(box: tuple[float, float, float, float], zoom: int) -> None:
    (one,) = ranges(box, zoom, zoom)
    west, south, east, north = box
    for lon in (west, (west + east) / 2, east):
        for lat in (south, (south + north) / 2, north):
            column, row = square_of(lon, lat, zoom)
            assert one.west <= column <= one.east
            assert one.north <= row <= one.south
    assert count(box, zoom, zoom) == one.tiles == len(list(squares(box, zoom, zoom)))


@given(st.floats(-180, 180), st.floats(-90, 90), st.integers(0, 22))
def test_every_place_lies_in_a_square_of_the_world(lon: float, lat: float, zoom: int) -> None:
    column, row = square_of(lon, lat, zoom)
    assert 0 <= column < 1 << zoom
    assert 0 <= row < 1 << zoom
    assert abs(lat) <= MAX_LAT or row in (0, (1 << zoom) - 1)


def test_a_store_that_is_none_or_newer_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "online.tiles"
    for make, says in (
        (lambda: path.write_bytes(b"text" * 100), "cannot be used"),
        (lambda: _database(path, "CREATE TABLE a (b)"), "not a store"),
        (
            lambda: _database(path, f"PRAGMA application_id = {APPLICATION_ID}", "PRAGMA user_version = 99", "CREATE TABLE a (b)"),
            "newer version",
        ),
    ):
        path.unlink(missing_ok=True)
        make()
        before = path.read_bytes()
        with pytest.raises(Fault, match=says):
            TileStore(path)
        assert path.read_bytes() == before
    assert read_store(tmp_path / "none" / "online.tiles") == ([], [], 0)
    assert not (tmp_path / "none").exists()


def _database(path: Path, *words: str) -> None:
    with closing(sqlite3.connect(path)) as database:
        for word in words:
            database.execute(word)
        database.commit()


def test_what_is_unknown_is_said(tmp_path: Path) -> None:
    with closing(TileStore(tmp_path / "online.tiles")) as store:
        store.put_source(Source("s", "a", "http://a/{z}/{x}/{y}", "WGS-84"))
        for ask in (lambda: store.source("x"), lambda: store.area("x"), lambda: store.remove_area("x")):
            with pytest.raises(Fault, match="'x'"):
                ask()
