"""The resources workspace: two tables, each with the card of its current row; what there is of a stock is changed beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTabWidget, QToolButton, QVBoxLayout, QWidget

from console.comms.local.messages import Draft
from console.models.changes import Changes
from console.views.context import Context, Thing
from console.views.entry.withdraw import WithdrawForm
from console.views.i18n import tr
from console.views.incidents.conflicts import Dispute
from console.views.incidents.review import ReviewForm
from console.views.resources import presenter
from console.views.resources.drafts import choosing
from console.views.resources.forms import ChangeForm
from console.views.tables.feed import Feed, Found, fill
from console.views.tables.pages import page
from console.views.tables.pairs import Columns, PairsView
from console.views.tables.pane import TablePane
from console.views.tables.panel import Panel

CARD_MIN_PX = 150


class ResourcesPanel(Panel):
    def __init__(self, context: Context) -> None:
        super().__init__(context, "resources")
        now_ms = context.time.now_ms
        self.resources = TablePane(
            "resources.list",
            presenter.resource_columns(),
            now_ms,
            lambda: tr("No stock, store or shelter has been registered by any peer yet."),
        )
        self.sensors = TablePane(
            "resources.sensors",
            presenter.sensor_columns(),
            now_ms,
            lambda: tr("No gauge yet. They come over a link from the node that reads them."),
        )
        self.tabs, self.card = QTabWidget(), PairsView(tr("Choose a row to see all that is known of it."))
        self.change, self.review = ChangeForm(context), ReviewForm(context, _choose)
        self.withdraw = WithdrawForm(context, "resource", tr("Choose a row to see all that is known of it."))
        self.show_withdrawn, self._forms = QToolButton(), QWidget()
        self._lay_out()
        self._filter_withdrawn()
        self._resources_feed = Feed(context, "resources.list", presenter.read_resources, presenter.concerned, self)
        self._sensors_feed = Feed(context, "resources.sensors", presenter.read_sensors, _concerned("sensor"), self)
        self._connect(self.resources, Thing.RESOURCE, self._resources_feed)
        self._connect(self.sensors, Thing.SENSOR, self._sensors_feed)
        context.selection.changed.connect(self._on_selected)
        self.tabs.currentChanged.connect(self._show_card)
        self.show_withdrawn.toggled.connect(lambda _on: self._filter_withdrawn())
        self.offer(tr("Resources: filter stocks and shelters"), lambda: self._filter(0), "Alt+R")
        self.offer(tr("Resources: filter gauges"), lambda: self._filter(1), "Alt+S")
        self.offer(tr("Resources: change what there is"), lambda: self._go(self.change.quantity), "Alt+Q")
        self.offer(tr("Resources: withdraw or restore the record"), lambda: self._go(self.withdraw.reason))
        self.offer(tr("Resources: show those withdrawn"), self.show_withdrawn.toggle)
        self._resources_feed.read_all()
        self._sensors_feed.read_all()

    def _take(self, pane: TablePane, thing: Thing, found: Found) -> None:
        fill(pane.table, found)
        pane.set_filled()
        if thing is Thing.RESOURCE:
            self._count_withdrawn()
        self.follow(pane, thing)
        self._show_card()

    def _on_selected(self, thing: Thing | None, item_id: str) -> None:
        for at, (pane, mine) in enumerate(((self.resources, Thing.RESOURCE), (self.sensors, Thing.SENSOR))):
            if thing is mine:
                self.tabs.setCurrentIndex(at)
                pane.view.select_id(item_id)
                self._show_card()

    def _show_card(self) -> None:
        row = self.resources.table.row(self.resources.view.current_id()) if self.tabs.currentIndex() == 0 else None
        self._forms.setVisible(self.tabs.currentIndex() == 0)
        self.change.show_resource(row)
        if row is None:
            self.withdraw.show_record("", "", "", withdrawn=False)
            self.review.show_disputes([], "", "")
        else:
            self.withdraw.show_record(row.id, row.name, row.area, withdrawn=row.withdrawn)
            self.review.show_disputes(row.disputes, row.area, row.name)
        self._show_pairs()

    def _show_pairs(self) -> None:
        self.card.show_columns(self._card_of_resource() if self.tabs.currentIndex() == 0 else self._card_of_sensor())

    def _card_of_resource(self) -> Columns:
        row = self.resources.table.row(self.resources.view.current_id())
        return [] if row is None else [(row.name, presenter.resource_card(row))]

    def _card_of_sensor(self) -> Columns:
        row = self.sensors.table.row(self.sensors.view.current_id())
        return [] if row is None else [(row.name, presenter.sensor_card(row, self.context.time.now_ms()))]

    def _on_second(self) -> None:
        super()._on_second()
        if self.card.isVisible():
            self._show_pairs()

    def _filter_withdrawn(self) -> None:
        """What was entered in error is listed only when asked for."""
        asked = self.show_withdrawn.isChecked()
        self.resources.table.set_accepts(lambda row: row.withdrawn == asked)

    def _count_withdrawn(self) -> None:
        count = sum(row.withdrawn for row in self.resources.table.rows())
        if not count:
            self.show_withdrawn.setChecked(False)
        self.show_withdrawn.setText(tr("Withdrawn ({n})", n=count))
        self.show_withdrawn.setVisible(count > 0)

    def _go(self, focus: QWidget) -> None:
        self.tabs.setCurrentIndex(0)
        focus.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _filter(self, tab: int) -> None:
        self.tabs.setCurrentIndex(tab)
        (self.resources, self.sensors)[tab].filter.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _lay_out(self) -> None:
        self.tabs.addTab(self.resources, tr("Stocks, stores, shelters"))
        self.tabs.addTab(self.sensors, tr("Gauges"))
        self.resources.sort_by("name")
        self.sensors.sort_by("name")
        forms = QVBoxLayout(self._forms)
        forms.setContentsMargins(0, 0, 0, 0)
        for form in (self.review, self.change, self.withdraw):
            forms.addWidget(form)
        self.card.setMinimumHeight(CARD_MIN_PX)
        self.show_withdrawn.setCheckable(True)
        self.resources.bar.insertWidget(0, self.show_withdrawn)
        self.lay_beside(self.tabs, page(self.card, self._forms, grows=self.card), (650, 310))
        self.setFocusProxy(self.resources.view)

    def _connect(self, pane: TablePane, thing: Thing, feed: Feed) -> None:
        selection = self.context.selection
        feed.found.connect(lambda found: self._take(pane, thing, found))
        pane.view.picked.connect(lambda item_id: selection.select(thing, item_id) if item_id else None)
        pane.view.fly.connect(lambda item_id: selection.fly_to(thing, item_id))
        pane.view.opened.connect(lambda item_id: selection.select(thing, item_id))
        pane.view.picked.connect(self._show_card)


def _concerned(table: str) -> Callable[[Changes], Iterable[str]]:
    return lambda changes: changes.ids.get(table, ())


def _choose(dispute: Dispute, value: Any, area: str, author: str) -> Draft:
    return choosing(dispute.subject, dispute.field, value, dispute.upto_hlc, area, author)
