"""Leading those around this machine, and finding each other nearby, in a real window."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from console.comms.local.messages import Discover, Lead, Me, Nearby
from console.models.identity import owned_subject
from console.models.state import tables
from console.views.links import leading
from console.views.links.panel import LinksPanel
from console.views.window.status import peer_text
from tests.views.tables.desk import Desk
from tests.views.tables.sample import LINKS, ME, UNIT_PEER
from tests.views.tables.showing import shown

Shown = tuple[Desk, LinksPanel]
NEAR = Nearby(peer="ab" * 16, name="前指", role="console", area="652722", leads=False, endpoint="tcp://10.9.0.2:7650")


def me(**other: object) -> Me:
    return msgspec.structs.replace(ME, **{"role": "console", "discovery": True, "nearby": [NEAR], **other})


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> Iterator[Shown]:
    with shown(qtbot, tmp_path, LinksPanel) as made:
        made[0].context.news.links.emit(me(), LINKS)
        made[1].tabs.setCurrentIndex(4)
        yield made


def test_leading_is_asked_for_with_the_operators_name_and_shown_once_the_peer_says_so(window: Shown, qtbot: QtBot) -> None:
    desk, panel = window
    page = panel.nearby
    assert (page.state.text(), page.lead.text()) == ("Nobody leads here.", "Lead here")
    qtbot.mouseClick(page.lead, Qt.MouseButton.LeftButton)
    request = desk.asking.requests[-1]
    assert isinstance(request, Lead)
    assert (request.on, request.author) == (True, desk.context.author())
    assert page.lead.text() == "Lead here"
    desk.context.news.links.emit(me(leading_ms=desk.time.ms), LINKS)
    assert page.state.text().startswith("This machine leads since")
    assert page.lead.text() == "Stop leading"
    qtbot.mouseClick(page.lead, Qt.MouseButton.LeftButton)
    assert desk.asking.requests[-1].on is False


def test_the_palette_leads_and_stops(window: Shown) -> None:
    desk, panel = window
    actions = {action.text(): action for action in panel.actions_for_palette()}
    actions["Links: lead those around this machine"].trigger()
    assert desk.asking.requests[-1].on is True
    assert panel.tabs.currentIndex() == 4
    actions["Links: stop leading"].trigger()
    assert desk.asking.requests[-1].on is False


def test_who_is_heard_nearby_is_listed_with_who_leads(window: Shown) -> None:
    desk, panel = window
    assert panel.nearby.peers.text() == "● 前指: console 652722, tcp://10.9.0.2:7650"
    desk.context.news.links.emit(me(nearby=[msgspec.structs.replace(NEAR, leads=True)]), LINKS)
    assert panel.nearby.peers.text() == "★ 前指: console, leads here 652722, tcp://10.9.0.2:7650"
    assert panel.nearby.state.text() == "Nearby leads: 前指."
    desk.context.news.links.emit(me(nearby=[]), LINKS)
    assert panel.nearby.peers.text().startswith("No enrolled peer is heard")


def test_discovery_shows_what_the_peer_does_not_what_was_clicked(window: Shown, qtbot: QtBot) -> None:
    desk, panel = window
    box = panel.nearby.discovery
    assert box.isChecked()
    box.click()
    request = desk.asking.requests[-1]
    assert isinstance(request, Discover)
    assert request.on is False
    assert box.isChecked()
    desk.context.news.links.emit(me(discovery=False, nearby=[]), LINKS)
    assert not box.isChecked()
    assert panel.nearby.peers.text() == "Peers on the local network are not looked for."


def test_who_cannot_lead_is_told_why(window: Shown) -> None:
    desk, panel = window
    desk.context.news.links.emit(me(role="unit"), LINKS)
    assert not panel.nearby.lead.isEnabled()
    assert "Only a console or a node" in panel.nearby.why.text()
    desk.context.news.links.emit(None, [])
    assert not panel.nearby.lead.isEnabled()
    assert not panel.nearby.discovery.isEnabled()
    assert leading.nearby_texts(None) == []


def test_the_status_bar_says_that_this_machine_leads() -> None:
    assert "★ leads here" in peer_text(me(leading_ms=1), "")[0]
    assert "leads" not in peer_text(me(), "")[0]


def test_who_leads_elsewhere_is_told_by_the_journal(window: Shown) -> None:
    desk, panel = window
    page = panel.nearby
    assert not page.leaders.isVisible()
    station = owned_subject(bytes.fromhex(UNIT_PEER), "station")
    desk.put(tables.Station, id=station, leads_since_ms=desk.time.ms, lead_author="王")
    desk.tell(station={station})
    assert page.leaders.text().startswith("★ 矿山救护队终端 leads since ")
    assert page.leaders.text().endswith("(by 王)")
