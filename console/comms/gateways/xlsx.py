"""The rows of the first sheet of an XLSX file (ECMA-376 part 1, 18.3), as texts: read as a stream, within bounds, for tables of tens of thousands."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import IO, Any

from lxml import etree

from console.errors import Fault

MAX_UNPACKED_BYTES = 512 << 20
MAX_STRINGS = 4_000_000
MAX_COLUMNS = 100
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/spreadsheetml/main}"
_COLUMN = re.compile(r"[A-Z]{1,3}")
_SHEET = re.compile(r"xl/worksheets/sheet([0-9]{1,6})\.xml")


def sheet_rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """(row as a spreadsheet counts, texts of its cells). Raises Fault for what is no such file, is damaged, or would unpack to too much."""
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
            if unpacked > MAX_UNPACKED_BYTES:
                raise Fault(
                    f"{path}: it would unpack to {unpacked / 1e6:.0f} MB; {MAX_UNPACKED_BYTES / 1e6:.0f} MB are allowed. Divide it."
                )
            names = archive.namelist()
            strings = _strings(archive) if "xl/sharedStrings.xml" in names else []
            with archive.open(_first_sheet(names)) as file:
                yield from _rows(file, strings)
    except (
        zipfile.BadZipFile,
        etree.XMLSyntaxError,
        KeyError,
        EOFError,
        NotImplementedError,
        RuntimeError,
        ValueError,
        IndexError,
    ) as error:
        raise Fault(f"{path}: not a readable XLSX file ({type(error).__name__}). Save it again, or as CSV UTF-8.") from error


def _first_sheet(names: list[str]) -> str:
    sheets = [(int(found[1]), name) for name in names if (found := _SHEET.fullmatch(name))]
    return min(sheets)[1] if sheets else "xl/worksheets/sheet1.xml"


def _elements(file: IO[bytes], name: str) -> Iterator[Any]:
    """Each element of that name, whole; what was read before is let go. No entity is resolved, nothing else is loaded."""
    tags = (_MAIN + name, _STRICT + name)
    for _, element in etree.iterparse(file, events=("end",), tag=tags, resolve_entities=False, no_network=True, load_dtd=False):
        yield element
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]


def _strings(archive: zipfile.ZipFile) -> list[str]:
    strings: list[str] = []
    with archive.open("xl/sharedStrings.xml") as file:
        for element in _elements(file, "si"):
            strings.append(_text(element))
            if len(strings) > MAX_STRINGS:
                raise ValueError
    return strings


def _text(element: Any) -> str:
    """Of all runs; not how it is pronounced (rPh)."""
    if len(element) == 1 and len(element[0]) == 0:
        return element[0].text or ""
    texts = (text for text in element.iter(_MAIN + "t", _STRICT + "t") if etree.QName(text.getparent().tag).localname != "rPh")
    return "".join(text.text or "" for text in texts)


def _rows(file: IO[bytes], strings: list[str]) -> Iterator[tuple[int, list[str]]]:
    number = 0
    for row in _elements(file, "row"):
        number = int(row.get("r", number + 1))
        cells: list[str] = []
        for cell in row:
            at = _place(cell.get("r"), len(cells))
            if at >= MAX_COLUMNS:
                break
            if at > len(cells):
                cells.extend([""] * (at - len(cells)))
            cells.append(_value(cell, strings))
        yield number, cells


def _place(reference: str | None, default: int) -> int:
    """Column of "AB12", from 0."""
    return default if reference is None else _column(reference.rstrip("0123456789"))


@lru_cache(maxsize=1024)
def _column(letters: str) -> int:
    if not _COLUMN.fullmatch(letters):
        raise ValueError
    at = 0
    for letter in letters:
        at = at * 26 + ord(letter) - 64
    return at - 1


def _value(cell: Any, strings: list[str]) -> str:
    kind = cell.get("t")
    if kind == "inlineStr":
        return _text(cell[0]) if len(cell) == 1 else _text(cell)
    text = ""
    for child in cell:
        if child.tag in (_MAIN + "v", _STRICT + "v"):
            text = child.text or ""
    if kind == "s" and text:
        return strings[int(text)]
    return text if kind is not None or not text else _number(text)


def _number(text: str) -> str:
    """A number that is whole as people write it. One of more than 15 digits was rounded by the spreadsheet, and is given as it stands there."""
    if text.isdecimal() or len(text) > 15:
        return text
    value = float(text)
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else text
