"""What a terminal shows of others' texts cannot forge a line."""

from __future__ import annotations

import msgspec
import pytest

from console.comms import wire
from console.comms.wire import Hello, Wants, WireError
from console.models import kinds
from console.models.plain import plain


def test_controls_and_turns_are_shown_and_do_nothing() -> None:
    assert plain("a\nb\x1b[31m\u202egnp\u2028") == "a\ufffdb\ufffd[31m\ufffdgnp\ufffd"
    assert plain(b"\xd3\xea.csv".decode("utf-8", "surrogateescape")) == "\ufffd\ufffd.csv"
    assert plain("山地搜救分队 Ünit-1") == "山地搜救分队 Ünit-1"


@pytest.mark.parametrize("name", ["a\nrevoked admin", "\x1b[2J", "\u202egnp", "x\n"])
def test_no_peer_says_hello_with_a_name_that_forges_a_line(name: str) -> None:
    hello = Hello(bytes(16), "unit", name, "652701", Wants(), [], 1 << 20, 1)
    with pytest.raises(WireError):
        wire.decode(wire.encode(hello))


@pytest.mark.parametrize("topic", ["bogus", "652701", "652701/bogus", "652701/report\n", "/report"])
def test_no_stream_is_told_that_is_none(topic: str) -> None:
    hello = Hello(bytes(16), "unit", "u", "652701", Wants(), [(bytes(16), topic, 5)], 1 << 20, 1)
    with pytest.raises(WireError):
        wire.decode(wire.encode(hello))


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_a_reading_is_a_number(value: float) -> None:
    with pytest.raises(msgspec.ValidationError):
        kinds.decode_body("sensor.reading", msgspec.msgpack.encode({"value": value}))
