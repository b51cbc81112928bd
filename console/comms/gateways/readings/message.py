"""A broker's message into readings: its topic and its JSON, by a mapping."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from console.comms.gateways.readings.facts import Fact, Record, Refuse, facts_of
from console.comms.gateways.readings.form import Mapping

MAX_PAYLOAD_BYTES = 256 * 1024
MAX_ITEMS = 10_000
WHOLE = "$"
_decode = msgspec.json.Decoder().decode


def facts_in(topic: str, payload: bytes, mapping: Mapping, refuse: Refuse) -> Iterator[Fact]:
    """Readings of one message; a payload that is a bare number is the field `$`. What is at fault goes to `refuse`."""
    if len(payload) > MAX_PAYLOAD_BYTES:
        refuse("large", f"{topic}: {len(payload)} bytes, more than {MAX_PAYLOAD_BYTES}")
        return
    try:
        held = _decode(payload)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        refuse("json", f"{topic}: {error}")
        return
    items = at_path(held, mapping.items) if mapping.items else held
    records = items if isinstance(items, list) else [items]
    if mapping.items and not isinstance(items, list):
        refuse("shape", f"{topic}: no list at {mapping.items}")
        return
    if len(records) > MAX_ITEMS:
        refuse("large", f"{topic}: {len(records)} records, more than {MAX_ITEMS}")
        return
    for item in records:
        yield from _facts(topic, held, item, mapping, refuse)


def _facts(topic: str, whole: Any, item: Any, mapping: Mapping, refuse: Refuse) -> Iterator[Fact]:
    """Of one record; what it does not have is looked for in the whole message (a station's code above its list of values)."""

    def get(path: str) -> Any:
        found = at_path(item, path)
        return at_path(whole, path) if found is None and item is not whole else found

    found = 0
    told: list[str] = []

    def told_of(reason: str, detail: str) -> None:
        told.append(reason)
        refuse(reason, f"{topic}: {detail}")

    for fact in facts_of(Record(get, item.keys() if isinstance(item, dict) else (), topic=topic), mapping, told_of):
        found += 1
        yield fact
    if not found and not told:
        refuse("empty", f"{topic}: nothing in it that {mapping.title} knows")


def at_path(held: Any, path: str) -> Any:
    """What is at `a.b.0.c`; "$" the whole; None where there is nothing."""
    for part in path.split(".") if path not in ("", WHOLE) else ():
        if isinstance(held, dict):
            held = held.get(part)
        elif isinstance(held, list) and part.isdecimal() and int(part) < len(held):
            held = held[int(part)]
        else:
            return None
    return held
