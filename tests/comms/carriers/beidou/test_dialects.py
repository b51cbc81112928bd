"""What sentences say in both families, from published examples and back and forth."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.comms.carriers.beidou.dialects import (
    DIALECTS,
    MAX_CONTENT,
    Answer,
    AskCard,
    AskSignal,
    Bds3,
    CardInfo,
    Dialect,
    Feedback,
    Incoming,
    Order,
    Rdss21,
    Signal,
    Transmit,
)
from console.comms.carriers.beidou.sentences import Sentence, SentenceError, read, write

numbers = st.integers(1, 9_999_999).map(lambda number: f"{number:07}")
contents = st.binary(min_size=1, max_size=MAX_CONTENT).filter(lambda content: content[0] != 0xA4)
answers: st.SearchStrategy[Answer] = st.one_of(
    st.builds(CardInfo, numbers, st.integers(1, 600), st.integers(1, 4)),
    st.builds(Signal, st.integers(1, 4), st.integers(1, 10)),
    st.builds(Incoming, numbers, contents),
    st.builds(lambda wait: Feedback(True, 0, wait), st.integers(0, 3600)),
    st.builds(lambda reason, wait: Feedback(False, reason, wait), st.integers(1, 6), st.integers(0, 3600)),
)
orders: st.SearchStrategy[Order] = st.one_of(
    st.just(AskCard()), st.builds(AskSignal, st.integers(1, 600)), st.builds(Transmit, numbers, contents)
)


@pytest.mark.parametrize("dialect", DIALECTS)
@given(order=orders)
def test_an_order_is_understood_by_a_terminal_of_its_family(dialect: Dialect, order: Order) -> None:
    assert dialect.read_order(read(write(dialect.order(order)).rstrip())) == order


@pytest.mark.parametrize("dialect", DIALECTS)
@given(answer=answers)
def test_an_answer_is_understood(dialect: Dialect, answer: Answer) -> None:
    assert dialect.read_answer(read(write(dialect.answer(answer, "093021")).rstrip())) == answer


@pytest.mark.parametrize(
    ("dialect", "line", "answer"),
    [
        (Rdss21(), "$BDICI,0242286,00242286,0000011,6,60,3,N,0*38", CardInfo("0242286", 60, 3)),
        (Rdss21(), "$BDICI,0000000,00000000,0000000,0,0,0,N,0*0B", CardInfo("", 0, 0)),
        (Rdss21(), "$BDFKI,TXA,Y,Y,0,0040*17", Feedback(True, 0, 40)),
        (Rdss21(), "$BDTXR,1,0166166,1,,3132333433333335*46", Incoming("0166166", b"12343335")),
        (Bds3(), "$BDFKI,082920,TCQ,Y,0,0*70", Feedback(True, 0, 0)),
        (Bds3(), "$BDPWI,000000.00,00,01,51,40,33,0*7B", Signal(2, 1)),
        (Bds3(), "$BDICP,15240507,2032472,1,3,0,N,1,Y,1,0,0,3,1,1,5,1,1,2,2,500,100,10,10*65", CardInfo("15240507", 1, 5)),
    ],
)
def test_published_answers_are_understood(dialect: Dialect, line: str, answer: Answer) -> None:
    assert dialect.read_answer(read(line.encode())) == answer


def test_a_message_to_a_card_is_written_as_published() -> None:
    content = bytes.fromhex("B9E3D6DDBAA3C1C4BFC6BCBCD3D0CFDEB9ABCBBE")
    assert write(Rdss21().order(Transmit("242407", content))) == b"$CCTXA,0242407,1,2,A4B9E3D6DDBAA3C1C4BFC6BCBCD3D0CFDEB9ABCBBE*0F\r\n"


@given(st.sampled_from(["BDICI", "BDTXR", "BDFKI", "BDBSI", "BDICP", "BDTCI", "BDPWI", "CCTXA", "CCTCQ", "CCRMO"]),
       st.lists(st.text(max_size=12) | st.sampled_from(["TXA", "TCQ", "Y", "N", "01", "99", "A4"]), max_size=80))  # fmt: skip
def test_any_fields_are_an_answer_or_refused(name: str, fields: list[str]) -> None:
    for dialect in DIALECTS:
        for understand in (dialect.read_answer, dialect.read_order):
            with contextlib.suppress(SentenceError):
                understand(Sentence(name, tuple(fields)))


def test_a_last_odd_digit_fills_up_bits_and_is_no_content() -> None:
    assert Rdss21().read_answer(Sentence("BDTXR", ("1", "0242286", "2", "", "A412340"))) == Incoming("0242286", b"\x12\x34")
