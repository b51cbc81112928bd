"""What files and journal tell, from real ones; nothing that is wrong with them raises."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from console.models import kinds
from console.models.identity import Signer, owned_subject
from console.models.journal.journal import Journal
from console.models.journal.outcome import NewEvent
from console.models.maps.squares import square_of
from console.models.maps.tilestore import Source, TileStore
from console.models.paths import DataDir
from console.models.rules.ready import ready_rule
from console.views.ready.known import MapFile, close_keys, look, tile_of
from console.views.ready.panel_state import map_files
from tests.models.maps.material import PNG, make_mbtiles
from tests.views.window.sample_journal import data_with_history

RULE = ready_rule()
BOLE, JINGHE = (82.0699, 44.8933), (82.8886, 44.6050)


@pytest.mark.parametrize(
    ("point", "zoom", "wanted"),
    [((0.0, 0.0), 1, (1, 1)), ((-180.0, 85.06), 3, (0, 0)), ((180.0, -89.0), 3, (7, 7)), (BOLE, 12, (2981, 1475))],
)
def test_the_tile_of_a_place(point: tuple[float, float], zoom: int, wanted: tuple[int, int]) -> None:
    """Counted by the formulas of the OpenStreetMap wiki, "Slippy map tilenames"."""
    assert tile_of(point, zoom) == wanted


@pytest.fixture
def data(tmp_path: Path) -> DataDir:
    """A node with two units, one of 14 people, and a resource that was entered in error."""
    data = DataDir(tmp_path / "data")
    signer = Signer.generate()
    journal = Journal.open(data.journal, signer)
    try:
        journal.set_identity("Jinghe", "node", "652722")
        unit = owned_subject(signer.origin, "one")
        drafts: list[tuple[str, str, kinds.Body]] = [
            ("unit.registered", unit, kinds.UnitRegistered(name="one", people=14)),
            ("unit.position", unit, kinds.UnitPosition(lon=JINGHE[0], lat=JINGHE[1])),
            ("unit.registered", owned_subject(signer.origin, "two"), kinds.UnitRegistered(name="two", people=3)),
            ("resource.registered", "r1", kinds.ResourceRegistered(name="tents", kind="goods")),
            ("resource.registered", "r2", kinds.ResourceRegistered(name="twice", kind="goods")),
            ("record.withdrawn", "r2", kinds.RecordWithdrawn(table="resource")),
        ]
        journal.author([NewEvent("", kind, subject, kinds.encode_body(body)) for kind, subject, body in drafts])
    finally:
        journal.close()
    return data


def mbtiles(path: Path, *places: tuple[float, float], zoom: int = 12) -> MapFile:
    tiles = []
    for place in places:
        column, row = tile_of(place, zoom)
        tiles.append((zoom, column, (1 << zoom) - 1 - row, PNG))
    return MapFile(make_mbtiles(path, tiles, {"name": path.stem}))


def test_what_the_journal_holds(data: DataDir) -> None:
    held = look(data, [], RULE).holdings
    assert (held.standing, held.area, held.units, held.people, held.resources) == ("alone", "652722", 2, 17, 1)
    assert held.points == [(pytest.approx(JINGHE[0], abs=0.001), pytest.approx(JINGHE[1], abs=0.001))]


def test_a_map_is_measured_by_the_places_that_are_known(data: DataDir, tmp_path: Path) -> None:
    known = look(data, [mbtiles(tmp_path / "jinghe.mbtiles", JINGHE), mbtiles(tmp_path / "bole.mbtiles", BOLE)], RULE)
    jinghe, bole = known.layers
    assert (jinghe.covered >= 1, bole.covered, jinghe.max_zoom, jinghe.fault) == (True, 0, 12, "")
    assert known.places >= 1
    assert jinghe.file_ms > 0


def test_map_files_that_cannot_be_used_are_said(data: DataDir, tmp_path: Path) -> None:
    (tmp_path / "torn.mbtiles").write_bytes(b"SQLite format 3\x00" + bytes(80))
    files = [MapFile(tmp_path / "torn.mbtiles"), MapFile(tmp_path / "gone.mbtiles"), MapFile(tmp_path / "lines.geojson")]
    faults = [layer.fault for layer in look(data, files, RULE).layers]
    assert len(faults) == 2
    assert "torn.mbtiles" in faults[0]
    assert "no such file" in faults[1]


def test_a_directory_with_nothing_in_it_and_a_damaged_journal_are_said(tmp_path: Path) -> None:
    nothing = look(DataDir(tmp_path / "none"), [], RULE)
    assert "no journal" in nothing.fault
    assert (nothing.keys, nothing.loose, nothing.holdings.standing) == (0, [], "none")
    assert nothing.free_mb is not None
    damaged = data_with_history(tmp_path / "damaged", minutes=1)
    damaged.journal.write_bytes(b"\x00" * 5000)
    assert look(damaged, [], RULE).fault


@pytest.mark.skipif(os.name != "posix", reason="rights are not mode bits there")
def test_keys_that_others_can_read_are_named_and_closed(data: DataDir) -> None:
    data.keys.mkdir(mode=0o700)
    for name, mode in (("sign.key", 0o640), ("curve.key", 0o600)):
        (data.keys / name).write_text("x", encoding="utf-8")
        (data.keys / name).chmod(mode)
    assert [path.name for path in look(data, [], RULE).loose] == ["sign.key"]
    data.keys.chmod(0o755)
    assert [path.name for path in look(data, [], RULE).loose] == ["keys", "sign.key"]
    close_keys(data)
    assert look(data, [], RULE).loose == []
    assert look(data, [], RULE).keys == 2


@pytest.mark.parametrize("state", ["", "{", "[]", "{}", '{"files": 3}', '{"files": [3, {"path": 4}, {"datum": "x"}]}'])
def test_a_map_panel_that_kept_nothing(state: str) -> None:
    assert map_files(state) == []


def test_the_files_that_the_map_panel_kept() -> None:
    state = '{"files": [{"path": "/maps/a.mbtiles", "datum": "GCJ-02", "approval": "GS(2024)1"}, {"path": "/maps/b.geojson"}]}'
    assert map_files(state) == [MapFile(Path("/maps/a.mbtiles"), "GCJ-02"), MapFile(Path("/maps/b.geojson"), "")]


def test_an_online_map_kept_for_offline_use_is_looked_at_like_a_file(tmp_path: Path) -> None:
    store = TileStore(tmp_path / "online.tiles")
    store.put_source(Source("S", "影像", "http://a/{z}/{x}/{y}", "WGS-84"))
    store.put("S", (12, *square_of(*JINGHE, 12)), PNG, 1)
    store.close()
    (layer,) = look(DataDir(tmp_path), [MapFile(tmp_path / "online.tiles" / "S"), MapFile(tmp_path / "lines.gpx")], RULE).layers
    assert (layer.name, layer.max_zoom, layer.fault) == ("影像", 12, "")
    assert layer.file_ms > 0
