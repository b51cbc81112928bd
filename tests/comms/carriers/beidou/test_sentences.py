"""Sentences: their checksum, what breaks them, and bytes as a cable brings them."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.comms.carriers.beidou.sentences import MAX_BYTES, Sentence, SentenceError, Splitter, read, write

fields = st.lists(st.text(alphabet="0123456789ABCDEFabcdef.NY", max_size=20), max_size=8).map(tuple)


@pytest.mark.parametrize(
    "line", ["$CCICA,0,00*7B", "$CCICR,0,00*68", "$BDICI,0242286,00242286,0000011,6,60,3,N,0*38", "$BDFKI,TXA,Y,Y,0,0040*17"]
)
def test_sentences_published_by_vendors_are_read_and_written_alike(line: str) -> None:
    assert write(read(line.encode())) == line.encode() + b"\r\n"


@given(st.text(alphabet="ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=5, max_size=5), fields)
def test_what_is_written_is_read(name: str, said: tuple[str, ...]) -> None:
    assert read(write(Sentence(name, said)).rstrip()) == Sentence(name, said)


@pytest.mark.parametrize(
    ("line", "code"), [(b"$CCICA,0,00*7C", "checksum"), (b"CCICA,0,00*7B", "shape"), (b"$CCICA,0,00", "shape"), (b"", "shape")]
)
def test_what_is_no_sentence_is_refused_by_name(line: bytes, code: str) -> None:
    with pytest.raises(SentenceError) as refused:
        read(line)
    assert refused.value.code == code


@given(st.binary(max_size=400))
def test_any_bytes_are_a_sentence_or_refused(data: bytes) -> None:
    with contextlib.suppress(SentenceError):
        read(data)


@given(st.lists(st.binary(max_size=60), max_size=20), st.data())
def test_a_sentence_is_found_however_the_cable_cuts_it_and_whatever_is_before_it(noise: list[bytes], data: st.DataObject) -> None:
    sentence = write(Sentence("BDFKI", ("TXA", "Y", "Y", "0", "0060")))
    stream = b"\r\n".join(piece.replace(b"$", b"") for piece in noise) + b"\r\n" + sentence
    cut = data.draw(st.integers(0, len(stream)))
    splitter = Splitter()
    lines = [*splitter.feed(stream[:cut]), *splitter.feed(stream[cut:])]
    assert lines[-1] == sentence.rstrip()


def test_an_endless_line_is_let_go_and_counted() -> None:
    splitter = Splitter()
    for _ in range(10):
        assert list(splitter.feed(b"x" * MAX_BYTES)) == []
    assert len(splitter._held) <= MAX_BYTES
    assert splitter.lost >= 5 * MAX_BYTES
    list(splitter.feed(b"\r\n"))
    assert list(splitter.feed(b"$CCICA,0,00*7B\r\n")) == [b"$CCICA,0,00*7B"]
