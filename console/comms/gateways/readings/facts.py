"""One record, a row or a JSON object, into readings: by a mapping, with a word for each that could not be used."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta, timezone
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from console.comms.gateways.instants import instant_of, plausible
from console.comms.gateways.readings.form import ISO, MILLIS, SECONDS, CodeRule, Mapping, ValueRule, compiled

MAX_CODE = 60
MAX_TEXT = 400
_LARGEST = 1e15
Refuse = Callable[[str, str], None]
"""(reason: one of a few, detail with the text at fault)."""


class Fact(NamedTuple):
    """A reading. `code`: of the sensor at its source; `at_ms`: UTC, None when the record does not say; `name`: of the sensor, "" not told."""

    code: str
    quantity: str
    unit: str
    at_ms: int | None
    value: float
    quality: str = ""
    name: str = ""


class Record(NamedTuple):
    """What a mapping looks into. `get`: a field by name, None where there is none; `fields`: all their names."""

    get: Callable[[str], Any]
    fields: Iterable[str]
    topic: str = ""
    file: str = ""


def facts_of(record: Record, mapping: Mapping, refuse: Refuse) -> Iterator[Fact]:
    """The readings of a record; what is at fault goes to `refuse`, and nothing is guessed."""
    code, told = _code(record, mapping.code)
    at_ms, wrong = _instant(record, mapping)
    if wrong:
        refuse("time", wrong)
        return
    name = _code(record, mapping.name)[0]
    for rule in mapping.value:
        if rule.when and not compiled(rule.when).search(told):
            continue
        for field, own in _fields(record, rule):
            yield from _fact(record, mapping, rule, field, own or code, at_ms, name, refuse)


def _fact(
    record: Record, mapping: Mapping, rule: ValueRule, field: str, code: str, at_ms: int | None, name: str, refuse: Refuse
) -> Iterator[Fact]:
    held = record.get(field)
    if held is None or (isinstance(held, str) and held.strip() in mapping.missing):
        return
    value = number_of(held)
    if value is None:
        refuse("value", f"{field}: {held!r:.60} is no number")
    elif not code:
        refuse("code", f"{field}: the record does not say of which sensor")
    else:
        quality = _quality(record, mapping, rule, field)
        yield Fact(code + rule.suffix, rule.quantity, rule.unit, at_ms, value * rule.factor + rule.offset, quality, name)


def number_of(held: Any) -> float | None:
    """A number that can be: finite, and not absurd."""
    if isinstance(held, bool) or not isinstance(held, int | float | str):
        return None
    if isinstance(held, str) and len(held) > MAX_CODE:
        return None
    try:
        value = float(held)
    except (ValueError, OverflowError):
        return None
    return value if math.isfinite(value) and abs(value) <= _LARGEST else None


def _fields(record: Record, rule: ValueRule) -> Iterator[tuple[str, str]]:
    """(field, the code that its name tells) of each field that holds such a value."""
    if rule.field:
        yield rule.field, ""
        return
    pattern = compiled(rule.pattern)
    for field in record.fields:
        if found := pattern.fullmatch(field):
            yield field, found.groupdict().get("code") or ""


def _code(record: Record, rule: CodeRule) -> tuple[str, str]:
    """(the code, the text it was taken from)."""
    text = rule.fixed
    if rule.field:
        held = record.get(rule.field)
        text = str(held).strip() if isinstance(held, int | str) and not isinstance(held, bool) else ""
    elif rule.topic:
        text = record.topic
    elif rule.file:
        text = record.file
    text = text[:MAX_TEXT]
    code = text
    if pattern := rule.pattern or rule.topic or rule.file:
        found = compiled(pattern).search(text)
        code = (found.groupdict().get("code") or "") if found else ""
    return code.zfill(rule.width)[:MAX_CODE] if code else "", text


def _quality(record: Record, mapping: Mapping, rule: ValueRule, field: str) -> str:
    name = rule.quality_field.replace("{field}", field) or mapping.quality.field
    if not name:
        return ""
    held = record.get(name)
    word = "" if held is None else str(held).strip()
    return mapping.quality.words.get(word, mapping.quality.otherwise) if word else ""


def _instant(record: Record, mapping: Mapping) -> tuple[int | None, str]:
    """(UTC ms or None when the record tells none, what is wrong with it)."""
    rule = mapping.time
    if not rule.field:
        return None, ""
    held = record.get(rule.field)
    if held is None or held == "":
        return None, f"{rule.field} is empty"
    zone: timezone | ZoneInfo = ZoneInfo(rule.zone)
    if rule.zone_field:
        word = str(record.get(rule.zone_field) or "").strip()
        if word not in rule.zones:
            return None, f"{rule.zone_field}: {word!r:.20} is no time zone that the mapping knows"
        zone = timezone(timedelta(hours=rule.zones[word]))
    wrong = f"no time of the form {' or '.join(rule.formats)}"
    for form in rule.formats:
        at_ms = _by_form(held, form, zone)
        if at_ms is not None and plausible(at_ms):
            return at_ms, ""
        wrong = wrong if at_ms is None else "no time that can be"
    return None, f"{rule.field}: {held!r:.40} is {wrong}"


def _by_form(held: Any, form: str, zone: timezone | ZoneInfo) -> int | None:
    if form in (SECONDS, MILLIS):
        number = number_of(held)
        return None if number is None else round(number * (1000 if form == SECONDS else 1))
    if not isinstance(held, str) or len(held) > MAX_CODE:
        return None
    try:
        moment = datetime.fromisoformat(held.strip()) if form == ISO else datetime.strptime(held.strip(), form)  # noqa: DTZ007 - the zone is next
    except ValueError:
        return None
    return instant_of(moment if moment.tzinfo else moment.replace(tzinfo=zone))
