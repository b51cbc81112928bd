"""Rows of tables, CSV and XLSX: what people save is read, and no file chooses what reading it costs."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from collections.abc import Iterable
from pathlib import Path

import openpyxl  # type: ignore[import-untyped]
import pytest

from console.comms.gateways import xlsx
from console.comms.gateways.spreadsheet import Row, rows_of
from console.errors import Fault

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
RELATIONS = f"""<Relationships xmlns="{PACKAGE}"><Relationship Id="a" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>
<Relationship Id="b" Type="{OFFICE}/sharedStrings" Target="/xl/sharedStrings.xml"/></Relationships>"""
BOOK = f"""<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets><sheet name="1" sheetId="1" r:id="a"/></sheets></workbook>"""
HEAD, TAIL = f'<worksheet xmlns="{MAIN}"><sheetData>', "</sheetData></worksheet>"


def book(path: Path, sheet: Iterable[str], strings: Iterable[str] = (f'<sst xmlns="{MAIN}"/>',)) -> Path:
    """As small as an XLSX can be: one sheet, written as it is given."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/_rels/workbook.xml.rels", RELATIONS)
        archive.writestr("xl/workbook.xml", BOOK)
        for name, pieces in (("xl/worksheets/sheet1.xml", sheet), ("xl/sharedStrings.xml", strings)):
            with archive.open(name, "w") as part:
                for piece in pieces:
                    part.write(piece.encode())
    return path


def test_the_sheet_whose_tab_is_first_is_read(tmp_path: Path) -> None:
    made = openpyxl.Workbook()
    made.active.append(["second"])
    made.create_sheet("first", 0).append([" a ", None, 2.0, 2.5, True, "x" * 5000])
    made.save(tmp_path / "a.xlsx")
    assert list(rows_of(tmp_path / "a.xlsx", 9)) == [Row(1, ["a", "", "2", "2.5", "1", "x" * 5000])]


def test_what_stands_below_the_rows_costs_nothing(tmp_path: Path) -> None:
    merged = '<mergeCell ref="A1:B1"/>' * 200_000
    path = book(tmp_path / "a.xlsx", [HEAD, '<row><c t="inlineStr"><is><t>a</t></is></c></row></sheetData>', merged, "</worksheet>"])
    assert list(rows_of(path, 9)) == [Row(1, ["a"])]


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="1"><c t="s"><v>99</v></c></row>',
        '<row r="1"><c r="?1"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></c>',
        '<row r="one"/>',
        '<row r="1">' + "<c>" * 300 + "</c>" * 300 + "</row>",
        '<row r="1"><c r="AAA1"><v>1</v></c></row>',
    ],
    ids=["string that is not there", "no column", "cut", "no number", "deep", "far to the right"],
)
def test_a_damaged_sheet_is_refused(tmp_path: Path, rows: str) -> None:
    with pytest.raises(Fault, match=r"sheet\.xlsx"):
        list(rows_of(book(tmp_path / "sheet.xlsx", [HEAD, rows, TAIL]), 9))


def test_no_entity_is_looked_up(tmp_path: Path) -> None:
    doctype = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    path = book(tmp_path / "a.xlsx", [doctype, HEAD, '<row><c t="str"><v>&x;</v></c><c><v>7</v></c></row>', TAIL])
    assert list(rows_of(path, 9)) == [Row(1, ["", "7"])]


def test_one_cell_in_the_far_corner_makes_no_rectangle(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", [HEAD, '<row r="1"><c><v>1</v></c></row><row r="1048576"><c r="XFD1048576"/></row>', TAIL])
    assert list(rows_of(path, 9)) == [Row(1, ["1"])]


BOMBS = {
    "one row of six million cells": ([HEAD, "<row>", *["<c/>" * 100_000] * 60, "</row>", TAIL], []),
    "one string without an end": ([HEAD, TAIL], [f'<sst xmlns="{MAIN}"><si>', *["<t>a</t>" * 100_000] * 40, "</si></sst>"]),
    "no row at all": ([f'<worksheet xmlns="{MAIN}">', *["<x/>" * 100_000] * 60, "</worksheet>"], []),
}


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="nothing tells the memory used at most")
@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_within_bounded_memory(tmp_path: Path, name: str) -> None:
    sheet, strings = BOMBS[name]
    path = book(tmp_path / "bomb.xlsx", sheet, strings or (f'<sst xmlns="{MAIN}"/>',))
    code = (
        "import sys; from pathlib import Path; from console.comms.gateways.spreadsheet import rows_of; from console.errors import Fault\n"
        "try: list(rows_of(Path(sys.argv[1]), 10**6))\n"
        "except Fault as fault: print(Path('/proc/self/status').read_text().split('VmHWM:')[1].split()[0], fault)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, timeout=60)
    peak_kib, _, told = done.stdout.partition(" ")
    assert "not a readable XLSX" in told, done.stderr
    assert int(peak_kib) < 200_000


def test_what_unpacks_to_too_much_is_refused_before_it_is_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "MAX_UNPACKED_BYTES", 1 << 20)
    with pytest.raises(Fault, match="would unpack to"):
        list(rows_of(book(tmp_path / "bomb.xlsx", [" " * (4 << 20)]), 9))


@pytest.mark.parametrize("broken", [slice(200, 260), slice(None, 700), slice(900, None)])
def test_a_broken_archive_is_refused(tmp_path: Path, broken: slice) -> None:
    whole = bytearray(
        book(tmp_path / "a.xlsx", [HEAD, *(f'<row><c t="str"><v>{at * 7919}</v></c></row>' for at in range(900)), TAIL]).read_bytes()
    )
    whole[broken] = bytes(len(whole[broken]))
    (tmp_path / "a.xlsx").write_bytes(b"PK\x03\x04" + whole[4:])
    with pytest.raises(Fault, match="XLSX"):
        list(rows_of(tmp_path / "a.xlsx", 9999))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"\xff\xfe" + b"\x00\xd8a\x00", "not text in any of utf-16"),
        (b'"' + b"a" * 200_000, "row 1: not a table"),
        (b"a," * 300, "more than 200 columns"),
        (b"a\n" * 12, "row 11: more than 10 rows"),
    ],
    ids=["half a letter", "no end of a cell", "wide", "long"],
)
def test_a_text_that_is_no_table_is_refused(tmp_path: Path, content: bytes, says: str) -> None:
    (tmp_path / "a.csv").write_bytes(content)
    with pytest.raises(Fault, match=says):
        list(rows_of(tmp_path / "a.csv", 10))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes in folders")
def test_a_pipe_or_a_folder_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    for path in (tmp_path / "pipe.csv", tmp_path):
        with pytest.raises(Fault, match="not a file, but a folder"):
            list(rows_of(path, 9))
