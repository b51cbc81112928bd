"""CAD exports: rows into calls, units, statuses and places, by a mapping file."""

from __future__ import annotations

import contextlib
import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.comms.gateways import cad
from console.comms.gateways.cad import read_cad
from console.comms.gateways.mapping import load_mapping
from console.errors import Fault, UsageFault
from tests.comms.gateways.material import REAL, moments_of, needs_real, of_kind

MAPPING = """
title = "drill calls"
time_zone = "Asia/Shanghai"
time_format = "%Y-%m-%d %H:%M"
detect = ["警情", "队伍"]
[columns]
call = "警情"
unit = "队伍"
call_type = "类型"
unit_type = "队伍类型"
place = ["地址", "镇"]
note = "结果"
longitude = "经度"
latitude = "纬度"
[times]
received = "接警"
steps = [{ column = "派出", status = "dispatched" }, { column = "到场", status = "onscene" }, { column = "归队", status = "available" }]
[unit_types]
"消防" = "fire"
[call_types]
"火警" = { zh = "火灾", en = "Fire", category = "accident", hazard = "fire", level = 4 }
"""
HEADER = ["警情", "队伍", "类型", "队伍类型", "地址", "镇", "结果", "经度", "纬度", "接警", "派出", "到场", "归队"]
TIMES = ["2024-05-01 08:00", "2024-05-01 08:01", "2024-05-01 08:09", "2024-05-01 09:00"]
ROW = ["1", "A", "火警", "消防", "一路", "精河镇", "扑灭", "82.9", "44.6", *TIMES]


def changed(**cells: str) -> list[str]:
    return [cells.get(name, cell) for name, cell in zip(HEADER, ROW, strict=True)]


@pytest.fixture
def mapping(tmp_path: Path) -> Path:
    path = tmp_path / "mapping.toml"
    path.write_text(MAPPING, encoding="utf-8")
    return path


def write(tmp_path: Path, *rows: list[str] | str, header: list[str] = HEADER) -> Path:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(header)
    for row in rows:
        if isinstance(row, str):
            text.write(row)
        else:
            writer.writerow(row)
    path = tmp_path / "calls.csv"
    path.write_bytes(b"\xef\xbb\xbf" + text.getvalue().encode())
    return path


def test_a_row_is_a_unit_on_a_call(tmp_path: Path, mapping: Path) -> None:
    moments = moments_of(read_cad(write(tmp_path, ROW), mapping_file=mapping))
    said = [(m.kind, m.subject, (m.at_ms - moments[0].at_ms) // 60_000) for m in moments]
    assert said == [
        ("incident.opened", "call-1", 0),
        ("unit.registered", "unit-A", 1),
        ("unit.status", "unit-A", 1),
        ("unit.status", "unit-A", 9),
        ("unit.position", "unit-A", 9),
        ("unit.status", "unit-A", 60),
        ("incident.closed", "call-1", 60),
    ]
    opened = moments[0].body
    assert (opened.title, opened.place, opened.category, opened.hazard, opened.level) == ("火灾", "一路, 精河镇", "accident", "fire", 4)
    assert (opened.lon, opened.lat, opened.occurred_ms) == (82.9, 44.6, moments[0].at_ms)
    assert moments[0].at_ms == 1714521600000, "08:00 in Asia/Shanghai"
    assert moments[1].body.kind == "fire"
    assert [(m.body.status, m.body.incident) for m in of_kind(moments, "unit.status")] == [
        ("dispatched", "call-1"),
        ("onscene", "call-1"),
        ("available", ""),
    ]
    assert moments[-1].body.summary == "扑灭"


def test_titles_follow_the_language_and_unknown_types_keep_their_words(tmp_path: Path, mapping: Path) -> None:
    path = write(tmp_path, ROW, changed(警情="2", 队伍="B", 类型="Flood", 队伍类型="船"))
    moments = moments_of(read_cad(path, mapping_file=mapping, lang="en"))
    assert [m.body.title for m in of_kind(moments, "incident.opened")] == ["Fire", "Flood"]
    assert [m.body.kind for m in of_kind(moments, "unit.registered")] == ["fire", "other"]


def test_a_call_closes_with_its_last_unit(tmp_path: Path, mapping: Path) -> None:
    path = write(tmp_path, changed(队伍="B", 归队="2024-05-01 10:30"), ROW)
    moments = moments_of(read_cad(path, mapping_file=mapping))
    assert len(of_kind(moments, "incident.opened")) == 1
    closed = of_kind(moments, "incident.closed")
    assert [(m.at_ms - moments[0].at_ms) // 60_000 for m in closed] == [150]


def test_a_call_whose_units_never_came_free_stays_open(tmp_path: Path, mapping: Path) -> None:
    moments = moments_of(read_cad(write(tmp_path, changed(归队="")), mapping_file=mapping))
    assert of_kind(moments, "incident.opened")
    assert not of_kind(moments, "incident.closed")


def test_a_unit_sent_on_is_not_set_free_by_the_call_before(tmp_path: Path, mapping: Path) -> None:
    second = changed(警情="2", 接警="2024-05-01 08:30", 派出="2024-05-01 08:40", 到场="", 归队="2024-05-01 09:30")
    moments = moments_of(read_cad(write(tmp_path, ROW, second), mapping_file=mapping))
    statuses = [(m.body.status, m.body.incident) for m in of_kind(moments, "unit.status")]
    assert statuses == [("dispatched", "call-1"), ("onscene", "call-1"), ("dispatched", "call-2"), ("available", "")]


def test_nothing_is_invented_where_a_row_says_nothing(tmp_path: Path, mapping: Path) -> None:
    moments = moments_of(read_cad(write(tmp_path, changed(到场="", 归队="")), mapping_file=mapping))
    assert not of_kind(moments, "unit.position")


@pytest.mark.parametrize(
    ("cells", "reason", "events"),
    [
        ({"到场": "2024-05-01 07:59"}, "onscene before dispatched", 1),
        ({"接警": "2024-05-01 08:05"}, "dispatched before the call was received", 1),
        ({"派出": "1901-01-01 00:00"}, "派出 is not a time that can be", 1),
        ({"派出": "soon"}, "派出 is not a time that can be", 1),
        ({"派出": "", "到场": "", "归队": ""}, "row without any time of the unit", 1),
        ({"接警": ""}, "row without the time it was received", 0),
        ({"接警": "soon"}, "接警 is not a time that can be", 0),
        ({"警情": " "}, "row without a call or a unit", 0),
        ({"经度": "west"}, "position missing or not valid (row used without it)", 6),
        ({"纬度": "91"}, "position missing or not valid (row used without it)", 6),
    ],
)
def test_rows_that_cannot_be_used_whole_are_listed(tmp_path: Path, mapping: Path, cells: dict[str, str], reason: str, events: int) -> None:
    recording = read_cad(write(tmp_path, changed(**cells)), mapping_file=mapping)
    assert len(moments_of(recording)) == events
    assert [(u.line, u.reason) for u in recording.ledger.listed] == [(2, reason)]


def test_broken_and_doubled_rows(tmp_path: Path, mapping: Path) -> None:
    quoted = changed(队伍="B", 地址="二路\n(北)")
    path = write(tmp_path, ROW, "1,2,3\r\n", "\r\n", ROW, quoted, changed(队伍="C", 到场="x"))
    recording = read_cad(path, mapping_file=mapping)
    moments_of(recording)
    assert [(u.line, u.reason) for u in recording.ledger.listed] == [
        (3, "row with another number of fields than the header"),
        (5, "row said twice"),
        (8, "到场 is not a time that can be"),
    ]


def test_rows_over_the_limit_are_counted(tmp_path: Path, mapping: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cad, "MAX_ROWS", 2)
    recording = read_cad(write(tmp_path, *(changed(警情=str(i)) for i in range(5))), mapping_file=mapping)
    assert len(of_kind(moments_of(recording), "incident.opened")) == 2
    assert recording.ledger.reasons == {"more than 2 rows": 3}


def test_a_file_of_another_form_is_refused_by_name(tmp_path: Path, mapping: Path) -> None:
    with pytest.raises(Fault, match=r"calls\.csv: line 1: column '接警' is missing"):
        read_cad(write(tmp_path, header=[name for name in HEADER if name != "接警"]), mapping_file=mapping)
    with pytest.raises(Fault, match="no mapping knows these columns"):
        read_cad(write(tmp_path, ROW))


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("Asia/Shanghai", "Asia/Atlantis", "time_zone"),
        ('status = "onscene"', 'status = "there"', "unknown word 'there'"),
        ('= "fire"\n', '= "flame"\n', "unknown word 'flame'"),
        ("level = 4", "level = 7", "level must be 0 to 4"),
        ('title = "drill calls"', "", "missing required field `title`"),
        ("[times]", "[times", "not usable"),
        ("[columns]", '[position]\npattern = "("\n[columns]', "position.pattern"),
        ("[columns]", '[position]\npattern = "(x)"\n[columns]', "needs the groups lat and lon"),
    ],
)
def test_mapping_files_are_checked(tmp_path: Path, old: str, new: str, says: str) -> None:
    path = tmp_path / "bad.toml"
    path.write_text(MAPPING.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(UsageFault, match=r"bad\.toml") as caught:
        load_mapping(path)
    assert says in str(caught.value)


@given(st.binary(max_size=300))
def test_garbage_is_never_worse_than_a_fault(tmp_path_factory: pytest.TempPathFactory, garbage: bytes) -> None:
    base = tmp_path_factory.getbasetemp()
    mapping = base / "mapping.toml"
    mapping.write_text(MAPPING, encoding="utf-8")
    path = base / "garbage.csv"
    for data in (garbage, ",".join(HEADER).encode() + b"\n" + garbage):
        path.write_bytes(data)
        with contextlib.suppress(Fault):
            moments_of(read_cad(path, mapping_file=mapping))


@needs_real
def test_the_san_francisco_calls() -> None:
    recording = read_cad(REAL / "incidents" / "sf_fire_calls_2020.csv")
    moments = moments_of(recording)
    assert len(of_kind(moments, "incident.opened")) == 5292
    assert len(of_kind(moments, "incident.closed")) == 5287
    assert len(of_kind(moments, "unit.registered")) == 199
    assert recording.ledger.reasons == {
        "hospital before transporting": 13,
        "available before hospital": 2,
        "available before onscene": 1,
        "available before transporting": 1,
    }
    titles = {m.body.title for m in of_kind(moments, "incident.opened")}
    assert "建筑火灾" in titles
    assert not any(title.isascii() for title in titles), "every call type of the file has a Chinese title"


@needs_real
@pytest.mark.parametrize("name", ["seattle_fire_911_part1.csv", "sf_fire_incidents_times.csv"])
def test_exports_without_a_mapping_are_refused_with_a_reason(name: str) -> None:
    with pytest.raises(Fault, match="no mapping knows these columns"):
        read_cad(REAL / "incidents" / name)
