"""Long drawing lets the event loop go on."""

from __future__ import annotations

import time
from collections.abc import Iterator

from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from console.views.monitoring.turns import TURN_S, Turns


def steps(count: int, said: list[str], name: str = "step") -> Iterator[None]:
    for _ in range(count):
        ends_s = time.perf_counter() + TURN_S / 2
        while time.perf_counter() < ends_s:
            pass
        said.append(name)
        yield


def test_others_have_their_turn_between_the_steps_of_a_job(qtbot: QtBot) -> None:
    turns, said = Turns(), list[str]()
    beat = QTimer(interval=0)
    beat.timeout.connect(lambda: said.append("beat"))
    beat.start()
    turns.begin("a", steps(12, said), lambda: said.append("done"))
    qtbot.waitUntil(lambda: "done" in said)
    beat.stop()
    first, last = said.index("step"), len(said) - said[::-1].index("step")
    assert said[first:last].count("beat") >= 3
    assert said.count("step") == 12
    assert turns.idle


def test_one_job_takes_the_place_of_another_of_its_key_and_dropped_ones_are_never_done(qtbot: QtBot) -> None:
    turns, said = Turns(), list[str]()
    turns.begin("a", steps(50, said, "old"), lambda: said.append("old done"))
    turns.begin("b", steps(1, said, "b"), lambda: said.append("b done"))
    turns.begin("a", steps(1, said, "new"), lambda: said.append("new done"))
    assert turns.busy("a")
    qtbot.waitUntil(lambda: turns.idle)
    assert said == ["new", "new done", "b", "b done"]
    turns.begin("a", steps(1, said), lambda: said.append("never"))
    turns.drop()
    qtbot.waitUntil(lambda: turns.idle)
    assert "never" not in said
