"""Rows of a spreadsheet, CSV or XLSX, within bounded memory: text of each cell, with the number of its row."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from console.comms.gateways.readings.form import ENCODINGS
from console.comms.gateways.readings.table import encoding_of
from console.errors import Fault

MAX_BYTES = 64 * 1024 * 1024
MAX_UNPACKED = 512 * 1024 * 1024
MAX_PARTS = 2000
MAX_COLUMNS = 200
MAX_CELL = 2000
_LINE_CHARS = 256 * 1024
_DELIMITERS = ",;\t"


class Row(NamedTuple):
    """`number` counts from 1, as a spreadsheet shows it."""

    number: int
    cells: list[str]


def rows_of(path: Path, most: int) -> Iterator[Row]:
    """Rows that are not empty, the header among them. Raises Fault: cannot be read, neither CSV nor XLSX, larger than `most` rows."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise Fault(f"{path}: larger than {MAX_BYTES >> 20} MiB. Split it.")
        with path.open("rb") as file:
            zipped = file.read(4) == b"PK\x03\x04"
    except OSError as error:
        raise Fault(f"{path}: cannot be read: {error.strerror or error}") from error
    count = 0
    for row in _xlsx(path) if zipped else _csv(path):
        if len(row.cells) > MAX_COLUMNS:
            raise Fault(f"{path}: row {row.number}: more than {MAX_COLUMNS} columns.")
        if any(row.cells):
            count += 1
            if count > most + 1:
                raise Fault(f"{path}: row {row.number}: more than {most} rows. Split it.")
            yield row


def _csv(path: Path) -> Iterator[Row]:
    encoding = encoding_of(path, ENCODINGS)
    with path.open(encoding=encoding, newline="") as file:
        first = file.readline(_LINE_CHARS)
        file.seek(0)
        delimiter = max(_DELIMITERS, key=first.count)
        reader = csv.reader((line.replace("\0", "") for line in iter(lambda: file.readline(_LINE_CHARS), "")), delimiter=delimiter)
        while True:
            number = reader.line_num + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                raise Fault(f"{path}: row {number}: {error}. Save it again as CSV or XLSX.") from error
            yield Row(number, [cell.strip()[:MAX_CELL] for cell in cells])


def _xlsx(path: Path) -> Iterator[Row]:
    import openpyxl  # type: ignore[import-untyped]

    _check_archive(path)
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        try:
            sheet = book.worksheets[0]
            sheet.reset_dimensions()
            for number, cells in enumerate(sheet.iter_rows(values_only=True), 1):
                yield Row(number, _stripped([_text(cell) for cell in cells[: MAX_COLUMNS + 1]]))
        finally:
            book.close()
    except Fault:
        raise
    except Exception as error:  # openpyxl raises whatever its parts do
        raise Fault(
            f"{path}: not a spreadsheet that can be read: {type(error).__name__}: {error}. Save it again as XLSX or CSV."
        ) from error


def _check_archive(path: Path) -> None:
    """A small file may unpack into a large one: the sizes it declares are added up first, and zipfile holds each part to its own."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise Fault(f"{path}: not a whole XLSX: {error}. Save it again.") from error
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise Fault(f"{path}: unpacks to more than {MAX_UNPACKED >> 20} MiB, which is refused. Save the sheet alone, as CSV.")


def _stripped(cells: list[str]) -> list[str]:
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return cell.isoformat() if isinstance(cell, datetime) else str(cell).strip()[:MAX_CELL]
