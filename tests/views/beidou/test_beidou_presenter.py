"""The satellite terminal in words."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from console.comms.local.messages import Consigned, Satellite, ShortMessage
from console.views import i18n
from console.views.beidou import presenter
from console.views.tables.marks import Shape

NOW_MS = 1_790_000_000_000
READY = Satellite(
    port="/dev/ttyUSB0", state="ready", dialect="BDS-2", card="0242286", level=3, rate_s=60, content_bytes=77, bars=3,
    ready_ms=NOW_MS + 42_000, partners=2, counts={"sent": 5, "acknowledged": 4, "repeated": 1}, refused={"terminal_1": 2, "mac": 7},
)  # fmt: skip
CALL = Consigned(peer="aa", name="County", kind="unit.help", urgency=0, since_ms=NOW_MS - 5000)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    i18n.use_language("en")
    yield
    i18n.use_language("zh_CN")


def test_the_clock_runs_down_to_the_next_message() -> None:
    assert presenter.clock_words(READY, NOW_MS) == "Next message in 43 s"
    assert presenter.clock_share(READY, NOW_MS) == pytest.approx(0.3)
    assert presenter.clock_words(READY, NOW_MS + 42_000) == "The next message can go now."
    assert presenter.clock_share(READY, NOW_MS + 99_000) == 1.0


@pytest.mark.parametrize(
    ("state", "words", "shape"),
    [
        ("ready", "Card 0242286, level 3, BDS-2: 77 bytes every 60 s", Shape.CIRCLE),
        ("asking", "has not answered yet", Shape.RING),
        ("absent", "(no such file)", Shape.CROSS),
        ("no_card", "Put the card in", Shape.TRIANGLE),
        ("small", "level 2 or more", Shape.TRIANGLE),
    ],
)
def test_every_state_says_what_is_so_and_what_to_do(state: str, words: str, shape: Shape) -> None:
    satellite = Satellite(**{**{name: getattr(READY, name) for name in READY.__struct_fields__}, "state": state, "why": "no such file"})
    assert words in presenter.state_text(satellite)
    assert presenter.state_mark(satellite).shape is shape
    assert (presenter.clock_words(satellite, NOW_MS) == "Nothing can be sent by satellite.") is (state != "ready")


def test_without_a_terminal_it_says_how_to_get_one() -> None:
    assert "give its serial port" in presenter.state_text(None)
    assert presenter.facts(None, NOW_MS) == []
    assert presenter.waiting_rows(None) == []
    assert presenter.recent_rows(None) == []


def test_facts() -> None:
    facts = dict(presenter.facts(READY, NOW_MS))
    assert facts["Signal"] == "▮▮▮▯ 3 of 4"
    assert facts["So far"] == "sent 5, acknowledged 4, sent again 1"
    assert facts["Refused"] == "7 forged or damaged, 2 too early for the card"
    assert facts["Cards known"] == "2 peers can be written to"
    assert "By hand" not in facts


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({}, "waits"),
        ({"tries": 1, "due_ms": NOW_MS + 5000}, "sent 1 time, no answer yet"),
        ({"tries": 3, "due_ms": NOW_MS - 5000, "parts": 3, "done": 2}, "is sent again, 2 of 3 messages arrived"),
    ],
)
def test_what_waits_says_how_far_it_is(more: dict[str, int], words: str) -> None:
    consigned = Consigned(peer="aa", name="County", kind="unit.help", urgency=0, since_ms=NOW_MS, **more)
    (row,) = presenter.waiting_rows(Satellite(port="p", state="ready", waiting=[consigned]))
    assert presenter.waiting_state(row, NOW_MS) == words


def test_what_went_newest_first_with_content_and_reason() -> None:
    recent = [
        ShortMessage(at_ms=NOW_MS - 9000, what="sent", name="County", kinds=["unit.help", "unit.position"], bytes=70),
        ShortMessage(at_ms=NOW_MS - 4000, what="refused", kinds=["unit.help"], code="terminal_4"),
        ShortMessage(at_ms=NOW_MS - 1000, what="sent", name="County", bytes=13),
    ]
    rows = presenter.recent_rows(Satellite(port="p", state="ready", recent=recent))
    assert [presenter.short_content(row, NOW_MS) for row in rows] == [
        "acknowledgement alone", "call for help: no lock on a satellite", "call for help, position",
    ]  # fmt: skip


def test_every_kind_of_the_code_book_and_every_reason_has_its_word_in_both_languages() -> None:
    from console.comms.carriers.beidou.book import BOOK

    codes = [
        *(f"terminal_{reason}" for reason in range(7)),
        "unanswered",
        "unreadable",
        "card",
        "version",
        "mac",
        "replay",
        "code",
        "trust",
        "store",
    ]
    for language in ("en", "zh_CN"):
        i18n.use_language(language)
        assert all(presenter.kind_text(entry.kind) != entry.kind.replace(".", "_") for entry in BOOK)
        assert all(i18n.word("short_refusal", code) != code for code in codes)
