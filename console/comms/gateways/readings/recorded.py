"""Recorded readings, and recorded earthquakes, as recordings that are played."""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Iterator
from pathlib import Path

from console.comms.gateways.quakes import Tremor, read_quakes
from console.comms.gateways.readings.facts import Fact
from console.comms.gateways.readings.form import load_mapping
from console.comms.gateways.readings.table import Sheet, open_sheet, read_sheet
from console.comms.gateways.recording import Ledger, Moment, Recording
from console.errors import Fault
from console.models.kinds import SensorReading, SensorRegistered

MAX_READINGS = 2_000_000
MAX_TREMORS = 500_000


def read_readings(path: Path, *, mapping_file: Path | None = None) -> Recording:
    """Every sensor of the file, registered when it is first read. Raises Fault when no mapping knows the file's columns."""
    ledger = Ledger()
    sheet = open_sheet(path, load_mapping(mapping_file) if mapping_file else None)
    facts = _timed(sheet, ledger)
    intervals = _intervals(facts)
    return Recording(format="readings", title=path.name, moments=_moments(facts, intervals, sheet), ledger=ledger)


def _timed(sheet: Sheet, ledger: Ledger) -> list[tuple[int, Fact]]:
    held: list[tuple[int, Fact]] = []
    for line, fact in read_sheet(sheet, ledger):
        if fact.at_ms is None:
            ledger.note(line, "row without a time")
        elif len(held) >= MAX_READINGS:
            raise Fault(f"{sheet.path}: line {line}: more than {MAX_READINGS} readings. Split it by time.")
        else:
            held.append((fact.at_ms, fact))
    held.sort(key=lambda one: one[0])
    return held


def _intervals(facts: list[tuple[int, Fact]]) -> dict[str, float]:
    """How often each sensor reports, as its first readings show."""
    times: dict[str, list[int]] = {}
    for at_ms, fact in facts:
        held = times.setdefault(fact.code, [])
        if len(held) < 200 and (not held or at_ms > held[-1]):
            held.append(at_ms)
    return {code: statistics.median(b - a for a, b in itertools.pairwise(held)) / 1000 for code, held in times.items() if len(held) > 1}


def _moments(facts: list[tuple[int, Fact]], intervals: dict[str, float], sheet: Sheet) -> Iterator[Moment]:
    seen: set[str] = set()
    for at_ms, fact in facts:
        if fact.code not in seen:
            seen.add(fact.code)
            interval_s = intervals.get(fact.code, sheet.mapping.interval_s or sheet.mapping.valid_s)
            body = SensorRegistered(
                name=f"{fact.name} {fact.quantity}".strip() if fact.name else fact.code,
                quantity=fact.quantity,
                unit=fact.unit,
                interval_s=min(604_800.0, interval_s),
                valid_s=min(604_800.0, max(sheet.mapping.valid_s, 2 * interval_s)),
                link="csv",
            )
            yield Moment(at_ms, fact.code, "sensor.registered", body)
        yield Moment(at_ms, fact.code, "sensor.reading", SensorReading(value=fact.value, quality=fact.quality))


def read_tremors(path: Path) -> Recording:
    """Raises Fault when the file is no list of earthquakes."""
    ledger = Ledger()
    tremors: list[Tremor] = []
    for tremor in read_quakes(path, ledger):
        if len(tremors) >= MAX_TREMORS:
            raise Fault(f"{path}: more than {MAX_TREMORS} earthquakes. Ask for a shorter time.")
        tremors.append(tremor)
    tremors.sort(key=lambda one: one.body.at_ms)
    moments = (Moment(one.body.at_ms, one.key, "quake.reported", one.body) for one in tremors)
    return Recording(format="quakes", title=path.name, moments=moments, ledger=ledger)
