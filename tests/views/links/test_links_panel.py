"""The links workspace in a real window."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDockWidget, QLabel, QMainWindow, QPushButton
from pytestqt.qtbot import QtBot

from console.comms.local.messages import Invite, Join, Revoke
from console.models.identity import owned_subject
from console.models.state import tables
from console.views.context import Thing
from console.views.links.panel import LinksPanel
from tests.views.tables.desk import Desk
from tests.views.tables.sample import LINKS, ME, NODE, UNIT_PEER
from tests.views.tables.showing import shown

Shown = tuple[Desk, LinksPanel]


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> Iterator[Shown]:
    with shown(qtbot, tmp_path, LinksPanel) as made:
        made[0].context.news.links.emit(ME, LINKS)
        yield made


def test_own_peer_on_top_with_its_faults_and_trouble_first(window: Shown) -> None:
    _, panel = window
    assert panel.own.text().startswith("This peer: 值班台一号")
    assert panel.faults.isVisible()
    assert [panel.list.table.row_at(at).id for at in range(3)] == ["l3", "l2", "l1"]


def test_behind_a_tab_nothing_is_filled_until_it_comes_to_the_front(window: Shown, qtbot: QtBot) -> None:
    desk, panel = window
    around, docks = QMainWindow(), [QDockWidget("Links"), QDockWidget("Other")]
    qtbot.addWidget(around)
    for dock, inside in zip(docks, (panel, QLabel("other")), strict=True):
        dock.setWidget(inside)
        around.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, dock)
    around.tabifyDockWidget(*docks)
    docks[1].raise_()
    around.resize(900, 600)
    around.show()
    qtbot.waitUntil(lambda: docks[1].visibleRegion().boundingRect().width() > 100)
    qtbot.waitUntil(lambda: not panel.seen)
    desk.context.news.links.emit(ME, LINKS[:1])
    assert panel.list.table.rowCount() == 3
    docks[0].raise_()
    qtbot.waitUntil(lambda: panel.list.table.rowCount() == 1)
    panel.setParent(None)


def test_an_absent_peer_is_said_and_asks_nothing(window: Shown) -> None:
    desk, panel = window
    desk.context.news.links.emit(None, [])
    assert "own peer is away" in panel.own.text()
    assert not panel.faults.isVisible()
    assert "own peer is away" in panel.invite.why.text()
    assert not panel.join.send.isEnabled()
    desk.pass_time(180)
    assert "Away for 3 min" in panel.own.text()
    assert "away for 3 min" in panel.list._empty.text()
    desk.context.news.links.emit(ME, [])
    assert "Nobody is connected" in panel.list._empty.text()
    assert panel.own.text().startswith("This peer")


def test_before_the_own_peer_is_heard_the_list_says_why_it_is_empty(qtbot: QtBot, tmp_path: Path) -> None:
    with shown(qtbot, tmp_path, LinksPanel) as (desk, panel):
        desk.pass_time(20)
        assert "own peer is away for 20 s" in panel.list._empty.text()


def test_narrow_the_list_is_above_what_is_told_of_a_link_and_no_word_is_cut(window: Shown, qtbot: QtBot) -> None:
    _, panel = window
    assert panel.tabs.x() > panel.list.x()
    panel.resize(560, 480)
    qtbot.waitUntil(lambda: panel.tabs.y() > panel.list.y() + panel.list.height() - 1)
    bar = panel.tabs.tabBar()
    titles = [bar.fontMetrics().horizontalAdvance(bar.tabText(at)) for at in range(bar.count())]
    assert all(bar.tabRect(at).width() > title for at, title in enumerate(titles))
    for button in panel.list.findChildren(QPushButton):
        assert button.width() >= button.sizeHint().width()


def test_a_link_selected_shows_why_it_was_refused(window: Shown) -> None:
    desk, panel = window
    desk.context.selection.select(Thing.LINK, "l3")
    assert panel.card.pairs()["Why"] == LINKS[2].reason
    assert panel.card.pairs()["Refused"].startswith("14 ")


def test_ages_count_on_without_news(window: Shown) -> None:
    desk, panel = window
    desk.context.selection.select(Thing.LINK, "l2")
    desk.pass_time(60)
    assert panel.card.pairs()["Last heard"] == "2 min"


def test_in_a_past_instant_links_are_as_they_are_now(window: Shown) -> None:
    desk, panel = window
    desk.context.selection.select(Thing.LINK, "l2")
    desk.time.live, desk.time.ms = False, desk.time.ms - 3_600_000
    desk.context.news.reset.emit()
    desk.context.news.second.emit()
    assert panel.card.pairs()["Last heard"] == "73 s"
    assert panel.list.table.row("l2") is not None


def test_selection_stays_on_its_link_as_links_come_and_go(window: Shown) -> None:
    desk, panel = window
    desk.context.selection.select(Thing.LINK, "l2")
    changed = msgspec.structs.replace(LINKS[1], state="online")
    desk.context.news.links.emit(ME, [changed, LINKS[0]])
    assert panel.list.view.current_id() == "l2"
    assert panel.card.pairs()["State"] == "Online"
    desk.context.news.links.emit(ME, [LINKS[0]])
    assert panel.list.view.current_id() == ""


def test_a_token_is_made_shown_copied_and_hidden(window: Shown, qtbot: QtBot) -> None:
    desk, panel = window
    assert panel.invite.area.text() == "6527"
    panel.invite.area.setText("652722")
    panel.invite.hours.setValue(48)
    panel.tabs.setCurrentIndex(1)
    panel.invite.submit()
    assert desk.asking.requests == [Invite(id=1, role="unit", area="652722", valid_s=48 * 3600)]
    desk.asking.answer(token="fengsui-1-ABCDEF")
    assert panel.invite.token.text() == "fengsui-1-ABCDEF"
    qtbot.mouseClick(panel.invite.copy, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == "fengsui-1-ABCDEF"
    qtbot.mouseClick(panel.invite.forget, Qt.MouseButton.LeftButton)
    assert panel.invite.token.text() == ""
    assert not panel.invite.token.isVisible()


def test_an_area_that_is_none_asks_nothing(window: Shown) -> None:
    desk, panel = window
    panel.invite.area.setText("精河")
    panel.invite.submit()
    assert desk.asking.requests == []
    assert "GB/T 2260" in panel.invite.outcome.text()


def test_a_used_token_is_refused_with_the_nodes_words_and_kept(window: Shown) -> None:
    desk, panel = window
    panel.join.token.setPlainText(" fengsui-1\nABC ")
    panel.join.name.setText("值班台二号")
    panel.join.submit()
    assert desk.asking.requests == [Join(id=1, token="fengsui-1ABC", name="值班台二号")]
    desk.asking.refuse("This token was used on 4 July: ask for another.")
    assert "was used on 4 July" in panel.join.outcome.text()
    assert panel.join.token.toPlainText() == " fengsui-1\nABC "


def test_revoking_asks_whom_and_why(window: Shown) -> None:
    desk, panel = window
    desk.context.selection.select(Thing.LINK, "l2")
    {action.text(): action for action in panel.actions_for_palette()}["Links: revoke a peer"].trigger()
    assert panel.revoke.peer.currentData() == UNIT_PEER
    panel.revoke.submit()
    assert desk.asking.requests == []
    assert "Why is empty" in panel.revoke.outcome.text()
    panel.revoke.reason.setText("终端遗失")
    panel.revoke.submit()
    assert desk.asking.requests == [Revoke(id=1, peer=UNIT_PEER, why="终端遗失")]
    desk.asking.answer()
    assert panel.revoke.peer.currentData() == ""


def test_news_of_peers_never_moves_the_choice_to_another(window: Shown) -> None:
    desk, panel = window
    panel.revoke.choose(UNIT_PEER)
    desk.put(tables.Peer, id="00" * 16, name="AAA", role="unit", area="652722")
    desk.tell(peer={"00" * 16})
    assert panel.revoke.peer.currentData() == UNIT_PEER
    desk.change(tables.Peer, UNIT_PEER, revoked_by=NODE, revoked_why="遗失")
    desk.tell(peer={UNIT_PEER})
    assert panel.revoke.peer.currentData() == ""
    assert panel.peers.table.row(UNIT_PEER).revoked


def test_without_a_peer_to_ask_it_says_so(qtbot: QtBot, tmp_path: Path) -> None:
    with shown(qtbot, tmp_path, LinksPanel, empty=True) as (desk, panel):
        panel.context.asking = None
        panel.join.token.setPlainText("t")
        panel.join.submit()
        assert "no peer behind this view" in panel.join.outcome.text()
        assert desk.asking.requests == []


def test_nobody_connected_says_what_to_do(window: Shown) -> None:
    desk, panel = window
    desk.context.news.links.emit(ME, [])
    assert "Nobody is connected" in panel.list._empty.text()


def test_a_machine_that_saves_power_is_marked_as_soon_as_it_says_so(window: Shown) -> None:
    desk, panel = window
    station = owned_subject(bytes.fromhex(UNIT_PEER), "station")
    desk.put(tables.Station, id=station, saving=True)
    desk.tell(station={station})
    desk.context.selection.select(Thing.LINK, "l2")
    assert panel.card.pairs()["Battery"] == "saving power"
    desk.change(tables.Station, station, saving=False)
    desk.tell(station={station})
    assert "Battery" not in panel.card.pairs()
