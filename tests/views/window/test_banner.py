"""One place for what must not be missed."""

from __future__ import annotations

from PySide6.QtGui import QColor
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from console.views.window import theme
from console.views.window.banner import MAX_FAULTS_SHOWN, Banner


def shown(banner: Banner) -> list[str]:
    return [label.text() for label in banner.findChildren(QLabel) if label.isVisible() and label.text()]


def make(qtbot: QtBot, returned: list[str]) -> Banner:
    banner = Banner(lambda: returned.append("live"))
    qtbot.addWidget(banner)
    banner.set_theme(theme.load("day"))
    banner.resize(800, 100)
    banner.show()
    return banner


def test_a_fault_raised_again_is_counted_not_repeated(qtbot: QtBot) -> None:
    banner = make(qtbot, [])
    for _ in range(3):
        banner.raise_fault("disk", "Disk full")
    qtbot.waitUntil(lambda: shown(banner) == ["⚠ Disk full (3 times)"])
    banner.clear_fault("disk")
    assert shown(banner) == []


def test_a_fault_says_what_to_do_and_does_it(qtbot: QtBot) -> None:
    banner = make(qtbot, [])
    retried: list[str] = []
    banner.raise_fault("peer", "Away", ("Retry", lambda: retried.append("peer")))
    next(button for button in banner.findChildren(QPushButton) if button.text() == "Retry").click()
    assert retried == ["peer"]


def test_many_faults_stay_one_area(qtbot: QtBot) -> None:
    banner = make(qtbot, [])
    for number in range(10):
        banner.raise_fault(f"code{number}", f"Fault {number}")
    qtbot.waitUntil(lambda: len(shown(banner)) == MAX_FAULTS_SHOWN + 1)
    assert shown(banner)[-1] == "8 more faults"


def test_not_live_is_told_by_words_pattern_and_colour_and_ends_by_a_button(qtbot: QtBot) -> None:
    returned: list[str] = []
    banner = make(qtbot, returned)
    banner.replay.show_text("NOT LIVE")
    qtbot.waitExposed(banner.replay)
    image = banner.replay.grab().toImage()
    colours = {image.pixelColor(x, image.height() // 2).name() for x in range(200)}
    held = theme.load("day").colours
    assert {QColor(held["replay"]).name(), QColor(held["replay_stripe"]).name()} <= colours
    next(button for button in banner.replay.findChildren(QPushButton)).click()
    assert returned == ["live"]
    banner.replay.show_text("")
    assert not banner.replay.isVisible()


def test_what_is_less_urgent_stands_last_and_is_counted_first(qtbot: QtBot) -> None:
    banner = Banner(lambda: None)
    qtbot.addWidget(banner)
    banner.show()
    banner.raise_fault("saving", "saving power", minor=True)
    banner.raise_fault("disk", "the disk is full")
    qtbot.waitUntil(lambda: shown(banner) == ["⚠ the disk is full", "⚠ saving power"])
    banner.raise_fault("peer", "the peer is away")
    qtbot.waitUntil(lambda: shown(banner) == ["⚠ the disk is full", "⚠ the peer is away", "1 more fault"])
