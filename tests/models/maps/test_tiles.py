"""Tile files of an office: good ones are read, bad ones refused with the file and the remedy, in bounded memory and time."""

from __future__ import annotations

import gzip
import random
import sqlite3
import struct
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pmtiles.tile import TileType

from console.errors import Fault
from console.models.maps import mbtiles, pmtiles
from console.models.maps.datum import CGCS2000, GCJ02
from console.models.maps.opening import open_tiles
from console.models.maps.tile import VECTOR, mime_of, sound
from console.models.maps.vectortile import layers_of
from tests.comms.gateways.material import REAL, needs_real
from tests.models.maps.material import PNG, make_mbtiles, make_pmtiles, packed, vector_tile

WATER = vector_tile()


@pytest.fixture
def opened() -> Iterator[Callable[..., Any]]:
    held = []

    def go(*words: Any) -> Any:
        held.append(open_tiles(*words))
        return held[-1]

    yield go
    for one in held:
        one.close()


@pytest.fixture
def good(tmp_path: Path) -> Path:
    told = {"name": "审定地图", "approval": "新S(2026)001号", "bounds": "78,42,88,47"}
    return make_mbtiles(tmp_path / "good.mbtiles", [(1, 0, 1, PNG), (1, 1, 0, b""), (2, 0, 0, PNG)], told)


OUTCOMES = {
    "geography-class-jpg.mbtiles": "raster 0-1",
    "geography-class-png.mbtiles": "raster 0-1",
    "invalid.mbtiles": "not a readable MBTiles file (no such table: metadata)",
    "nodembtiles_corrupt.mbtiles": "not a readable MBTiles file (database disk image is malformed)",
    "nodembtiles_plain_1.mbtiles": "raster 0-4",
    "nodembtiles_plain_4.mbtiles": "raster 0-4",
    "nodembtiles_some-empty-tiles.mbtiles": "raster 1-2",
    "stamen_toner_z3.pmtiles": "raster 0-3",
    "world_cities.mbtiles": "vector 0-6",
}


@needs_real
def test_every_recorded_file_is_opened_or_refused_with_the_reason() -> None:
    found = {path.name: _outcome(path) for path in sorted((REAL / "tiles").glob("*.*tiles"))}
    assert found.keys() == OUTCOMES.keys()
    assert {name: said for name, said in found.items() if OUTCOMES[name] not in said} == {}


def _outcome(path: Path) -> str:
    """As the operator is told; every tile of a good file is read."""
    try:
        held = open_tiles(path)
    except Fault as fault:
        return str(fault) if str(path) in str(fault) else "does not name the file"
    try:
        info = held.info
        squares = [(z, x, y) for z in range(info.min_zoom, info.max_zoom + 1) for x in range(1 << z) for y in range(1 << z)]
        tiles = [tile for square in squares if (tile := held.tile(*square)) is not None]
        assert tiles
        assert {mime_of(tile) == VECTOR for tile in tiles} == {info.kind == "vector"}
        return f"{info.kind} {info.min_zoom}-{info.max_zoom}, {len(tiles)} tiles"
    finally:
        held.close()


def test_tiles_are_counted_from_the_north(good: Path, opened: Callable[..., Any]) -> None:
    held = opened(good)
    assert held.tile(1, 0, 0) == PNG
    assert held.tile(1, 0, 1) is None
    assert held.tile(1, 1, 1) is None  # an empty picture
    assert held.tile(1, 0, 9) is None
    assert held.tile(60, 0, 0) is None
    assert (held.info.name, held.info.approval, held.info.datum) == ("审定地图", "新S(2026)001号", "WGS-84")
    assert (held.info.min_zoom, held.info.max_zoom, held.info.bounds) == (1, 2, (78, 42, 88, 47))


@pytest.mark.parametrize("datum", [GCJ02, CGCS2000])
def test_the_operator_may_say_datum_and_approval(good: Path, opened: Callable[..., Any], datum: str) -> None:
    held = opened(good, datum, "GS(2026)1号")
    assert (held.info.datum, held.info.approval) == (datum, "GS(2026)1号")


def test_pmtiles_are_read_the_same(tmp_path: Path, opened: Callable[..., Any]) -> None:
    told = {"name": "影像", "approval": "新S(2026)002号", "datum": "CGCS2000"}
    held = opened(make_pmtiles(tmp_path / "a.pmtiles", [(0, 0, 0, PNG), (2, 1, 3, PNG)], told))
    assert held.tile(2, 1, 3) == PNG
    assert held.tile(2, 3, 1) is None
    assert (held.info.name, held.info.approval, held.info.datum, held.info.kind) == ("影像", "新S(2026)002号", "CGCS2000", "raster")


def test_thousands_of_tiles_are_found_through_leaf_directories(tmp_path: Path, opened: Callable[..., Any]) -> None:
    generator = random.Random(1)
    squares = [(8, column, row) for column in range(160) for row in range(160)]
    tiles = [(*square, PNG + bytes(generator.randrange(3000))) for at, square in enumerate(squares)]
    held = opened(make_pmtiles(tmp_path / "a.pmtiles", tiles, {}))
    assert held._header["leaf_directory_length"] > 0
    for at in (0, 1, 4711, 12_800, 25_599):
        assert held.tile(*squares[at]) == tiles[at][3]
    assert held.tile(8, 200, 200) is None


@pytest.mark.parametrize("suffix", [".mbtiles", ".pmtiles"])
@pytest.mark.parametrize(("layer", "covers"), [("water", True), ("cities", False)])
def test_vector_tiles_are_opened_and_said_to_cover_or_not(
    tmp_path: Path, opened: Callable[..., Any], suffix: str, layer: str, covers: bool
) -> None:
    path, tile = tmp_path / f"v{suffix}", vector_tile(layer)
    if suffix == ".mbtiles":
        make_mbtiles(path, [(0, 0, 0, packed(tile))], {})
    else:
        make_pmtiles(path, [(0, 0, 0, packed(tile))], {}, TileType.MVT)
    held = opened(path)
    assert held.tile(0, 0, 0) == tile
    assert (held.info.kind, held.info.covers) == ("vector", covers)


def huge_png(side: int) -> bytes:
    return PNG[:16] + struct.pack(">II", side, side) + PNG[24:]


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda path: path.write_bytes(b""), "readable|metadata|tiles"),
        (lambda path: path.write_bytes(b"SQLite format 3\0" + b"\xff" * 2000), "readable"),
        (lambda path: path.write_text("not a database at all " * 50), "readable"),
        (lambda path: make_mbtiles(path, [], {}), "no tiles"),
        (lambda path: make_mbtiles(path, [(0, 0, 0, b"\x1f\x8b pbf")], {}), "neither PNG"),
        (lambda path: make_mbtiles(path, [(0, 0, 0, b"<html>captive portal</html>")], {}), "neither PNG"),
        (lambda path: make_mbtiles(path, [(0, 0, 0, huge_png(60_000))], {}), "neither PNG"),
        (lambda path: make_mbtiles(path, [(0, 0, 0, gzip.compress(bytes(40_000_000)))], {}), "neither PNG"),
        (lambda path: make_mbtiles(path, [(0, 0, 0, PNG), (0, 0, 0, WATER)], {}), "in one"),
        (lambda path: make_mbtiles(path, [(99, 0, 0, PNG)], {}), "zoom"),
        (lambda path: make_mbtiles(path, [(0, 0, 0, PNG)], {"datum": "Mars-2000"}), "datum"),
        (lambda path: make_mbtiles(path, [("a", 0, 0, PNG)], {}), "zoom"),
        (lambda _: None, "no such file"),
        (lambda path: path.mkdir(), "not a file"),
    ],
)
def test_bad_tiles_are_refused(tmp_path: Path, make: Any, says: str) -> None:
    path = tmp_path / "bad.mbtiles"
    make(path)
    with pytest.raises(Fault, match=says) as refused:
        open_tiles(path)
    assert str(path) in str(refused.value)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda data: b"", "begin as PMTiles|cut short"),
        (lambda data: b"not PMTiles at all" * 20, "begin as PMTiles"),
        (lambda data: data[:7] + b"\x02" + data[8:], "version"),
        (lambda data: data[:97] + b"\x03" + data[98:], "Brotli"),
        (lambda data: data[:99] + b"\x05" + data[100:], "neither PNG"),
        (lambda data: data[:-10], "cut short"),
        (lambda data: data[:8] + struct.pack("<QQ", 1 << 60, 1 << 60) + data[24:], "too large|cut short"),
        (lambda data: data[:127] + gzip.compress(bytes(30_000_000)) + data[127:], "damaged|too large|cut short"),
    ],
)
def test_bad_pmtiles_are_refused(tmp_path: Path, change: Callable[[bytes], bytes], says: str) -> None:
    path = make_pmtiles(tmp_path / "bad.pmtiles", [(0, 0, 0, PNG)], {})
    path.write_bytes(change(path.read_bytes()))
    tracemalloc.start()
    with pytest.raises(Fault, match=says) as refused:
        open_tiles(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert str(path) in str(refused.value)
    assert peak < 32 * 1024 * 1024


@pytest.mark.parametrize("told", ["[" * 100_000, '{"vector_layers": 5}', '{"name": ' + "9" * 5000 + "}", '{"name": [[]], "datum": ""}'])
def test_words_that_make_no_sense_are_passed_over(tmp_path: Path, opened: Callable[..., Any], told: str) -> None:
    path = make_pmtiles(tmp_path / "odd.pmtiles", [(0, 0, 0, PNG)], {})
    whole = path.read_bytes()
    path.write_bytes(whole[:24] + struct.pack("<QQ", len(whole), len(words := gzip.compress(told.encode()))) + whole[40:] + words)
    assert opened(path).tile(0, 0, 0) == PNG
    database = sqlite3.connect(make_mbtiles(tmp_path / "odd.mbtiles", [(0, 0, 0, PNG)], {}))
    with database:
        database.execute("INSERT INTO metadata VALUES ('json', ?)", (told,))
    database.close()
    assert opened(tmp_path / "odd.mbtiles").tile(0, 0, 0) == PNG


def test_directories_that_say_a_lot_are_not_all_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pmtiles, "KEPT_ENTRIES", 3000)
    path = make_pmtiles(tmp_path / "many.pmtiles", [(8, at % 256, at // 256, PNG) for at in range(60_000)], {})
    tiles = open_tiles(path)
    assert isinstance(tiles, pmtiles.PmTiles)
    try:
        for at in range(0, 60_000, 997):
            assert tiles.tile(8, at % 256, at // 256) == PNG
            assert sum(map(len, tiles._directories.values())) <= 3000 or len(tiles._directories) == 1
    finally:
        tiles.close()


def test_a_view_that_never_ends_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mbtiles, "_MAX_STEPS", 5)
    path = tmp_path / "endless.mbtiles"
    database = sqlite3.connect(path)
    with database:
        database.execute("CREATE TABLE metadata (name text, value text)")
        endless = (
            "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i FROM n) SELECT i AS zoom_level, i AS tile_column, i AS tile_row, NULL"
        )
        database.execute(f"CREATE VIEW tiles AS {endless} AS tile_data FROM n WHERE i > 0")
    database.close()
    with pytest.raises(Fault, match="interrupted"):
        open_tiles(path)


def test_a_blob_of_zeros_is_not_made(tmp_path: Path) -> None:
    path = tmp_path / "zeros.mbtiles"
    database = sqlite3.connect(path)
    with database:
        database.execute("CREATE TABLE metadata (name text, value text)")
        columns = "0 AS zoom_level, 0 AS tile_column, 0 AS tile_row, zeroblob(900000000) AS tile_data"
        database.execute(f"CREATE VIEW tiles AS SELECT {columns}")
    database.close()
    with pytest.raises(Fault, match="too big"):
        open_tiles(path)


def test_a_file_cut_short_is_refused(good: Path) -> None:
    path = good.with_name("cut.mbtiles")
    path.write_bytes(good.read_bytes()[:5000])
    with pytest.raises(Fault, match=r"cut\.mbtiles"):
        open_tiles(path)


@given(st.binary(max_size=300))
def test_any_bytes_are_a_tile_or_none(data: bytes) -> None:
    tile = sound(data)
    assert tile is None or mime_of(tile)


@given(st.integers(0, len(WATER) - 1), st.integers(0, 255))
def test_a_vector_tile_with_a_byte_changed_is_read_or_refused(at: int, byte: int) -> None:
    layers_of(WATER[:at] + bytes([byte]) + WATER[at + 1 :])
    assert layers_of(WATER) == ["water"]
