"""The clock of one card."""

from __future__ import annotations

import pytest

from console.comms.carriers.beidou.card import ANSWER_MS, Card
from console.comms.carriers.beidou.dialects import CardInfo, Feedback
from console.comms.carriers.beidou.rules import load_rules

NOW_MS = 1_790_000_000_000


@pytest.fixture
def card() -> Card:
    card = Card(load_rules())
    assert card.told(CardInfo("0242286", 60, 3))
    return card


def test_the_interval_is_kept_even_where_the_terminal_says_no_wait(card: Card) -> None:
    card.began(NOW_MS)
    assert not card.may_send(NOW_MS + 59_000)  # and it owes an answer
    card.answered(Feedback(True, 0, 0), NOW_MS + 500)
    assert not card.may_send(NOW_MS + 60_000)
    assert card.may_send(NOW_MS + 60_500)


def test_what_the_terminal_says_counts_where_it_is_longer(card: Card) -> None:
    card.began(NOW_MS)
    card.answered(Feedback(True, 0, 90), NOW_MS + 500)
    assert card.ready_ms == NOW_MS + 90_500


@pytest.mark.parametrize(
    ("feedback", "wait_s"), [(Feedback(False, 1, 17), 17.5), (Feedback(False, 4, 0), 20.5), (Feedback(False, 9, 0), 60.5)]
)
def test_a_refused_message_waits_as_it_is_told_or_as_the_rules_say(card: Card, feedback: Feedback, wait_s: float) -> None:
    card.began(NOW_MS)
    card.answered(feedback, NOW_MS)
    assert (card.ready_ms, card.refusal) == (NOW_MS + wait_s * 1000, feedback.reason)


def test_an_answer_that_does_not_come_is_waited_for_once(card: Card) -> None:
    card.began(NOW_MS)
    assert not card.overdue(NOW_MS + ANSWER_MS - 1)
    assert card.overdue(NOW_MS + ANSWER_MS)
    assert not card.overdue(NOW_MS + 2 * ANSWER_MS)


@pytest.mark.parametrize(("level", "size"), [(1, 12), (2, 50), (3, 77), (4, 105), (5, 1749), (9, 12)])
def test_what_a_message_takes_by_level(card: Card, level: int, size: int) -> None:
    """Civil levels of RDSS 2.1: 110, 408, 628 and 848 bits with the A4; an unknown one is taken for the smallest."""
    card.told(CardInfo("0242286", 60, level))
    assert card.content_bytes == size


def test_a_card_that_names_no_interval_gets_the_usual_one(card: Card) -> None:
    card.told(CardInfo("0242286", 0, 3))
    assert card.rate_s == 60
    assert not card.told(CardInfo("0242286", 0, 3))
    card.lost()
    assert not card.may_send(NOW_MS)
