"""The files an office lays on the map: good ones are shown, bad ones refused with the file and the remedy. And what a path may reach."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from console.errors import Fault
from console.views.map import overlay
from console.views.map.overlay import load_overlay
from console.views.map.source import Sources
from console.views.map.tiles import GCJ02, TileFile
from tests.views.map.parts import PNG, SQUARE, feature, make_mbtiles, save


@pytest.fixture
def good(tmp_path: Path) -> Path:
    told = {"name": "审定地图", "approval": "新S(2026)001号", "bounds": "78,42,88,47"}
    return make_mbtiles(tmp_path / "good.mbtiles", [(1, 0, 1, PNG), (1, 1, 0, b""), (2, 0, 0, PNG)], told)


def test_tiles_are_counted_from_the_north(good: Path) -> None:
    held = TileFile(good)
    try:
        assert held.tile(1, 0, 0) == PNG
        assert held.tile(1, 0, 1) is None
        assert held.tile(1, 1, 1) is None  # an empty picture
        assert held.tile(1, 0, 9) is None
        assert held.tile(60, 0, 0) is None
        assert (held.info.name, held.info.approval, held.info.datum) == ("审定地图", "新S(2026)001号", "WGS-84")
        assert (held.info.min_zoom, held.info.max_zoom, held.info.bounds) == (1, 2, (78, 42, 88, 47))
    finally:
        held.close()


def test_the_operator_may_say_datum_and_approval(good: Path) -> None:
    held = TileFile(good, datum=GCJ02, approval="GS(2026)1号")
    held.close()
    assert (held.info.datum, held.info.approval) == (GCJ02, "GS(2026)1号")


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda path: path.write_bytes(b""), "readable|metadata|tiles"),
        (lambda path: path.write_bytes(b"SQLite format 3\0" + b"\xff" * 2000), "readable"),
        (lambda path: path.write_text("not a database at all " * 50), "readable"),
        (lambda path: make_mbtiles(path, [], {}), "no tiles"),
        (lambda path: make_mbtiles(path, [(0, 0, 0, b"\x1f\x8b pbf")], {}), "raster"),
        (lambda path: make_mbtiles(path, [(99, 0, 0, PNG)], {}), "zoom"),
        (lambda path: make_mbtiles(path, [(0, 0, 0, PNG)], {"datum": "Mars-2000"}), "datum"),
        (lambda path: make_mbtiles(path, [("a", 0, 0, PNG)], {}), "zoom"),
        (lambda _: None, "no such file"),
    ],
)
def test_bad_tiles_are_refused(tmp_path: Path, make: Any, says: str) -> None:
    path = tmp_path / "bad.mbtiles"
    make(path)
    with pytest.raises(Fault, match=says) as refused:
        TileFile(path)
    assert str(path) in str(refused.value)


def test_a_file_cut_short_is_refused(good: Path) -> None:
    path = good.with_name("cut.mbtiles")
    path.write_bytes(good.read_bytes()[:5000])
    with pytest.raises(Fault, match=r"cut\.mbtiles"):
        TileFile(path)


def test_an_overlay_keeps_what_is_sound_and_counts_the_rest(tmp_path: Path) -> None:
    bad = [
        None,
        {"type": "Polygon", "coordinates": [[[82, 441], [83, 44], [83, 45]]]},
        {"type": "Polygon", "coordinates": []},
        {"type": "Polygon", "coordinates": [[82, 44]]},
        {"type": "Circle", "coordinates": [82, 44]},
        {"type": "Point", "coordinates": ["82", 44]},
        {"type": "Point", "coordinates": [float("nan"), 44]},
    ]
    features = [feature(SQUARE, name="精河县", script="<script>")] + [feature(geometry) for geometry in bad] + ["text", 5]
    held = load_overlay(save(tmp_path / "county.geojson", [one for one in features if "NaN" not in json.dumps(one)]))
    assert (held.name, held.features, held.skipped) == ("county", 1, len(features) - 2)
    assert json.loads(held.content)["features"][0]["properties"] == {"name": "精河县"}


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", "null", '{"features": 3}', '{"features": []}', '{"features": [' + "[" * 5000, "\xff", '{"a": NaN}']
)
def test_bad_overlays_are_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "bad.geojson"
    path.write_text(text, encoding="latin-1")
    with pytest.raises(Fault, match=r"bad\.geojson"):
        load_overlay(path)


@pytest.mark.parametrize(("limit", "value"), [("MAX_BYTES", 100), ("MAX_POINTS", 3), ("MAX_FEATURES", 1)])
def test_overlays_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, value: int) -> None:
    monkeypatch.setattr(overlay, limit, value)
    with pytest.raises(Fault, match=r"large\.geojson"):
        load_overlay(save(tmp_path / "large.geojson", [feature(SQUARE), feature(SQUARE)]))


@pytest.fixture
def sources(tmp_path: Path) -> Sources:
    static, bundle = tmp_path / "static", tmp_path / "bundle"
    for folder in (static, bundle / "basemap"):
        folder.mkdir(parents=True)
    (static / "main.js").write_text("let x")
    (bundle / "page.html").write_text("<html>")
    (bundle / "basemap" / "a.geojson").write_text("{}")
    (tmp_path / "secret.txt").write_text("secret")
    (static / "link.txt").symlink_to(tmp_path / "secret.txt")
    return Sources(static, bundle)


def test_what_stands_in_the_roots_is_served(sources: Sources, good: Path) -> None:
    assert sources.read("/page.html").mime == "text/html"
    assert sources.read("/static/main.js").body == b"let x"
    assert sources.read("/bundle/basemap/a.geojson").mime == "application/json"
    sources.tiles["f1"] = TileFile(good)
    assert sources.read("/tiles/f1/1/0/0").mime == "image/png"
    for path in ("/tiles/f1/1/0", "/tiles/f1/a/0/0", "/tiles/f2/1/0/0", "/tiles/f1/1/-1/0", "/tiles/f1/1/0/0/0", "/tiles/f1/١/0/0"):
        assert sources.read(path).body is None, path
    sources.tiles["f1"].close()


@pytest.mark.parametrize(
    "path",
    [
        "/static/../secret.txt",
        "/static/link.txt",
        "/static/",
        "/bundle/../../secret.txt",
        "/static//etc/passwd",
        "/page.html/x",
        "/",
        "/static/\0",
    ],
)
def test_nothing_outside_the_roots_is_served(sources: Sources, path: str) -> None:
    assert sources.read(path).body is None
