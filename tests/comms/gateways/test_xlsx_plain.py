"""What is read without an XML reader is what an XML reader reads, for whatever stands in the sheet."""

from __future__ import annotations

import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.sax.saxutils import escape

import openpyxl  # type: ignore[import-untyped]
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.comms.gateways import xlsx
from console.comms.gateways.xlsx import sheet_rows
from console.comms.gateways.xlsx_plain import NotPlain, plain_rows, plain_strings
from console.errors import Fault
from tests.comms.gateways.test_spreadsheet import HEAD, MAIN, TAIL, book

TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=8).map(escape)
ODD = ("<!-- a -->", "<![CDATA[b]]>", "&#x41;", "&#65;", "&#0;", "&#xD;", "&no;", "<x/>", "\r\n", "]", "<row r='9'/>", '<row r="9"/>')
FORMS = (
    '<c r="{at}" t="inlineStr"><is><t>{text}</t></is></c>',
    '<c r="{at}" t="inlineStr"><is><r><t>{text}</t></r><r><t>b</t></r></is></c>',
    '<c r="{at}" s="3" t="str"><v>{text}</v></c>',
    '<c r="{at}" t="str"><f>A1+1</f><v>{text}</v></c>',
    '<c r="{at}" t="s"><v>0</v></c>',
    '<c r="{at}" t="s"><v>1</v></c>',
    '<c r="{at}"><v>12.0</v></c>',
    '<c r="{at}"><v>82.12345</v></c>',
    '<c r="{at}" s="1"/>',
    '<c t="b"><v>1</v></c>',
)
CELLS = st.lists(st.tuples(st.sampled_from("ABCDEZ"), st.sampled_from(FORMS), TEXTS), max_size=5)


def sheet(rows: list[list[tuple[str, str, str]]]) -> str:
    def row(number: int, cells: list[tuple[str, str, str]]) -> str:
        return f'<row r="{number}" spans="1:5">{"".join(form.format(at=f"{at}{number}", text=text) for at, form, text in cells)}</row>'

    return HEAD + "".join(row(number, cells) for number, cells in enumerate(rows, 1)) + TAIL


def outcome(path: Path) -> list[tuple[int, list[str]]] | str:
    try:
        return [(number, cells) for number, cells in sheet_rows(path) if any(cells)]
    except Fault as fault:
        return str(fault).partition("(")[0]


@settings(max_examples=150, deadline=None)
@given(st.lists(CELLS, max_size=4), st.sampled_from(ODD), st.booleans(), st.data())
def test_both_readers_read_the_same(rows: list[list[tuple[str, str, str]]], odd: str, marred: bool, data: st.DataObject) -> None:
    text = sheet(rows)
    if marred:  # of what stands around the rows the plain reader is not so strict
        at = data.draw(st.integers(text.index("<sheetData>") + 1, text.index("</sheetData>") + len("</sheetData")))
        text = text[:at] + odd + text[at:]
    shared = [f'<sst xmlns="{MAIN}"><si><t>first &amp; all</t></si><si><t>a</t><phoneticPr fontId="1"/></si></sst>']
    with TemporaryDirectory() as scratch:
        path = book(Path(scratch) / "a.xlsx", [text], shared)
        mixed = outcome(path)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(xlsx, "plain_rows", not_plain)
            patch.setattr(xlsx, "plain_strings", not_plain)
            assert mixed == outcome(path), text


def not_plain(*_: object) -> object:
    raise NotPlain


def test_what_a_library_writes_needs_no_xml_reader(tmp_path: Path) -> None:
    made = openpyxl.Workbook()
    rows = [["名称", "a & <b>", " x ", str(at), "", "z"] for at in range(3000)]
    for row in rows:
        made.active.append(row)
    made.save(tmp_path / "a.xlsx")
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive, archive.open("xl/worksheets/sheet1.xml") as file:
        assert sum(1 for _ in plain_rows(file, 1 << 20)) == len(rows)
    assert [cells for _, cells in sheet_rows(tmp_path / "a.xlsx")] == rows


def test_what_excel_writes_needs_no_xml_reader(tmp_path: Path) -> None:
    declared = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n'
    head = f'{declared}<worksheet xmlns="{MAIN}" xmlns:r="urn:r" xmlns:x14ac="urn:x"><dimension ref="A1:B9"/><cols/><sheetData>'
    row = '<row r="{0}" spans="1:2" x14ac:dyDescent="0.25"><c r="A{0}" s="1" t="s"><v>{0}</v></c><c r="B{0}"><v>82.5</v></c></row>'
    rows = [row.format(at) for at in range(1, 3000)]
    sheet_of = [head, '<row r="1" hidden="1"/>', *rows, '<row r="3001"/>', "</sheetData><pageMargins/></worksheet>"]
    strings = [f'{declared}<sst xmlns="{MAIN}" count="3000">', *(f"<si><t>测 {at}</t></si>" for at in range(3000)), "</sst>"]
    path = book(tmp_path / "a.xlsx", sheet_of, strings)
    with zipfile.ZipFile(path) as archive:
        with archive.open("xl/worksheets/sheet1.xml") as file:
            assert sum(elements for elements, _, _ in plain_rows(file, 1 << 20)) == 3000
        with archive.open("xl/sharedStrings.xml") as file:
            assert sum(1 for _ in plain_strings(file, 1 << 20)) == 3000
    assert list(sheet_rows(path)) == [(at, [f"测 {at}", "82.5"]) for at in range(1, 3000)]


def test_a_row_that_does_not_end_is_given_up(tmp_path: Path) -> None:
    endless = [HEAD, '<row r="1"><c r="A1"><v>1</v></c></row>', '<row r="2">', '<c r="A2"><v>1</v></c>' * 200_000, "</row>", TAIL]
    assert outcome(book(tmp_path / "a.xlsx", endless)) == f"{tmp_path / 'a.xlsx'}: not a readable XLSX file "
