"""The roads workspace. Thin: rows and wording come from `presenter`, what is written from `drafts`."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import peewee as pw
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTabWidget, QWidget

from console.models.state.tables import Incident
from console.views.context import Context, Thing
from console.views.entry.withdraw import WithdrawForm
from console.views.i18n import tr
from console.views.roads import presenter
from console.views.roads.forms import ClosureForm, OpeningForm
from console.views.tables.chips import Chips
from console.views.tables.feed import Feed, Found, fill
from console.views.tables.pages import page
from console.views.tables.pairs import PairsView
from console.views.tables.pane import TablePane
from console.views.tables.panel import Panel
from console.views.units.presenter import Reference

CARD_MIN_PX = 170


class RoadsPanel(Panel):
    """Table left; right the closure chosen with its end, and the form for a new one."""

    def __init__(self, context: Context) -> None:
        super().__init__(context, "roads")
        self.list = TablePane("roads.list", presenter.columns(), context.time.now_ms, _empty_text)
        self.chips = Chips(
            {"": tr("All"), "closed": tr("Cut now"), "open": tr("Open again"), "withdrawn": tr("Withdrawn")}, tr("Show roads")
        )
        self.card = PairsView(tr("Choose a closure in the list or on the map."))
        self.opening, self.closure = OpeningForm(context), ClosureForm(context)
        self.withdraw = WithdrawForm(context, "road", tr("Choose a closure in the list first."))
        self.tabs = QTabWidget()
        self._lay_out()
        self._feed = Feed(context, "roads.list", presenter.read_roads, presenter.concerned, self)
        self._incidents = Feed(context, "roads.incidents", _read_incidents, lambda changes: None if "incident" in changes.ids else (), self)
        self._connect()
        self._offer_actions()
        self._on_group("")
        self._feed.read_all()
        self._incidents.read_all()

    def _take(self, found: Found) -> None:
        fill(self.list.table, found)
        self.list.set_filled()
        self._follow()

    def _follow(self) -> None:
        self.follow(self.list, Thing.ROAD)
        self._show_row()

    def _show_row(self) -> None:
        row = self.list.table.row(self.list.view.current_id())
        self.opening.show_road(row)
        if row is None:
            self.withdraw.show_record("", "", "", withdrawn=False)
        else:
            self.withdraw.show_record(row.id, row.name, row.area, withdrawn=row.standing == "withdrawn")
        self._show_card()

    def _show_card(self) -> None:
        row = self.list.table.row(self.list.view.current_id())
        self.card.show_columns([] if row is None else [(row.name, presenter.card(row, self.context.time.now_ms()))])

    def _on_second(self) -> None:
        super()._on_second()
        if self.card.isVisible():
            self._show_card()

    def _on_group(self, group: str) -> None:
        self.list.table.set_accepts(presenter.GROUPS[group])

    def _on_saved(self, subjects: list[str]) -> None:
        self._feed.read_ids(subjects)
        self.context.selection.select(Thing.ROAD, subjects[0])

    def _lay_out(self) -> None:
        self.list.bar.insertWidget(0, self.chips)
        self.list.sort_by("standing")
        self.card.setMinimumHeight(CARD_MIN_PX)
        self.tabs.addTab(page(self.card, self.opening, self.withdraw, grows=self.card), tr("Closure"))
        self.tabs.addTab(page(self.closure), tr("Close a road"))
        self.lay_beside(self.list, self.tabs, (560, 440), (3, 2))
        self.setFocusProxy(self.list.view)

    def _connect(self) -> None:
        selection, view = self.context.selection, self.list.view
        self._feed.found.connect(self._take)
        self._incidents.found.connect(lambda found: self.closure.show_incidents(found.rows))
        self.chips.picked.connect(self._on_group)
        selection.changed.connect(lambda thing, _id: self._follow() if thing is Thing.ROAD else None)
        view.picked.connect(lambda road: selection.select(Thing.ROAD, road) if road else None)
        view.picked.connect(self._show_row)
        view.opened.connect(lambda _road: self.tabs.setCurrentIndex(0))
        view.fly.connect(lambda road: selection.fly_to(Thing.ROAD, road))
        self.closure.saved.connect(self._on_saved)

    def _offer_actions(self) -> None:
        self.offer(tr("Roads: close a road"), lambda: self._go(1, self.closure.name), "Ctrl+R", everywhere=True, field=True)
        self.offer(tr("Roads: open the road again"), lambda: self._go(0, self.opening.source), "Alt+O")
        self.offer(tr("Roads: withdraw or restore the closure"), lambda: self._go(0, self.withdraw.reason))
        self.offer(tr("Roads: filter the list"), self.list.filter.setFocus, "Alt+D")
        self.offer(tr("Roads: show it on the map"), partial(self.fly, self.list, Thing.ROAD))
        for group, text in self.chips.texts.items():
            self.offer(tr("Roads: show {group}", group=text), partial(self.chips.choose, group))

    def _go(self, tab: int, focus: QWidget) -> None:
        self.tabs.setCurrentIndex(tab)
        focus.setFocus(Qt.FocusReason.ShortcutFocusReason)


def _empty_text() -> str:
    return tr("No road is known to be cut. Enter a closure with Ctrl+R; it goes to every unit.")


def _read_incidents(database: pw.SqliteDatabase, _ids: Sequence[str] | None) -> list[tuple[Reference, str]]:
    """Open ones with their areas, newest first."""
    query = Incident.select(Incident.id, Incident.title, Incident.lon, Incident.lat, Incident.area)
    query = query.where((Incident.status == "open") & ~Incident.withdrawn).order_by(Incident.hlc.desc())
    return [(Reference(*held[:4]), held[4]) for held in query.tuples().execute(database)]
