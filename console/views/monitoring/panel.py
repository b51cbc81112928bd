"""The monitoring workspace. Thin: rows and wording come from `presenter`, the chart from `charting`, what is written from `drafts`."""

from __future__ import annotations

import importlib
import json
from collections.abc import Sequence
from functools import partial
from types import ModuleType
from typing import Any

import peewee as pw
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QScrollArea, QSplitter, QTabWidget, QVBoxLayout, QWidget

from console.models.changes import Changes
from console.models.state.tables import Basin
from console.views.context import Context, Thing
from console.views.entry.withdraw import WithdrawForm
from console.views.i18n import tr
from console.views.monitoring import presenter
from console.views.monitoring.bringers import Bringer, read_bringers
from console.views.monitoring.charting import Charting
from console.views.monitoring.errand import Errand
from console.views.monitoring.forms import SensorForm
from console.views.monitoring.gauges import GaugeList
from console.views.monitoring.looking import peak_ms
from console.views.monitoring.overview import Overview
from console.views.monitoring.presenter import SensorRow
from console.views.monitoring.scope import Scope
from console.views.monitoring.taking import Taking
from console.views.monitoring.tools import Tools
from console.views.tables.feed import Feed, Found
from console.views.tables.pages import page
from console.views.tables.pairs import PairsView
from console.views.tables.panel import Panel

CARD_MIN_PX = 150
TALL = 0.7
"""Higher than so much of its width, the panel has the list over the chart, not beside it."""
LIST_EVERY_MS, LIST_EACH_MS, LIST_MOST_MS = 1000, 20, 5000
"""The list is read anew so often, and the later the more gauges were read: half a millisecond goes into each."""
ANEW_S = 60
"""Sums of the last hours change with time alone: while it is seen, the list is read anew so often."""
CHART, ALL, GAUGE, REGISTER = range(4)
DRAWING = "console.views.monitoring.drawing"
"""Loaded when the panel is first seen, on a thread of its own: half a second that neither a start nor a key waits for."""


class MonitoringPanel(Panel):
    """List of gauges, and of those chosen the chart; all gauges small; the card of one; the form."""

    def __init__(self, context: Context) -> None:
        super().__init__(context, "monitoring")
        self.gauges = GaugeList(context)
        self.list = self.gauges.pane
        self.tools, self.charting = Tools(), Charting(context, self)
        self.overview = Overview(context, self)
        self.taking = Taking(context, self.charting, self)
        self.card, self.form = PairsView(tr("Choose a gauge in the list or on the map.")), SensorForm(context)
        self.withdraw = WithdrawForm(context, "sensor", tr("Choose a gauge in the list first."))
        self.tabs, self.splitter = QTabWidget(), QSplitter()
        self._chart_page, self._hint, self.said = QScrollArea(), QLabel(), QLabel()
        self._since_s = 0
        self._told: set[str] = set()
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._loading, self._loaded = Errand("charts", self), False
        self._lay_out()
        self._feed = Feed(context, "monitoring.list", self._read, self._put_off, self)
        self._basins = Feed(context, "monitoring.basins", _read_basins, lambda changes: None if "basin" in changes.ids else (), self)
        self._sources = Feed(context, "monitoring.sources", _read_bringers, lambda changes: None if "gateway" in changes.ids else (), self)
        self._connect()
        self._offer_actions()
        self._feed.read_all()
        self._basins.read_all()
        self._sources.read_all()

    # -- what is kept between starts -------------------------------------------------------------------------------

    def save_state(self) -> str:
        scope = self.charting.scope
        chart = {**self.tools.state(), "width_ms": None if scope.fitted else scope.width_ms, "same": self.overview.same.isChecked()}
        return json.dumps({**json.loads(super().save_state()), "chart": chart})

    def restore_state(self, text: str) -> None:
        super().restore_state(text)
        try:
            held: Any = json.loads(text) if text else None
        except ValueError:
            return
        saved = held.get("chart") if isinstance(held, dict) else None
        if isinstance(saved, dict):
            self.tools.restore(saved)
            self.overview.same.setChecked(saved.get("same") is True)
            if type(width_ms := saved.get("width_ms")) is int:
                self.charting.move(Scope().ranged(width_ms))

    # -- reading ---------------------------------------------------------------------------------------------------

    def _read(self, database: pw.SqliteDatabase, ids: Sequence[str] | None) -> list[SensorRow]:
        return presenter.read_rows(database, ids, self.context.time.now_ms())

    def _put_off(self, changes: Changes) -> Sequence[str]:
        """The list is read anew once a second at most, however fast gauges report: what is to be read now."""
        self._told |= set(presenter.concerned(changes))
        return () if self._pause.isActive() else sorted(self._due())

    def _due(self) -> set[str]:
        told, self._told = self._told, set()
        if told:
            self._pause.start(min(LIST_MOST_MS, LIST_EVERY_MS + LIST_EACH_MS * (len(told) - 1)))
        return told

    def _read_rest(self) -> None:
        told = self._due()
        if told:
            self._feed.read_ids(told)

    def _take(self, found: Found) -> None:
        self.gauges.take(found)
        self.follow(self.list, Thing.SENSOR)
        if not self.charting.sensors:
            self._chart_chosen()
        self._show_row()
        self._show_rows()

    def _on_second(self) -> None:
        self.gauges.judge()
        super()._on_second()
        if not self.isVisible():
            return
        self.gauges.word_bringers()
        self._since_s += 1
        if self._since_s >= ANEW_S:
            self._since_s = 0
            self._feed.read_all()
        if self.card.isVisible():
            self._show_card()

    # -- choosing --------------------------------------------------------------------------------------------------

    def _on_picked(self, sensor: str) -> None:
        if sensor:
            self.context.selection.select(Thing.SENSOR, sensor)
        self._chart_chosen()
        self._show_row()

    def _on_selected(self, thing: Thing | None, sensor: str) -> None:
        """Chosen on the map, or elsewhere."""
        if thing is Thing.SENSOR and sensor != self.list.view.current_id():
            self.list.view.select_id(sensor)
            self._chart([sensor])
            self._show_row()

    def _chart_chosen(self) -> None:
        """The rows chosen in the list; at the beginning, the first."""
        chosen = self.list.view.selected_ids()
        if not chosen and not self.charting.sensors:
            chosen = [row.id for row in self.gauges.rows()[:1]]
        if chosen:
            self._chart(chosen)

    def _chart(self, sensors: list[str]) -> None:
        self.said.clear()
        self.charting.choose(sensors, self.list.view.current_id() if len(sensors) > 1 else "")

    def chart_basin(self) -> None:
        """Every gauge of the basin of the one chosen: the river with the rain that feeds it."""
        row = self.gauges.current()
        if row is None or not row.gauge.basin:
            self.said.setText(tr("The gauge chosen stands in no basin: choose another, or correct it."))
            return
        rows = [each for each in self.gauges.all_rows() if each.gauge.basin == row.gauge.basin and not each.withdrawn]
        rows.sort(key=lambda each: (each.id != row.id, each.gauge.quantity == "rain", each.name))
        self._chart([each.id for each in rows])
        self.tabs.setCurrentIndex(CHART)

    def open(self, sensor: str) -> None:
        """Its chart, with the keyboard in it."""
        self.context.selection.select(Thing.SENSOR, sensor)
        self.list.view.select_id(sensor)
        self._chart([sensor])
        self._show_row()
        self.tabs.setCurrentIndex(CHART)
        if self.charting.chart is not None:
            self.charting.chart.setFocus(Qt.FocusReason.ShortcutFocusReason)

    # -- showing ---------------------------------------------------------------------------------------------------

    def _show_row(self) -> None:
        row = self.gauges.current()
        self.form.show_row(row)
        self.overview.select(self.list.view.current_id())
        if row is None:
            self.withdraw.show_record("", "", "", withdrawn=False)
        else:
            self.withdraw.show_record(row.id, row.name, row.gauge.area, withdrawn=row.withdrawn)
        self._show_card()

    def _show_card(self) -> None:
        row = self.gauges.current()
        self.card.show_columns([] if row is None else [(row.name, presenter.card(row, self.context.time.now_ms()))])

    def _show_rows(self) -> None:
        self.overview.show_rows(self.gauges.rows())

    def _show_scope(self) -> None:
        self.tools.show_scope(self.charting.scope, self.charting.span())
        self.overview.show_span(self.charting.span())

    def _on_wished(self) -> None:
        self.charting.set_wish(self.tools.wish(), self.tools.past())

    def _on_peak(self) -> None:
        """Lays the highest that was ever read under what is shown now."""
        lines = [sensor for sensor in self.charting.sensors if (row := self.gauges.row(sensor)) and row.gauge.quantity != "rain"]
        if not lines:
            self.said.setText(tr("Choose a gauge other than rain to compare."))
            return
        span = self.charting.span()
        self.context.reading.run("monitoring.peak", lambda database: peak_ms(database, lines[0], span), self._lay_under)

    def _lay_under(self, at_ms: int | None) -> None:
        if at_ms is None:
            self.said.setText(tr("Nothing was read outside the time shown."))
        else:
            self.tools.show_past(at_ms - self.charting.scope.width_ms // 2, at_peak=True)

    # -- made when first seen --------------------------------------------------------------------------------------

    def _on_not_loaded(self, error: Exception) -> None:
        self._hint.setText(tr("Charts cannot be drawn: {reason}. Install the program again.", reason=error))

    def _on_loaded(self, module: ModuleType) -> None:
        self._loaded = True
        chart = module.Chart()
        chart.condition_of = self._condition_of
        self._chart_page.setWidget(chart)
        self.charting.show_chart(chart)
        self.overview.show_plots(module.Multiples())
        self._show_row()
        self._show_rows()
        self._show_scope()

    def _condition_of(self, sensor: str) -> str:
        row = self.gauges.row(sensor)
        return "" if row is None else row.condition.value

    def _set_active(self) -> None:
        self.charting.set_active(self.isVisible() and self.tabs.currentIndex() == CHART)
        self.overview.set_active(self.isVisible() and self.tabs.currentIndex() == ALL)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._loaded and not self._loading.busy:
            self._loading.run(lambda: importlib.import_module(DRAWING), self._on_loaded, self._on_not_loaded)
        self._set_active()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._set_active()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Beside the map it is high, under it wide."""
        super().resizeEvent(event)
        tall = self.height() > TALL * self.width()
        orientation = Qt.Orientation.Vertical if tall else Qt.Orientation.Horizontal
        if orientation != self.splitter.orientation():
            self.splitter.setOrientation(orientation)
            whole = self.height() if tall else self.width()
            self.splitter.setSizes([whole * 2 // 5, whole * 3 // 5])

    # -- making ----------------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self.card.setMinimumHeight(CARD_MIN_PX)
        self._hint.setText(tr("The chart is being made ready..."))
        self._hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._chart_page.setWidgetResizable(True)
        self._chart_page.setFrameShape(QScrollArea.Shape.NoFrame)
        self._chart_page.setWidget(self._hint)
        self.said.setWordWrap(True)
        self.said.setTextFormat(Qt.TextFormat.PlainText)
        chart = QWidget()
        below = QVBoxLayout(chart)
        below.setContentsMargins(2, 0, 2, 0)
        below.setSpacing(0)
        below.addWidget(self.tools)
        below.addWidget(self._chart_page, 1)
        below.addWidget(self.said)
        self.tabs.addTab(chart, tr("Chart"))
        self.tabs.addTab(self.overview, tr("All gauges"))
        self.tabs.addTab(page(self.card, self.withdraw, grows=self.card), tr("Gauge"))
        self.tabs.addTab(page(self.form), tr("Register"))
        for part in (self.gauges, self.tabs):
            self.splitter.addWidget(part)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setSizes([420, 640])
        outer = QHBoxLayout(self)
        outer.setContentsMargins(4, 4, 4, 4)
        outer.addWidget(self.splitter)
        self.setFocusProxy(self.list.view)

    def _connect(self) -> None:
        selection, view, tools, charting = self.context.selection, self.list.view, self.tools, self.charting
        self._feed.found.connect(self._take)
        self._basins.found.connect(lambda found: self.form.show_basins(found.rows))
        self._sources.found.connect(lambda found: self.gauges.show_bringers(found.rows))
        self._pause.timeout.connect(self._read_rest)
        self.gauges.listed.connect(self._show_rows)
        selection.changed.connect(self._on_selected)
        view.picked.connect(self._on_picked)
        view.opened.connect(self.open)
        view.fly.connect(partial(selection.fly_to, Thing.SENSOR))
        self.tabs.currentChanged.connect(lambda _at: self._set_active())
        charting.moved.connect(self._show_scope)
        tools.ranged.connect(lambda width_ms: charting.move(charting.scope.ranged(width_ms)))
        tools.fitted.connect(lambda: charting.move(Scope(fitted=True)))
        tools.between.connect(lambda span: charting.move(Scope.between(span)))
        tools.followed.connect(lambda: charting.move(charting.scope.follow()))
        tools.wished.connect(self._on_wished)
        tools.compared.connect(self._on_wished)
        tools.asked_peak.connect(self._on_peak)
        tools.taken.connect(self.taking.ask)
        self.taking.told.connect(self.said.setText)
        self.overview.picked.connect(lambda sensor: selection.select(Thing.SENSOR, sensor))
        self.overview.opened.connect(self.open)
        self.form.saved.connect(self._on_saved)

    def _on_saved(self, sensors: list[str]) -> None:
        self._feed.read_ids(sensors)
        self.context.selection.select(Thing.SENSOR, sensors[0])

    def _offer_actions(self) -> None:
        gauges, tools, charting = self.gauges, self.tools, self.charting
        self.offer(tr("Monitoring: chart the gauge chosen"), lambda: self.open(self.list.view.current_id()) if gauges.current() else None)
        self.offer(tr("Monitoring: chart the whole basin"), self.chart_basin, "Alt+B")
        self.offer(tr("Monitoring: all gauges, small"), lambda: self.tabs.setCurrentIndex(ALL), "Alt+A")
        self.offer(tr("Monitoring: show it on the map"), partial(self.fly, self.list, Thing.SENSOR))
        self.offer(tr("Monitoring: filter the list"), self.list.filter.setFocus, "Alt+G")
        self.offer(tr("Monitoring: register a gauge"), self._register)
        self.offer(tr("Monitoring: correct the gauge chosen"), self._correct)
        self.offer(tr("Monitoring: withdraw or restore the gauge"), lambda: self._go(GAUGE, self.withdraw.reason))
        self.offer(tr("Monitoring: show those withdrawn"), gauges.show_withdrawn.toggle)
        self.offer(tr("Monitoring: follow now"), lambda: charting.move(charting.scope.follow()))
        for name, button in ((tr("plots stacked"), tools.stacked), (tr("rate of rise"), tools.rise), (tr("limits"), tools.limits)):
            self.offer(tr("Monitoring: {what}", what=name), button.toggle)
        self.offer(tr("Monitoring: compare with another time"), tools.compare.toggle)
        for code, text in (("png", tr("save the picture")), ("svg", tr("save the picture to enlarge")), ("csv", tr("save the readings"))):
            self.offer(tr("Monitoring: {what}", what=text), partial(self.taking.ask, code))
        for group, text in gauges.chips.texts.items():
            self.offer(tr("Monitoring: show {group}", group=text), partial(gauges.chips.choose, group))

    def _register(self) -> None:
        self.form.begin_new()
        self._go(REGISTER, self.form.name)

    def _correct(self) -> None:
        row = self.gauges.current()
        if row is not None:
            self.form.correct(row.gauge)
        self._go(REGISTER, self.form.name)

    def _go(self, tab: int, focus: QWidget) -> None:
        self.tabs.setCurrentIndex(tab)
        focus.setFocus(Qt.FocusReason.ShortcutFocusReason)


def _read_basins(database: pw.SqliteDatabase, _ids: Sequence[str] | None) -> list[tuple[str, str]]:
    query = Basin.select(Basin.id, Basin.name).where(~Basin.withdrawn).order_by(Basin.name)
    return list(query.tuples().execute(database))


def _read_bringers(database: pw.SqliteDatabase, _ids: Sequence[str] | None) -> list[Bringer]:
    return read_bringers(database)
