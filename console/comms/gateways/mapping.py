"""Mapping files: what the columns of a CAD export mean (`resources/mappings/*.toml`; see sf_fire.toml for the form)."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec

from console.comms.gateways.instants import instant_of, plausible
from console.errors import Fault, UsageFault
from console.models.form import read_toml
from console.models.kinds import UNIT_KINDS, UNIT_STATUSES
from console.models.paths import resources_dir


class Step(msgspec.Struct, forbid_unknown_fields=True):
    column: str
    status: str


class Times(msgspec.Struct, forbid_unknown_fields=True):
    received: str
    steps: list[Step]


class Columns(msgspec.Struct, forbid_unknown_fields=True):
    call: str
    unit: str
    call_type: str
    unit_type: str = ""
    place: list[str] = []
    note: str = ""
    position: str = ""
    longitude: str = ""
    latitude: str = ""


class Position(msgspec.Struct, forbid_unknown_fields=True):
    pattern: str


class CallType(msgspec.Struct, forbid_unknown_fields=True):
    zh: str = ""
    en: str = ""
    category: str = "accident"
    hazard: str = ""
    level: int = 0


class Mapping(msgspec.Struct, forbid_unknown_fields=True):
    """One mapping file."""

    title: str
    time_zone: str
    time_format: str
    columns: Columns
    times: Times
    detect: list[str] = []
    encoding: str = "utf-8"
    valid_s: float = 3600.0
    position: Position | None = None
    unit_types: dict[str, str] = {}
    call_types: dict[str, CallType] = {}

    def needed(self) -> list[str]:
        """Columns without which no row can be used."""
        return [
            self.columns.call,
            self.columns.unit,
            self.columns.call_type,
            self.times.received,
            *(step.column for step in self.times.steps),
        ]

    def instant_ms(self, text: str) -> int | None:
        """UTC milliseconds of a local time in the export, None when it is none that can be."""
        try:
            local = datetime.strptime(text.strip(), self.time_format)  # noqa: DTZ007 - the zone is the next line's
        except ValueError:
            return None
        at_ms = instant_of(local if local.tzinfo else local.replace(tzinfo=ZoneInfo(self.time_zone)))
        return at_ms if at_ms is not None and plausible(at_ms) else None

    def title_of(self, call_type: str, lang: str) -> str:
        kind = self.call_types.get(call_type, CallType())
        return (kind.zh if lang == "zh" else kind.en) or call_type or self.title


def load_mapping(path: Path) -> Mapping:
    """Raises Fault naming the file and the field."""
    mapping = read_toml(path, Mapping, UsageFault, "Mend it, or name another mapping.")
    _check(path, mapping)
    return mapping


def _check(path: Path, mapping: Mapping) -> None:
    try:
        ZoneInfo(mapping.time_zone)
        "".encode(mapping.encoding)
        pattern = re.compile(mapping.position.pattern if mapping.position else "(?P<lat>)(?P<lon>)")
    except (KeyError, ValueError, OSError, LookupError, re.error) as error:
        raise UsageFault(f"{path}: time_zone, encoding or position.pattern: {error}") from error
    if not {"lat", "lon"} <= set(pattern.groupindex):
        raise UsageFault(f"{path}: position.pattern: needs the groups lat and lon")
    unknown = [step.status for step in mapping.times.steps if step.status not in UNIT_STATUSES]
    unknown += [kind for kind in mapping.unit_types.values() if kind not in UNIT_KINDS]
    if unknown:
        raise UsageFault(f"{path}: times.steps or unit_types: unknown word {unknown[0]!r}")
    if any(not 0 <= kind.level <= 4 for kind in mapping.call_types.values()):
        raise UsageFault(f"{path}: call_types: level must be 0 to 4")


def mapping_for(header: list[str]) -> Mapping | None:
    """The shipped mapping whose `detect` columns are all in a file's header, None when there is none."""
    for path in sorted((resources_dir() / "mappings").glob("*.toml")):
        mapping = load_mapping(path)
        if mapping.detect and set(mapping.detect) <= set(header):
            return mapping
    return None


def missing_columns(path: Path, header: list[str], mapping: Mapping) -> None:
    """Raises Fault when a column that every row needs is not there."""
    missing = [column for column in mapping.needed() if column not in header]
    if missing:
        raise Fault(f"{path}: line 1: column {missing[0]!r} is missing; it is not a {mapping.title} export, give its own --mapping")
