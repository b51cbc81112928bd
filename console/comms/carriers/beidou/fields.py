"""The fields of bodies in the code book: which attribute, when it is given, how it is written and read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from msgspec import UNSET

from console.comms.carriers.beidou.packing import CodeError, Names, Reader, Writer, read_ref, write_ref
from console.models import kinds

_MINUTE_MS = 60_000


class Field(NamedTuple):
    """`given(body)`: it says something; `write(writer, body, names)`; `read(reader, names)`: attributes and their values."""

    given: Callable[[Any], bool]
    write: Callable[[Writer, Any, Names], None]
    read: Callable[[Reader, Names], dict[str, Any]]


def text(name: str) -> Field:
    return Field(
        lambda body: bool(getattr(body, name)),
        lambda writer, body, _names: writer.text(getattr(body, name)),
        lambda reader, _names: {name: reader.text()},
    )


def ref(name: str) -> Field:
    """The id of another thing."""
    return Field(
        lambda body: bool(getattr(body, name)),
        lambda writer, body, names: write_ref(writer, getattr(body, name), names),
        lambda reader, names: {name: read_ref(reader, names)},
    )


def flag(name: str) -> Field:
    """True by being given."""
    return Field(lambda body: bool(getattr(body, name)), lambda _writer, _body, _names: None, lambda _reader, _names: {name: True})


def count(name: str) -> Field:
    """A whole number, which a body may leave unset; 0 is said where it is not the default."""
    return Field(
        lambda body: getattr(body, name) is not UNSET and not (name == "people" and body.people == 0),
        lambda writer, body, _names: writer.uint(getattr(body, name)),
        lambda reader, _names: {name: reader.uint()},
    )


def tight(name: str, step: float, default: float | None = None) -> Field:
    """A number of 0 or more, in whole steps."""
    digits = 0 if step >= 1 else 1
    return Field(
        lambda body: getattr(body, name) not in (None, default),
        lambda writer, body, _names: writer.uint(round(getattr(body, name) / step)),
        lambda reader, _names: {name: _at_least(round(reader.uint() * step, digits), 1.0 if name == "valid_s" else 0.0)},
    )


def _at_least(value: float, least: float) -> float:
    return max(float(value), least)


def milli(name: str, step: float) -> Field:
    """A number that may be negative: in steps of `step`, 1 or a thousandth."""
    if step == 1:
        write: Callable[[Writer, float], None] = lambda writer, value: writer.sint(round(value))  # noqa: E731
        read: Callable[[Reader], float] = lambda reader: float(reader.sint())  # noqa: E731
    else:
        write, read = Writer.milli, Reader.milli
    return Field(
        lambda body: getattr(body, name) is not None,
        lambda writer, body, _names: write(writer, getattr(body, name)),
        lambda reader, _names: {name: read(reader)},
    )


def minutes(name: str) -> Field:
    """A moment, to the minute: as minutes from the event's own, which are few."""
    return Field(
        lambda body: getattr(body, name) is not None,
        lambda writer, body, names: writer.sint(getattr(body, name) // _MINUTE_MS - names.author_ms // _MINUTE_MS),
        lambda reader, names: {name: (reader.sint() + names.author_ms // _MINUTE_MS) * _MINUTE_MS},
    )


def place() -> Field:
    """`lon` and `lat`, to a metre."""

    def read(reader: Reader, _names: Names) -> dict[str, Any]:
        lon, lat = reader.place()
        return {"lon": lon, "lat": lat}

    return Field(
        lambda body: body.lon is not None and body.lat is not None, lambda writer, body, _names: writer.place(body.lon, body.lat), read
    )


def word(name: str, words: Sequence[str], default: str = "") -> Field:
    """One of these by its number, any other by its letters; the default by not being given."""

    def write(writer: Writer, body: Any, _names: Names) -> None:
        said = getattr(body, name)
        writer.byte(words.index(said) + 1 if said in words else 0)
        if said not in words:
            writer.text(said)

    def read(reader: Reader, _names: Names) -> dict[str, Any]:
        index = reader.byte()
        if index > len(words):
            raise CodeError(f"{name} {index}")
        return {name: words[index - 1] if index else reader.text()}

    return Field(lambda body: getattr(body, name) not in ("", default), write, read)


def area() -> Field:
    """Of a warning's areas the descriptions; their shapes are left to the wide link."""

    def described(body: Any) -> str:
        return "; ".join(each.description for each in body.areas if each.description)

    return Field(
        lambda body: bool(described(body)),
        lambda writer, body, _names: writer.text(described(body)),
        lambda reader, _names: {"areas": [kinds.WarningArea(description=reader.text())]},
    )
