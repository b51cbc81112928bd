"""Files of rows (CSV and its kin) into readings, by a mapping: streamed, in the encoding they turn out to have, with file and line of each fault."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple, TextIO

from console.comms.gateways.readings.facts import Fact, Record, facts_of
from console.comms.gateways.readings.form import ENCODINGS, Mapping, mapping_for
from console.comms.gateways.recording import Ledger
from console.errors import Fault
from console.models.files import size_of

MAX_FILE_BYTES = 512 * 1024 * 1024
MAX_LINE_CHARS = 64 * 1024
MAX_COLUMNS = 2000
_DELIMITERS = ",;\t|"
_PIECE = 1 << 20


class Read(NamedTuple):
    line: int
    fact: Fact


class Sheet(NamedTuple):
    """An opened file of rows."""

    path: Path
    mapping: Mapping
    encoding: str
    delimiter: str
    header: list[str]


def open_sheet(path: Path, mapping: Mapping | None = None) -> Sheet:
    """Look at the first line. Raises Fault when the file cannot be read, is no table, or no mapping knows its columns."""
    try:
        if size_of(path) > MAX_FILE_BYTES:
            raise Fault(f"{path}: larger than {MAX_FILE_BYTES >> 20} MiB. Split it by time and drop the parts.")
        encoding = encoding_of(path, mapping.encodings if mapping else ENCODINGS)
        with path.open(encoding=encoding, newline="") as file:
            first = file.readline(MAX_LINE_CHARS)
    except OSError as error:
        raise Fault(f"{path}: cannot be read: {error.strerror or error}") from error
    if not first.strip():
        raise Fault(f"{path}: line 1: empty; it should name the columns.")
    delimiter, header = _columns(first)
    if len(header) > MAX_COLUMNS:
        raise Fault(f"{path}: line 1: more than {MAX_COLUMNS} columns; that is no table of readings.")
    found = mapping or mapping_for(header)
    if found is None:
        raise Fault(
            f"{path}: line 1: no mapping knows these columns: {', '.join(header)[:160]}. Write one (resources/mappings/readings/README.md)."
        )
    _must_have(path, found, header)
    return Sheet(path, found, encoding, delimiter, header)


def is_readings(head: bytes) -> bool:
    """Whether a file's first line has the columns of a shipped mapping."""
    for encoding in ("utf-8-sig", "gb18030"):
        with suppress(UnicodeDecodeError):
            return mapping_for(_columns(head.partition(b"\n")[0].decode(encoding))[1]) is not None
    return False


def _columns(first: str) -> tuple[str, list[str]]:
    """(delimiter, names of the columns) of a first line."""
    delimiter = max(_DELIMITERS, key=first.count)
    try:
        return delimiter, [name.strip() for name in next(csv.reader([first.replace("\0", "")], delimiter=delimiter), [])]
    except csv.Error:
        return delimiter, []


def encoding_of(path: Path, encodings: Sequence[str]) -> str:
    """The first in which all of the file can be read. Raises Fault when there is none."""
    with path.open("rb") as file:
        if file.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            encodings = ("utf-16",)
    for encoding in encodings:
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            with path.open("rb") as file:
                while piece := file.read(_PIECE):
                    decoder.decode(piece)
                decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        return encoding
    raise Fault(f"{path}: not text in any of {', '.join(encodings)}. Save it again as UTF-8.")


def _must_have(path: Path, mapping: Mapping, header: list[str]) -> None:
    needed = [mapping.code.field, mapping.time.field, mapping.time.zone_field]
    missing = next((name for name in needed if name and name not in header), None)
    if missing is not None:
        raise Fault(f"{path}: line 1: column {missing!r} is missing; it is not {mapping.title}. Name another mapping, or write one.")
    if not any(rule.pattern or rule.field in header for rule in mapping.value):
        raise Fault(f"{path}: line 1: no column with a value that {mapping.title} knows. Name another mapping, or write one.")


def read_sheet(sheet: Sheet, ledger: Ledger) -> Iterator[Read]:
    """Readings in the file's order. What cannot be used is noted by line."""
    with sheet.path.open(encoding=sheet.encoding, newline="") as file:
        reader = csv.reader(_bounded(file), delimiter=sheet.delimiter)
        next(reader, None)
        while True:
            line = reader.line_num + 1
            try:
                row = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                ledger.note(line, "broken row", str(error))
                continue
            if len(row) != len(sheet.header):
                if row:
                    ledger.note(line, "row with another number of fields than the header", f"{len(row)} for {len(sheet.header)}")
                continue
            held = dict(zip(sheet.header, row, strict=True))
            record = Record(held.get, sheet.header, file=sheet.path.stem)

            def refuse(reason: str, detail: str, line: int = line) -> None:
                ledger.note(line, _WORDS[reason], detail)

            for fact in facts_of(record, sheet.mapping, refuse):
                yield Read(line, fact)


_WORDS = {"time": "time is none that can be", "value": "value is no number", "code": "row does not say of which sensor"}


def _bounded(file: TextIO) -> Iterator[str]:
    while line := file.readline(MAX_LINE_CHARS):
        yield line.replace("\0", "")
