"""Files made to do harm: refused by a process of bounded memory and time, which reaches no other file and no network."""

from __future__ import annotations

import os
import resource
import socket
import sqlite3
import stat
import struct
import threading
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from console.errors import Fault
from console.models.maps.overlay import limits
from console.models.maps.overlay.file import OverlayFile
from console.models.maps.overlay.intake import take
from console.models.maps.overlay.warden import take_in
from tests.models.maps.material import SQUARE, feature, read_all, save

MIB = 1 << 20
KML = "<kml xmlns='http://www.opengis.net/kml/2.2'><Document>{}</Document></kml>"
LAUGHS = "".join(f"<!ENTITY e{n} '{f'&e{n - 1};' * 10}'>" for n in range(1, 12))
SECRET = "only for its owner"


@pytest.fixture(autouse=True)
def _bounded(tmp_path: Path) -> Iterator[None]:
    """Whatever a test does: no child held more than the limit, and nothing is left beside the file."""
    yield
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024 < limits.MEMORY_BYTES
    assert [path.name for path in tmp_path.glob(".taking-*")] == []


@pytest.fixture
def refused(tmp_path: Path) -> Callable[..., str]:
    def go(path: Path, *, intake: bool = False) -> str:
        """`intake`: what refuses it comes before any reader, and needs no process of its own."""
        folder = tmp_path / f"taking{len(list(tmp_path.glob('taking*')))}"
        folder.mkdir()
        with pytest.raises(Fault) as fault:
            take(path, folder) if intake else take_in(path, tmp_path / "laid")
        assert not (tmp_path / "laid").exists()
        assert str(path) in str(fault.value)
        return str(fault.value).replace(str(path), "")

    return go


@pytest.fixture
def outside() -> Iterator[Callable[[], bool]]:
    """A server that nobody must ask; whether somebody did."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.setblocking(False)

    def asked() -> bool:
        try:
            listener.accept()[0].close()
        except BlockingIOError:
            return False
        return True

    asked.port = listener.getsockname()[1]  # type: ignore[attr-defined]
    yield asked
    listener.close()


def put(path: Path, text: str | bytes) -> Path:
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def packed(path: Path, members: dict[str, str | bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return path


# -- size ---------------------------------------------------------------------------------------------------------------------


def test_a_file_larger_than_the_limit_is_not_read(tmp_path: Path, refused: Callable[..., str]) -> None:
    path = tmp_path / "a.geojson"
    with path.open("wb") as file:
        file.truncate(1 << 40)
    assert "more than the 256 MiB" in refused(path)


def test_a_zip_bomb_is_opened_no_further_than_the_limit(tmp_path: Path, refused: Callable[..., str]) -> None:
    path = tmp_path / "a.kmz"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("doc.kml", "w", force_zip64=True) as member,
    ):
        block = bytes(8 * MIB)
        for _ in range(40):
            member.write(block)
    assert path.stat().st_size < 4 * MIB
    assert "more than the 256 MiB" in refused(path)


def test_a_zip_that_lies_about_its_size(tmp_path: Path, refused: Callable[..., str]) -> None:
    path = packed(tmp_path / "a.kmz", {"doc.kml": " " * 5000})
    data = path.read_bytes()
    at = data.index(b"PK\x01\x02")
    put(path, data[: at + 24] + struct.pack("<I", 7) + data[at + 28 :])
    assert refused(path)


def test_a_zip_of_very_many_files(tmp_path: Path, refused: Callable[..., str]) -> None:
    assert "more than the 1000" in refused(packed(tmp_path / "a.kmz", {f"{n}.kml": "" for n in range(1001)}), intake=True)


def test_more_points_than_the_limit(tmp_path: Path, refused: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_POINTS", 3)
    assert "4 points are more than the 3" in refused(save(tmp_path / "a.geojson", [feature(SQUARE)]))


def test_what_takes_more_memory_than_allowed_is_ended(tmp_path: Path, refused: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    """A geometry that SQLite itself makes, of 400 MB of zeros."""
    monkeypatch.setattr(limits, "MEMORY_BYTES", 500 * MIB)
    assert "of memory" in refused(gpkg(tmp_path / "a.gpkg", "SELECT 1 AS fid, zeroblob(400000000) AS geom"))


def gpkg(path: Path, view: str) -> Path:
    """A GeoPackage whose layer is the query `view`."""
    import pyogrio.raw
    import shapely

    pyogrio.raw.write(
        path, shapely.to_wkb(np.array([shapely.Point(82, 44)])), [], [], driver="GPKG", layer="t", crs="EPSG:4326", geometry_type="Point"
    )
    database = sqlite3.connect(path)
    with database:
        database.execute(f"CREATE VIEW v AS {view}")
        database.execute("UPDATE gpkg_contents SET table_name = 'v' WHERE table_name = 't'")
        database.execute("INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id) VALUES ('v2', 'features', 'v2', 4326)")
        database.execute("DELETE FROM gpkg_contents WHERE table_name = 'v2'")
        database.execute("PRAGMA foreign_keys = OFF")
        database.execute("UPDATE gpkg_geometry_columns SET table_name = 'v' WHERE table_name = 't'")
    database.close()
    return path


def test_a_table_that_never_ends_is_ended(tmp_path: Path, refused: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "CPU_S", 2)
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT n.i AS fid, t.geom AS geom FROM n, t WHERE n.i < 0"
    assert "more than 2 s of computing" in refused(gpkg(tmp_path / "a.gpkg", endless))


def test_a_geometry_that_says_it_has_a_billion_points(tmp_path: Path, refused: Callable[..., str]) -> None:
    blob = b"GP\0\1" + struct.pack("<i", 4326) + struct.pack("<BII", 1, 2, 1_000_000_000) + bytes(64)
    path = gpkg(tmp_path / "a.gpkg", f"SELECT 1 AS fid, x'{blob.hex()}' AS geom")
    assert refused(path)


def test_a_shapefile_that_says_it_has_a_billion_points(tmp_path: Path, refused: Callable[..., str]) -> None:
    content = struct.pack("<i4dii", 3, 82, 44, 83, 45, 1, 1_000_000_000) + bytes(100)
    words = (len(content)) // 2
    head = (
        struct.pack(">i5xxxx", 9994)[:4]
        + bytes(20)
        + struct.pack(">i", 50 + 4 + words)
        + struct.pack("<ii8d", 1000, 3, 82, 44, 83, 45, 0, 0, 0, 0)
    )
    put(tmp_path / "a.shp", head + struct.pack(">ii", 1, words) + content)
    put(tmp_path / "a.shx", head[:24] + struct.pack(">i", 54) + head[28:] + struct.pack(">ii", 50, words))
    put(
        tmp_path / "a.dbf",
        struct.pack("<BBBBIHH20x", 3, 126, 1, 1, 1, 65, 11) + b"name\0\0\0\0\0\0\0C\0\0\0\0\x0a" + bytes(15) + b"\r " + b"x" * 10,
    )
    assert refused(tmp_path / "a.shp")


# -- XML ----------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", [".kml", ".gpx", ".kmz"])
@pytest.mark.parametrize("coding", ["utf-8", "utf-16"])
def test_entities_are_refused(tmp_path: Path, refused: Callable[..., str], suffix: str, coding: str) -> None:
    root = "gpx" if suffix == ".gpx" else "kml"
    text = f'<?xml version="1.0" encoding="{coding}"?><!DOCTYPE {root} [<!ENTITY e0 "ha">{LAUGHS}]><{root}><name>&e11;</name></{root}>'
    data = text.encode(coding)
    path = packed(tmp_path / "a.kmz", {"doc.kml": data}) if suffix == ".kmz" else put(tmp_path / f"a{suffix}", data)
    assert "DOCTYPE" in refused(path, intake=True)


@pytest.mark.parametrize("suffix", [".kml", ".gpx"])
def test_what_another_file_or_host_holds_is_not_fetched(
    tmp_path: Path, refused: Callable[..., str], outside: Callable[[], bool], suffix: str
) -> None:
    put(tmp_path / "secret", SECRET)
    where = f"http://127.0.0.1:{outside.port}/x"  # type: ignore[attr-defined]
    for place in (f"file://{tmp_path}/secret", where):
        text = f'<!DOCTYPE kml [<!ENTITY x SYSTEM "{place}">]><kml><name>&x;</name></kml>'
        assert "DOCTYPE" in refused(put(tmp_path / f"a{suffix}", text), intake=place == where)
    assert not outside()


def test_links_in_kml_are_not_followed(tmp_path: Path, outside: Callable[[], bool]) -> None:
    where = f"http://127.0.0.1:{outside.port}"  # type: ignore[attr-defined]
    text = KML.format(
        f"<NetworkLink><Link><href>{where}/a.kml</href></Link></NetworkLink><Placemark><name>a</name><styleUrl>{where}/s.kml#s</styleUrl>"
        "<Point><coordinates>82,44</coordinates></Point></Placemark>"
    )
    take_in(put(tmp_path / "a.kml", text), tmp_path / "laid")
    assert not outside()


# -- what a file says it is, and where it points --------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", [".geojson", ".gpkg", ".kml"])
def test_another_format_under_a_name_is_not_read(
    tmp_path: Path, refused: Callable[..., str], outside: Callable[[], bool], suffix: str
) -> None:
    put(tmp_path / "secret.csv", f"x,y,words\n82,44,{SECRET}\n")
    where = f"/vsicurl/http://127.0.0.1:{outside.port}/a.csv"  # type: ignore[attr-defined]
    sources = [
        f"<OGRVRTLayer name='secret'><SrcDataSource>{source}</SrcDataSource></OGRVRTLayer>" for source in (tmp_path / "secret.csv", where)
    ]
    path = put(tmp_path / f"a{suffix}", f"<OGRVRTDataSource>{''.join(sources)}</OGRVRTDataSource>")
    assert SECRET not in refused(path)
    assert not outside()


@pytest.mark.parametrize("name", ["a.vrt", "a.csv", "a.mbtiles", "a.xml", "a.gml", "a.geojson.exe", "noending"])
def test_other_kinds_of_file_are_refused(tmp_path: Path, refused: Callable[..., str], name: str) -> None:
    assert "not a kind of file" in refused(put(tmp_path / name, "{}"), intake=True)


@pytest.mark.parametrize(
    "text",
    [
        "/vsicurl/http://127.0.0.1:{port}/a.geojson",
        "http://127.0.0.1:{port}/a.geojson",
        '{{"type":"FeatureCollection","name":"/vsicurl/http://127.0.0.1:{port}/a","features":[]}}',
    ],
)
def test_text_that_names_another_place_is_not_followed(
    tmp_path: Path, refused: Callable[..., str], outside: Callable[[], bool], text: str
) -> None:
    assert refused(put(tmp_path / "a.geojson", text.format(port=outside.port)))  # type: ignore[attr-defined]
    assert not outside()


def test_a_name_that_gdal_would_take_for_a_place_on_the_network(tmp_path: Path, outside: Callable[[], bool]) -> None:
    folder = tmp_path / f"vsicurl/http:/127.0.0.1:{outside.port}"  # type: ignore[attr-defined]
    folder.mkdir(parents=True)
    take_in(save(folder / "{a}?b=1&c.geojson", [feature(SQUARE)]), tmp_path / "laid")
    assert not outside()


def test_links_are_refused(tmp_path: Path, refused: Callable[..., str]) -> None:
    real = save(tmp_path / "real.geojson", [feature(SQUARE)])
    (tmp_path / "a.geojson").symlink_to(real)
    assert "only a link" in refused(tmp_path / "a.geojson")
    put(tmp_path / "secret", SECRET)
    for name in ("a.shp", "a.shx"):
        put(tmp_path / name, b"")
    (tmp_path / "a.dbf").symlink_to(tmp_path / "secret")
    with pytest.raises(Fault, match=r"a\.dbf: only a link"):
        take_in(tmp_path / "a.shp", tmp_path / "laid")


def test_links_in_an_archive_are_refused(tmp_path: Path, refused: Callable[..., str]) -> None:
    path = tmp_path / "a.kmz"
    with zipfile.ZipFile(path, "w") as archive:
        link = zipfile.ZipInfo("doc.kml")
        link.create_system = 3
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    assert "links to other places" in refused(path, intake=True)


def test_names_in_an_archive_lead_nowhere(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "er"
    folder.mkdir(parents=True)
    text = KML.format("<Placemark><Point><coordinates>82,44</coordinates></Point></Placemark>")
    take_in(packed(folder / "a.kmz", {"../../../evil.kml": text}), folder / "laid")
    OverlayFile(folder / "laid").close()
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["a.kmz", "deep", "er", "laid"]


@pytest.mark.parametrize("make", [os.mkfifo, lambda path: path.mkdir(), lambda path: path.symlink_to("/dev/zero"), lambda path: None])
def test_what_is_no_file_is_refused(tmp_path: Path, refused: Callable[..., str], make: Callable[[Path], Any]) -> None:
    make(tmp_path / "a.geojson")
    assert refused(tmp_path / "a.geojson", intake=True)


# -- broken -------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", [".geojson", ".kml", ".gpkg"])
def test_nonsense_is_refused(tmp_path: Path, suffix: str) -> None:
    texts = [b"", b"\0" * 1000, b"\xff" * 1000, b"[" * 100_000, b"<a>" * 100_000, b"SQLite format 3\0" + b"\xff" * 4000]
    paths = [put(tmp_path / f"{at}{suffix}", text) for at, text in enumerate(texts)]
    answers = read_all(paths, tmp_path)
    assert all(str(path) in answer["fault"] for path, answer in zip(paths, answers, strict=True))
    assert list(tmp_path.glob("laid*")) == []


def test_numbers_that_are_none_are_left_out(tmp_path: Path) -> None:
    places = [[1e308, 44], [82, -1e308], [180.5, 44], [82, 44]]
    features = [feature({"type": "Point", "coordinates": place}) for place in places]
    take_in(save(tmp_path / "a.geojson", features), tmp_path / "laid")
    held = OverlayFile(tmp_path / "laid")
    assert (held.info.features, held.info.skipped) == (1, 3)
    held.close()


def test_a_reader_that_dies_is_said_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MEMORY_BYTES", 40 * MIB)
    with pytest.raises(Fault, match=r"a\.geojson: (its reader broke|reading it takes more than 40 MiB)"):
        take_in(save(tmp_path / "a.geojson", [feature(SQUARE)]), tmp_path / "laid")


def test_a_disk_that_does_not_answer_is_waited_for_so_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "PATIENCE_S", 0.05)
    threads = threading.active_count()
    with pytest.raises(Fault, match="takes more than 0.05 s"):
        take_in(save(tmp_path / "a.geojson", [feature(SQUARE)]), tmp_path / "laid")
    assert threading.active_count() == threads
