"""CAD exports: call centre records in CSV, one row for each unit on each call, read by a mapping file (`mapping.py`).

Of a row come: the incident (once a call, when it was received), the unit (once), its status at each time recorded, and its position
at the call's place when it was on scene there. Nothing is invented between: a unit stays at the last place known. An incident is
closed when the last of its units is available.
"""

from __future__ import annotations

import csv
import itertools
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, TextIO

from console.comms.gateways.mapping import Mapping, load_mapping, mapping_for, missing_columns
from console.comms.gateways.recording import Ledger, Moment, Recording
from console.errors import Fault
from console.models.kinds import IncidentClosed, IncidentOpened, UnitPosition, UnitRegistered, UnitStatus

MAX_ROWS = 100_000
MAX_LINE_CHARS = 64 * 1024
_POSITION_LIMIT_CHARS = 200


class Row(NamedTuple):
    """A usable row. `steps`: (UTC ms, status) in order; none when only what it says about the call can be used."""

    line: int
    call: str
    unit: str
    call_type: str
    unit_type: str
    place: str
    note: str
    lon: float | None
    lat: float | None
    received_ms: int
    steps: tuple[tuple[int, str], ...]


def read_cad(path: Path, *, mapping_file: Path | None = None, lang: str = "zh") -> Recording:
    """Raises Fault when the file's columns are not those of the mapping."""
    ledger = Ledger()
    given = load_mapping(mapping_file) if mapping_file else None
    mapping = given or mapping_for(header_of(path, "utf-8"))
    if mapping is None:
        raise Fault(
            f"{path}: line 1: no mapping knows these columns; write one (see resources/mappings/sf_fire.toml) and give it with --mapping"
        )
    missing_columns(path, header_of(path, mapping.encoding), mapping)
    rows = list(_rows(path, mapping, ledger))
    return Recording(format="cad", title=path.name, moments=_moments(rows, mapping, lang), ledger=ledger)


def header_of(path: Path, encoding: str) -> list[str]:
    with path.open(encoding=_with_bom(encoding), errors="replace", newline="") as file:
        try:
            return next(csv.reader([file.readline(MAX_LINE_CHARS)], strict=True), [])
        except csv.Error:
            return []


def _with_bom(encoding: str) -> str:
    return "utf-8-sig" if encoding.lower() in ("utf-8", "utf8") else encoding


# -- rows -----------------------------------------------------------------------------------------------------------------------


def _rows(path: Path, mapping: Mapping, ledger: Ledger) -> Iterator[Row]:
    seen: set[tuple[str, str]] = set()
    with path.open(encoding=_with_bom(mapping.encoding), errors="replace", newline="") as file:
        for line, record in _records(file, ledger):
            row = _row(line, record, mapping, ledger)
            if row is None:
                continue
            if (row.call, row.unit) in seen:
                ledger.note(line, "row said twice", f"call {row.call}, unit {row.unit}")
            elif len(seen) >= MAX_ROWS:
                ledger.note(line, f"more than {MAX_ROWS} rows")
            else:
                seen.add((row.call, row.unit))
                yield row


def _records(file: TextIO, ledger: Ledger) -> Iterator[tuple[int, dict[str, str]]]:
    """(number of the line it starts on, column -> text) of each record with as many fields as the header."""
    reader = csv.reader(_bounded(file))
    header = [name.strip() for name in next(reader, [])]
    while True:
        line = reader.line_num + 1
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            ledger.note(line, "broken row", str(error))
            continue
        if len(record) == len(header):
            yield line, dict(zip(header, record, strict=True))
        elif record:
            ledger.note(line, "row with another number of fields than the header", f"{len(record)} for {len(header)}")


def _bounded(file: TextIO) -> Iterator[str]:
    while line := file.readline(MAX_LINE_CHARS):
        yield line.replace("\0", "")


def _row(line: int, record: dict[str, str], mapping: Mapping, ledger: Ledger) -> Row | None:
    columns = mapping.columns
    call, unit = record[columns.call].strip()[:64], record[columns.unit].strip()[:64]
    if not call or not unit:
        ledger.note(line, "row without a call or a unit")
        return None
    received, problem = _instant(mapping, record, mapping.times.received)
    steps: list[tuple[int, str]] = []
    for step in mapping.times.steps:
        at_ms, wrong = _instant(mapping, record, step.column)
        problem = problem or wrong
        if at_ms is not None:
            steps.append((at_ms, step.status))
    if received is None:
        ledger.note(line, problem or "row without the time it was received", f"call {call}, unit {unit}")
        return None
    problem = problem or _impossible(received, steps)
    if problem:
        ledger.note(line, problem, f"call {call}, unit {unit}")
        steps = []
    lon, lat = _position(mapping, record)
    if lon is None and steps:
        ledger.note(line, "position missing or not valid (row used without it)", f"call {call}, unit {unit}")
    place = ", ".join(text for name in columns.place if (text := record.get(name, "").strip()))
    call_type, unit_type = record[columns.call_type].strip()[:100], record.get(columns.unit_type, "").strip()
    return Row(
        line, call, unit, call_type, unit_type, place[:200], record.get(columns.note, "").strip()[:200], lon, lat, received, tuple(steps)
    )


def _instant(mapping: Mapping, record: dict[str, str], column: str) -> tuple[int | None, str]:
    """(UTC ms or None when the field is empty, what is wrong with it)."""
    text = record[column].strip()
    if not text:
        return None, ""
    at_ms = mapping.instant_ms(text)
    return at_ms, "" if at_ms is not None else f"{column} is not a time that can be"


def _impossible(received_ms: int, steps: list[tuple[int, str]]) -> str:
    if not steps:
        return "row without any time of the unit"
    times = [at_ms for at_ms, _ in steps]
    if times[0] < received_ms:
        return f"{steps[0][1]} before the call was received"
    for (earlier, before), (later, after) in itertools.pairwise(steps):
        if later < earlier:
            return f"{after} before {before}"
    return ""


def _position(mapping: Mapping, record: dict[str, str]) -> tuple[float | None, float | None]:
    columns = mapping.columns
    lat_text, lon_text = record.get(columns.latitude, ""), record.get(columns.longitude, "")
    if mapping.position is not None:
        found = re.search(mapping.position.pattern, record.get(columns.position, "")[:_POSITION_LIMIT_CHARS])
        lat_text, lon_text = (found["lat"], found["lon"]) if found else ("", "")
    try:
        lon, lat = float(lon_text), float(lat_text)
    except ValueError:
        return None, None
    return (lon, lat) if -180 <= lon <= 180 and -90 <= lat <= 90 else (None, None)


# -- moments ----------------------------------------------------------------------------------------------------------------------


class _Step(NamedTuple):
    """What is sorted: one thing at one time. At one instant calls open first, then units move, then calls close."""

    at_ms: int
    order: int
    row: int
    status: str


_OPEN, _MOVE, _CLOSE = 0, 1, 2


def _steps(rows: list[Row]) -> list[_Step]:
    opened: dict[str, tuple[int, int]] = {}
    ended: dict[str, tuple[int, int]] = {}
    released: set[str] = set()
    steps: list[_Step] = []
    for index, row in enumerate(rows):
        opened[row.call] = min(opened.get(row.call, (row.received_ms, index)), (row.received_ms, index))
        steps += (_Step(at_ms, _MOVE, index, status) for at_ms, status in row.steps)
        if row.steps:
            last = (row.steps[-1][0], index)
            ended[row.call] = max(ended.get(row.call, last), last)
            if row.steps[-1][1] == "available":
                released.add(row.call)
    steps += (_Step(at_ms, _OPEN, index, "") for at_ms, index in opened.values())
    steps += (_Step(at_ms, _CLOSE, index, "") for call, (at_ms, index) in ended.items() if call in released)
    return sorted(steps)


def _moments(rows: list[Row], mapping: Mapping, lang: str) -> Iterator[Moment]:
    at_work: dict[str, str] = {}  # unit -> the call it is on
    known: set[str] = set()
    for at_ms, order, index, status in _steps(rows):
        row = rows[index]
        incident, unit = f"call-{row.call}", f"unit-{row.unit}"
        if order == _OPEN:
            yield Moment(at_ms, incident, "incident.opened", _opened(row, mapping, lang))
            continue
        if order == _CLOSE:
            yield Moment(at_ms, incident, "incident.closed", IncidentClosed(summary=row.note))
            continue
        if unit not in known:
            known.add(unit)
            kind = mapping.unit_types.get(row.unit_type, "other")
            yield Moment(at_ms, unit, "unit.registered", UnitRegistered(name=row.unit, kind=kind, callsign=row.unit))
        if status == "available" and at_work.get(unit) != incident:
            continue  # it was already sent to another call
        at_work[unit] = "" if status == "available" else incident
        yield Moment(at_ms, unit, "unit.status", UnitStatus(status=status, incident=at_work[unit]))
        if status == "onscene" and row.lon is not None and row.lat is not None:
            yield Moment(at_ms, unit, "unit.position", UnitPosition(lon=row.lon, lat=row.lat, valid_s=mapping.valid_s))


def _opened(row: Row, mapping: Mapping, lang: str) -> IncidentOpened:
    kind = mapping.call_types.get(row.call_type)
    return IncidentOpened(
        title=mapping.title_of(row.call_type, lang)[:200],
        category=kind.category if kind else "accident",
        hazard=kind.hazard if kind else "",
        level=kind.level if kind else 0,
        place=row.place,
        lon=row.lon,
        lat=row.lat,
        occurred_ms=row.received_ms,
    )
