"""The code book: how each kind of event is told in a short message.

One event is: its kind (a byte), its author (6 bytes, left out where the sender is the author), area, number in its stream and time exactly,
its subject, a mask of the fields that are given, and those. Positions are rounded to 1e-5 degree, times other than the event's own to
minutes, and what is too long is cut and ends in an ellipsis; the event itself, when it comes over a wide link, has it all.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import msgspec

from console.comms.carriers.beidou.book import BOOK, Entry
from console.comms.carriers.beidou.packing import PREFIX_BYTES, CodeError, Names, Reader, Writer, read_ref, write_ref
from console.models import kinds
from console.models.clock import COUNTER_BITS, ms_of
from console.models.event import ORIGIN_BYTES, Event, Origin, Topic, valid_area
from console.models.journal.early import Early

ELLIPSIS = "…"
CARRIER = "beidou"
_MS_BYTES = 6
_AUTHOR_TOLD, _COUNTER_TOLD = 0x40, 0x80
_KIND_MASK = 0x3F


_BY_KIND = {entry.kind: entry for entry in BOOK}
_BY_CODE = {entry.code: entry for entry in BOOK}
KINDS = frozenset(_BY_KIND)


class Between(NamedTuple):
    """The two peers of a message."""

    sender: Origin
    receiver: Origin


def write_event(event: Event, between: Between, fits: Callable[[int], int], most: int) -> bytes:
    """`event` in the code: whole, or shortened until it needs `most` messages at most (`fits`: bytes to messages).

    What can be spared is left out where that saves a message. Raises CodeError: not of the book, or it cannot be told.
    """
    entry, body = _BY_KIND.get(event.kind), _decoded(event)
    if entry is None:
        raise CodeError(f"{event.kind} is not in the code book")
    whole = _write(event, entry, body, between)
    if fits(len(whole)) == 1:
        return whole
    lean, shortened = whole, body
    for name in entry.spare:
        shortened = _without(shortened, name)
        told = _write(event, entry, _marked(shortened, entry), between)
        lean = told if fits(len(told)) < fits(len(lean)) else lean
        if fits(len(lean)) == 1:
            return lean
    return lean if fits(len(lean)) <= most else _cut(event, entry, shortened, between, fits, most)


def _decoded(event: Event) -> kinds.Body:
    try:
        body = kinds.decode_body(event.kind, event.body)
    except msgspec.DecodeError as error:
        raise CodeError(str(error)) from error
    if body is None:
        raise CodeError(f"{event.kind} is of another version")
    return body


def _without(body: kinds.Body, name: str) -> kinds.Body:
    field = next(field for field in msgspec.structs.fields(body) if field.name == name)
    default = field.default if field.default is not msgspec.NODEFAULT else field.default_factory()
    return msgspec.structs.replace(body, **{name: default})


def _marked(body: kinds.Body, entry: Entry) -> kinds.Body:
    """With an ellipsis, where it is a text for people that lost something; a name of who wrote it is no such loss."""
    return body if entry.kind != "warning.received" else _with_text(body, entry, getattr(body, entry.cut) + ELLIPSIS)


def _with_text(body: kinds.Body, entry: Entry, said: str) -> kinds.Body:
    return msgspec.structs.replace(body, **{entry.cut: said})


def _cut(event: Event, entry: Entry, body: kinds.Body, between: Between, fits: Callable[[int], int], most: int) -> bytes:
    """With as many characters of its text as fit."""
    said: str = getattr(body, entry.cut, "")
    low, high, told = 0, len(said), b""
    while low <= high:
        middle = (low + high) // 2
        tried = _write(event, entry, _with_text(body, entry, said[:middle] + ELLIPSIS), between)
        if fits(len(tried)) <= most:
            low, told = middle + 1, tried
        else:
            high = middle - 1
    if not told:
        raise CodeError(f"{event.kind} does not fit into {most} messages")
    return told


def _write(event: Event, entry: Entry, body: kinds.Body, between: Between) -> bytes:
    writer, topic, ms = Writer(), Topic.parse(event.topic), ms_of(event.hlc)
    if topic.lane is not kinds.lane_of(event.kind):
        raise CodeError(f"{event.kind} on {event.topic}")
    told, counter = event.origin != between.sender, event.hlc & ((1 << COUNTER_BITS) - 1)
    writer.byte(entry.code | (_AUTHOR_TOLD if told else 0) | (_COUNTER_TOLD if counter else 0))
    if told:
        writer.raw(event.origin[:PREFIX_BYTES])
    writer.uint(int(f"1{topic.area}"))
    writer.uint(event.seq)
    writer.raw(ms.to_bytes(_MS_BYTES, "big"))
    if counter:
        writer.uint(counter)
    names = Names(event.origin, ms, *between)
    write_ref(writer, event.subject, names)
    given = [field for field in entry.fields if field.given(body)]
    writer.uint(sum(1 << entry.fields.index(field) for field in given))
    for field in given:
        field.write(writer, body, names)
    return bytes(writer)


def read_event(told: bytes, between: Between, author: Callable[[bytes], Origin | None]) -> Early:
    """The event that was told, its body filled up with defaults. `author`: the enrolled peer whose origin begins with these 6 bytes.

    Raises CodeError for anything that `write_event` does not make.
    """
    reader = Reader(told)
    head = reader.byte()
    entry = _BY_CODE.get(head & _KIND_MASK)
    if entry is None:
        raise CodeError(f"kind {head} is not in the code book")
    origin = author(reader.raw(PREFIX_BYTES)) if head & _AUTHOR_TOLD else between.sender
    if origin is None or len(origin) != ORIGIN_BYTES:
        raise CodeError("its author is not enrolled here")
    topic = Topic(_area(reader.uint()), kinds.lane_of(entry.kind))
    seq, ms, counter = reader.uint(), int.from_bytes(reader.raw(_MS_BYTES), "big"), reader.uint() if head & _COUNTER_TOLD else 0
    if not (0 < seq < 1 << 62 and ms < 1 << 47 and counter < 1 << COUNTER_BITS):
        raise CodeError("a number out of its range")
    names = Names(origin, ms, *between)
    subject = read_ref(reader, names)
    body = _read_body(reader, entry, subject, names)
    return Early(origin, str(topic), seq, ms << COUNTER_BITS | counter, entry.kind, subject, body, carrier=CARRIER)


def _area(number: int) -> str:
    area_code = str(number)[1:]
    if str(number)[0] != "1" or not valid_area(area_code):
        raise CodeError(f"{number} is no area")
    return area_code


def _read_body(reader: Reader, entry: Entry, subject: str, names: Names) -> bytes:
    mask = reader.uint()
    if mask >> len(entry.fields):
        raise CodeError("fields of another version")
    values: dict[str, Any] = _from_subject(entry.kind, subject)
    for index, field in enumerate(entry.fields):
        if mask >> index & 1:
            values |= field.read(reader, names)
    if reader.left:
        raise CodeError(f"{reader.left} bytes too many")
    try:
        body = kinds.encode_body(kinds.KINDS[entry.kind].body(**values))
        kinds.decode_body(entry.kind, body)
    except (TypeError, msgspec.MsgspecError) as error:
        raise CodeError(f"{entry.kind}: {error}") from error
    return body


def _from_subject(kind: str, subject: str) -> dict[str, Any]:
    """What the subject says already."""
    if kind != "warning.received":
        return {}
    sender, _, identifier = subject.partition(",")
    return {"sender": sender, "identifier": identifier, "sent_ms": 0}
