"""GPX: a unit a track, times made good, everything else in the ledger."""

from __future__ import annotations

import contextlib
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.comms.gateways import gpx
from console.comms.gateways.gpx import read_gpx
from console.errors import Fault
from tests.comms.gateways.material import REAL, moments_of, needs_real, of_kind

HEAD = '<gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1">'


def point(lat: object, lon: object, time: str = "", inner: str = "") -> str:
    return f'<trkpt lat="{lat}" lon="{lon}">{f"<time>{time}</time>" if time else ""}{inner}</trkpt>'


def track(*points: str, name: str = "") -> str:
    return f"<trk>{f'<name>{name}</name>' if name else ''}<trkseg>{''.join(points)}</trkseg></trk>"


def write(tmp_path: Path, *parts: str, head: str = HEAD, bom: bytes = b"") -> Path:
    path = tmp_path / "tracks.gpx"
    path.write_bytes(bom + (head + "".join(parts) + "</gpx>").encode())
    return path


def test_each_track_is_a_unit_by_its_name(tmp_path: Path) -> None:
    first = track(point(44, 82, "2024-05-01T08:00:00Z"), point(44.001, 82, "2024-05-01T08:00:10Z"), name=" 巡逻\n一组 ")
    second = track(point(45, 83, "2024-05-01T08:00:05Z"))
    moments = moments_of(read_gpx(write(tmp_path, first, second)))
    assert [(m.subject, m.body.name) for m in of_kind(moments, "unit.registered")] == [("track-1", "巡逻 一组"), ("track-2", "track 2")]
    assert [m.subject for m in of_kind(moments, "unit.position")] == ["track-1", "track-2", "track-1"]


def test_speed_and_heading_are_reckoned_when_absent_and_kept_when_standing(tmp_path: Path) -> None:
    points = (point(44, 82, "2024-05-01T08:00:00Z"), point(44, 82.001, "2024-05-01T08:00:10Z"), point(44, 82.001, "2024-05-01T08:00:20Z"))
    first, moving, standing = (m.body for m in of_kind(moments_of(read_gpx(write(tmp_path, track(*points)))), "unit.position"))
    assert (first.speed_mps, first.heading_deg) == (None, None)
    assert moving.speed_mps == pytest.approx(8.0, abs=0.05)
    assert moving.heading_deg == pytest.approx(90, abs=0.1)
    assert (standing.speed_mps, standing.heading_deg) == (0, moving.heading_deg)


def test_gpx_1_0_speed_and_course_are_used(tmp_path: Path) -> None:
    inner = "<ele>210.5</ele><speed>3.5</speed><course>271</course>"
    path = write(
        tmp_path, track(point(44, 82, "2024-05-01T08:00:00Z", inner)), head='<gpx version="1.0" xmlns="http://www.topografix.com/GPX/1/0">'
    )
    body = of_kind(moments_of(read_gpx(path)), "unit.position")[0].body
    assert (body.alt_m, body.speed_mps, body.heading_deg) == (210.5, 3.5, 271)


def test_bom_and_no_namespace(tmp_path: Path) -> None:
    path = write(tmp_path, track(point(44, 82, "2024-05-01T08:00:00Z")), head="<gpx>", bom=b"\xef\xbb\xbf")
    assert len(moments_of(read_gpx(path))) == 2


def test_points_without_times_are_spaced_by_a_second_and_it_is_said(tmp_path: Path) -> None:
    recording = read_gpx(write(tmp_path, track(*(point(44 + i / 1000, 82) for i in range(4)), name="x")))
    positions = of_kind(moments_of(recording), "unit.position")
    assert [m.at_ms - positions[0].at_ms for m in positions] == [0, 1000, 2000, 3000]
    assert recording.ledger.remarks == ["x: 4 of 4 points have no usable time and are spaced by 1 s"]


def test_a_missing_time_never_passes_the_next_real_one(tmp_path: Path) -> None:
    points = (point(44, 82, "2024-05-01T08:00:00Z"), point(44, 82), point(44, 82), point(44, 82), point(44, 82, "2024-05-01T08:00:02Z"))
    positions = of_kind(moments_of(read_gpx(write(tmp_path, track(*points)))), "unit.position")
    assert [m.at_ms - positions[0].at_ms for m in positions] == [0, 1000, 2000, 2000, 2000]


@pytest.mark.parametrize(
    ("time", "reason"),
    [
        ("1901-12-13T20:45:52.2073437Z", "time that cannot be"),
        ("yesterday", "time that cannot be"),
        ("2024-05-01T07:59:00Z", "time going back"),
        ("2024-05-03T08:00:00Z", "time leaping more than a day"),
    ],
)
def test_times_that_cannot_be_are_listed_with_their_line_and_spaced(tmp_path: Path, time: str, reason: str) -> None:
    points = (point(44, 82, "2024-05-01T08:00:00Z"), "\n" + point(44, 82, time), point(44, 82, "2024-05-01T08:00:09Z"))
    recording = read_gpx(write(tmp_path, track(*points)))
    positions = of_kind(moments_of(recording), "unit.position")
    assert [m.at_ms - positions[0].at_ms for m in positions] == [0, 1000, 9000]
    assert [(u.line, u.reason, u.detail) for u in recording.ledger.listed] == [(2, reason, time)]


@pytest.mark.parametrize(("lat", "lon"), [("91", "82"), ("44", "181"), ("nan", "82"), ("", "82"), ("north", "82"), ("inf", "0")])
def test_points_off_the_earth_are_not_used(tmp_path: Path, lat: str, lon: str) -> None:
    recording = read_gpx(write(tmp_path, track(point(lat, lon), point(44, 82))))
    assert len(of_kind(moments_of(recording), "unit.position")) == 1
    assert recording.ledger.reasons == {"point without a valid position": 1}


def test_waypoints_routes_and_empty_tracks_are_said_not_used(tmp_path: Path) -> None:
    recording = read_gpx(
        write(tmp_path, '<wpt lat="1" lon="2"><name>泉</name></wpt><rte><name>r</name></rte>', track(), track(point(44, 82)))
    )
    moments_of(recording)
    assert recording.ledger.reasons == {"waypoint": 1, "route": 1, "track without points": 1}
    assert recording.ledger.listed[0].detail == "泉"


def test_what_stands_before_broken_markup_is_used(tmp_path: Path) -> None:
    path = tmp_path / "cut.gpx"
    path.write_text(HEAD + "<trk><trkseg>" + point(44, 82, "2024-05-01T08:00:00Z") + '<trkpt lat="45" lo')
    recording = read_gpx(path)
    assert len(of_kind(moments_of(recording), "unit.position")) == 1
    assert recording.ledger.reasons["broken XML"] >= 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_doctype_is_refused_in_any_encoding(tmp_path: Path, encoding: str) -> None:
    bomb = '<!DOCTYPE gpx [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    path = tmp_path / "bomb.gpx"
    path.write_bytes(f"<?xml version='1.0' encoding='{encoding}'?>{bomb}<gpx><trk><name>&b;</name></trk></gpx>".encode(encoding))
    with pytest.raises(Fault, match=r"bomb\.gpx: line \d+: .*DOCTYPE"):
        read_gpx(path)


def test_points_over_the_limit_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gpx, "MAX_POINTS", 3)
    recording = read_gpx(write(tmp_path, track(*(point(44, 82) for _ in range(5)))))
    assert len(of_kind(moments_of(recording), "unit.position")) == 3
    assert recording.ledger.total == 2


def test_memory_stays_small_over_a_large_file(tmp_path: Path) -> None:
    path = write(tmp_path, track(*(point(44, 82, f"2024-05-01T{i // 3600:02}:{i // 60 % 60:02}:{i % 60:02}Z") for i in range(20_000))))
    tracemalloc.start()
    try:
        count = sum(1 for _ in read_gpx(path).moments)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert count == 20_001
    assert peak < 4_000_000


@given(st.binary(max_size=400))
def test_garbage_is_never_worse_than_a_fault(tmp_path_factory: pytest.TempPathFactory, garbage: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "garbage.gpx"
    for data in (garbage, HEAD.encode() + b"<trk><trkseg>" + garbage):
        path.write_bytes(data)
        with contextlib.suppress(Fault):
            moments_of(read_gpx(path))


COUNTS = {
    "bus304_limerick.gpx": (1, 2144),
    "gpxpy_Mojstrovka.gpx": (1, 184),
    "gpxpy_around-visnjan-with-car.gpx": (1, 104),
    "gpxpy_cerknicko-jezero.gpx": (7, 296),
    "gpxpy_cerknicko-without-times.gpx": (7, 296),
    "gpxpy_gpx1.1_with_all_fields.gpx": (1, 1),
    "gpxpy_gpx1.1_with_extensions_without_namespaces.gpx": (0, 0),
    "gpxpy_korita-zbevnica.gpx": (3, 871),
    "gpxpy_route.gpx": (0, 0),
    "gpxpy_track-with-empty-segment.gpx": (1, 9),
    "gpxpy_track-with-extremes.gpx": (1, 25),
    "gpxpy_track-with-less-sec-time.gpx": (1, 2),
    "gpxpy_unicode2.gpx": (0, 0),
    "gpxpy_unicode_with_bom.gpx": (0, 0),
    "gpxpy_unicode_with_bom_noencoding.gpx": (0, 0),
}


@needs_real
def test_recorded_tracks() -> None:
    found = {}
    for path in sorted((REAL / "gpx").glob("*.gpx")):
        recording = read_gpx(path)
        moments = moments_of(recording)
        found[path.name] = (len(of_kind(moments, "unit.registered")), len(of_kind(moments, "unit.position")))
        assert moments or recording.ledger.total, "used, or said why not"
    assert found == COUNTS


@needs_real
def test_the_dates_of_1901() -> None:
    recording = read_gpx(REAL / "gpx" / "gpxpy_Mojstrovka.gpx")
    assert len(moments_of(recording)) == 185
    assert recording.ledger.reasons == {"time that cannot be": 184}
