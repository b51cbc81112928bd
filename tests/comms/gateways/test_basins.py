"""Basins and townships from GeoJSON: what is taken, what is refused with which feature, and the command that brings them in."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

from console.cli import main
from console.comms.gateways.basins import MAX_POINTS, FileFault, loose_ends, read_basins_file
from console.models.event import MAX_BODY_BYTES
from console.models.kinds import encode_body
from tests.comms.peers import House, house

__all__ = ["house"]

RING = [[82.90, 44.30], [82.96, 44.30], [82.96, 44.34], [82.90, 44.34], [82.90, 44.30]]


def feature(properties: dict[str, Any] | None, ring: Any = RING, kind: str = "Polygon") -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": {"type": kind, "coordinates": [ring]}}


def written(tmp_path: Path, *features: Any) -> Path:
    path = tmp_path / "basins.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": list(features)}), encoding="utf-8")
    return path


def test_a_basin_comes_with_all_that_is_known_of_it(tmp_path: Path) -> None:
    properties = {
        "id": "g3", "name": "三号沟", "downstream": "g1", "travel_min": 25, "hazards": "flash_flood, debris_flow", "gauges": "a:0.4;b:0.6",
        "prepare_3h": 25, "move_3h": "40", "villages": "一组、二组", "people": 46, "leader": "马某", "phone": "0909", "source": "2024 年山洪普查",
    }  # fmt: skip
    ((basin, body),) = read_basins_file(written(tmp_path, feature(properties)))
    assert basin == "g3"
    assert (body.downstream, body.travel_s, body.hazards, body.villages) == ("g1", 1500.0, ["flash_flood", "debris_flow"], ["一组", "二组"])
    assert [(each.sensor, each.weight) for each in body.gauges] == [("a", 0.4), ("b", 0.6)]
    assert [(each.hours, each.prepare_mm, each.move_mm) for each in body.critical] == [(3.0, 25.0, 40.0)]
    assert len(body.outer[0]) == 4
    assert body.area_km2 == pytest.approx(0.06 * 111.2 * math.cos(math.radians(44.32)) * 0.04 * 111.2, rel=0.01)
    assert loose_ends([(basin, body)], set()) == ["g3 -> g1"]
    assert loose_ends([(basin, body)], {"g1"}) == []


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        (feature({"id": "x"}), "id and name"),
        (feature(None), "no properties"),
        (feature({"id": "x", "name": "x", "kind": "river"}), "kind is 'river'"),
        (feature({"id": "x", "name": "x", "hazards": ["lava"]}), "'lava'"),
        (feature({"id": "x", "name": "x", "people": -4}), "people is '-4'"),
        (feature({"id": "x", "name": "x", "people": "many"}), "people"),
        (feature({"id": "x", "name": "x", "critical": [[1, 2]]}), "critical"),
        (feature({"id": "x", "name": "x", "critical": "[[1, 2, 3"}), "critical"),
        (feature({"id": "x", "name": "x", "critical": "[" * 50_000}), "critical"),
        (feature({"id": "x", "name": "x", "critical": [[1, 10**400, 3]]}), "critical"),
        (feature({"id": "x", "name": "x", "people": 10**400}), "people"),
        (feature({"id": "x", "name": "x"}, [[10**400, 44], [83, 44], [83, 45]]), "coordinates"),
        (feature({"id": "x", "name": "x"}, [[math.nan, 44], [83, 44], [83, 45]]), "no position"),
        (feature({"id": "x", "name": "x"}, [[179, 44], [181, 44], [181, 45]]), "across the 180th"),
        (feature({"id": "x", "name": "x", "prepare_1h": 30, "move_1h": 20}), "the first must be less"),
        (feature({"id": "x", "name": "x"}, [[82, 44], [83, 44]]), "three corners"),
        (feature({"id": "x", "name": "x"}, [[82, 44], [83, 44], [84, 44], [82, 44]]), "no surface"),
        (feature({"id": "x", "name": "x"}, [[82, 144], [83, 44], [84, 45], [82, 144]]), "no position"),
        (feature({"id": "x", "name": "x"}, "nonsense"), "coordinates"),
        (feature({"id": "x", "name": "x"}, RING, "Point"), "no Polygon"),
        (feature({"id": "good", "name": "again"}), "twice"),
        (7, "no properties"),
    ],
)
def test_one_bad_feature_refuses_the_whole_file_and_is_named(tmp_path: Path, bad: Any, says: str) -> None:
    path = written(tmp_path, feature({"id": "good", "name": "good"}), bad)
    with pytest.raises(FileFault, match="feature 2") as caught:
        read_basins_file(path)
    assert says in str(caught.value)


@pytest.mark.parametrize("text", ["", "[1, 2", "{}", "[" * 100_000, '{"features": []}', '{"features": 5}', "\x00\xff"])
def test_what_is_no_geojson_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "bad.geojson"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FileFault, match=r"bad\.geojson"):
        read_basins_file(path)
    with pytest.raises(FileFault, match="cannot be read"):
        read_basins_file(tmp_path / "absent.geojson")


def test_a_fine_outline_is_thinned_until_it_fits_an_event(tmp_path: Path) -> None:
    count = 20_000
    turn = [2 * math.pi * at / count for at in range(count)]
    ring = [[82.0 + 0.1 * math.cos(at) * (1 + 0.01 * math.sin(90 * at)), 44.0 + 0.1 * math.sin(at)] for at in turn]
    ((_, body),) = read_basins_file(written(tmp_path, feature({"id": "x", "name": "x"}, [*ring, ring[0]])))
    assert 100 < sum(len(each) for each in body.outer) <= MAX_POINTS
    assert len(encode_body(body)) < MAX_BODY_BYTES
    assert body.area_km2 == pytest.approx(math.pi * 11.12**2 * math.cos(math.radians(44)), rel=0.03)


def test_the_command_brings_them_in_and_lists_them(house: House, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from console.comms.peer import Peer
    from console.models.paths import DataDir

    house.start(Peer(DataDir(house.root / "node"), listen=["tcp://127.0.0.1:0"], name="node", area="6527", local=True))
    path = written(
        tmp_path, feature({"id": "g3", "name": "三号沟", "downstream": "g1"}), feature({"id": "t", "name": "托里镇", "kind": "township"})
    )
    data = str(house.root / "node")
    assert main(["basins", "import", str(path), "--data", data]) == 0
    told = capsys.readouterr().out
    assert "2 basins and townships" in told
    assert "g3 -> g1" in told
    assert main(["basins", "list", "--data", data]) == 0
    assert "三号沟" in capsys.readouterr().out
    bad = written(tmp_path, feature({"id": "g4", "name": "四号沟"}), feature({}))
    assert main(["basins", "import", str(bad), "--data", data]) != 0
    assert "feature 2" in capsys.readouterr().err
    assert main(["basins", "list", "--data", data]) == 0
    assert "四号沟" not in capsys.readouterr().out
