"""What a path of the page may reach, and nothing else."""

from __future__ import annotations

import json
import struct
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.models.maps.opening import open_tiles
from console.models.maps.overlay.file import OverlayFile
from console.models.maps.overlay.warden import take_in
from console.views.map.source import Sources
from tests.models.maps.material import PNG, SQUARE, feature, make_mbtiles, save


@pytest.fixture
def sources(tmp_path: Path) -> Iterator[Sources]:
    static, bundle = tmp_path / "static", tmp_path / "bundle"
    for folder in (static, bundle / "basemap"):
        folder.mkdir(parents=True)
    (static / "main.js").write_text("let x")
    (bundle / "page.html").write_text("<html>")
    (bundle / "basemap" / "a.geojson").write_text("{}")
    (tmp_path / "secret.txt").write_text("secret")
    (static / "link.txt").symlink_to(tmp_path / "secret.txt")
    held = Sources(static, bundle)
    yield held
    for one in (*held.tiles.values(), *held.overlays.values()):
        one.close()


def test_what_stands_in_the_roots_is_served(sources: Sources, tmp_path: Path) -> None:
    assert sources.read("/page.html").mime == "text/html"
    assert sources.read("/static/main.js").body == b"let x"
    assert sources.read("/bundle/basemap/a.geojson").mime == "application/json"
    sources.tiles["f1"] = open_tiles(make_mbtiles(tmp_path / "good.mbtiles", [(1, 0, 1, PNG)], {}))
    assert sources.read("/tiles/f1/1/0/0").mime == "image/png"
    for path in ("/tiles/f1/1/0", "/tiles/f1/a/0/0", "/tiles/f2/1/0/0", "/tiles/f1/1/-1/0", "/tiles/f1/1/0/0/0", "/tiles/f1/١/0/0"):
        assert sources.read(path).body is None, path


def test_a_layer_answers_by_what_is_in_view(sources: Sources, tmp_path: Path) -> None:
    take_in(save(tmp_path / "county.geojson", [feature(SQUARE, name="精河县")]), tmp_path / "laid")
    sources.overlays["f1"] = OverlayFile(tmp_path / "laid")
    body = sources.read("/overlay/f1/view/9/81/43/84/46").body
    assert body is not None
    (length,) = struct.unpack_from("<I", body)
    assert json.loads(body[4 : 4 + length])["names"] == {"0": "精河县"}
    about = sources.read("/overlay/f1/about/0").body
    assert about is not None
    assert json.loads(about)["name"] == "精河县"
    for rest in (
        "f1",
        "f1/view",
        "f1/view/9/81/43/84",
        "f1/view/x/81/43/84/46",
        "f1/view/9/81/43/84/east",
        "f1/about/7",
        "f1/about/-1",
        "f2/about/0",
    ):
        assert sources.read(f"/overlay/{rest}").body is None, rest
    assert sources.read("/overlay/f1/view/99/nan/inf/84/46").body is not None
    sources.overlays["f1"].close()
    assert sources.read("/overlay/f1/about/0").body is None


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


def test_a_window_with_maps_loads_nothing_of_gdal() -> None:
    """Strangers' files are read in a process of their own, and the start does not pay for it either."""
    maps = "console.models.maps"
    words = f"import sys, {maps}.overlay.warden, {maps}.overlay.file, {maps}.opening, console.views.map.source\n"
    heavy = "print([name for name in ('pyogrio', 'pyproj', 'shapely', 'numpy', 'lxml') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", words + heavy], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[3])
    assert done.stdout.strip() == "[]"
