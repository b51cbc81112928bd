"""The envelope: only the two peers can write and read it, no bit of it can be changed, none of it counts twice."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.comms.carriers.beidou.seal import OVERHEAD_BYTES, WINDOW, Heard, SealError, keys_between
from console.comms.security.keys import CurvePair
from tests.comms.carriers.beidou.material import DESK, NODE, UNIT

PAIRS = {origin: CurvePair.generate() for origin in (UNIT, NODE, DESK)}


def between(own: bytes, other: bytes):  # noqa: ANN201
    keys = keys_between(PAIRS[own].secret, own, PAIRS[other].public, other)
    assert keys is not None
    return keys


SENT, TAKEN = between(UNIT, NODE), between(NODE, UNIT)


@given(st.integers(0, (1 << 24) - 1), st.binary(max_size=80), st.booleans())
def test_the_other_side_reads_what_was_written(number: int, body: bytes, asks: bool) -> None:
    content = SENT.out.seal(number, body, asks=asks)
    assert TAKEN.into.open(content) == (number, asks, body)
    assert len(content) == len(body) + OVERHEAD_BYTES


def test_what_is_said_is_not_in_the_clear() -> None:
    assert "三人被困".encode("gb18030") not in SENT.out.seal(1, "三人被困".encode("gb18030"), asks=True)


@pytest.mark.parametrize("key", [TAKEN.out, SENT.into, between(DESK, UNIT).into, between(NODE, DESK).into])
def test_nobody_else_and_no_other_direction_reads_it(key) -> None:  # noqa: ANN001
    with pytest.raises(SealError, match="mac"):
        key.open(SENT.out.seal(1, b"help", asks=True))


def test_every_single_bit_counts() -> None:
    content = SENT.out.seal(77, b"help us at gully 3", asks=True)
    for bit in range(len(content) * 8):
        altered = bytearray(content)
        altered[bit // 8] ^= 1 << (bit % 8)
        with pytest.raises(SealError):
            TAKEN.into.open(bytes(altered))


@given(st.binary(max_size=90))
def test_any_bytes_are_refused(content: bytes) -> None:
    with pytest.raises(SealError):
        TAKEN.into.open(content)


def test_a_key_that_is_none_makes_no_keys() -> None:
    assert keys_between(PAIRS[UNIT].secret, UNIT, bytes(32), NODE) is None


@given(st.lists(st.integers(1, 3 * WINDOW), max_size=100))
def test_a_number_counts_once_and_what_is_too_old_not_at_all(numbers: list[int]) -> None:
    heard, taken = Heard(), set[int]()
    for number in numbers:
        if not heard.holds(number):
            assert number not in taken
            taken.add(number)
            heard = heard.with_number(number)
        else:
            assert number in taken or number <= max(taken) - WINDOW
    assert heard.newest == max(taken, default=0)
