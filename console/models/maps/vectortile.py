"""Mapbox Vector Tile 2.1 (protobuf): whether bytes are one, and what its layers are called. The page draws it
(`resources/map/vectortile.js`)."""

from __future__ import annotations

from collections.abc import Iterator

MAX_LAYERS = 256
LAYER, NAME, VERSION = 3, 1, 15
"""Field numbers: of a tile, and of a layer."""
_VARINT, _EIGHT, _BYTES, _FOUR = 0, 1, 2, 5


class _Broken(ValueError):
    pass


def layers_of(data: bytes) -> list[str] | None:
    """Names of the layers; None when this is no vector tile (an empty one has no bytes at all and is none)."""
    names: list[str] = []
    try:
        for number, wire, begin, end in _fields(data, 0, len(data)):
            if number != LAYER or wire != _BYTES or len(names) >= MAX_LAYERS:
                return None
            names.append(_name(data, begin, end))
    except (_Broken, UnicodeDecodeError):
        return None
    return names or None


def _name(data: bytes, begin: int, end: int) -> str:
    """Only the first fields of a layer are looked at: its name stands before its features in every tile seen, and need not."""
    for number, wire, start, stop in _fields(data, begin, end):
        if number == NAME and wire == _BYTES:
            return data[start:stop].decode()
    raise _Broken


def _fields(data: bytes, at: int, end: int) -> Iterator[tuple[int, int, int, int]]:
    """(field number, wire type, begin, end) of each field."""
    while at < end:
        key, at = _varint(data, at, end)
        number, wire = key >> 3, key & 7
        begin = at
        if wire == _VARINT:
            _, at = _varint(data, at, end)
        elif wire == _BYTES:
            length, begin = _varint(data, at, end)
            at = begin + length
        elif wire in (_EIGHT, _FOUR):
            at += 8 if wire == _EIGHT else 4
        else:
            raise _Broken
        if at > end or not number:
            raise _Broken
        yield number, wire, begin, at


def _varint(data: bytes, at: int, end: int) -> tuple[int, int]:
    value = shift = 0
    while at < end and shift < 64:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7
    raise _Broken
