"""The line of links in the banner: one place, put away until the next loss, never said while the own peer is away."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from console.views.links.strip import LinkStrip
from tests.views.tables.desk import Desk
from tests.views.tables.sample import LINKS, ME

UP = LINKS[0]
GONE = msgspec.structs.replace(UP, state="gone", reason="the connection is gone")


@pytest.fixture
def shown(qtbot: QtBot, tmp_path: Path) -> Iterator[tuple[Desk, LinkStrip, list[str]]]:
    desk, asked = Desk(tmp_path), []  # type: ignore[var-annotated]
    strip = LinkStrip(desk.context, lambda: asked.append("links"))
    qtbot.addWidget(strip)
    strip.resize(900, 40)
    yield desk, strip, asked
    desk.close()


def press(strip: LinkStrip, text: str) -> None:
    next(button for button in strip.findChildren(QPushButton) if button.text() == text).click()


def test_a_loss_is_told_with_its_age_and_leads_to_links(shown: tuple[Desk, LinkStrip, list[str]]) -> None:
    desk, strip, asked = shown
    desk.context.news.links.emit(ME, [UP])
    assert strip.isHidden()
    desk.context.news.links.emit(ME, [GONE])
    assert strip.isVisible()
    desk.pass_time(90)
    assert strip.label.text() == "⇅ No link to 精河县汇聚节点 for 90 s. Waiting to be sent: telemetry 12."
    press(strip, "Show Links")
    assert asked == ["links"]


def test_put_away_it_comes_back_with_the_next_loss_alone(shown: tuple[Desk, LinkStrip, list[str]]) -> None:
    desk, strip, _ = shown
    for links in ([UP], [GONE]):
        desk.context.news.links.emit(ME, links)
    press(strip, "Hide")
    desk.pass_time(5)
    desk.context.news.links.emit(ME, [UP])
    assert strip.isHidden()
    desk.context.news.links.emit(ME, [GONE])
    assert strip.isVisible()


def test_while_the_own_peer_is_away_nothing_is_taken_for_lost(shown: tuple[Desk, LinkStrip, list[str]]) -> None:
    desk, strip, _ = shown
    desk.context.news.links.emit(ME, [UP])
    desk.context.news.links.emit(None, [])
    assert strip.isHidden()
    desk.context.news.links.emit(ME, [UP])
    assert strip.isHidden()
