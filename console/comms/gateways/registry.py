"""A registry of sensors out of a spreadsheet: all of it, or nothing and why."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from console.comms.gateways.readings.facts import number_of
from console.comms.gateways.spreadsheet import Row, rows_of
from console.errors import Fault
from console.models.form import read_toml
from console.models.kinds import QUANTITIES, SensorRegistered
from console.models.paths import resources_dir

MAX_SENSORS = 20_000
MAX_PROBLEMS = 20
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,59}")
_AREA = re.compile(r"\d{2,12}")
_NEEDED = ("code", "name", "quantity")
_NUMBERS = ("interval_s", "interval_min", "valid_s", "low", "high", "warning", "guarantee", "historic", "lon", "lat")
_LONGEST_S = 604_800


class Entry(NamedTuple):
    """`code`: what its source calls it; `area`: under which it is filed, "" the peer's own; `row`: in the file."""

    code: str
    area: str
    body: SensorRegistered
    row: int


class _Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    columns: dict[str, list[str]]
    quantities: dict[str, str]
    links: dict[str, str]
    units: dict[str, str]


@cache
def _words() -> _Words:
    words = read_toml(resources_dir() / "mappings" / "registry" / "sensors.toml", _Words)
    columns = {field: [_plain(name) for name in names] for field, names in words.columns.items()}
    return _Words(
        columns,
        {_plain(word): one for word, one in words.quantities.items()},
        {_plain(word): one for word, one in words.links.items()},
        words.units,
    )


def _plain(text: str) -> str:
    """For comparison: without spaces, in small letters, with narrow brackets."""
    return "".join(text.lower().split()).replace("\uff08", "(").replace("\uff09", ")")


def read_registry(path: Path) -> list[Entry]:
    """Raises Fault that names the file and every row at fault (the first MAX_PROBLEMS), with the remedy."""
    rows = rows_of(path, MAX_SENSORS + 1)
    header = next(rows, None)
    if header is None:
        raise Fault(
            f"{path}: empty. The first row names the columns: code, name, quantity, ... (resources/mappings/registry/sensors.toml)."
        )
    places = _places(path, header)
    entries: dict[str, Entry] = {}
    problems: list[str] = []
    for row in rows:
        try:
            entry = _entry(row, places)
            if (other := entries.get(entry.code)) is not None:
                raise ValueError(f"code {entry.code} stands in row {other.row} too; each sensor has a code of its own")
            entries[entry.code] = entry
        except ValueError as error:
            problems.append(f"row {row.number}: {error}")
            if len(problems) >= MAX_PROBLEMS:
                break
    if problems:
        more = ", and perhaps more" if len(problems) >= MAX_PROBLEMS else ""
        raise Fault(
            f"{path}: nothing was imported, {len(problems)} row(s) are at fault{more}. Mend them and import it again:\n"
            + "\n".join(problems)
        )
    if not entries:
        raise Fault(f"{path}: no sensor below the names of the columns.")
    return list(entries.values())


def _places(path: Path, header: Row) -> dict[str, int]:
    """Field -> place of its column."""
    names = {_plain(name): place for place, name in reversed(list(enumerate(header.cells)))}
    found = {field: names[alias] for field, aliases in _words().columns.items() for alias in reversed(aliases) if alias in names}
    for field in _NEEDED:
        if field not in found:
            known = ", ".join(_words().columns[field])
            raise Fault(
                f"{path}: row {header.number}: no column for {field}; it may be called {known}. The columns are {', '.join(header.cells)[:160]}."
            )
    return found


def _entry(row: Row, places: dict[str, int]) -> Entry:
    """Raises ValueError that says what and what to do."""
    text = {field: row.cells[place] if place < len(row.cells) else "" for field, place in places.items()}
    code = text["code"]
    if not _CODE.fullmatch(code):
        raise ValueError(f"code {code!r:.70} is none; letters, digits, dot, dash and underline, at most 60")
    area = text.get("area", "")
    if area and not _AREA.fullmatch(area):
        raise ValueError(f"area {area!r:.20} is no GB/T 2260 code; digits alone")
    numbers = {field: _number(field, text.get(field, "")) for field in _NUMBERS}
    quantity = _quantity(text["quantity"])
    minutes = numbers.pop("interval_min")
    if minutes is not None:
        numbers["interval_s"] = minutes * 60
    _check(numbers)
    interval_s, valid_s = numbers.pop("interval_s"), numbers.pop("valid_s")
    body: dict[str, Any] = {"name": _words_of(text, "name", 200) or code, "quantity": quantity, "interval_s": interval_s, **numbers}
    body |= {
        "unit": text.get("unit", "") or _words().units.get(quantity, ""),
        "link": _words().links.get(_plain(text.get("link", "")), text.get("link", "")),
    }
    body |= {"owner": _words_of(text, "owner", 200), "place": _words_of(text, "place", 200), "basin": _words_of(text, "basin", 128)}
    body["valid_s"] = valid_s or min(_LONGEST_S, 2 * interval_s if interval_s else 3600.0)
    if len(body["unit"]) > 64 or len(body["link"]) > 64:
        raise ValueError("unit or link has more than 64 characters")
    return Entry(code, area, SensorRegistered(**body), row.number)


def _words_of(text: dict[str, str], field: str, most: int) -> str:
    held = text.get(field, "")
    if len(held) > most:
        raise ValueError(f"{field} has more than {most} characters")
    return held


def _number(field: str, text: str) -> float | None:
    if not text:
        return None
    value = number_of(text)
    if value is None:
        raise ValueError(f"{field}: {text!r:.40} is no number")
    return value


def _quantity(text: str) -> str:
    word = _plain(text)
    quantity = _words().quantities.get(word, word)
    if quantity not in QUANTITIES:
        raise ValueError(
            f"quantity {text!r:.40} is none of {', '.join(QUANTITIES)}, nor a word for one in resources/mappings/registry/sensors.toml"
        )
    return quantity


def _check(numbers: dict[str, float | None]) -> None:
    lon, lat = numbers["lon"], numbers["lat"]
    if (lon is None) != (lat is None):
        raise ValueError("a position needs both lon and lat")
    if lon is not None and lat is not None and not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise ValueError(f"{lon:g}, {lat:g} is no position; degrees of WGS 84, lon -180 to 180, lat -90 to 90")
    for field in ("interval_s", "valid_s"):
        value = numbers[field]
        if value is not None and not 0 < value <= _LONGEST_S:
            raise ValueError(f"{field} {value:g} is not above 0 and at most a week ({_LONGEST_S} s)")
    for low, high in (("low", "high"), ("warning", "guarantee"), ("guarantee", "historic"), ("warning", "historic")):
        one, other = numbers[low], numbers[high]
        if one is not None and other is not None and not one < other and (low == "low" or one > other):
            raise ValueError(f"{low} {one:g} must be below {high} {other:g}")
