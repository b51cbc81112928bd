"""What a message holds; events in parts, whatever is lost, repeated or out of order."""

from __future__ import annotations

import contextlib
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.comms.carriers.beidou.message import (
    ACK_BITS,
    ACK_BYTES,
    Ack,
    Item,
    Part,
    Told,
    code_room,
    messages_for,
    part_room,
    read_items,
    write_item,
)
from console.comms.carriers.beidou.packing import CodeError
from console.comms.carriers.beidou.parts import MAX_OPEN, Open, split, take

ages = st.integers(0, 31)
told = st.builds(Told, st.binary(max_size=200), ages)
part = st.integers(1, 16).flatmap(
    lambda total: st.builds(Part, st.integers(0, 255), st.integers(0, total - 1), st.just(total), ages, st.binary(max_size=200))
)
ack = st.builds(Ack, st.integers(0, 0xFFFF), st.integers(0, 0xFFFF))


@given(st.lists(st.one_of(told, part, ack), max_size=6), st.integers(0, 3))
def test_items_are_read_as_written_and_what_fills_up_is_not(items: list[Item], padding: int) -> None:
    assert list(read_items(b"".join(map(write_item, items)) + bytes(padding))) == items


@given(st.integers(0, 10**7))
def test_an_age_is_told_to_six_per_cent_and_never_more_than_it_is(age_s: int) -> None:
    (item,) = read_items(write_item(Told(b"", age_s)))
    assert isinstance(item, Told)
    assert min(age_s, 500_000) * 0.93 <= item.age_s <= age_s


@given(st.binary(max_size=120))
def test_any_bytes_are_items_or_refused(body: bytes) -> None:
    with contextlib.suppress(CodeError):
        list(read_items(body))


@given(st.integers(16, 1750))
def test_rooms_are_what_really_fits(room: int) -> None:
    assert len(write_item(Told(bytes(code_room(room)), 0))) <= room < len(write_item(Told(bytes(code_room(room) + 2), 0)))
    assert len(write_item(Part(0, 0, 2, 0, bytes(part_room(room))))) <= room
    assert len(write_item(Ack(1, 1))) == ACK_BYTES


@given(st.integers(0, 1 << 20), st.integers(0, 0xFFFF), st.lists(st.integers(1, 1 << 20), max_size=30, unique=True))
def test_an_acknowledgement_names_the_newest_and_those_just_before_it(newest: int, before: int, numbers: list[int]) -> None:
    named = Ack(newest & 0xFFFF, before).numbers(iter(numbers))
    assert all(newest - number in range(ACK_BITS + 1) or (newest - number) & 0xFFFF in range(ACK_BITS + 1) for number in named)
    assert newest not in numbers or newest in named


@given(st.binary(min_size=1, max_size=400), st.integers(30, 80), st.randoms(use_true_random=False), st.data())
def test_an_event_in_parts_comes_together_in_any_order_with_repeats(
    code: bytes, room: int, chance: random.Random, data: st.DataObject
) -> None:
    parts = split(code, data.draw(st.integers(0, 255)), room)
    assert len(parts) == max(1, -(-len(code) // room))
    sent = parts + data.draw(st.lists(st.sampled_from(parts), max_size=5))
    chance.shuffle(sent)
    opened: list[Open] = []
    wholes = []
    for each in sent:
        opened, whole = take(opened, each)
        wholes += [] if whole is None else [whole.code]
    assert code in wholes
    assert set(wholes) == {code}


def test_a_series_that_comes_round_again_is_not_mixed_with_what_was_left_of_the_old() -> None:
    opened, _ = take([], Part(5, 0, 2, 0, b"old"))
    opened, _ = take(opened, Part(5, 0, 2, 0, b"new"))
    assert take(opened, Part(5, 1, 2, 0, b"est")).whole == Told(b"newest", 0)


def test_hostile_parts_fill_no_memory() -> None:
    opened: list[Open] = []
    for series in range(256):
        opened, _ = take(opened, Part(series, 0, 16, 0, b"x" * 60))
    assert len(opened) == MAX_OPEN


@pytest.mark.parametrize(("size", "count"), [(66, 1), (67, 2), (128, 2), (129, 3)])
def test_messages_of_a_civil_card(size: int, count: int) -> None:
    assert messages_for(size, 69) == count
