"""Rows of a table as offices keep it, CSV or XLSX, within bounded memory: text of each cell, with the number of its row."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from console.comms.gateways.readings.form import ENCODINGS
from console.comms.gateways.readings.table import encoding_of
from console.comms.gateways.xlsx import MAX_COLUMNS, sheet_rows
from console.errors import Fault
from console.models.files import size_of

MAX_BYTES = 64 << 20
_LINE_CHARS = 256 * 1024
_DELIMITERS = ",;\t"


class Row(NamedTuple):
    """`number` counts from 1, as a spreadsheet shows it; `cells`: without blanks about them, at most `xlsx.MAX_COLUMNS`."""

    number: int
    cells: list[str]


def rows_of(path: Path, most: int) -> Iterator[Row]:
    """Rows that are not empty, headings among them. Raises Fault: cannot be read, neither CSV nor XLSX, more than `most` rows."""
    count = 0
    try:
        for number, cells in _sheet(path):
            row = Row(number, [cell.strip() for cell in cells])
            if any(row.cells):
                count += 1
                if count > most:
                    raise Fault(f"{path}: row {number}: more than {most} rows. Divide it.")
                yield row
    except OSError as error:
        raise Fault(f"{path}: cannot be read ({error.strerror or error}). Check the path and the disk.") from error


def _sheet(path: Path) -> Iterator[tuple[int, list[str]]]:
    if size_of(path) > MAX_BYTES:
        raise Fault(f"{path}: larger than {MAX_BYTES >> 20} MiB. Divide it.")
    with path.open("rb") as file:
        zipped = file.read(4) == b"PK\x03\x04"
    yield from sheet_rows(path) if zipped else _csv_rows(path)


def _csv_rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    with path.open(encoding=encoding_of(path, ENCODINGS), newline="") as file:
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
            except (csv.Error, UnicodeDecodeError) as error:
                raise Fault(f"{path}: row {number}: not a table ({error}). Save it again as CSV UTF-8, or as XLSX.") from error
            if len(cells) > MAX_COLUMNS:
                raise Fault(f"{path}: row {number}: more than {MAX_COLUMNS} columns. Save the sheet with those alone that are needed.")
            yield number, cells
