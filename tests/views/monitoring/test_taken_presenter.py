"""What is taken away as numbers says the same when it is read again; and what is typed about a gauge becomes an event, or a reason."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.models.kinds import QUALITIES, SensorRegistered
from console.models.sensors import Gauge, Series
from console.views.entry.outcome import EntryFault
from console.views.monitoring import drafts
from console.views.monitoring.csvfile import COLUMNS, read_csv, readings_csv, write_whole
from console.views.monitoring.scope import Span
from tests.views.tables.state import NOW_MS

GAUGE = Gauge("river", "峡口, \"上\"", "level", "m", 300.0, owner="水文局", link="mqtt", lon=82.5, lat=44.2)  # fmt: skip
readings = st.lists(
    st.tuples(st.integers(1, 10**7), st.floats(allow_nan=False, allow_infinity=False), st.integers(0, len(QUALITIES) - 1)), max_size=40
)


def series_of(found: list[tuple[int, float, int]]) -> Series:
    at_ms, rows = NOW_MS, []
    for step, value, code in found:
        at_ms += step
        rows.append((at_ms, value, code))
    return Series.of(rows)


@given(readings)
def test_readings_come_back_exactly(found: list[tuple[int, float, int]]) -> None:
    series = series_of(found)
    data = readings_csv([(GAUGE, series)], Span(0, 2**52), zone="Asia/Shanghai", as_of_ms=NOW_MS, live=True)
    _, held = read_csv(data)
    expected = [
        (at_ms, None if QUALITIES[code] == "missing" else value, QUALITIES[code] or "good")
        for at_ms, value, code in zip(series.times_ms.tolist(), series.values.tolist(), series.quality.tolist(), strict=True)
    ]
    assert held.get("river", []) == expected


def test_the_head_says_what_it_is_of_when_and_from_where() -> None:
    data = readings_csv(
        [(GAUGE, series_of([(1000, 1.5, 0)]))], Span(NOW_MS, NOW_MS + 2000), zone="Asia/Shanghai", as_of_ms=NOW_MS, live=False
    )
    header, _ = read_csv(data)
    assert header["time zone"] == "Asia/Shanghai"
    assert header["as of"] == "2014-07-04 17:00:00+08:00 (a past instant)"
    assert header["position datum"] == "WGS 84"
    assert "level" in header["sensor river"]
    assert "m" in header["sensor river"].split("; ")
    assert "峡口" in header["sensor river"]
    assert data.startswith(b"\xef\xbb\xbf")
    assert tuple(next(row for row in csv.reader(io.StringIO(data.decode("utf-8-sig"))) if not row[0].startswith("#"))) == COLUMNS


def test_only_the_time_shown_is_in_it() -> None:
    data = readings_csv([(GAUGE, series_of([(1000, 1.0, 0), (1000, 2.0, 0)]))], Span(NOW_MS, NOW_MS + 1500), zone="", as_of_ms=0, live=True)
    assert [value for _, value, _ in read_csv(data)[1]["river"]] == [1.0]


@pytest.mark.parametrize("name", ["=1+1", "@cmd", "+x", "-x", "\tx"])
def test_a_spreadsheet_runs_no_name(name: str) -> None:
    data = readings_csv([(Gauge(name, name, "level", "m"), series_of([(1, 1.0, 0)]))], Span(0, 2**52), zone="", as_of_ms=0, live=True)
    for row in csv.reader(io.StringIO(data.decode("utf-8-sig"))):
        assert all(not cell.startswith(("=", "@", "+", "\t")) for cell in row)
    assert list(read_csv(data)[1]) == [name]


TYPED = {
    "name": "峡口水位站",
    "quantity": "level",
    "unit": "m",
    "position": "82.89, 44.60",
    "interval": "5",
    "place": "峡口",
    "owner": "水文局",
    "link": "mqtt",
    "basin": "upper",
    "low": "",
    "high": "",
    "warning": "2.0",
    "guarantee": "2.5",
    "historic": "3,100.5",
}


def registered(**changed: str) -> SensorRegistered:
    return msgspec.msgpack.decode(drafts.registering(TYPED | changed, None, "").body, type=SensorRegistered)


def test_what_is_typed_becomes_an_event() -> None:
    body = registered()
    assert (body.name, body.lon, body.lat, body.interval_s, body.valid_s) == ("峡口水位站", 82.89, 44.6, 300.0, 600.0)
    assert (body.warning, body.guarantee, body.historic, body.basin) == (2.0, 2.5, 3100.5, "upper")


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"name": " "}, "Name is empty"),
        ({"position": "somewhere"}, "somewhere"),
        ({"interval": "0"}, "more than 0"),
        ({"interval": "often"}, "not a number"),
        ({"warning": "nan"}, "not a number"),
        ({"low": "5", "high": "5"}, "not below"),
        ({"guarantee": "1.5"}, "below the warning level"),
        ({"name": "x" * 201}, "201"),
    ],
)
def test_what_cannot_be_is_refused_with_its_reason(changed: dict[str, str], reason: str) -> None:
    with pytest.raises(EntryFault, match=reason):
        registered(**changed)


def test_a_correction_keeps_what_was_not_touched() -> None:
    held = Gauge(
        "river", "峡口", "level", "m", 300.0, 1234.0, low=0.0, high=9.0, link="own", owner="x", basin="b", lon=1.5, lat=2.5, warning=1.0
    )
    draft = drafts.registering(drafts.typed_of(held) | {"name": "峡口新站"}, held, "6527")
    body = msgspec.msgpack.decode(draft.body, type=SensorRegistered)
    assert (draft.subject, draft.area) == ("river", "6527")
    assert (body.name, body.valid_s, body.link, body.low, body.high, body.warning) == ("峡口新站", 1234.0, "own", 0.0, 9.0, 1.0)
    assert (body.lon, body.lat, body.basin, body.owner, body.interval_s) == (1.5, 2.5, "b", "x", 300.0)


def test_a_file_is_whole_or_not_there(tmp_path: Path) -> None:
    write_whole(tmp_path / "a.csv", b"1")
    write_whole(tmp_path / "a.csv", b"22")
    assert (tmp_path / "a.csv").read_bytes() == b"22"
    with pytest.raises(OSError, match=r"missing"):
        write_whole(tmp_path / "missing" / "a.csv", b"1")
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]
