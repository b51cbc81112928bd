"""What one message holds: events, parts of an event that did not fit, acknowledgements; as many as there is room for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from console.comms.carriers.beidou.packing import CodeError, Reader, Writer

MAX_PARTS = 16
ACK_BITS = 16
_END, _EVENT, _PART, _ACK = range(4)
_LONG = 0x3F
"""In place of a length: a number follows that says it."""
_LOW_NUMBER = 0xFFFF


class Told(NamedTuple):
    """An event in the code, `age_s` old as the message is sent."""

    code: bytes
    age_s: int


class Part(NamedTuple):
    """`data` is piece `place` (from 0) of `total` of the event `series` (0 to 255, counted by the sender)."""

    series: int
    place: int
    total: int
    age_s: int
    data: bytes


class Ack(NamedTuple):
    """The low 16 bits of the highest number taken; bit i of `before`: the one i + 1 lower was taken too."""

    newest: int
    before: int

    def numbers(self, of: Iterator[int]) -> list[int]:
        """Which of these numbers are acknowledged."""
        return [number for number in of if self._holds((self.newest - number) & _LOW_NUMBER)]

    def _holds(self, behind: int) -> bool:
        return behind == 0 or (behind <= ACK_BITS and bool(self.before >> (behind - 1) & 1))


Item = Told | Part | Ack


def write_item(item: Item) -> bytes:
    if isinstance(item, Told):
        return _framed(_EVENT, bytes([_write_age(item.age_s)]) + item.code)
    if isinstance(item, Part):
        return _framed(_PART, bytes([item.series, item.place << 4 | item.total - 1, _write_age(item.age_s)]) + item.data)
    return _framed(_ACK, (item.newest & _LOW_NUMBER).to_bytes(2, "big") + item.before.to_bytes(2, "big"))


def _framed(what: int, content: bytes) -> bytes:
    writer = Writer()
    writer.byte(what << 6 | min(len(content), _LONG))
    if len(content) >= _LONG:
        writer.uint(len(content))
    writer.raw(content)
    return bytes(writer)


def _write_age(age_s: int) -> int:
    """Seconds as a number of four bits after a leading one, and four bits of exponent: to 6 per cent, six days at most."""
    shift = min(15, max(0, age_s.bit_length() - 4))
    return age_s if shift == 0 else shift << 4 | min(15, max(0, (age_s >> (shift - 1)) - 16))


def _read_age(byte: int) -> int:
    shift, low = byte >> 4, byte & 15
    return low if shift == 0 else (16 + low) << (shift - 1)


ACK_BYTES = len(write_item(Ack(0, 0)))
_AGE_BYTES, _PLACE_BYTES = 1, 2


def code_room(room: int) -> int:
    """The longest event in the code that a body of `room` bytes takes whole."""
    return _content_room(room) - _AGE_BYTES


def part_room(room: int) -> int:
    """The longest part likewise."""
    return _content_room(room) - _AGE_BYTES - _PLACE_BYTES


def _content_room(room: int) -> int:
    """Less what the frame takes: a byte, and a length of one or two where it is long."""
    if room <= _LONG:
        return room - 1
    return room - 2 if room - 2 < 0x80 else room - 3


def messages_for(size: int, room: int) -> int:
    """How many messages with bodies of `room` bytes an event of `size` bytes in the code takes."""
    if size <= code_room(room):
        return 1
    return -(-size // part_room(room)) if part_room(room) > 0 else MAX_PARTS + 1


def read_items(body: bytes) -> Iterator[Item]:
    """What is in a message. Raises CodeError at what is malformed."""
    reader = Reader(body)
    while reader.left:
        head = reader.byte()
        what, length = head >> 6, head & _LONG
        if what == _END:
            return
        content = Reader(reader.raw(reader.uint() if length == _LONG else length))
        if what == _EVENT:
            age_s = _read_age(content.byte())
            yield Told(content.raw(content.left), age_s)
        elif what == _PART:
            yield _part(content)
        else:
            yield Ack(int.from_bytes(content.raw(2), "big"), int.from_bytes(content.raw(2), "big"))


def _part(content: Reader) -> Part:
    series, which, age_s = content.byte(), content.byte(), _read_age(content.byte())
    place, total = which >> 4, (which & 15) + 1
    if place >= total:
        raise CodeError(f"part {place} of {total}")
    return Part(series, place, total, age_s, content.raw(content.left))
