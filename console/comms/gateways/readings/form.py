"""The form of a mapping file of readings (`resources/mappings/readings/*.toml`, explained in `README.md` there)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Meta

from console.errors import UsageFault
from console.models.form import read_toml
from console.models.kinds import QUALITIES, QUANTITIES
from console.models.paths import resources_dir

ISO, SECONDS, MILLIS = "iso", "s", "ms"
ENCODINGS = ("utf-8-sig", "gb18030")


class _Table(msgspec.Struct, forbid_unknown_fields=True, kw_only=True, frozen=True):
    """A field that is not known is an error, not a surprise."""


class CodeRule(_Table, frozen=True):
    """Where a sensor's code comes from: a field (a column, a path), the topic, the file's name, or always the same. `pattern`: what of it, its
    group `code`; `width`: filled with zeros on the left to so many places."""

    field: str = ""
    topic: str = ""
    file: str = ""
    fixed: str = ""
    pattern: str = ""
    width: Annotated[int, Meta(ge=0, le=64)] = 0


class TimeRule(_Table, frozen=True):
    """When it was read. `formats`: `iso`, `s`, `ms` (since 1970) or strptime's; `zone`: of a time that names none; `zone_field` and `zones`:
    a field that names it, and the hours from UTC that each of its words means."""

    field: str = ""
    formats: tuple[str, ...] = (ISO,)
    zone: str = "UTC"
    zone_field: str = ""
    zones: dict[str, float] = {}


class ValueRule(_Table, frozen=True):
    """A value: `field`, or every field that `pattern` matches as a whole (its group `code`, where it has one, is the sensor). `when`: only where
    the text that the code was taken from matches this. `suffix`: told after the code, where one station has several instruments."""

    quantity: str
    unit: str
    field: str = ""
    pattern: str = ""
    when: str = ""
    factor: float = 1.0
    offset: float = 0.0
    suffix: str = ""
    quality_field: str = ""


class QualityRule(_Table, frozen=True):
    """A field that says how good a reading is, and what its words mean (one of QUALITIES each); `otherwise`: of any other word."""

    field: str = ""
    words: dict[str, str] = {}
    otherwise: str = "suspect"


class Mapping(_Table, frozen=True):
    """One mapping file. `detect`: columns, or patterns of them, that tell a file of rows of this form; `items`: path of a list in a payload, each
    of it a record; `topics`: filters to subscribe to, where the gateway's own settings name none; `missing`: texts that mean nothing was read;
    `interval_s`, `valid_s`: of a sensor that is not registered yet."""

    title: str
    value: Annotated[list[ValueRule], Meta(min_length=1, max_length=40)]
    code: CodeRule
    time: TimeRule = TimeRule()
    name: CodeRule = CodeRule()
    quality: QualityRule = QualityRule()
    detect: list[str] = []
    encodings: tuple[str, ...] = ENCODINGS
    items: str = ""
    topics: list[str] = []
    missing: tuple[str, ...] = ("", "-", "--", "NA", "N/A", "NaN", "nan", "null", "None", "NULL")
    interval_s: Annotated[float, Meta(gt=0, le=604_800)] | None = None
    valid_s: Annotated[float, Meta(gt=0, le=604_800)] = 3600.0

    def knows(self, header: Iterable[str]) -> bool:
        """Whether a file with these columns is of this form."""
        names = list(header)
        return bool(self.detect) and all(
            any(name == wanted or compiled(wanted).fullmatch(name) for name in names) for wanted in self.detect
        )


@lru_cache(1000)
def compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def load_mapping(path: Path) -> Mapping:
    """Raises UsageFault naming the file and the field."""
    mapping = read_toml(path, Mapping, UsageFault, "Mend it (resources/mappings/readings/README.md), or name another mapping.")
    _check(path, mapping)
    return mapping


def _check(path: Path, mapping: Mapping) -> None:
    problem = next(_problems(mapping), "")
    if problem:
        raise UsageFault(f"{path}: {problem}")


def _problems(mapping: Mapping) -> Iterator[str]:
    for index, value in enumerate(mapping.value, 1):
        place = f"[[value]] {index}"
        if value.quantity not in QUANTITIES:
            yield f"{place}, field quantity: {value.quantity!r} is none of {', '.join(QUANTITIES)}"
        if bool(value.field) == bool(value.pattern):
            yield f"{place}: needs either field or pattern"
        if value.factor == 0:
            yield f"{place}, field factor: must not be 0"
    yield from _wrong_patterns(mapping)
    words = (*mapping.quality.words.values(), mapping.quality.otherwise)
    yield from (f"[quality]: {word!r} is none of {', '.join(map(repr, QUALITIES))}" for word in words if word not in QUALITIES)
    try:
        ZoneInfo(mapping.time.zone)
        for encoding in mapping.encodings:
            "".encode(encoding)
    except (KeyError, ValueError, OSError, LookupError) as error:
        yield f"time.zone or encodings: {error}"


def _wrong_patterns(mapping: Mapping) -> Iterator[str]:
    for rule in (mapping.code, mapping.name):
        pattern = rule.pattern or rule.topic or rule.file
        if pattern and "code" not in (_groups(pattern) or ()):
            yield f"{pattern!r} is no pattern with a group (?P<code>...)"
    patterns = [text for value in mapping.value for text in (value.pattern, value.when)] + mapping.detect
    yield from (f"{text!r} is no pattern" for text in patterns if text and _groups(text) is None)


def _groups(pattern: str) -> set[str] | None:
    try:
        return set(re.compile(pattern).groupindex)
    except (re.error, RecursionError, OverflowError):
        return None


def shipped() -> list[Mapping]:
    return [load_mapping(path) for path in sorted((resources_dir() / "mappings" / "readings").glob("*.toml"))]


def mapping_for(header: Iterable[str]) -> Mapping | None:
    """The shipped mapping that knows a file's columns, None when there is none."""
    names = list(header)
    return next((mapping for mapping in shipped() if mapping.knows(names)), None)
