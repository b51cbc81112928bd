"""Slow work beside the window: it is answered once, and outlives nobody."""

from __future__ import annotations

import threading

from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from console.views.monitoring.errand import Errand


def test_an_answer_and_a_failure_are_told_once(qtbot: QtBot) -> None:
    owner = QObject()
    errand, told = Errand("trial", owner), list[object]()
    errand.run(lambda: 7, told.append, told.append)
    assert errand.busy
    qtbot.waitUntil(lambda: not errand.busy)
    errand.run(lambda: (_ for _ in ()).throw(OSError("full")), told.append, told.append)
    qtbot.waitUntil(lambda: not errand.busy)
    assert [str(one) for one in told] == ["7", "full"]


def test_work_that_ends_after_its_window_hurts_nobody(qtbot: QtBot) -> None:
    owner, gate, told = QObject(), threading.Event(), list[object]()
    errand = Errand("trial", owner)
    errand.run(gate.wait, told.append, told.append)
    thread = errand._thread
    assert thread is not None
    with qtbot.waitSignal(owner.destroyed):
        owner.deleteLater()
    gate.set()
    thread.join(5)
    assert not thread.is_alive()
    assert told == []
