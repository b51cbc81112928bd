"""The links workspace: this machine's own peer, its links, the peers it knows, and what an operator may do about them."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QTabWidget, QVBoxLayout, QWidget

from console.comms.local.messages import Link, Me
from console.views.bundle.view import BundleView
from console.views.context import Context, Thing
from console.views.i18n import tr
from console.views.links import presenter, wording
from console.views.links.columns import columns, peer_columns
from console.views.links.forms import InviteForm, JoinForm, RevokeForm
from console.views.links.nearby import NearbyPage
from console.views.links.presenter import StationRow
from console.views.tables.beside import Beside
from console.views.tables.feed import Feed, Found, fill
from console.views.tables.marks import Mark, Shape, Tone
from console.views.tables.pages import page
from console.views.tables.paint import ICON_PX, is_night, mark_icon
from console.views.tables.pairs import PairsView
from console.views.tables.pane import TablePane
from console.views.tables.panel import Panel

OWN_MARKS = {True: Mark(Shape.CIRCLE, Tone.GREEN), False: Mark(Shape.CROSS, Tone.RED)}
PEERS_MIN_PX = 130
WIDE, TALL = (750, 250), (300, 400)
"""Of the width, and of the height where they are below each other: the list, whose columns should be seen without scrolling, and what is known
of one link."""
FAULT_MARK = Mark(Shape.TRIANGLE, Tone.RED)


class LinksPanel(Panel):
    """Links are told by the peer as they are now, also while the window shows a past instant: they are this machine's present."""

    def __init__(self, context: Context) -> None:
        super().__init__(context, "links")
        self._me: Me | None = None
        self._links: list[Link] = []
        self._behind = False
        self._away_ms: int | None = context.time.wall_ms()
        self._stations: dict[str, StationRow] = {}
        self.list = TablePane("links.list", columns(), context.time.wall_ms, _empty_text)
        self.peers = TablePane("links.peers", peer_columns(), context.time.wall_ms, lambda: tr("No peer is enrolled yet."))
        self.list.waiting_text = self._unknown_text
        self.card = PairsView(tr("Choose a link to see how it is."))
        self.invite, self.join, self.revoke = InviteForm(context), JoinForm(context), RevokeForm(context)
        self.nearby = NearbyPage(context)
        self.bundles = BundleView(context, self, self._chosen_peer)
        self.own, self._own_mark, self.faults, self._fault_mark = QLabel(), QLabel(), QLabel(), QLabel()
        self.tabs = QTabWidget()
        self._lay_out()
        self._peers_feed = Feed(context, "links.peers", presenter.read_peers, lambda changes: changes.ids.get("peer", ()), self)
        self._stations_feed = Feed(context, "links.stations", presenter.read_stations, lambda changes: changes.ids.get("station", ()), self)
        self._connect()
        self._offer_actions()
        self._show_own()
        self._peers_feed.read_all()
        self._stations_feed.read_all()

    def _on_links(self, me: Me | None, links: list[Link]) -> None:
        """Of hundreds of links some change at every telling: a panel that nobody sees is filled when it is painted again."""
        self._me, self._links = me, links
        self._away_ms = None if me is not None else self._away_ms or self.context.time.wall_ms()
        self._behind = not self.seen
        if not self._behind:
            self._fill()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._behind:
            self._behind = False
            QTimer.singleShot(0, self, self._fill)

    def _fill(self) -> None:
        self._behind = False
        me = self._me
        self.list.table.replace_all(presenter.link_rows(self._links, self._stations))
        if me is None:
            self.list.set_waiting()
        else:
            self.list.set_filled()
            self.invite.propose_area(me.area)
        self.nearby.show_me(me)
        for form in (self.invite, self.join, self.revoke):
            form.set_missing("" if me is not None else wording.away_text())
        self._show_own()
        self._show_card()

    def _show_own(self) -> None:
        self.own.setText(self._away_text() if self._me is None else wording.own_text(self._me, self.context.time.wall_ms()))
        _put_mark(self._own_mark, OWN_MARKS[self._me is not None])
        faults = wording.faults(self._me)
        self.faults.setText("\n".join(faults))
        _put_mark(self._fault_mark, FAULT_MARK)
        self.faults.setVisible(bool(faults))
        self._fault_mark.setVisible(bool(faults))

    def _away_text(self) -> str:
        return wording.away_text(self._away_ms, self.context.time.wall_ms())

    def _unknown_text(self) -> str:
        return wording.unknown_text(self._away_ms, self.context.time.wall_ms())

    def _show_card(self) -> None:
        row = self.list.table.row(self.list.view.current_id())
        self.card.show_columns([] if row is None else [(row.name, wording.card(row, self.context.time.wall_ms()))])

    def _take_peers(self, found: Found) -> None:
        fill(self.peers.table, found)
        self.peers.set_filled()
        self.revoke.show_peers(self.peers.table.rows())

    def _take_stations(self, found: Found) -> None:
        held = {} if found.asked is None else self._stations
        self._stations = held | {row.id: row for row in found.rows}
        if self._me is not None:
            self._on_links(self._me, self._links)

    def _on_picked(self, link: str) -> None:
        self._show_card()
        row = self.list.table.row(link)
        if row is not None:
            self.context.selection.select(Thing.LINK, link)

    def _on_selected(self, thing: Thing | None, item_id: str) -> None:
        if thing is Thing.LINK:
            self.list.view.select_id(item_id)
            self._show_card()

    def _on_second(self) -> None:
        super()._on_second()
        if self.isVisible():
            self._show_own()
            self._show_card()
            if self._me is None:
                self.list.set_waiting()

    def _lay_out(self) -> None:
        for label in (self.own, self.faults):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.list.sort_by("state")
        for button in self.bundles.buttons():
            self.list.bar.addWidget(button)
        self.peers.sort_by("name")
        self.peers.setMinimumHeight(PEERS_MIN_PX)
        self.tabs.setUsesScrollButtons(False)  # all of them are seen, however narrow the panel
        self.tabs.setElideMode(Qt.TextElideMode.ElideRight)
        self.tabs.addTab(self.card, tr("Link"))
        self.tabs.addTab(page(self.invite), tr("Add"))
        self.tabs.addTab(page(self.join), tr("Join"))
        self.tabs.addTab(page(self.revoke, self.peers, grows=self.peers), tr("Peers"))
        self.tabs.addTab(page(self.nearby), tr("Nearby"))
        splitter = Beside(self.list, self.tabs, WIDE, TALL)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 4, 4, 4)
        layout.setSpacing(2)
        for mark, words in ((self._own_mark, self.own), (self._fault_mark, self.faults)):
            line = QHBoxLayout()
            mark.setFixedWidth(ICON_PX + 4)
            line.addWidget(mark)
            line.addWidget(words, 1)
            layout.addLayout(line)
        layout.addWidget(splitter, 1)
        self.setFocusProxy(self.list.view)

    def _connect(self) -> None:
        self.context.news.links.connect(self._on_links)
        self.context.selection.changed.connect(self._on_selected)
        self._peers_feed.found.connect(self._take_peers)
        self._stations_feed.found.connect(self._take_stations)
        self.list.view.picked.connect(self._on_picked)
        self.list.view.opened.connect(lambda _link: self.tabs.setCurrentIndex(0))
        self.peers.view.picked.connect(self.revoke.choose)

    def _offer_actions(self) -> None:
        self.offer(tr("Links: add a peer"), lambda: self._go(1, self.invite.area))
        self._join = self.offer(tr("Links: join a node"), lambda: self._go(2, self.join.token))
        self.offer(tr("Links: revoke a peer"), self._begin_revoking)
        self.offer(tr("Links: lead those around this machine"), lambda: self._lead(True), field=True)
        self.offer(tr("Links: stop leading"), lambda: self._lead(False), field=True)
        self.offer(tr("Links: make a bundle for a stick"), self.bundles.make, field=True)
        self.offer(tr("Links: take a bundle from a stick"), self.bundles.take, field=True)
        self.offer(tr("Links: filter the list"), self.list.filter.setFocus, "Alt+K")

    def _lead(self, on: bool) -> None:
        self._go(4, self.nearby.lead)
        self.nearby.set_leading(on)

    def begin_joining(self) -> None:
        """As if the action was chosen: the panel comes to the front."""
        self._join.trigger()

    def _chosen_peer(self) -> str:
        row = self.list.table.row(self.list.view.current_id())
        return "" if row is None else row.peer

    def _begin_revoking(self) -> None:
        """Proposes the peer of the chosen link."""
        self.revoke.choose(self._chosen_peer())
        self._go(3, self.revoke.reason)

    def _go(self, tab: int, focus: QWidget) -> None:
        self.tabs.setCurrentIndex(tab)
        focus.setFocus(Qt.FocusReason.ShortcutFocusReason)


def _put_mark(label: QLabel, mark: Mark) -> None:
    label.setPixmap(mark_icon(mark, is_night(label.palette()), label.devicePixelRatioF()).pixmap(ICON_PX, ICON_PX))


def _empty_text() -> str:
    return tr("Nobody is connected. Join a node with its token, or add a peer and give it the token.")
