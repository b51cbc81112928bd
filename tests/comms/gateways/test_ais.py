"""AIS logs: a unit an MMSI, values that are not available, parts, checksums and clocks."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyais import encode_dict

from console.comms.gateways import ais
from console.comms.gateways.ais import read_ais
from console.comms.gateways.nmea import KNOT_MPS, checksum_ok, own_position, received_ms
from console.comms.gateways.recording import MAX_LISTED
from tests.comms.gateways.material import REAL, moments_of, needs_real, of_kind


def sentences(**fields: object) -> list[str]:
    return list(encode_dict(fields, radio_channel="A", talker_id="AI"))


def position(mmsi: int = 413000001, **fields: object) -> str:
    values = {"type": 1, "mmsi": mmsi, "lon": 82.5, "lat": 44.5, "speed": 10.0, "course": 90.0, "heading": 91} | fields
    return sentences(**values)[0]


def with_checksum(body: str) -> str:
    total = 0
    for character in body:
        total ^= ord(character)
    return f"${body}*{total:02X}"


def write(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "log.nmea"
    path.write_bytes(b"\xef\xbb\xbf" + "\r\n".join(lines).encode())
    return path


def test_one_unit_a_vessel_named_when_its_name_is_heard(tmp_path: Path) -> None:
    static = sentences(type=5, mmsi=413000001, shipname="SAR ONE", callsign="BXYZ", ship_type=51)
    path = write(tmp_path, position(), position(413000002), *static, position())
    recording = read_ais(path)
    moments = moments_of(recording)
    assert [(m.subject, m.body.name, m.body.kind, m.body.callsign) for m in of_kind(moments, "unit.registered")] == [
        ("mmsi-413000001", "MMSI 413000001", "vessel", ""),
        ("mmsi-413000002", "MMSI 413000002", "vessel", ""),
        ("mmsi-413000001", "SAR ONE", "rescue", "BXYZ"),
    ]
    assert len(static) == 2, "a message of two sentences"
    assert recording.ledger.total == 0


def test_position_speed_and_heading(tmp_path: Path) -> None:
    body = of_kind(moments_of(read_ais(write(tmp_path, position()))), "unit.position")[0].body
    assert (body.lon, body.lat, body.heading_deg, body.valid_s) == (82.5, 44.5, 91, ais.VALID_MOVING_S)
    assert body.speed_mps == pytest.approx(10 * KNOT_MPS)


def test_values_that_are_not_available_are_not_values(tmp_path: Path) -> None:
    line = position(heading=511, course=360.0, speed=102.3)
    body = of_kind(moments_of(read_ais(write(tmp_path, line))), "unit.position")[0].body
    assert (body.heading_deg, body.speed_mps, body.valid_s) == (None, None, ais.VALID_SLOW_S)
    body = of_kind(moments_of(read_ais(write(tmp_path, position(heading=511)))), "unit.position")[0].body
    assert body.heading_deg == 90, "course over ground stands in for the heading"


def test_a_position_that_is_not_available_is_counted(tmp_path: Path) -> None:
    recording = read_ais(write(tmp_path, position(lon=181.0, lat=91.0)))
    moments = moments_of(recording)
    assert [m.kind for m in moments] == ["unit.registered"]
    assert [str(unused) for unused in recording.ledger.listed] == ["line 1: position not available (MMSI 413000001)"]


def test_what_is_not_used_is_listed_with_its_line(tmp_path: Path) -> None:
    good = position()
    bad = good[:-2] + ("00" if not good.endswith("00") else "01")
    two = sentences(type=5, mmsi=413000001, shipname="X")
    path = write(
        tmp_path, "# a comment", "", bad, "hello", "!AIVDM,1,1,,A,,0*26", two[1], "x" * 5000, with_checksum("GPGSV,1,1,00"), good, two[0]
    )
    recording = read_ais(path)
    assert len(of_kind(moments_of(recording), "unit.position")) == 1
    assert [(u.line, u.reason) for u in recording.ledger.listed] == [
        (3, "checksum missing or wrong"),
        (4, "not an NMEA sentence"),
        (5, "AIS message that cannot be decoded"),
        (6, "part of a message without the rest"),
        (7, "line too long"),
        (8, "sentence GPGSV without a position"),
        (0, "part of a message without the rest"),
    ]


def test_without_times_sentences_are_spread_at_the_rate(tmp_path: Path) -> None:
    recording = read_ais(write(tmp_path, *(position(i) for i in range(413000001, 413000005))), rate_per_s=4)
    assert [m.at_ms for m in of_kind(moments_of(recording), "unit.position")] == [0, 250, 500, 750]
    assert recording.ledger.remarks == ["3 sentences without a time are spread evenly"]


def test_gatehouse_lines_and_tag_blocks_give_the_time(tmp_path: Path) -> None:
    stamp = with_checksum("PGHP,1,2024,5,1,8,0,3,250,219,,2190064,1,5D")
    lines = (
        with_checksum("PGHP,1,2024,5,1,8,0,0,0,219,,2190064,1,5D"),
        position(),
        stamp,
        position(),
        rf"\s:x,c:1714550405*00\{position()}",
    )
    times = [m.at_ms for m in of_kind(moments_of(read_ais(write(tmp_path, *lines))), "unit.position")]
    assert [at - times[0] for at in times] == [0, 3250, 5000]
    assert times[0] == 1714550400000


def test_a_clock_that_leaps_or_goes_back_does_not_stop_the_play(tmp_path: Path) -> None:
    lines = []
    for hour, second in ((8, 0), (8, 2), (8, 1), (23, 0), (23, 5)):
        lines += [with_checksum(f"PGHP,1,2024,5,1,{hour},0,{second},0,219,,2190064,1,5D"), position()]
    recording = read_ais(write(tmp_path, *lines), rate_per_s=10)
    times = [m.at_ms for m in of_kind(moments_of(recording), "unit.position")]
    assert [at - times[0] for at in times] == [0, 2000, 2000, 2100, 7100]
    assert "leaps by +53998 s" in recording.ledger.remarks[0]


def test_the_receivers_own_position_is_a_unit(tmp_path: Path) -> None:
    gga = with_checksum("GPGGA,080000,4430.00,N,08230.00,E,1,08,1.0,210,M,,M,,")
    rmc = with_checksum("GPRMC,080000,A,4430.00,N,08230.00,E,10.0,271.0,010524,,,A")
    void = with_checksum("GPRMC,080000,V,,,,,,,010524,,,N")
    recording = read_ais(write(tmp_path, gga, rmc, gga, void))
    bodies = [m.body for m in of_kind(moments_of(recording), "unit.position")]
    assert [(b.lon, b.lat, b.alt_m, b.heading_deg) for b in bodies] == [(82.5, 44.5, 210, None), (82.5, 44.5, None, 271)]
    assert recording.ledger.reasons == {"own position said twice": 1, "sentence GPRMC without a position": 1}


def test_kinds_of_station(tmp_path: Path) -> None:
    lines = [
        *sentences(type=4, mmsi=4130001, lon=82.5, lat=44.5),
        *sentences(type=9, mmsi=111413001, lon=82.5, lat=44.5, alt=300, speed=90),
        *sentences(type=21, mmsi=994130001, lon=82.5, lat=44.5, name="BUOY 7"),
    ]
    moments = moments_of(read_ais(write(tmp_path, *lines)))
    assert [(m.body.name, m.body.kind) for m in of_kind(moments, "unit.registered")] == [
        ("MMSI 004130001", "other"),
        ("MMSI 111413001", "aircraft"),
        ("BUOY 7", "other"),
    ]
    assert of_kind(moments, "unit.position")[1].body.alt_m == 300


@pytest.mark.parametrize(
    "sentence",
    [
        b"$GPRMC,1,A,9100.0,N,08230.0,E,1,1,,",
        b"$GPRMC,1,A,4460.0,N,08230.0,E,1,1,,",
        b"$GPRMC,1,A,4430.0,X,08230.0,E,1,1,,",
        b"$GPRMC,1,A,nan,N,08230.0,E,1,1,,",
        b"$GPRMC",
        b"$GPGGA,1,4430.0,N,08230.0,E,0,,,,",
    ],
)
def test_own_positions_that_are_none(sentence: bytes) -> None:
    assert own_position(sentence, 60) is None


def test_received_times_in_seconds_and_milliseconds() -> None:
    assert received_ms(b"s:a,c:1714550400,n:1*00") == received_ms(b"c:1714550400000*00") == 1714550400000
    assert received_ms(b"c:12415440354*00") is None
    assert checksum_ok(b"!AIVDM,1,1,,A,x,0*ZZ") is False


@given(st.lists(st.one_of(st.binary(max_size=120), st.from_regex(rb"[!$][A-Z]{5},[ -~]{0,60}", fullmatch=True)), max_size=12))
def test_garbage_goes_to_the_ledger_alone(tmp_path_factory: pytest.TempPathFactory, lines: list[bytes]) -> None:
    path = tmp_path_factory.getbasetemp() / "garbage.nmea"
    path.write_bytes(b"\n".join(lines))
    assert moments_of(read_ais(path)) == []


@given(st.text(alphabet="0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ`abcdefghijklmnopqrstuvw", max_size=90), st.integers(0, 5))
def test_any_payload_with_a_good_checksum_is_used_or_listed(tmp_path_factory: pytest.TempPathFactory, payload: str, fill: int) -> None:
    path = tmp_path_factory.getbasetemp() / "payload.nmea"
    path.write_text("!" + with_checksum(f"AIVDM,1,1,,A,{payload},{fill}")[1:])
    recording = read_ais(path)
    assert len(moments_of(recording)) + recording.ledger.total >= 1


def test_the_list_is_bounded_and_the_count_exact(tmp_path: Path) -> None:
    recording = read_ais(write(tmp_path, *["garbage"] * (MAX_LISTED * 3)))
    assert moments_of(recording) == []
    assert (len(recording.ledger.listed), recording.ledger.total) == (MAX_LISTED, MAX_LISTED * 3)


COUNTS = {
    "ais_dk_stream_example.txt": (1933, 3173, {"position not available": 33}),
    "gofree-merrimac.log": (172, 1543, None),
    "nais400-merrimac.log": (156, 592, None),
    "pyais_mixed.txt": (11, 11, None),
    "pyais_nmea_data_sample.txt": (167, 764, None),
}


@needs_real
@pytest.mark.parametrize("name", COUNTS)
def test_recorded_logs(name: str) -> None:
    units, positions, reasons = COUNTS[name]
    recording = read_ais(REAL / "ais_nmea" / name)
    moments = moments_of(recording)
    assert len({m.subject for m in moments}) == units
    assert len(of_kind(moments, "unit.position")) == positions
    if reasons is not None:
        assert recording.ledger.reasons == reasons


@needs_real
def test_the_danish_feed_lasts_as_long_as_its_receiver_says() -> None:
    moments = moments_of(read_ais(REAL / "ais_nmea" / "ais_dk_stream_example.txt"))
    assert 27 <= (moments[-1].at_ms - moments[0].at_ms) / 1000 <= 29
