"""Tables of feeds: every encoding and heading, all or nothing, secrets apart, within bounds."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import openpyxl  # type: ignore[import-untyped]
import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.comms.gateways import feeds_table
from console.comms.gateways.feeds_table import RowFault, Stopped, read_feeds
from console.errors import Fault
from console.models.feeds.address import Secrets

SECRET = "Gh7-kL9_pW2xQ"
HEADING = ["设备名称", "国标编码", "RTSP地址", "所属单位", "目录", "道路", "小流域", "经度", "纬度", "方位角", "可视距离(米)", "备注"]
ROWS = [
    [
        "河口 1 号",
        "65272200001320000001",
        f"rtsp://admin:{SECRET}@192.0.2.7/1",
        "水利局",
        "精河/托里",
        "G30",
        "b7",
        "82.9",
        "44.6",
        "90",
        "300",
        "",
    ],
    ["桥头", "", f"http://192.0.2.8/snap?user=u&pwd={SECRET}", "交通局", "精河", "", "", "", "", "", "", "夜间补光"],
]


def table(rows: list[list[Any]]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerows(rows)
    return buffer.getvalue()


def sheet(path: Path, rows: list[list[Any]]) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_whatever_the_text_is_written_in(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "feeds.csv"
    path.write_bytes(table([["精河县视频点位表"], [], HEADING, *ROWS]).encode(encoding))
    told = read_feeds(path)
    assert told.faults == []
    assert [feed.body.name for feed in told.feeds] == ["河口 1 号", "桥头"]
    first, second = told.feeds
    assert (first.id, first.row, first.body.kind) == ("feed:65272200001320000001", 4, "camera")
    assert (first.body.lon, first.body.bearing_deg, first.body.range_m, first.body.basin) == (82.9, 90, 300, "b7")
    assert first.secrets == Secrets("admin", SECRET, servers=["192.0.2.7"])
    assert second.secrets == Secrets(query={"user": "u", "pwd": SECRET}, servers=["192.0.2.8"])
    assert SECRET not in repr([feed.body for feed in told.feeds])
    assert SECRET not in repr(told)


def test_a_spreadsheet_tells_the_same(tmp_path: Path) -> None:
    path = tmp_path / "feeds.csv"
    path.write_text(table([HEADING, *ROWS]), "utf-8")
    typed = [[float(cell) if cell.replace(".", "").isdigit() and len(cell) < 8 else cell or None for cell in row] for row in ROWS]
    assert read_feeds(sheet(tmp_path / "feeds.xlsx", [HEADING, *typed])).feeds == read_feeds(path).feeds


def test_faults_are_told_by_row_and_nothing_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "feeds.csv"
    bad = [
        ["", "", "", "", "", "", "", "", "", "", "", ""],
        ["", "", "rtsp://192.0.2.1/1", "", "", "", "", "", "", "", "", ""],
        ["ftp", "", f"ftp://u:{SECRET}@192.0.2.1/1", "", "", "", "", "", "", "", "", ""],
        ["far", "", "", "", "", "", "", "282.9", "44.6", "", "", ""],
        ["half", "", "", "", "", "", "", "82.9", "", "", "", ""],
        ROWS[0],
        ["cut", "6.52722E+19", "", "", "", "", "", "", "", "", "", ""],
    ]
    path.write_text(table([HEADING, *ROWS, *bad]), "utf-8")
    told = read_feeds(path)
    assert told.feeds == []
    assert [fault.row for fault in told.faults] == [5, 6, 7, 8, 9, 10]
    assert told.faults[0] == RowFault(5, "Column name: it is empty.")
    assert told.faults[4] == RowFault(9, "It is the same feed as in row 2: give it another name, folder or id.")
    assert SECRET not in repr(told.faults)


def test_a_file_of_bad_rows_says_the_first_hundred(tmp_path: Path) -> None:
    path = tmp_path / "feeds.csv"
    path.write_text(table([["name", "url"], *[["x", "nonsense"]] * 5000]), "utf-8")
    told = read_feeds(path)
    assert len(told.faults) == feeds_table.MOST_FAULTS + 1
    assert told.faults[-1].text == "4900 more rows have faults."


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "no heading"),
        (b"a,b\n1,2\n", "no heading"),
        (b"\xff\xff\xff\x81", "not text in any of"),
        (b"name,url\n", "no feed below"),
        (b"PK\x03\x04nonsense", "not a readable XLSX"),
        (b'name,url\n"a,b\n' + b"x" * 70_000_000, "larger than 64 MiB"),
    ],
)
def test_what_is_no_table_is_refused(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "feeds.csv"
    path.write_bytes(content)
    try:
        told = " ".join(fault.text for fault in read_feeds(path).faults)
    except Fault as fault:
        told = str(fault)
    assert says in told


def test_reading_can_be_stopped(tmp_path: Path) -> None:
    path = tmp_path / "feeds.csv"
    path.write_text(table([["name", "url"], *[[f"n{at}", "rtsp://192.0.2.1/1"] for at in range(2000)]]), "utf-8")
    seen: list[int] = []
    with pytest.raises(Stopped):
        read_feeds(path, lambda rows: bool(seen.append(rows)) or len(seen) < 2)
    assert seen == [500, 1000]


@given(st.binary(max_size=300))
def test_garbage_is_never_worse_than_a_fault(tmp_path_factory: pytest.TempPathFactory, garbage: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "garbage.csv"
    path.write_bytes(b"name,url\n" + garbage)
    try:
        told = read_feeds(path)
    except Fault:
        return
    assert not (told.feeds and told.faults)
