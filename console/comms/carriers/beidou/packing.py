"""Numbers, texts and names in as few bytes as they can be told in. A reader raises `CodeError`, whatever the bytes."""

from __future__ import annotations

import struct
from typing import NamedTuple

from ulid import ULID

from console.models.event import MAX_SUBJECT_CHARS, Origin
from console.models.identity import OWNED_PREFIX_CHARS

PREFIX_BYTES = OWNED_PREFIX_CHARS // 2
_MAX_VARINT_BYTES = 10
_MAX_TEXT_BYTES = 8000
_ULID_CHARS, _ULID_TIME_BYTES = 26, 6
_LON_STEPS, _LAT_STEPS = 36_000_000, 18_000_000
_PLACE_BYTES = 7
STEP_DEG = 1e-5
"""How finely a position is told: about a metre."""

_UTF8, _GB18030, _DIGITS = range(3)
_DIGIT_CHARS = "0123456789_,-.:"
_DIGIT_END = len(_DIGIT_CHARS)


class CodeError(Exception):
    """It cannot be told in this code, or the bytes are none of it."""


class Writer:
    def __init__(self) -> None:
        self._bytes = bytearray()

    def __bytes__(self) -> bytes:
        return bytes(self._bytes)

    def raw(self, data: bytes) -> None:
        self._bytes += data

    def byte(self, value: int) -> None:
        self._bytes.append(value)

    def uint(self, value: int) -> None:
        """Seven bits a byte, least significant first."""
        if value < 0:
            raise CodeError(f"{value} is negative")
        while value > 0x7F:
            self._bytes.append(value & 0x7F | 0x80)
            value >>= 7
        self._bytes.append(value)

    def sint(self, value: int) -> None:
        self.uint(value << 1 if value >= 0 else (-value << 1) - 1)

    def milli(self, value: float) -> None:
        """To a thousandth, or as a double what is too large for that."""
        if abs(value) < 1e9:
            self.byte(0)
            self.sint(round(value * 1000))
        else:
            self.raw(b"\1" + struct.pack(">d", value))

    def place(self, lon: float, lat: float) -> None:
        x, y = round((lon + 180) / STEP_DEG), round((lat + 90) / STEP_DEG)
        if not (0 <= x <= _LON_STEPS and 0 <= y <= _LAT_STEPS):
            raise CodeError(f"{lon} {lat} is no position")
        self.raw((x * (_LAT_STEPS + 1) + y).to_bytes(_PLACE_BYTES, "big"))

    def text(self, text: str) -> None:
        """In UTF-8, GB18030 or four bits a digit, whichever is shortest."""
        coded = min(_codings(text), key=lambda pair: len(pair[1]))
        self.uint(len(coded[1]) << 2 | coded[0])
        self.raw(coded[1])


class Reader:
    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    @property
    def left(self) -> int:
        return len(self._data) - self._at

    def raw(self, count: int) -> bytes:
        if count > self.left:
            raise CodeError(f"{count} bytes wanted, {self.left} left")
        self._at += count
        return self._data[self._at - count : self._at]

    def byte(self) -> int:
        return self.raw(1)[0]

    def uint(self) -> int:
        value = 0
        for index in range(_MAX_VARINT_BYTES):
            byte = self.byte()
            value |= (byte & 0x7F) << (7 * index)
            if byte < 0x80:
                return value
        raise CodeError("a number too long")

    def sint(self) -> int:
        value = self.uint()
        return -(value >> 1) - 1 if value & 1 else value >> 1

    def milli(self) -> float:
        form = self.byte()
        if form == 0:
            return self.sint() / 1000
        if form == 1:
            return float(struct.unpack(">d", self.raw(8))[0])
        raise CodeError(f"a number of form {form}")

    def place(self) -> tuple[float, float]:
        """(lon, lat) in degrees."""
        x, y = divmod(int.from_bytes(self.raw(_PLACE_BYTES), "big"), _LAT_STEPS + 1)
        if x > _LON_STEPS:
            raise CodeError("no position")
        return round(x * STEP_DEG - 180, 5), round(y * STEP_DEG - 90, 5)

    def text(self) -> str:
        head = self.uint()
        size, coding = head >> 2, head & 3
        if size > _MAX_TEXT_BYTES:
            raise CodeError(f"a text of {size} bytes")
        data = self.raw(size)
        try:
            return _read_digits(data) if coding == _DIGITS else data.decode(("utf-8", "gb18030")[coding])
        except (UnicodeDecodeError, IndexError) as error:
            raise CodeError(f"a text in coding {coding}: {error}") from error


def _codings(text: str) -> list[tuple[int, bytes]]:
    try:
        found = [(_UTF8, text.encode("utf-8"))]
    except UnicodeEncodeError as error:
        raise CodeError(f"a text that is none: {error}") from error
    national = text.encode("gb18030")
    if national.decode("gb18030") == text:
        found.append((_GB18030, national))
    if text and all(char in _DIGIT_CHARS for char in text):
        found.append((_DIGITS, _write_digits(text)))
    return found


def _write_digits(text: str) -> bytes:
    values = [_DIGIT_CHARS.index(char) for char in text] + [_DIGIT_END] * (len(text) % 2)
    return bytes(high << 4 | low for high, low in zip(values[::2], values[1::2], strict=True))


def _read_digits(data: bytes) -> str:
    values = [value for byte in data for value in (byte >> 4, byte & 15)]
    return "".join(_DIGIT_CHARS[value] for value in values if value != _DIGIT_END)


# -- names of things ----------------------------------------------------------------------------------------------------------


class Names(NamedTuple):
    """What the names of things in one event are told by: who made it and when (ms), and the two peers it goes between."""

    author: Origin
    author_ms: int
    sender: Origin
    receiver: Origin


_NOTHING, _UNIT, _ULID, _LOCAL, _PLAIN_ULID, _PLAIN, _TWICE = range(7)
_OF_AUTHOR, _OF_SENDER, _OF_RECEIVER, _OF_OTHER = range(4)


def write_ref(writer: Writer, ref: str, names: Names) -> None:
    """A subject or a reference to one: `<12 hex of its owner>:<unit, ULID or text>`, a ULID, or any text."""
    prefix, colon, local = ref.partition(":")
    if colon and len(prefix) == OWNED_PREFIX_CHARS and _is_hex(prefix):
        _write_owned(writer, bytes.fromhex(prefix), local, names)
    elif not ref:
        writer.byte(_NOTHING)
    elif (plain := _ulid(ref)) is not None:
        writer.byte(_PLAIN_ULID)
        _write_ulid(writer, plain, names)
    else:
        first, comma, second = ref.partition(",")
        twice = bool(first and comma) and second.startswith(first)  # a warning's number begins with who issues it
        writer.byte(_TWICE if twice else _PLAIN)
        writer.text(first if twice else ref)
        if twice:
            writer.text(second[len(first) :])


def _write_owned(writer: Writer, prefix: bytes, local: str, names: Names) -> None:
    owner = next((index for index, origin in enumerate(_owners(names)) if origin[:PREFIX_BYTES] == prefix), _OF_OTHER)
    ulid = _ulid(local)
    form = _UNIT if local == "unit" else _LOCAL if ulid is None else _ULID
    writer.byte(form | owner << 4)
    if owner == _OF_OTHER:
        writer.raw(prefix)
    if ulid is not None:
        _write_ulid(writer, ulid, names)
    elif form == _LOCAL:
        writer.text(local)


def read_ref(reader: Reader, names: Names) -> str:
    head = reader.byte()
    form, owner = head & 15, head >> 4
    if form in (_UNIT, _ULID, _LOCAL) and owner <= _OF_OTHER:
        prefix = reader.raw(PREFIX_BYTES) if owner == _OF_OTHER else _owners(names)[owner][:PREFIX_BYTES]
        local = "unit" if form == _UNIT else _read_ulid(reader, names) if form == _ULID else reader.text()
        ref = f"{prefix.hex()}:{local}"
    elif head in (_PLAIN, _TWICE):
        first = reader.text()
        ref = f"{first},{first}{reader.text()}" if head == _TWICE else first
    elif head in (_NOTHING, _PLAIN_ULID):
        ref = "" if head == _NOTHING else _read_ulid(reader, names)
    else:
        raise CodeError(f"a name of form {head}")
    if len(ref) > MAX_SUBJECT_CHARS:
        raise CodeError(f"a name of {len(ref)} characters")
    return ref


def _owners(names: Names) -> tuple[Origin, Origin, Origin]:
    return names.author, names.sender, names.receiver


def _is_hex(text: str) -> bool:
    return all(char in "0123456789abcdef" for char in text)


def _ulid(text: str) -> bytes | None:
    if len(text) != _ULID_CHARS:
        return None
    try:
        ulid = ULID.from_str(text)
    except ValueError:
        return None
    return ulid.bytes if str(ulid) == text else None


def _write_ulid(writer: Writer, ulid: bytes, names: Names) -> None:
    """Its time as the difference to the event's, which is small for what was made with the event or not long before."""
    writer.sint(names.author_ms - int.from_bytes(ulid[:_ULID_TIME_BYTES], "big"))
    writer.raw(ulid[_ULID_TIME_BYTES:])


def _read_ulid(reader: Reader, names: Names) -> str:
    ms = names.author_ms - reader.sint()
    if not 0 <= ms < 1 << 48:
        raise CodeError("a ULID of no time")
    return str(ULID.from_bytes(ms.to_bytes(_ULID_TIME_BYTES, "big") + reader.raw(16 - _ULID_TIME_BYTES)))
