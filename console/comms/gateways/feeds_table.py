"""Tables of video feeds: CSV (UTF-8 with or without its mark, UTF-16, GB 18030) and XLSX, columns by their headings in Chinese or English.

All or nothing: `read_feeds` gives the feeds of a file or every fault of it by row, never a part. Names and passwords are taken out of the
addresses here and come apart. What a file may cost is bounded before it is read: its size, its rows, what a zip says it unpacks to.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from console.comms.gateways.spreadsheet import Row, rows_of
from console.errors import Fault
from console.models.feeds.address import Address, Secrets, server_of, taken_apart
from console.models.feeds.code import parse
from console.models.form import rules
from console.models.kinds import FeedRegistered

MAX_ROWS = 200_000
MAX_CELL_CHARS = 4000
MOST_FAULTS = 100
HEADING_ROWS = 10
"""A heading is looked for in the first rows: titles may stand above it."""
PROGRESS_ROWS = 500
_BRACKETS = re.compile(r"[(（\[【].*?[)）\]】]|[*＊:：]")
_TEXTS = ("name", "owner", "folder", "road", "basin", "note")
_MOST_CHARS = {"name": 200, "owner": 200, "folder": 200, "road": 200, "basin": 128, "note": 8000}
_LEAST_MOST = min(_MOST_CHARS.values())
_NUMBERS = {
    "lon": (-180.0, 180.0),
    "lat": (-90.0, 90.0),
    "bearing_deg": (0.0, 360.0),
    "view_deg": (0.0, 360.0),
    "range_m": (0.0, 1e6),
}


class FeedRow(NamedTuple):
    """A feed of the table. `row`: its line, as a spreadsheet counts; `secrets`: of its addresses."""

    row: int
    id: str
    body: FeedRegistered
    secrets: Secrets


class RowFault(NamedTuple):
    """`row` 0: of the whole file."""

    row: int
    text: str


class FeedTable(NamedTuple):
    """`columns`: heading -> field, of the headings that were understood; `ignored`: those that were not. With `faults` there are no `feeds`."""

    feeds: list[FeedRow]
    faults: list[RowFault]
    columns: dict[str, str]
    ignored: list[str]


Progress = Callable[[int], bool]
"""Told the rows read so far; False: stop."""


class Stopped(Exception):
    """The reader was told to stop."""


def read_feeds(path: Path, progress: Progress = lambda rows: True) -> FeedTable:
    """Raises Fault when the file as a whole cannot be read, Stopped when `progress` said so."""
    return _table(path, rows_of(path, MAX_ROWS), progress)


class _Faults:
    """Bounded: a file of 200,000 bad rows says the first hundred, and how many more."""

    def __init__(self) -> None:
        self.all: list[RowFault] = []
        self.count = 0

    def note(self, row: int, text: str) -> None:
        self.count += 1
        if len(self.all) < MOST_FAULTS:
            self.all.append(RowFault(row, text))

    def told(self) -> list[RowFault]:
        more = self.count - len(self.all)
        return [*self.all, RowFault(0, f"{more} more rows have faults.")] if more else self.all


def _table(path: Path, rows: Iterator[Row], progress: Progress) -> FeedTable:
    fields, columns, ignored = _heading(path, rows)
    faults, feeds, seen = _Faults(), list[FeedRow](), dict[str, int]()
    for count, (row, values) in enumerate(rows, 1):
        if count % PROGRESS_ROWS == 0 and not progress(count):
            raise Stopped
        held = {field: values[at] for field, at in fields.items() if at < len(values)}
        if not any(held.values()):
            continue
        try:
            feed = _feed(row, held)
        except Fault as fault:
            faults.note(row, str(fault))
            continue
        if feed.id in seen:
            faults.note(row, f"It is the same feed as in row {seen[feed.id]}: give it another name, folder or id.")
            continue
        seen[feed.id] = row
        feeds.append(feed)
    if not feeds and not faults.count:
        faults.note(0, "There is no feed below the heading.")
    return FeedTable([] if faults.count else feeds, faults.told(), columns, ignored)


def _heading(path: Path, rows: Iterator[Row]) -> tuple[dict[str, int], dict[str, str], list[str]]:
    """(field -> column, heading -> field, headings not understood) of the first row that names a feed and an address or a position."""
    names = _names()["columns"]
    for _, values in islice(rows, HEADING_ROWS):
        fields: dict[str, int] = {}
        columns: dict[str, str] = {}
        for at, heading in enumerate(values):
            field = names.get(_folded(heading))
            if field is not None and field not in fields:
                fields[field], columns[heading] = at, field
        if "name" in fields and len(fields) > 1:
            return fields, columns, [heading for heading in values if heading and heading not in columns]
    raise Fault(
        f"{path}: no heading was found in the first {HEADING_ROWS} rows. It needs a column such as Name or 名称, and one such as URL or 地址; "
        "resources/rules/feed_columns.toml lists what is understood."
    )


def _feed(row: int, held: Mapping[str, str]) -> FeedRow:
    """Raises Fault with what is wrong with the row; it never repeats an address."""
    if max(map(len, held.values())) > _LEAST_MOST:
        _check_lengths(held)
    if not held.get("name"):
        raise Fault("Column name: it is empty.")
    address, snapshot = _address("url", held), _address("snapshot_url", held)
    numbers = {field: _number(field, held.get(field, ""), *bounds) for field, bounds in _NUMBERS.items()}
    if (numbers["lon"] is None) != (numbers["lat"] is None):
        raise Fault("Columns lon and lat: one of them is empty.")
    code = held.get("code", "")
    told = parse(code)
    if code and told is None and "e+" in code.casefold():
        raise Fault("Column code: the id was cut to a number by the spreadsheet. Format the column as text and enter it again.")
    body = FeedRegistered(
        url=address.url,
        snapshot_url=snapshot.url,
        kind=_kind(held.get("kind", ""), told.kind if told else "camera"),
        code=code[:64],
        **_given(held, numbers),
    )
    return FeedRow(row, _id(held, body, coded=told is not None), body, _secrets(held, address, snapshot))


def _check_lengths(held: Mapping[str, str]) -> None:
    for field, text in held.items():
        if len(text) > _MOST_CHARS.get(field, MAX_CELL_CHARS):
            raise Fault(f"Column {field}: longer than {_MOST_CHARS.get(field, MAX_CELL_CHARS)} characters.")


def _given(held: Mapping[str, str], numbers: Mapping[str, float | None]) -> dict[str, Any]:
    return {field: held.get(field, "") for field in _TEXTS} | dict(numbers)


def _address(field: str, held: Mapping[str, str]) -> Address:
    try:
        return taken_apart(held.get(field, ""))
    except Fault as fault:
        raise Fault(f"Column {field}: {fault}") from None


def _secrets(held: Mapping[str, str], *addresses: Address) -> Secrets:
    """One set for both addresses of a feed, and for their servers alone: what the columns say, else what the addresses do."""
    found = [each.secrets for each in addresses]
    user = held.get("user", "") or next((each.user for each in found if each.user), "")
    password = held.get("password", "") or next((each.password for each in found if each.password), "")
    query = {name: value for each in reversed(found) for name, value in each.query.items()}
    if not (user or password or query):
        return Secrets()
    servers = sorted({host for each in addresses if each.url and (host := server_of(each.url))})
    return Secrets(user, password, query, servers)


def _number(field: str, text: str, least: float, most: float) -> float | None:
    if not text:
        return None
    try:
        value = float(text.replace("，", ".").rstrip("°度米m"))
    except ValueError:
        value = math.nan
    if not least <= value <= most:
        raise Fault(f"Column {field}: it must be a number from {least:g} to {most:g}.")
    return value


def _kind(text: str, default: str) -> str:
    return _names()["kinds"].get(_folded(text), default if not text else "other")


def _id(held: Mapping[str, str], body: FeedRegistered, *, coded: bool) -> str:
    """The same for the same feed in every file: what the table says, else the GB/T 28181 id, else by owner, folder and name."""
    if held.get("id"):
        return f"feed:{held['id'][:100]}"
    if coded:
        return f"feed:{body.code}"
    told = f"{body.owner}\n{body.folder}\n{body.name}"
    return f"feed:{hashlib.sha256(told.encode()).hexdigest()[:20]}"


class _Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    columns: dict[str, list[str]]
    kinds: dict[str, list[str]]


@cache
def _names() -> dict[str, dict[str, str]]:
    """columns and kinds: folded word -> field or kind. Raises Fault."""
    words = rules("feed_columns", _Words)
    return {"columns": _inverted(words.columns), "kinds": _inverted(words.kinds)}


def _inverted(names: Mapping[str, Iterable[str]]) -> dict[str, str]:
    return {_folded(word): field for field, words in names.items() for word in words}


def _folded(text: str) -> str:
    return "".join(_BRACKETS.sub("", text).casefold().replace("_", " ").split())
