"""Numbers, texts, places and names: what is written is read, and no bytes break the reader."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from ulid import ULID

from console.comms.carriers.beidou.packing import CodeError, Names, Reader, Writer, read_ref, write_ref
from tests.comms.carriers.beidou.material import AT_MS, DESK, NODE, UNIT, hex_prefixes, texts, ulids

NAMES = Names(UNIT, AT_MS, UNIT, NODE)


def written(write: Callable[[Writer], None]) -> Reader:
    writer = Writer()
    write(writer)
    return Reader(bytes(writer))


@given(st.integers(0, (1 << 64) - 1))
def test_whole_numbers(value: int) -> None:
    assert written(lambda writer: writer.uint(value)).uint() == value


@given(st.integers(-(1 << 62), 1 << 62))
def test_signed_numbers(value: int) -> None:
    assert written(lambda writer: writer.sint(value)).sint() == value


@given(st.floats(-1e15, 1e15))
def test_measured_values_to_a_thousandth(value: float) -> None:
    assert written(lambda writer: writer.milli(value)).milli() == pytest.approx(value, abs=0.0005)


@given(st.floats(-180, 180), st.floats(-90, 90))
def test_places_to_a_metre(lon: float, lat: float) -> None:
    told = written(lambda writer: writer.place(lon, lat)).place()
    assert told == pytest.approx((lon, lat), abs=0.6e-5)


@given(texts)
def test_texts_in_any_script(text: str) -> None:
    reader = written(lambda writer: writer.text(text))
    assert reader.text() == text
    assert reader.left == 0


def test_chinese_takes_two_bytes_a_character_and_a_number_half_of_one() -> None:
    assert written(lambda writer: writer.text("三号沟泥石流")).left == 1 + 12
    assert written(lambda writer: writer.text("65270041600001_202609211413")).left == 1 + 14


@given(hex_prefixes, texts.filter(lambda text: ":" not in text) | st.just("unit") | ulids.map(lambda data: str(ULID.from_bytes(data))))
def test_names_of_things_that_somebody_owns(prefix: str, local: str) -> None:
    check_ref(f"{prefix}:{local}")


@given(texts | ulids.map(lambda data: str(ULID.from_bytes(data))) | st.builds("{0},{0}{1}".format, texts, texts))
def test_names_of_other_things(ref: str) -> None:
    check_ref(ref)


def check_ref(ref: str) -> None:
    assume(len(ref) <= 128)
    reader = written(lambda writer: write_ref(writer, ref, NAMES))
    assert read_ref(reader, NAMES) == ref
    assert reader.left == 0


def test_a_thing_of_the_two_peers_is_told_without_its_owner() -> None:
    sizes = {
        origin: written(lambda writer, o=origin: write_ref(writer, f"{o.hex()[:12]}:unit", NAMES)).left for origin in (UNIT, NODE, DESK)
    }
    assert sizes == {UNIT: 1, NODE: 1, DESK: 7}


@given(st.binary(max_size=60), st.sampled_from(["uint", "sint", "milli", "place", "text", "ref"]))
def test_any_bytes_are_read_or_refused(data: bytes, what: str) -> None:
    reader = Reader(data)
    read: Callable[[], Any] = (lambda: read_ref(reader, NAMES)) if what == "ref" else getattr(reader, what)
    with contextlib.suppress(CodeError):
        read()
