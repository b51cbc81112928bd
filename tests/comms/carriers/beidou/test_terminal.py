"""The thread at a serial port and the simulated terminal at its other end: real pseudo-terminals."""

from __future__ import annotations

import os
import random
import sys
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from console.comms.carriers.beidou.dialects import Answer, CardInfo, Feedback, Incoming, Signal, Transmit
from console.comms.carriers.beidou.rules import load_rules
from console.comms.carriers.beidou.simulated import SimCard
from console.comms.carriers.beidou.terminal import Terminal
from tests.comms.carriers.beidou.sky import Sky
from tests.waiting import deadline

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are not to be had on Windows")
ONE, OTHER = "0242286", "0242287"


class Listener:
    """What a terminal tells, as the peer's thread would be told."""

    def __init__(self, port: Path) -> None:
        self.said: list[Answer] = []
        self.found: list[str] = []
        self.lost: list[str] = []
        self._calls: deque[Callable[[], None]] = deque()
        self.terminal = Terminal(str(port), load_rules(), self._calls.append, self.said.append, self.found.append, self.lost.append)

    def heard(self, kind: type) -> list[Answer]:
        with suppress(IndexError):
            while True:
                self._calls.popleft()()
        return [answer for answer in self.said if isinstance(answer, kind)]


@pytest.fixture
def sky(tmp_path: Path) -> Iterator[Sky]:
    sky = Sky(tmp_path, [SimCard(ONE, rate_s=1), SimCard(OTHER, rate_s=1, dialect="BDS-3", level=5)])
    yield sky
    sky.close()


@pytest.fixture
def ends(sky: Sky) -> Iterator[tuple[Listener, Listener]]:
    listeners = Listener(sky.root / ONE), Listener(sky.root / OTHER)
    yield listeners
    for listener in listeners:
        listener.terminal.stop()


def test_the_family_and_the_card_are_found_and_messages_cross_between_families(sky: Sky, ends: tuple[Listener, Listener]) -> None:
    one, other = ends
    deadline(lambda: one.heard(CardInfo) and other.heard(CardInfo), "both cards are told")
    assert (one.heard(CardInfo)[0], other.heard(CardInfo)[0]) == (CardInfo(ONE, 1, 3), CardInfo(OTHER, 1, 5))
    assert (one.found, other.found) == (["BDS-2"], ["BDS-3"])
    one.terminal.order(Transmit(OTHER, b"\x10hello"))
    assert deadline(lambda: other.heard(Incoming), "it arrives") == [Incoming(ONE, b"\x10hello")]
    assert deadline(lambda: one.heard(Feedback), "it is said to be sent") == [Feedback(True, 0, 1)]
    other.terminal.order(Transmit(ONE, bytes([0x10] * 200)))
    assert deadline(lambda: one.heard(Incoming), "a long one of a card of level 5") == [Incoming(OTHER, bytes([0x10] * 200))]


def test_too_soon_too_long_no_signal_and_no_card_are_refused_with_their_reasons(sky: Sky, ends: tuple[Listener, Listener]) -> None:
    one, _ = ends
    deadline(lambda: one.heard(CardInfo), "the card is told")

    def refused(content: bytes) -> Feedback:
        count = len(one.heard(Feedback))
        one.terminal.order(Transmit(OTHER, content))
        answer = deadline(lambda: one.heard(Feedback)[count:], "an answer")[0]
        assert isinstance(answer, Feedback)
        return answer

    assert refused(bytes(78)) == Feedback(False, 6, 0)
    card = sky.satellite.terminals[ONE].card
    sky.do(lambda: setattr(card, "bars", 0))
    assert refused(b"\x10") == Feedback(False, 4, 0)
    sky.do(lambda: setattr(card, "bars", 3))
    sky.do(lambda: setattr(card, "rate_s", 30.0))
    assert refused(b"\x10").sent
    early = refused(b"\x10")
    assert (early.reason, early.wait_s in range(29, 32)) == (1, True)
    sky.do(lambda: setattr(card, "present", False))
    assert refused(b"\x10") == Feedback(False, 5, 0)


def test_a_cable_that_is_pulled_is_told_once_and_found_again(sky: Sky, ends: tuple[Listener, Listener]) -> None:
    one, other = ends
    deadline(lambda: one.heard(CardInfo) and other.heard(CardInfo), "the cards are told")
    sky.do(lambda: sky.satellite.unplug(ONE))
    deadline(lambda: one.heard(CardInfo) and one.lost, "the loss is told")
    sky.do(lambda: sky.satellite.plug(ONE))
    deadline(lambda: one.heard(CardInfo) and one.found == ["BDS-2", "BDS-2"], "it is found again", 20)
    one.terminal.order(Transmit(OTHER, b"\x10again"))
    deadline(lambda: other.heard(Incoming) == [Incoming(ONE, b"\x10again")], "and sends")


def test_noise_on_the_line_is_counted_and_changes_nothing(sky: Sky, ends: tuple[Listener, Listener]) -> None:
    one, _ = ends
    deadline(lambda: one.heard(CardInfo), "the card is told")
    noise = random.Random(5)

    def make_noise() -> None:
        for _ in range(50):
            os.write(sky.satellite.terminals[ONE].fd, b"$BD" + noise.randbytes(40).replace(b"\n", b"") + b"*00\r\n")

    sky.do(make_noise)
    deadline(lambda: one.terminal.unreadable >= 10, "it is counted")
    one.terminal.order(Transmit(OTHER, b"\x10"))
    deadline(lambda: [answer for answer in one.heard(Feedback) if answer.sent], "it still sends")  # type: ignore[attr-defined]
    assert {type(answer) for answer in one.said} <= {CardInfo, Signal, Feedback}


def test_a_port_that_is_none_is_told_with_its_reason(tmp_path: Path) -> None:
    listener = Listener(tmp_path / "nothing")
    try:
        deadline(lambda: (listener.heard(CardInfo), listener.lost)[1], "the reason")
        assert "nothing" in listener.lost[0]
    finally:
        listener.terminal.stop()
