"""The rows of the first sheet of an XLSX file (ECMA-376 part 1, 18.3), as texts.

Read as a stream, in a time and within a memory that the file cannot choose. Libraries were measured beside it: openpyxl takes four times as long,
which 50,000 feeds do not have, and calamine holds the sheet as a full rectangle, so that one cell in the far corner ends the process.
What is written as nearly all is goes without an XML reader (`xlsx_plain`), from its first row that is not on with one.
"""

from __future__ import annotations

import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import lru_cache
from itertools import islice
from pathlib import Path
from string import ascii_uppercase
from typing import IO, Any

from lxml import etree

from console.comms.gateways.xlsx_plain import Cell, NotPlain, plain_rows, plain_strings, unescaped
from console.errors import Fault

MAX_UNPACKED_BYTES = 512 << 20
MAX_PARTS = 2000
MAX_STRINGS = 4_000_000
MAX_COLUMNS = 200
MAX_ELEMENT_BYTES = 2 << 20
"""Of one row or string. A row of MAX_COLUMNS has a fifth of it."""
_PIECE = 1 << 16
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/spreadsheetml/main}"
_RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_COLUMN = re.compile(r"[A-Z]{1,3}")
_LETTERS = [*ascii_uppercase, *(one + other for one in ascii_uppercase for other in ascii_uppercase)][:MAX_COLUMNS]
"""Of the columns, in order."""


def sheet_rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """(row as a spreadsheet counts, texts of its cells). Raises Fault for what is no such file, is damaged, or would unpack to too much;
    OSError."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            unpacked = sum(part.file_size for part in parts)
            if unpacked > MAX_UNPACKED_BYTES or len(parts) > MAX_PARTS:
                raise Fault(
                    f"{path}: it would unpack to {unpacked / 1e6:.0f} MB in {len(parts)} parts; {MAX_UNPACKED_BYTES / 1e6:.0f} MB in {MAX_PARTS} "
                    "are allowed. Save the sheet alone, as CSV UTF-8."
                )
            sheet, shared = _parts(archive)
            strings = _strings(archive, shared) if shared else []
            yield from _rows(path, archive, sheet, strings)
    except (
        zipfile.BadZipFile,
        zlib.error,
        struct.error,
        etree.LxmlError,
        KeyError,
        EOFError,
        NotImplementedError,
        RuntimeError,
        ValueError,
        IndexError,
    ) as error:
        raise Fault(f"{path}: not a readable XLSX file ({type(error).__name__}). Save it again, or as CSV UTF-8.") from error


def _parts(archive: zipfile.ZipFile) -> tuple[str, str]:
    """(the sheet whose tab is the first, the strings that cells share or ""). Raises KeyError, IndexError where there is none."""
    with archive.open("xl/_rels/workbook.xml.rels") as file:
        related = {
            each.get("Id"): (
                each.get("Type", "").rpartition("/")[2],
                posixpath.normpath(posixpath.join("xl", each.get("Target", ""))).lstrip("/"),
            )
            for each in islice(_elements(file, _RELATION), MAX_PARTS)
        }
    with archive.open("xl/workbook.xml") as file:
        tabs = [
            related.get(value, ("", ""))
            for tab in islice(_elements(file, _MAIN + "sheet", _STRICT + "sheet"), MAX_PARTS)
            for name, value in tab.items()
            if name.endswith("}id")
        ]
    sheets = [target for kind, target in tabs if kind == "worksheet"]
    return sheets[0], next((target for kind, target in related.values() if kind == "sharedStrings"), "")


def _elements(file: IO[bytes], *tags: str) -> Iterator[Any]:
    """Each element of those tags, whole; what was read before is let go. No entity is resolved, nothing else is loaded."""
    parser: Any = etree.XMLPullParser(events=("end",), tag=tags, resolve_entities=False, no_network=True, load_dtd=False)
    held = 0
    while piece := file.read(_PIECE):
        parser.feed(piece)
        held += len(piece)
        for _, element in parser.read_events():
            held = 0
            yield element
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]
        if held > MAX_ELEMENT_BYTES:
            raise ValueError
    parser.close()


def _strings(archive: zipfile.ZipFile, name: str) -> list[str]:
    strings: list[str] = []
    with suppress(NotPlain), archive.open(name) as file:
        strings.extend(islice(plain_strings(file, MAX_ELEMENT_BYTES), MAX_STRINGS + 1))
        return _bounded(strings)
    with archive.open(name) as file:
        texts = (_text(element) for element in _elements(file, _MAIN + "si", _STRICT + "si"))
        strings.extend(islice(texts, len(strings), MAX_STRINGS + 1))
    return _bounded(strings)


def _bounded(strings: list[str]) -> list[str]:
    if len(strings) > MAX_STRINGS:
        raise ValueError
    return strings


def _text(element: Any) -> str:
    """Of all runs; not how it is pronounced (rPh)."""
    if len(element) == 1 and len(element[0]) == 0:
        return element[0].text or ""
    texts = (text for text in element.iter(_MAIN + "t", _STRICT + "t") if etree.QName(text.getparent().tag).localname != "rPh")
    return "".join(text.text or "" for text in texts)


def _rows(path: Path, archive: zipfile.ZipFile, sheet: str, strings: list[str]) -> Iterator[tuple[int, list[str]]]:
    done = 0
    with suppress(NotPlain), archive.open(sheet) as file:
        for elements, number, plain in plain_rows(file, MAX_ELEMENT_BYTES):
            yield number, _plain_texts(path, number, plain, strings)
            done += elements
        return
    with archive.open(sheet) as file:
        for number, row in islice(_numbered(file), done, None):
            yield number, _texts(path, number, ((_place(cell.get("r")), _value(cell, strings)) for cell in row))


def _numbered(file: IO[bytes]) -> Iterator[tuple[int, Any]]:
    number = 0
    for row in _elements(file, _MAIN + "row", _STRICT + "row", _MAIN + "sheetData", _STRICT + "sheetData"):
        if row.tag.endswith("}sheetData"):
            return
        number = int(row.get("r", number + 1))
        yield number, row


def _plain_texts(path: Path, number: int, cells: list[Cell], strings: list[str]) -> list[str]:
    if [cell[0] for cell in cells] != _LETTERS[: len(cells)]:
        return _texts(path, number, ((_column(cell[0]), _plain_value(cell, strings)) for cell in cells))
    return [_plain_value(cell, strings) for cell in cells]


def _plain_value(cell: Cell, strings: list[str]) -> str:
    _, kind, value, text, _ = cell
    if kind == "inlineStr":
        return unescaped(text) if "&" in text else text
    return _said(kind, unescaped(value) if "&" in value else value, strings)


def _texts(path: Path, number: int, cells: Iterable[tuple[int | None, str]]) -> list[str]:
    """Of (column from 0, or None for the next; text)."""
    texts: list[str] = []
    for place, text in cells:
        at = len(texts) if place is None else place
        if at >= MAX_COLUMNS:
            if text:
                raise Fault(f"{path}: row {number}: more than {MAX_COLUMNS} columns. Save the sheet with those alone that are needed.")
            continue
        if at > len(texts):
            texts.extend([""] * (at - len(texts)))
        texts.append(text)
    return texts


def _place(reference: str | None) -> int | None:
    """Column of "AB12", from 0."""
    return None if reference is None else _column(reference.rstrip("0123456789"))


@lru_cache(maxsize=1024)
def _column(letters: str) -> int:
    if not _COLUMN.fullmatch(letters):
        raise ValueError
    at = 0
    for letter in letters:
        at = at * 26 + ord(letter) - 64
    return at - 1


def _value(cell: Any, strings: list[str]) -> str:
    kind = cell.get("t", "")
    if kind == "inlineStr":
        return _text(cell[0]) if len(cell) == 1 else _text(cell)
    text = ""
    for child in cell:
        if child.tag in (_MAIN + "v", _STRICT + "v"):
            text = child.text or ""
    return _said(kind, text, strings)


def _said(kind: str, text: str, strings: list[str]) -> str:
    if kind == "s" and text:
        return strings[int(text)]
    return text if kind or not text else _number(text)


def _number(text: str) -> str:
    """A number that is whole as people write it. One of more than 15 digits was rounded by the spreadsheet, and is given as it stands there."""
    if text.isdecimal() or len(text) > 15:
        return text
    value = float(text)
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else text
