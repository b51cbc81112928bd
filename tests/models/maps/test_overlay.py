"""Lines, areas and points of an office: read in a process of its own, put into WGS 84, and given to the map by what is in view."""

from __future__ import annotations

import json
import struct
import threading
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from console.errors import Fault
from console.models.maps.datum import CGCS2000, GCJ02
from console.models.maps.gcj import from_gcj, to_gcj
from console.models.maps.overlay.file import AREA, LINE, MAX_VIEW_POINTS, POINT, OverlayFile
from console.models.maps.overlay.warden import Stopped, take_in
from tests.comms.gateways.material import REAL, needs_real
from tests.models.maps.material import SQUARE, feature, read_all, save

WORLD = (-180.0, -90.0, 180.0, 90.0)
Lay = Callable[..., OverlayFile]


@pytest.fixture
def lay(tmp_path: Path) -> Iterator[Lay]:
    held: list[OverlayFile] = []

    def go(path: Path, datum: str = "") -> OverlayFile:
        take_in(path, tmp_path / f"laid{len(held)}", datum)
        held.append(OverlayFile(tmp_path / f"laid{len(held)}"))
        return held[-1]

    yield go
    for one in held:
        one.close()
    assert list(tmp_path.glob(".taking-*")) == []


def unpacked(data: bytes) -> tuple[dict[str, Any], list[tuple[int, int, str, list[Any]]]]:
    """The header, and (feature, kind, name, parts as degrees)."""
    (length,) = struct.unpack_from("<I", data)
    header = json.loads(data[4 : 4 + length])
    flat = np.frombuffer(data[4 + length :], "<f4").reshape(-1, 2).astype(float) + header["origin"]
    shapes, at = [], 0
    for number, kind, counts in header["shapes"]:
        parts = []
        for count in counts:
            parts.append(flat[at : at + count])
            at += count
        shapes.append((number, kind, header["names"].get(str(number), ""), parts))
    assert at == len(flat)
    return header, shapes


def write(path: Path, driver: str, geometries: list[Any], crs: str, fields: dict[str, list[Any]], **options: Any) -> Path:
    import pyogrio.raw
    import shapely

    arrays = [np.array(values, object) for values in fields.values()]
    kind = {0: "Point", 1: "LineString", 3: "Polygon"}[int(shapely.get_type_id(geometries[0]))]
    pyogrio.raw.write(
        path, shapely.to_wkb(np.array(geometries)), arrays, list(fields), driver=driver, crs=crs, geometry_type=kind, **options
    )
    return path


GPX_SAID = {
    "bus304_limerick.gpx": 1,
    "gpxpy_Mojstrovka.gpx": 1,
    "gpxpy_around-visnjan-with-car.gpx": 1,
    "gpxpy_cerknicko-jezero.gpx": 14,
    "gpxpy_cerknicko-without-times.gpx": 14,
    "gpxpy_gpx1.1_with_all_fields.gpx": 4,
    "gpxpy_gpx1.1_with_extensions_without_namespaces.gpx": 1,
    "gpxpy_korita-zbevnica.gpx": 5,
    "gpxpy_route.gpx": 1,
    "gpxpy_track-with-empty-segment.gpx": 1,
    "gpxpy_track-with-extremes.gpx": 1,
    "gpxpy_track-with-less-sec-time.gpx": 1,
    "gpxpy_unicode2.gpx": "nothing in it can be drawn",  # a track without a point
    "gpxpy_unicode_with_bom.gpx": 1,
    "gpxpy_unicode_with_bom_noencoding.gpx": 1,
}


@needs_real
def test_every_recorded_gpx_is_laid_or_refused_with_the_reason(tmp_path: Path) -> None:
    paths = sorted((REAL / "gpx").glob("*.gpx"))
    found = {path.name: answer for path, answer in zip(paths, read_all(paths, tmp_path), strict=True)}
    assert found.keys() == GPX_SAID.keys()
    for name, wanted in GPX_SAID.items():
        assert found[name].get("features", found[name].get("fault", "")) == wanted or str(wanted) in found[name]["fault"], found[name]


def test_what_is_in_view_is_given_and_what_is_known_of_it(tmp_path: Path, lay: Lay) -> None:
    line = {"type": "LineString", "coordinates": [[82, 44], [84, 46]]}
    point = {"type": "Point", "coordinates": [90, 40]}
    held = lay(save(tmp_path / "县.geojson", [feature(SQUARE, name_zh="精河县", code="652722"), feature(line), feature(point, Name="站")]))
    assert (held.info.name, held.info.features, held.info.skipped, held.info.bounds) == ("县", 3, 0, (82, 40, 90, 46))
    _, shapes = unpacked(held.within(12, (81, 43, 85, 47)))
    assert {(number, kind, name) for number, kind, name, _ in shapes} == {(0, AREA, "精河县"), (1, LINE, "")}
    _, shapes = unpacked(held.within(12, (89, 39, 91, 41)))
    assert [(kind, name, parts[0].tolist()) for _, kind, name, parts in shapes] == [(POINT, "站", [[90, 40]])]
    assert held.about(0) == {"name": "精河县", "fields": {"name_zh": "精河县", "code": "652722"}}
    assert held.about(99) is None


def test_what_crosses_the_edge_is_cut_there(tmp_path: Path, lay: Lay) -> None:
    line = {"type": "LineString", "coordinates": [[70, 44.5], [90, 44.5]]}
    held = lay(save(tmp_path / "a.geojson", [feature(line)]))
    ((_, _, _, (part,)),) = unpacked(held.within(14, (82, 44, 83, 45)))[1]
    assert part.tolist() == [[82, 44.5], [83, 44.5]]


def test_what_cannot_be_drawn_is_counted(tmp_path: Path, lay: Lay) -> None:
    bad = [{"type": "Point", "coordinates": [82, 441]}, {"type": "Polygon", "coordinates": []}, None]
    held = lay(save(tmp_path / "a.geojson", [feature(SQUARE), *map(feature, bad)]))
    assert (held.info.features, held.info.skipped) == (1, 3)


@pytest.mark.parametrize(("suffix", "driver"), [(".kml", "LIBKML"), (".gpx", "GPX")])
def test_formats(tmp_path: Path, lay: Lay, suffix: str, driver: str) -> None:
    import shapely

    path = write(tmp_path / f"a{suffix}", driver, [shapely.Point(82.5, 44.5)], "EPSG:4326", {"name": ["精河水文站"]})
    held = lay(path)
    assert unpacked(held.within(12, WORLD))[1][0][1:3] == (POINT, "精河水文站")
    assert unpacked(held.within(12, WORLD))[1][0][3][0][0] == pytest.approx([82.5, 44.5], abs=1e-5)


@pytest.mark.parametrize("crs", ["EPSG:4490", "EPSG:4513"])
def test_coordinates_come_into_wgs84(tmp_path: Path, lay: Lay, crs: str) -> None:
    """CGCS2000 in degrees and in a Gauss-Krueger zone (3 degrees, zone 25)."""
    import pyproj
    import shapely

    lon, lat = (75.2, 39.5) if crs == "EPSG:4513" else (81.5, 44.5)
    x, y = pyproj.Transformer.from_crs("EPSG:4326", crs, always_xy=True).transform(lon, lat)
    held = lay(write(tmp_path / "a.gpkg", "GPKG", [shapely.Point(x, y)], crs, {"name": ["a"]}))
    (found,) = unpacked(held.within(12, (lon - 0.1, lat - 0.1, lon + 0.1, lat + 0.1)))[1][0][3][0].tolist()
    assert found == pytest.approx([lon, lat], abs=2e-6)
    assert held.info.crs == crs


def test_a_datum_said_by_the_operator_is_taken_out(tmp_path: Path, lay: Lay) -> None:
    lon, lat = to_gcj(np.array([82.9]), np.array([44.6]))
    assert abs(lon[0] - 82.9) > 0.001
    path = save(tmp_path / "a.geojson", [feature({"type": "Point", "coordinates": [lon[0], lat[0]]})])
    box = (82.8, 44.5, 83.0, 44.7)
    (shifted,) = unpacked(lay(path, GCJ02).within(14, box))[1][0][3][0].tolist()
    (plain,) = unpacked(lay(path, CGCS2000).within(14, box))[1][0][3][0].tolist()
    assert shifted == pytest.approx([82.9, 44.6], abs=1e-6)
    assert plain == pytest.approx([lon[0], lat[0]], abs=1e-6)


def test_gcj_and_back() -> None:
    lon, lat = np.random.default_rng(1).uniform([73, 18], [135, 54], (1000, 2)).T
    back = from_gcj(*to_gcj(lon, lat))
    assert np.allclose(back, (lon, lat), atol=1e-8)
    assert np.array_equal(to_gcj(np.array([2.35]), np.array([48.85])), [[2.35], [48.85]])


def test_a_shapefile_as_chinese_offices_write_it(tmp_path: Path, lay: Lay) -> None:
    """GB 18030 and no .cpg; in a zip with a folder; parts in capital letters."""
    import shapely

    path = write(tmp_path / "a.shp", "ESRI Shapefile", [shapely.Point(82.5, 44.5)], "EPSG:4490", {"名称": ["精河县"]}, encoding="GB18030")
    path.with_suffix(".cpg").unlink()
    assert unpacked(lay(path).within(12, WORLD))[1][0][2] == "精河县"
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for part in tmp_path.glob("a.*"):
            if part.suffix != ".zip":
                archive.write(part, f"隐患点/A{part.suffix.upper()}")
    assert unpacked(lay(tmp_path / "a.zip").within(12, WORLD))[1][0][2] == "精河县"


def test_a_kmz_is_opened(tmp_path: Path, lay: Lay) -> None:
    kml = "<kml xmlns='http://www.opengis.net/kml/2.2'><Placemark><name>点</name><Point><coordinates>82,44</coordinates></Point></Placemark></kml>"
    with zipfile.ZipFile(tmp_path / "a.kmz", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("files/other.kml", "<kml/>")
        archive.writestr("doc.kml", kml)
    assert unpacked(lay(tmp_path / "a.kmz").within(12, WORLD))[1][0][2] == "点"


def test_a_view_is_never_more_than_a_screen_carries(tmp_path: Path, lay: Lay) -> None:
    """Whatever is in a file: few things with very many points, or very many things."""
    generator = np.random.default_rng(1)
    walk = np.cumsum(generator.normal(0, 0.0004, (90_000, 2)), axis=0) + np.array([82, 44])
    spots = generator.uniform((81, 43), (83, 45), (12_000, 2))
    features = [feature({"type": "LineString", "coordinates": walk.round(6).tolist()}, name="路")]
    features += [feature({"type": "Point", "coordinates": spot.tolist()}) for spot in spots.round(6)]
    held = lay(save(tmp_path / "a.geojson", features))
    assert held.info.features == 12_001
    for zoom in (3, 7, 9, 11, 13, 16):
        header, shapes = unpacked(held.within(zoom, (70.0, 35.0, 95.0, 55.0)))
        assert 0 < sum(len(part) for _, _, _, parts in shapes for part in parts) <= MAX_VIEW_POINTS
        assert any(kind == LINE for _, kind, _, _ in shapes), zoom
        assert header["level"] < 6
    header, shapes = unpacked(held.within(18, (81.99, 43.99, 82.01, 44.01)))
    assert header["level"] == 6
    near = [spot for spot in spots.round(6) if np.all(np.abs(spot - (82, 44)) < 0.01)]
    assert sum(kind == POINT for _, kind, _, _ in shapes) == len(near)


def test_a_reading_is_stopped_with_the_window(tmp_path: Path) -> None:
    stop = threading.Event()
    stop.set()
    with pytest.raises(Stopped):
        take_in(save(tmp_path / "a.geojson", [feature(SQUARE)]), tmp_path / "laid", stop=stop)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.geojson"]


@pytest.mark.parametrize("text", [b"", b"SQLite format 3\0" + bytes(200), b"text"])
def test_a_foreign_file_is_no_layer(tmp_path: Path, text: bytes) -> None:
    (tmp_path / "laid").write_bytes(text)
    with pytest.raises(Fault, match="laid: not a layer"):
        OverlayFile(tmp_path / "laid")
