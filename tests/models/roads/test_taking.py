"""Roads out of files: by a process of its own, refused with a reason, ended when nobody wants them."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import numpy as np
import pyogrio
import pytest
import shapely

from console.errors import Fault
from console.models.form import read_toml
from console.models.roads.graph import load
from console.models.roads.rule import CLASSES, RouteRule
from console.models.roads.taking import Stopped, take_in

OSM = """<?xml version="1.0"?><osm version="0.6">
<node id="1" lat="44.6" lon="82.9"/>
<node id="2" lat="44.61" lon="82.91"/><node id="3" lat="44.62" lon="82.95"/><node id="4" lat="44.5" lon="82.91"/>
<way id="9"><nd ref="1"/><nd ref="2"/><nd ref="3"/><tag k="highway" v="primary"/><tag k="name" v="精博公路"/><tag k="ref" v="S205"/>
<tag k="oneway" v="-1"/><tag k="maxspeed" v="40 mph"/></way>
<way id="10"><nd ref="2"/><nd ref="4"/><tag k="highway" v="track"/></way>
<way id="11"><nd ref="2"/><nd ref="4"/><tag k="highway" v="proposed"/></way>
<way id="12"><nd ref="1"/><nd ref="4"/><tag k="waterway" v="river"/></way></osm>"""


def taken(path: Path, to: Path) -> None:
    take_in(path, to, 7, threading.Event())


def feature(coordinates: object, **properties: object) -> dict[str, object]:
    return {"type": "Feature", "properties": properties, "geometry": {"type": "LineString", "coordinates": coordinates}}


def geojson(path: Path, *features: dict[str, object]) -> Path:
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return path


def test_an_extract_of_openstreetmap_keeps_junctions_directions_and_limits(tmp_path: Path) -> None:
    (tmp_path / "a.osm").write_text(OSM, encoding="utf-8")
    steps: list[tuple[str, int]] = []
    take_in(tmp_path / "a.osm", tmp_path / "out" / "a.roads", 7, threading.Event(), lambda step, ways: steps.append((step, ways)))
    graph = load(tmp_path / "out" / "a.roads")
    assert steps == [("reading", 0), ("joining", 2), ("writing", 0)]
    assert len(graph.nodes) == 4
    assert len(graph.ends) == 3
    main = graph.kind == CLASSES.index("primary")
    assert graph.oneway[main].tolist() == [-1, -1]
    assert graph.limit_kmh[main].tolist() == pytest.approx([64.37, 64.37], abs=0.1)
    assert {graph.names[name] for name in graph.name[main]} == {"S205 精博公路"}
    assert graph.origin.read_ms == 7
    assert graph.origin.skipped == 1
    assert not graph.origin.example
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["a.roads"]


def test_chinese_classes_and_numbers_of_roads_are_understood(tmp_path: Path) -> None:
    file = geojson(
        tmp_path / "roads.geojson",
        feature([[82, 44], [82.1, 44]], 道路等级="国道", 名称="乌伊公路", 单行="是"),
        feature([[82, 44], [82, 44.1]], 道路等级="", 编号="X782"),
        feature([[82, 44], [82, 43.9]], 道路等级="铁路"),
        feature([[82, 44], [200, 43.9]], 道路等级="国道"),
        feature([[82, 44], [82, 44]], 道路等级="国道"),
    )
    taken(file, tmp_path / "a.roads")
    graph = load(tmp_path / "a.roads")
    assert sorted(CLASSES[kind] for kind in graph.kind) == ["primary", "tertiary"]
    assert graph.oneway.max() == 1
    assert (graph.origin.skipped, graph.origin.spoilt) == (3, 1)


def test_another_coordinate_system_is_turned_into_degrees(tmp_path: Path) -> None:
    line = shapely.linestrings([(500_000, 4_900_000), (510_000, 4_900_000)])
    pyogrio.raw.write(
        tmp_path / "a.gpkg",
        np.array([shapely.to_wkb(line)]),
        [np.array(["trunk"])],
        ["highway"],
        geometry_type="LineString",
        crs="EPSG:4510",
    )
    taken(tmp_path / "a.gpkg", tmp_path / "a.roads")
    graph = load(tmp_path / "a.roads")
    assert graph.bounds[0] == pytest.approx(123.0, abs=0.01)
    assert 44 < graph.bounds[1] < 45
    assert graph.length_m[0] == pytest.approx(10_000, rel=2e-3)


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("a.geojson", "", "nothing in it"),
        ("a.geojson", "not json", "not a readable file of roads"),
        ("a.geojson", '{"type":"FeatureCollection","features":[]}', "no road"),
        ("a.osm", '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><osm version="0.6"/>', "DOCTYPE"),
        ("a.osm.pbf", "not protobuf", "not a readable file of roads"),
        ("a.txt", "x", "not a kind of file"),
        ("a.geojson", json.dumps(feature([[500000, 4900000], [500100, 4900000]], highway="primary")), "no road|degrees"),
    ],
)
def test_what_is_no_file_of_roads_is_refused_with_its_name(tmp_path: Path, name: str, text: str, why: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(Fault, match=why) as refused:
        taken(tmp_path / name, tmp_path / "a.roads")
    assert name in str(refused.value)
    assert not (tmp_path / "a.roads").exists()


def test_reading_ends_when_nobody_wants_it(tmp_path: Path) -> None:
    stop = threading.Event()
    stop.set()
    with pytest.raises(Stopped):
        take_in(geojson(tmp_path / "a.geojson", feature([[82, 44], [82.1, 44]], highway="primary")), tmp_path / "a.roads", 7, stop)
    assert [path.name for path in tmp_path.iterdir()] == ["a.geojson"]


def test_a_graph_file_that_was_spoilt_is_refused(tmp_path: Path) -> None:
    taken(geojson(tmp_path / "a.geojson", feature([[82, 44], [82.1, 44]], highway="primary")), tmp_path / "a.roads")
    whole = (tmp_path / "a.roads").read_bytes()
    for spoilt in (b"", whole[:100], whole[: len(whole) // 2], whole[:-30], b"PK" + whole[7:]):
        (tmp_path / "b.roads").write_bytes(spoilt)
        with pytest.raises(Fault, match=r"b\.roads"):
            load(tmp_path / "b.roads")


@pytest.mark.parametrize("text", ["", "[match]\njoint_m = 1", "not toml ["])
def test_rules_that_are_none_are_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "routes.toml").write_text(text, encoding="utf-8")
    with pytest.raises(Fault, match=r"routes\.toml"):
        read_toml(tmp_path / "routes.toml", RouteRule)
