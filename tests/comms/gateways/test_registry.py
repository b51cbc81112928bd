"""A registry of sensors out of a spreadsheet: all of it or nothing, and every row at fault named."""

from __future__ import annotations

from pathlib import Path

import openpyxl  # type: ignore[import-untyped]
import pytest

from console.comms.gateways.registering import news_of
from console.comms.gateways.registry import read_registry
from console.errors import Fault
from console.models.kinds import SensorRegistered, decode_body, encode_body
from tests.comms.peers import AREA, House, house

__all__ = ["house"]
HEADER = "测站编码,测站名称,监测要素,经度,纬度,管理单位,通信方式,报送间隔（分钟）,警戒水位,保证水位"
ROWS = ["652722R1,三号沟雨量站,雨量,82.92,44.31,县水利局,北斗,5,,", "652722Z1,沟口水位站,水位,82.90,44.40,县水利局,4G,10,2.0,2.6"]


def write(tmp_path: Path, *rows: str, header: str = HEADER, encoding: str = "utf-8") -> Path:
    path = tmp_path / "sensors.csv"
    path.write_text("\n".join((header, *rows)) + "\n", encoding=encoding)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_registry_in_chinese(tmp_path: Path, encoding: str) -> None:
    rain, level = read_registry(write(tmp_path, *ROWS, encoding=encoding))
    assert rain.body == SensorRegistered(
        name="三号沟雨量站", quantity="rain", unit="mm", lon=82.92, lat=44.31, owner="县水利局", link="beidou", interval_s=300, valid_s=600
    )
    assert (level.code, level.body.warning, level.body.guarantee, level.body.link, level.row) == ("652722Z1", 2.0, 2.6, "cellular", 3)


def test_the_same_as_xlsx(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for line in (HEADER, *ROWS):
        book.active.append([float(cell) if cell.replace(".", "").isdigit() else cell for cell in line.split(",")])
    path = tmp_path / "sensors.xlsx"
    book.save(path)
    assert [entry[:3] for entry in read_registry(path)] == [entry[:3] for entry in read_registry(write(tmp_path, *ROWS))]


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("x y,a,雨量,,,,,,,", "row 3: code 'x y' is none"),
        ("R2,a,香味,,,,,,,", "row 3: quantity '香味' is none of"),
        ("R2,a,雨量,82,,,,,,", "row 3: a position needs both"),
        ("R2,a,雨量,192,44,,,,,", "row 3: 192, 44 is no position"),
        ("R2,a,雨量,,,,,often,,", "row 3: interval_min: 'often' is no number"),
        ("R2,a,雨量,,,,,0,,", "row 3: interval_s 0 is not above 0"),
        ("R2,a,水位,,,,,5,3,2", "row 3: warning 3 must be below guarantee 2"),
        ("652722R1,a,雨量,,,,,,,", "row 3: code 652722R1 stands in row 2 too"),
    ],
)
def test_one_row_at_fault_and_nothing_is_imported(tmp_path: Path, row: str, why: str) -> None:
    with pytest.raises(Fault) as caught:
        read_registry(write(tmp_path, ROWS[0], row))
    assert why in str(caught.value)
    assert "sensors.csv: nothing was imported" in str(caught.value)


def test_every_row_at_fault_is_named_up_to_a_limit(tmp_path: Path) -> None:
    with pytest.raises(Fault) as caught:
        read_registry(write(tmp_path, *["?,a,雨量,,,,,,,"] * 30))
    assert str(caught.value).count("\nrow ") == 20


def test_a_column_that_is_missing_is_named_with_its_names(tmp_path: Path) -> None:
    with pytest.raises(Fault, match="no column for quantity; it may be called .*监测要素"):
        read_registry(write(tmp_path, "R1,a", header="code,name"))


@pytest.mark.parametrize("content", [b"PK\x03\x04 and no more", b"", b"\xff\xfe\xfd\xfc" * 20])
def test_what_is_no_spreadsheet_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "odd.xlsx"
    path.write_bytes(content)
    with pytest.raises(Fault, match=r"odd\.xlsx"):
        read_registry(path)


def test_1200_sensors_are_imported_once_and_again_nothing_changes(house: House, tmp_path: Path) -> None:
    node = house.node()
    rows = [f"R{number},雨量站{number},雨量,82.9,44.3,县水利局,4G,5,," for number in range(1200)]
    path = write(tmp_path, *rows)
    journal = house.root / "node" / "journal.db"
    drafts, told = news_of(read_registry(path), node.origin, AREA, journal)
    assert told == {"new": 1200, "changed": 0, "same": 0}
    node.write(drafts).result(60)
    rows[7] = rows[7].replace(",5,,", ",10,,")
    drafts, told = news_of(read_registry(write(tmp_path, *rows)), node.origin, AREA, journal)
    assert told == {"new": 0, "changed": 1, "same": 1199}
    assert len(drafts) == 1


def test_an_area_that_is_not_this_peers_is_refused(house: House, tmp_path: Path) -> None:
    node = house.node()
    path = write(tmp_path, "R1,a,雨量,110000", header="code,name,quantity,行政区划")
    with pytest.raises(Fault, match="row 2: nothing was imported: area 110000 is outside 6527"):
        news_of(read_registry(path), node.origin, AREA, house.root / "node" / "journal.db")


def test_what_is_imported_are_bodies_that_every_peer_takes(tmp_path: Path) -> None:
    for entry in read_registry(write(tmp_path, *ROWS)):
        assert decode_body("sensor.registered", encode_body(entry.body)) == entry.body
