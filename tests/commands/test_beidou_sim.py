"""`fengsui beidou-sim`: terminals that answer as real ones do, told by lines and steered by lines."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import serial

from console.comms.carriers.beidou.dialects import AskCard, Bds3, CardInfo, Feedback, Incoming, Rdss21, Transmit
from console.comms.carriers.beidou.sentences import read, write
from tests.e2e.processes import Process, fengsui

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are not to be had on Windows")


@pytest.fixture
def sim(tmp_path: Path) -> Iterator[Process]:
    words = ("--card", "0242286,rate=1", "--card", "0242287,level=2,rate=30,bds3", "--delay", "0", "--links", str(tmp_path))
    with Process("beidou-sim", *words, typed=True) as process:
        process.wait_lines(2, "port ")
        yield process


def port(sim: Process, number: str) -> serial.Serial:
    path = next(line.split()[2] for line in sim.lines if line.startswith(f"port {number} "))
    return serial.Serial(path, timeout=5)


def test_cards_answer_in_their_family_and_reach_each_other(sim: Process, tmp_path: Path) -> None:
    one, other, old, new = port(sim, "0242286"), port(sim, "0242287"), Rdss21(), Bds3()
    with one, other:
        one.write(write(old.order(AskCard())))
        assert old.read_answer(read(one.readline().strip())) == CardInfo("0242286", 1, 3)
        other.write(write(new.order(AskCard())))
        assert new.read_answer(read(other.readline().strip())) == CardInfo("0242287", 30, 2)
        one.write(write(old.order(Transmit("0242287", b"\x10help"))))
        assert old.read_answer(read(one.readline().strip())) == Feedback(True, 0, 1)
        assert new.read_answer(read(other.readline().strip())) == Incoming("0242286", b"\x10help")
        sim.wait_lines(1, "0242286 -> 0242287 6 bytes delivered")


def test_orders_on_standard_input_are_obeyed_and_nonsense_is_said(sim: Process, tmp_path: Path) -> None:
    old = Rdss21()
    with port(sim, "0242286") as one:
        sim.type("refuse 0242286 2 3", "refuse 9999999 1", "loss 7", "dance", "signal 0242286 0")
        sim.wait_lines(3, "not understood")
        sim.wait_lines(1, "order signal")
        reasons = []
        for _ in range(3):
            one.write(write(old.order(Transmit("0242287", b"\x10"))))
            answer = old.read_answer(read(one.readline().strip()))
            assert isinstance(answer, Feedback)
            reasons.append(answer.reason)
        assert reasons == [2, 3, 4]
    before = (tmp_path / "0242286").resolve()
    sim.type("unplug 0242286")
    sim.wait_lines(1, "order unplug")
    assert not (tmp_path / "0242286").exists()
    sim.type("plug 0242286", "quit")
    assert sim.finish() == 0
    assert before.name


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--card", "12x"), "no card number"),
        (("--card", "1,speed=3"), "Such as"),
        (("--loss", "2"), "0 to 1"),
        (("--delay", "x"), "seconds"),
    ],
)
def test_wrong_words_are_wrong_usage(words: tuple[str, ...], said: str, capfd: pytest.CaptureFixture[str]) -> None:
    import console.cli

    assert console.cli.main(["beidou-sim", *words]) == 2
    assert said in capfd.readouterr().err


def test_help_says_how_it_is_steered() -> None:
    text = fengsui("beidou-sim", "--help")
    assert all(word in text for word in ("loss P", "refuse NUMBER", "unplug NUMBER", "--beidou PATH"))
