"""The codec: every message comes back as it was; whatever the bytes, the only error is WireError."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.comms import wire
from console.comms.wire import (
    Ack,
    Bye,
    Credit,
    Enrol,
    Enrolled,
    Events,
    Hello,
    Ping,
    Pong,
    Refused,
    Root,
    Wants,
    WireError,
)
from console.models.event import MAX_BODY_BYTES, Stream
from console.models.run import Entry, Run

ORIGIN, KEY = bytes(range(16)), bytes(32)
MESSAGES: list[wire.Message] = [
    Hello(ORIGIN, "unit", "救援一队", "652701", Wants(["652701", "6527/"]), [(ORIGIN, "652701/report", 5)], 1 << 20, (1 << 63) - 1),
    Events([Run(ORIGIN, "652701/report", 1, [Entry(1, "log.entered", "s", b"\x80", 3, KEY, bytes(64))])]),
    Ack([(ORIGIN, "6527/command", 1)], 7),
    Credit(9),
    Ping(1, 2, 50),
    Pong(1, 2),
    Bye("stopping", "it was stopped"),
    Refused("gap", "2 is next", ORIGIN, "6527/report", 2),
    Enrol("name", KEY, KEY, bytes(64)),
    Enrolled(ORIGIN, "name", "unit", "652701", Root(KEY, KEY, "node", "node", "6527"), [Root(KEY, KEY, "region", "node", "65")]),
]


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: type(message).__name__)
def test_messages_come_back_as_they_were(message: wire.Message) -> None:
    assert wire.decode(wire.encode(message)) == message


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: type(message).__name__)
def test_a_later_version_may_add_fields(message: wire.Message) -> None:
    fields = msgspec.msgpack.decode(wire.encode(message)[1:])
    assert wire.decode(wire.encode(message)[:1] + msgspec.msgpack.encode([*fields, "more"])) == message


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: type(message).__name__)
def test_truncated_and_altered_frames_are_wire_errors_or_messages(message: wire.Message) -> None:
    frame = wire.encode(message)
    dice = random.Random(1)
    for cut in range(len(frame)):
        with pytest.raises(WireError):
            wire.decode(frame[:cut])
    for _ in range(300):
        altered = bytearray(frame)
        altered[dice.randrange(len(frame))] = dice.randrange(256)
        try_decode(bytes(altered))


def try_decode(frame: bytes) -> None:
    """Raises anything but a WireError that can be counted and read."""
    code = ""
    try:
        wire.decode(frame)
    except WireError as error:
        code = error.code
    assert code in ("", "oversize", "version", "malformed")


def texts(value: object, path: tuple[int, ...] = ()) -> Iterator[tuple[int, ...]]:
    """Where the texts of a message are."""
    if isinstance(value, str):
        yield path
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from texts(item, (*path, index))


def broken(fields: Any, path: tuple[int, ...]) -> bytes:
    """The frame with a text at `path` that is no UTF-8."""
    at = fields
    for index in path[:-1]:
        at = at[index]
    at[path[-1]] = "~~~~"
    frame = msgspec.msgpack.encode(fields)
    assert frame.count(b"\xa4~~~~") == 1
    return b"\x01" + frame.replace(b"\xa4~~~~", b"\xa4\xff\xfe\xed\xa0")


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: type(message).__name__)
def test_a_text_that_is_no_utf8_makes_a_frame_malformed(message: wire.Message) -> None:
    plain = wire.encode(message)[1:]
    for path in texts(msgspec.msgpack.decode(plain)):
        with pytest.raises(WireError) as caught:
            wire.decode(broken(msgspec.msgpack.decode(plain), path))
        assert caught.value.code == "malformed"


@given(st.binary(max_size=300))
def test_any_bytes(frame: bytes) -> None:
    try_decode(frame)
    try_decode(b"\x01" + frame)


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        (b"", "malformed"),
        (b"\x02\x90", "version"),
        (b"\x01" + bytes(wire.MAX_FRAME), "oversize"),
        (b"\x01" + b"\x91" * 500_000, "malformed"),
        (b"\x01\xdd\xff\xff\xff\xff", "malformed"),
        (b"\x01" + msgspec.msgpack.encode([2, []]), "malformed"),
        (b"\x01" + msgspec.msgpack.encode([4, -1]), "malformed"),
        (b"\x01" + msgspec.msgpack.encode([4, 1 << 63]), "malformed"),
        (b"\x01" + msgspec.msgpack.encode([99, 1]), "malformed"),
        (b"\x01" + msgspec.msgpack.encode([3, [[bytes(15), "6527/report", 1]]]), "malformed"),
        (b"\x01" + msgspec.msgpack.encode([3, [[bytes(16), "x" * 33, 1]]]), "malformed"),
        (b"\x01" + msgspec.msgpack.encode([3, [[ORIGIN, "6527/report", 1]] * (wire.MAX_VECTOR + 1)]), "malformed"),
    ],
)
def test_limits(frame: bytes, code: str) -> None:
    with pytest.raises(WireError) as caught:
        wire.decode(frame)
    assert caught.value.code == code


def test_the_largest_event_fits_where_the_rules_say() -> None:
    entry = Entry((1 << 63) - 1, "候" * 64, "候" * 128, bytes(MAX_BODY_BYTES), (1 << 48) - 1, KEY, bytes(64))
    assert len(wire.encode(Events([Run(ORIGIN, "候" * 10, (1 << 62) - 1, [entry])]))) <= wire.LARGEST_EVENT


def test_a_vector_of_any_size_fits_into_hello() -> None:
    vector = {Stream(n.to_bytes(16, "big"), "652701001/telemetry"): n for n in range(wire.MAX_VECTOR + 500)}
    hello = Hello(ORIGIN, "console", "名" * 60, "6527", Wants(["6527"]), wire.to_vec(vector), 1, 1)
    assert len(wire.decode(wire.encode(hello)).vector) == wire.MAX_VECTOR  # type: ignore[union-attr]
