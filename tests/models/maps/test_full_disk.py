"""Maps, roads and online tiles on a disk without room: each says so, nothing half is left, and it goes on when there is room again."""

from __future__ import annotations

import json
import threading
from contextlib import closing
from pathlib import Path

import pytest

from console.errors import Fault
from console.models.maps.overlay.file import OverlayFile
from console.models.maps.overlay.warden import take_in
from console.models.maps.tilestore import Source, TileStore
from console.models.roads.taking import take_in as take_roads
from tests.disks import filled, small_disk

__all__ = ["small_disk"]


def lines(path: Path, count: int) -> Path:
    features = [
        {
            "type": "Feature",
            "properties": {"name": f"路 {at}", "highway": "primary"},
            "geometry": {
                "type": "LineString",
                "coordinates": [[82 + at / 1e4 + step / 1e6, 44 + (step * 37 % 11) / 1e3] for step in range(100)],
            },
        }
        for at in range(count)
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return path


@pytest.mark.parametrize("count", [1, 600], ids=["no room for the copy", "room for the copy, none for what is made of it"])
def test_a_map_file_is_taken_in_when_there_is_room(small_disk: Path, tmp_path: Path, count: int) -> None:
    path, layer = lines(tmp_path / "a.geojson", count), small_disk / "a.layer"
    filler = filled(small_disk, 0 if count == 1 else path.stat().st_size + 65_536)
    with pytest.raises(
        Fault, match=r"a\.geojson: could not be taken in \((No space left on device|database or disk is full)\). Check the disk."
    ):
        take_in(path, layer)
    assert [each.name for each in small_disk.iterdir()] == ["filler"]
    filler.unlink()
    take_in(lines(tmp_path / "a.geojson", 1), layer)
    with closing(OverlayFile(layer)) as held:
        assert held.info.features == 1


def test_roads_are_taken_in_when_there_is_room(small_disk: Path, tmp_path: Path) -> None:
    path, graph = lines(tmp_path / "a.geojson", 1), small_disk / "a.roads"
    filler = filled(small_disk)
    with pytest.raises(Fault, match=r"a\.geojson: could not be taken in \(No space left on device\)"):
        take_roads(path, graph, 0, threading.Event())
    assert [each.name for each in small_disk.iterdir()] == ["filler"]
    filler.unlink()
    take_roads(path, graph, 0, threading.Event())
    assert graph.stat().st_size


def put_thousand(store: TileStore) -> None:
    for column in range(1000):
        store.put("s", (10, column, 1), bytes(4000) + column.to_bytes(4, "big"), 1)


def test_tiles_are_kept_when_there_is_room(small_disk: Path) -> None:
    with closing(TileStore(small_disk / "online.tiles")) as store:
        store.put_source(Source("s", "a", "http://a/{z}/{x}/{y}", "WGS-84"))
        store.put("s", (3, 1, 1), b"first", 1)
        filler = filled(small_disk)
        with pytest.raises(Fault, match=r"online\.tiles: .*disk is full.*Check the disk"):
            put_thousand(store)
        assert store.tile("s", 3, 1, 1) == b"first", "what there is, is read"
        filler.unlink()
        store.put("s", (3, 1, 2), b"later", 1)
        assert store.tile("s", 3, 1, 2) == b"later"
