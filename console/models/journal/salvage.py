"""What a damaged journal still says: every row that can be read of the tables that nothing else could give back.

Rows are only gathered here; which of them are true is found out by `console.models.journal.rebuild`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from itertools import islice
from typing import Any, NamedTuple

from console.models.event import HEAD_BYTES, MAX_BODY_BYTES, MAX_KIND_CHARS, MAX_SUBJECT_CHARS, ORIGIN_BYTES, SIGNATURE_BYTES, Head, Stream
from console.models.journal.pages import Cell, Pages, Record

_CHUNK = 5000
_EVENT_COLUMNS, _STREAM_COLUMNS, _EARLY_COLUMNS, _KEPT_COLUMNS = range(11, 15), range(6, 9), 12, 10
STAGED = (
    "CREATE TEMP TABLE staged (position INTEGER, stream INTEGER, seq INTEGER, hlc INTEGER, heard_ms INTEGER, kind TEXT, subject TEXT, "
    "body BLOB, prev BLOB, signature BLOB, late INTEGER, taken_ms INTEGER, held INTEGER, erased BLOB)"
)
_STAGE = "INSERT INTO staged VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)"


class End(NamedTuple):
    """What one version of a stream's row says."""

    seq: int
    head: Head
    floor: int
    floor_head: Head


class Salvage:
    """`names`: row id -> the streams that it may be; `ends`: row id -> what its rows said of it; `meta`: key -> values, the newest last;
    `early` and `kept`: rows of these tables. Events are in the temporary table `staged` of `connection`."""

    def __init__(self, pages: Pages, connection: sqlite3.Connection, after_frame: int = 0) -> None:
        """`after_frame`: what the log holds after that frame alone."""
        self.names: dict[int, dict[Stream, None]] = {}
        self.ends: dict[int, dict[End, None]] = {}
        self.meta: dict[str, list[bytes]] = {}
        self.early: dict[tuple[Any, ...], Record] = {}
        self.kept: dict[tuple[Any, ...], Record] = {}
        connection.execute(STAGED)
        rows = self._events(pages.cells(after_frame))
        while chunk := list(islice(rows, _CHUNK)):
            connection.executemany(_STAGE, chunk)
        connection.execute("CREATE INDEX temp.staged_seq ON staged (stream, seq)")

    def _events(self, cells: Iterator[Cell]) -> Iterator[tuple[Any, ...]]:
        for rowid, record in cells:
            if rowid is not None and len(record) in _EVENT_COLUMNS:
                if _is_event(record):
                    yield _whole(rowid, record)
            elif rowid is not None and len(record) in _STREAM_COLUMNS:
                self._take_stream(rowid, record)
            elif rowid is None:
                self._take_entry(record)

    def _take_stream(self, rowid: int, record: Record) -> None:
        whole = [*record, *(0, b"")[len(record) - 6 :]]
        _, origin, topic, seq, head, hlc, floor, floor_head = whole
        if not _names_stream(origin, topic) or not _ints(seq, hlc, floor) or not _sized(head, HEAD_BYTES):
            return
        self.names.setdefault(rowid, {})[Stream(origin, topic)] = None  # type: ignore[arg-type]
        if isinstance(floor_head, bytes):
            self.ends.setdefault(rowid, {})[End(seq, head, floor, floor_head)] = None  # type: ignore[arg-type]

    def _take_entry(self, record: Record) -> None:
        """Of the index that names streams, of `meta`, `early` or `kept`."""
        if len(record) == 3 and _names_stream(record[0], record[1]) and isinstance(record[2], int):
            self.names.setdefault(record[2], {})[Stream(record[0], record[1])] = None  # type: ignore[arg-type]
        elif len(record) == 2 and isinstance(record[0], str) and isinstance(record[1], bytes):
            self.meta.setdefault(record[0], []).append(record[1])
        elif len(record) == _EARLY_COLUMNS and _is_early(record):
            self.early[tuple(record[:3])] = record
        elif len(record) == _KEPT_COLUMNS and _is_kept(record):
            self.kept[tuple(record[:5])] = record


def _whole(rowid: int, record: Record) -> tuple[Any, ...]:
    """In the present schema: rows of an earlier one lack their last columns."""
    missing = (record[4], 0, b"")[len(record) - 11 :]
    return (rowid, *record[1:], *missing)


def _is_event(record: Record) -> bool:
    if record[0] is not None or not _ints(*record[1:5]) or not _said(record[5:10]) or not _ints(record[10]):
        return False
    return all(isinstance(value, kind) for value, kind in zip(record[11:], (int, int, bytes), strict=False))


def _is_early(record: Record) -> bool:
    return _names_stream(record[0], record[1]) and _ints(*record[2:6]) and _said(record[6:11]) and isinstance(record[11], str)


def _is_kept(record: Record) -> bool:
    return _names_stream(record[0], record[1]) and _said([record[2], record[3], record[9], b"", b""]) and _ints(*record[4:9])


def _said(values: Record) -> bool:
    """Kind, subject, body, prev and signature, as they may be."""
    kind, subject, body, prev, signature = values
    return (
        isinstance(kind, str)
        and 0 < len(kind) <= MAX_KIND_CHARS
        and isinstance(subject, str)
        and len(subject) <= MAX_SUBJECT_CHARS
        and isinstance(body, bytes)
        and len(body) <= MAX_BODY_BYTES
        and _sized(prev, 0, HEAD_BYTES)
        and _sized(signature, 0, SIGNATURE_BYTES)
    )


def _names_stream(origin: object, topic: object) -> bool:
    return _sized(origin, ORIGIN_BYTES) and isinstance(topic, str) and "/" in topic


def _sized(value: object, *sizes: int) -> bool:
    return isinstance(value, bytes) and len(value) in sizes


def _ints(*values: object) -> bool:
    return all(isinstance(value, int) for value in values)
