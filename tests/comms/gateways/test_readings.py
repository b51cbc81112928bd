"""Readings out of tables and messages: by mapping files, in any encoding, and what is wrong is said with its line."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.comms.gateways.detect import open_recording
from console.comms.gateways.present import Present
from console.comms.gateways.readings.facts import Fact
from console.comms.gateways.readings.form import load_mapping, mapping_for, shipped
from console.comms.gateways.readings.message import facts_in
from console.comms.gateways.readings.table import open_sheet, read_sheet
from console.comms.gateways.recording import Ledger
from console.errors import Fault, UsageFault
from console.models.kinds import QUANTITIES, SensorReading, SensorRegistered, SensorSeries, decode_body
from console.models.paths import resources_dir
from tests.comms.gateways.material import REAL, moments_of, needs_real, of_kind

SHIPPED = resources_dir() / "mappings" / "readings"
STATION = load_mapping(SHIPPED / "mqtt_station.toml")


def test_every_shipped_mapping_can_be_read() -> None:
    assert len(shipped()) == len(list(SHIPPED.glob("*.toml"))) >= 6
    assert {rule.quantity for mapping in shipped() for rule in mapping.value} <= set(QUANTITIES)


@needs_real
@pytest.mark.parametrize(
    ("name", "sensors", "readings"),
    [
        ("EA_Bacup-rainfall-15min-Qualified.csv", {"3e0e16e2": ("rain", "mm")}, 2748),
        ("EA_Gorple-rainfall-15min-Qualified.csv", {"b71f87b9": ("rain", "mm")}, 2745),
        ("EA_Hebden-Bridge-level-15min-Qualified.csv", {"cc307b4d": ("level", "m")}, 2749),
        ("EA_Todmorden-Callis-Bridge-level-15min-Qualified.csv", {"0b5fd566": ("level", "m")}, 2743),
        (
            "usgs_01037000_hourly_keag_small.csv",
            {
                "01037000-flow": ("flow", "m3/s"),
                "01037000-level": ("level", "m"),
                "01037000-rain": ("rain", "mm"),
                "01037000-temperature": ("temperature", "°C"),
            },
            4 * 8696,
        ),
        ("usgs_DeadRun_Instant.csv", {"01589330-flow": ("flow", "m3/s"), "01589330-level": ("level", "m")}, 2 * 8928),
    ],
)
def test_every_recorded_file_is_read_whole_and_played(name: str, sensors: dict[str, tuple[str, str]], readings: int) -> None:
    recording = open_recording(REAL / "hydro" / name)
    moments = moments_of(recording)
    registered = of_kind(moments, "sensor.registered")
    assert {moment.subject: (moment.body.quantity, moment.body.unit) for moment in registered} == sensors  # type: ignore[attr-defined]
    assert len(of_kind(moments, "sensor.reading")) == readings
    assert recording.ledger.total == 0
    assert {moment.body.interval_s for moment in registered} <= {300.0, 900.0, 3600.0}  # type: ignore[attr-defined]


@needs_real
def test_a_flood_of_record_keeps_its_height_in_our_units() -> None:
    facts = [read.fact for read in read_sheet(open_sheet(REAL / "hydro" / "usgs_DeadRun_Instant.csv"), Ledger())]
    flow = [fact for fact in facts if fact.quantity == "flow"]
    assert max(fact.value for fact in flow) == pytest.approx(1360 * 0.028316846592)
    assert flow[0].at_ms == 1_527_825_600_000, "2018-06-01 04:00 UTC"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "line 1: empty"),
        ("a;b;c\n1;2;3\n", "no mapping knows these columns: a, b, c"),
        ("\0\0\0\n", "line 1"),
    ],
)
def test_what_is_no_table_of_readings_is_refused_with_the_line(tmp_path: Path, text: str, why: str) -> None:
    path = tmp_path / "odd.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Fault, match=rf"odd\.csv: .*{why}"):
        open_sheet(path)


def test_a_column_that_is_missing_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("STCD,Z\nR1,1.0\n", encoding="utf-8")
    with pytest.raises(Fault, match="line 1: column 'TM' is missing"):
        open_sheet(path, load_mapping(SHIPPED / "cn_sl323.toml"))


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_delimiters(tmp_path: Path, delimiter: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text("STCD,TM,DRP\nR1,2026-07-01 08:00,1.5\n".replace(",", delimiter), encoding="utf-8")
    (read,) = read_sheet(open_sheet(path), Ledger())
    assert read.fact == Fact("R1-rain", "rain", "mm", 1_782_864_000_000, 1.5)
    assert read.line == 2


@pytest.mark.parametrize(
    "time",
    ["2026-07-01 08:00", "2026/07/01 08:00", "2026-07-01T08:00:00+08:00", "2026-07-01T00:00:00Z", "2026年07月01日08时00分", "202607010800"],
)
def test_times_of_beijing_however_they_are_written(tmp_path: Path, time: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"测站编码,时间,水位\nR1,{time},1.5\n", encoding="gb18030")
    (read,) = read_sheet(open_sheet(path), Ledger())
    assert read.fact.at_ms == 1_782_864_000_000


@given(st.binary(max_size=400))
def test_any_message_is_readings_or_a_reason(payload: bytes) -> None:
    told: list[str] = []
    found = list(facts_in("hydro/R1/data", payload, STATION, lambda reason, detail: told.append(reason)))
    assert found or told


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["ts", "level_m", "q"]), inner),
        max_leaves=8,
    )
)
def test_any_json_is_readings_or_a_reason(held: object) -> None:
    import json

    told: list[str] = []
    for fact in facts_in("hydro/R1/data", json.dumps(held).encode(), STATION, lambda reason, detail: told.append(reason)):
        assert abs(fact.value) <= 1e15
        assert fact.at_ms is not None


def test_a_list_of_readings_under_one_station(tmp_path: Path) -> None:
    path = tmp_path / "list.toml"
    path.write_text(
        'title = "a list"\nitems = "data.items"\n[code]\nfield = "station.id"\n[time]\nfield = "t"\nformats = ["iso"]\nzone = "Asia/Shanghai"\n'
        '[[value]]\nfield = "v.0"\nquantity = "rain"\nunit = "mm"\nfactor = 10\n',
        encoding="utf-8",
    )
    payload = (
        b'{"station": {"id": "S1"}, "data": {"items": [{"t": "2026-07-01T08:00", "v": [0.1]}, {"t": "2026-07-01T08:05", "v": [0.2]}]}}'
    )
    facts = list(facts_in("x", payload, load_mapping(path), lambda reason, detail: pytest.fail(detail)))
    assert [(fact.code, fact.at_ms, fact.value) for fact in facts] == [("S1", 1_782_864_000_000, 1.0), ("S1", 1_782_864_300_000, 2.0)]


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ('quantity = "rain"', 'quantity = "rains"', "rains"),
        ('field = "rain_mm"', 'field = "rain_mm"\npattern = "x"', "either field or pattern"),
        ("(?P<code>[^/]+)", "([^/]+)", "group"),
        ('otherwise = "suspect"', 'otherwise = "doubt"', "doubt"),
        ('field = "ts"', 'field = "ts"\nzone = "Mars/Olympus"', "zone"),
        ('field = "rain_mm"', 'pattern = "("', "no pattern"),
        ('title = "a', 'titel = "a', "titel|title"),
    ],
)
def test_a_mapping_at_fault_is_named(tmp_path: Path, old: str, new: str, why: str) -> None:
    text = (SHIPPED / "mqtt_station.toml").read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "mine.toml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(UsageFault, match=rf"mine\.toml: .*({why})"):
        load_mapping(path)


def test_no_two_mappings_want_the_same_file() -> None:
    for header in (["STCD", "TM", "Z"], ["测站编码", "时间", "水位"]):
        assert sum(mapping.knows(header) for mapping in shipped()) == 1
    assert mapping_for(["a", "b"]) is None


def test_played_faster_a_gauge_is_expected_more_often_and_a_backlog_stays_in_order(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("STCD,TM,Z\n" + "".join(f"R1,2026-07-01 {hour:02}:00,{hour}\n" for hour in range(5)), encoding="utf-8")
    recording = open_recording(path)
    present = Present(recording, {"": lambda local: f"own:{local}"}, speed=600, area="")
    moments = moments_of(recording)
    registered = decode_body("sensor.registered", present.draft(moments[0], 1_000_000).body)
    assert isinstance(registered, SensorRegistered)
    assert registered.interval_s == 6.0
    reading = decode_body("sensor.reading", present.draft(moments[1], 1_000_000).body)
    assert reading == SensorReading(value=0.0)
    backlog = moments[1]._replace(
        body=SensorSeries(times_ms=[moments[1].at_ms - 2, moments[1].at_ms - 1], values=[1.0, 2.0]), kind="sensor.series"
    )
    series = decode_body("sensor.series", present.draft(backlog, 1_000_000).body)
    assert isinstance(series, SensorSeries)
    assert series.times_ms == [1_000_000, 1_000_001]
