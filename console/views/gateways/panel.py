"""The gateways workspace: every source known, how it is, and this machine's own added and removed."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import peewee as pw
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QTabWidget, QVBoxLayout, QWidget

from console.comms.local.messages import Me
from console.views.age import age_text
from console.views.context import Context
from console.views.gateways import presenter
from console.views.gateways.forms import AddForm, RemoveForm
from console.views.gateways.keeper import GatewayKeeper
from console.views.i18n import tr
from console.views.monitoring.bringers import Bringer, read_bringers
from console.views.reasons import said
from console.views.tables.beside import Beside
from console.views.tables.feed import Feed, Found
from console.views.tables.pages import page
from console.views.tables.pairs import PairsView
from console.views.tables.pane import TablePane
from console.views.tables.panel import Panel

WIDE, TALL = (640, 360), (300, 420)


class GatewaysPanel(Panel):
    """Attributes: `keeper`, which runs this machine's own gateway from when the window has a peer."""

    def __init__(self, context: Context) -> None:
        super().__init__(context, "gateways")
        self._told: list[Bringer] = []
        self._origin = ""
        self._filled = False
        self.list = TablePane("gateways.list", presenter.columns(), context.time.now_ms, _empty_text)
        self.keeper = GatewayKeeper(context.data or Path(tempfile.gettempdir()) / "fengsui-none", self)
        self.card = PairsView(tr("Choose a source to see how it is."))
        self.add, self.remove = AddForm(context, self.keeper), RemoveForm(context, self.keeper)
        self.fault, self.tabs = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText), QTabWidget()
        self._lay_out()
        self._feed = Feed(context, "gateways", _read, lambda changes: None if "gateway" in changes.ids else (), self)
        self._connect()
        self._offer_actions()
        self._show_fault()
        if context.data is None:
            self.add.set_missing(tr("Nothing is kept on this machine here, so no source either."))
        self._feed.read_all()

    def end(self) -> None:
        self.keeper.end()

    def _take(self, found: Found) -> None:
        """Where there is none yet, what one would do is add one."""
        first = not self._filled
        self._told, self._filled = found.rows, True
        self._show()
        if first and not self.list.table.rows():
            self.tabs.setCurrentIndex(1)

    def _on_links(self, me: Me | None, _links: object) -> None:
        self._origin = self._origin if me is None else me.origin
        self.keeper.set_peer(me is not None and self.context.data is not None)
        self._show()

    def _on_kept(self) -> None:
        self._show_fault()
        self._show()

    def _show(self) -> None:
        self.list.table.replace_all(presenter.rows(self._told, self.keeper.own, self._origin))
        self.list.set_filled()
        self._show_card()

    def _show_card(self) -> None:
        row = self.list.table.row(self.list.view.current_id())
        self.card.show_columns([] if row is None else [(row.told.name, presenter.card(row, self.context.time.now_ms()))])
        self.remove.show_source("" if row is None else row.told.name, here=row is not None and row.here)

    def _show_fault(self) -> None:
        self.fault.setVisible(bool(self.keeper.fault))
        age = age_text(self.keeper.fault_ms, self.context.time.wall_ms())
        self.fault.setText(tr("This machine's gateway does not run, for {age}: {why}", age=age, why=said(self.keeper.fault)))

    def _on_second(self) -> None:
        super()._on_second()
        if self.isVisible():
            self._show_fault()
            self._show_card()

    def _lay_out(self) -> None:
        self.fault.setProperty("tone", "bad")
        self.list.sort_by("state")
        self.tabs.addTab(page(self.card, self.remove, grows=self.card), tr("Source"))
        self.tabs.addTab(page(self.add), tr("Add"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 4, 4, 4)
        layout.addWidget(self.fault)
        layout.addWidget(Beside(self.list, self.tabs, WIDE, TALL), 1)
        self.setFocusProxy(self.list.view)

    def _connect(self) -> None:
        self._feed.found.connect(self._take)
        self.keeper.changed.connect(self._on_kept)
        self.context.news.links.connect(self._on_links)
        self.list.view.picked.connect(lambda _source: self._show_card())
        self.list.view.opened.connect(lambda _source: self._go(0, self.remove.send))
        self.add.saved.connect(lambda _names: self._go(0, self.list.view))

    def _offer_actions(self) -> None:
        self.offer(tr("Gateways: add a source of readings or earthquakes"), lambda: self._go(1, self.add.kind))
        self.offer(tr("Gateways: stop and remove a source"), lambda: self._go(0, self.remove.send))
        self.offer(tr("Gateways: filter the list"), self.list.filter.setFocus)

    def _go(self, tab: int, focus: QWidget) -> None:
        self.tabs.setCurrentIndex(tab)
        focus.setFocus(Qt.FocusReason.ShortcutFocusReason)


def _read(database: pw.SqliteDatabase, _ids: Sequence[str] | None) -> list[Bringer]:
    return read_bringers(database)


def _empty_text() -> str:
    return tr("Nothing brings readings or earthquakes in yet. Add a broker or a folder beside.")
