"""The incidents workspace. Thin: what is shown comes from `presenter` and `timeline`, what is written from `drafts`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import peewee as pw
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSplitter,
    QStackedWidget,
    QTabWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from console.comms.local.messages import Draft
from console.models.changes import Changes
from console.views.context import Context, Thing
from console.views.entry.withdraw import WithdrawForm
from console.views.i18n import tr
from console.views.incidents import personal, presenter, timeline
from console.views.incidents.conflicts import Dispute
from console.views.incidents.custody import HoldForm, PurgeForm
from console.views.incidents.detail import Heading
from console.views.incidents.drafts import choosing
from console.views.incidents.forms import CloseForm, GradeForm, IncidentForm, LogForm, LossForm, NewForm
from console.views.incidents.preview import Preview
from console.views.incidents.review import ReviewForm
from console.views.tables.feed import Feed, Found, fill
from console.views.tables.pages import page
from console.views.tables.pairs import PairsView
from console.views.tables.pane import TablePane
from console.views.tables.panel import Panel

TABLE_MIN_PX = 140
FACTS_MIN_PX = 210
DISTANCES_EVERY_S = 10
"""Positions alone read nothing again: distances of the units on an incident are counted anew so often, while they are in view."""


class IncidentsPanel(Panel):
    """List above, the chosen incident below. The chosen incident stays shown while something else is selected in the window."""

    def __init__(self, context: Context) -> None:
        super().__init__(context, "incidents")
        self._incident = ""
        self._distances_s = 0
        now_ms = context.time.now_ms
        self.list = TablePane("incidents.list", presenter.columns(), now_ms, self._empty_text)
        self.timeline = TablePane("incidents.timeline", timeline.columns(), now_ms, lambda: tr("Nothing has been said about it yet."))
        self.units = TablePane("incidents.units", presenter.unit_columns(), now_ms, lambda: tr("No unit is on it. Assign one in Units."))
        self.show_withdrawn, self.arrivals = QToolButton(), QToolButton()
        self.heading, self.facts = Heading(self.arrivals), PairsView(tr("Choose an incident in the list first."))
        self.log, self.loss, self.grade, self.closing = LogForm(context), LossForm(context), GradeForm(context), CloseForm(context)
        self.new, self.review = NewForm(context), ReviewForm(context, _choose)
        self.withdraw = WithdrawForm(context, "incident", tr("Choose an incident in the list first."))
        self.hold, self.purge = HoldForm(context), PurgeForm(context)
        self.tabs, self.below = QTabWidget(), QStackedWidget()
        self.open_new, self.leave_new = QPushButton(tr("New incident")), QPushButton(tr("Back"))
        self._whole, self._left_out, self._summary = QLabel(), QLabel(), QLabel()
        self.preview = Preview(context.data)
        self._lay_out()
        self._list_feed = Feed(context, "incidents.list", presenter.read_incidents, presenter.concerned, self)
        self._timeline_feed = Feed(context, "incidents.timeline", self._read_timeline, self._timeline_concerned, self)
        self._units_feed = Feed(context, "incidents.units", self._read_units, self._units_concerned, self)
        self._personal_feed = Feed(context, "incidents.personal", self._read_personal, self._timeline_concerned, self)
        self._connect()
        self._offer_actions()
        self._filter()
        self._list_feed.read_all()

    # -- reading (these three run on the reader thread) ----------------------------------------------------------------

    def _read_timeline(self, database: pw.SqliteDatabase, _ids: Sequence[str] | None) -> list[tuple[str, timeline.TimelineRead]]:
        incident = self._incident
        return [(incident, timeline.read_timeline(database, incident))]

    def _read_units(self, database: pw.SqliteDatabase, _ids: Sequence[str] | None) -> list[tuple[str, list[presenter.UnitOn]]]:
        incident = self._incident
        return [(incident, presenter.read_units_on(database, incident))]

    def _read_personal(self, database: pw.SqliteDatabase, _ids: Sequence[str] | None) -> list[tuple[str, list[personal.Count]]]:
        incident = self._incident
        return [(incident, personal.read_personal(database, incident))]

    def _timeline_concerned(self, changes: Changes) -> Sequence[str] | None:
        return None if self._incident and timeline.concerned(changes, self._incident) else ()

    def _units_concerned(self, changes: Changes) -> Sequence[str] | None:
        return None if self._incident and changes.ids.keys() & {"unit", "task", "road"} else ()

    # -- showing ----------------------------------------------------------------------------------------------------

    def show_incident(self, incident: str) -> None:
        if incident == self._incident:
            return
        self._incident = incident
        self.timeline.table.replace_all([])
        self.units.table.replace_all([])
        self.review.show_disputes([], "", "")
        self._show_row()
        for feed in (self._timeline_feed, self._units_feed, self._personal_feed):
            feed.read_all()

    def _take_list(self, found: Found) -> None:
        fill(self.list.table, found)
        self.list.set_filled()
        self._count_withdrawn()
        self.follow(self.list, Thing.INCIDENT)
        if not self._incident and self.list.table.rowCount():
            self.show_incident(self.list.table.row_at(0).id)
        self._show_row()

    def _take_timeline(self, found: Found) -> None:
        incident, read = found.rows[0]
        if incident != self._incident:
            return
        self.timeline.view.set_lines(4 if any(entry.remark for entry in read.rows) else 3)
        self.timeline.table.replace_all(read.rows)
        self.timeline.set_filled()
        row = self.list.table.row(incident)
        self.review.show_disputes(read.disputes, "" if row is None else row.area, "" if row is None else row.title)
        self._left_out.setVisible(read.left_out > 0)
        self._left_out.setText(tr("{n} older entry is not listed|{n} older entries are not listed", n=read.left_out))

    def _take_units(self, found: Found) -> None:
        incident, units = found.rows[0]
        if incident == self._incident:
            self.units.table.replace_all(units)
            self.units.set_filled()
            self._summary.setText(presenter.units_summary(units))

    def _take_personal(self, found: Found) -> None:
        incident, counts = found.rows[0]
        if incident == self._incident:
            self.purge.show_counts(counts)

    def _show_row(self) -> None:
        row = self.list.table.row(self._incident)
        self.heading.show_incident(row)
        self.facts.show_columns([] if row is None else [(tr("Facts"), presenter.facts(row)), (tr("Losses so far"), presenter.losses(row))])
        for form in self._forms():
            form.show_incident(row)
        if row is None:
            self.withdraw.show_record("", "", "", withdrawn=False)
        else:
            self.withdraw.show_record(row.id, row.title, row.area, withdrawn=row.withdrawn)

    def _filter(self) -> None:
        """What was entered in error is listed only when asked for."""
        asked = self.show_withdrawn.isChecked()
        self.list.table.set_accepts(lambda row: row.withdrawn == asked)

    def _count_withdrawn(self) -> None:
        count = sum(row.withdrawn for row in self.list.table.rows())
        if not count:
            self.show_withdrawn.setChecked(False)
        self.show_withdrawn.setText(tr("Withdrawn ({n})", n=count))
        self.show_withdrawn.setVisible(count > 0)

    def _on_second(self) -> None:
        super()._on_second()
        self._distances_s += 1
        if self._distances_s >= DISTANCES_EVERY_S:
            self._distances_s = 0
            if self._incident and self.units.isVisible():
                self._units_feed.read_all()

    def _show_whole(self, entry: str) -> None:
        row = self.timeline.table.row(entry)
        told = "" if row is None else tr("{label}: {value}", label=row.who, value=row.sentence)
        self._whole.setText("" if row is None else "\n".join(part for part in (told, row.remark) if part))
        self._whole.setVisible(row is not None)
        self.preview.show_media(None if row is None else row.media, told)

    def _on_selected(self, thing: Thing | None, item_id: str) -> None:
        if thing is Thing.INCIDENT:
            self.list.view.select_id(item_id)
            self.show_incident(item_id)
            self.below.setCurrentIndex(0)

    def _on_opened(self, subjects: list[str]) -> None:
        self._list_feed.read_ids(subjects)
        self.context.selection.select(Thing.INCIDENT, subjects[0])
        self._go(0, self.log.text)

    # -- building ---------------------------------------------------------------------------------------------------

    def _forms(self) -> tuple[IncidentForm | HoldForm | PurgeForm, ...]:
        return self.log, self.loss, self.grade, self.closing, self.hold, self.purge

    def _empty_text(self) -> str:
        return tr("No incident yet. Open one with Ctrl+N, or wait for one to arrive over a link.")

    def _lay_out(self) -> None:
        self.timeline.setMinimumHeight(TABLE_MIN_PX)
        self.units.setMinimumHeight(TABLE_MIN_PX)
        self.facts.setMinimumHeight(FACTS_MIN_PX)
        self._whole.setWordWrap(True)
        self._whole.setTextFormat(Qt.TextFormat.PlainText)
        self._whole.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._whole.hide()
        self._left_out.hide()
        self.list.view.set_lines(2)
        self.timeline.view.set_lines(3)
        self.timeline.sort_by("time", descending=True)
        self.list.sort_by("since", descending=True)
        self.tabs.addTab(
            page(self.review, self.log, self.timeline, self._left_out, self._whole, self.preview, grows=self.timeline), tr("Timeline")
        )
        self.tabs.addTab(page(self.facts, self._summary, self.units, grows=self.units), tr("Facts, units"))
        self.tabs.addTab(page(self.loss), tr("Losses"))
        self.tabs.addTab(page(self.grade, self.closing, self.withdraw, self.hold, self.purge), tr("Level, close"))
        self.tabs.setUsesScrollButtons(False)  # all of them are seen, however narrow the panel
        self.tabs.setElideMode(Qt.TextElideMode.ElideRight)
        self.tabs.setDocumentMode(True)
        for at in range(self.tabs.count()):  # in large text titles are cut
            self.tabs.setTabToolTip(at, self.tabs.tabText(at))
        self.below.addWidget(self._detail_page())
        self.below.addWidget(self._new_page())
        self.list.bar.insertWidget(0, self.open_new)
        self.list.bar.insertWidget(1, self.show_withdrawn)
        self.show_withdrawn.setCheckable(True)
        self.arrivals.setText(tr("Who comes when"))
        self.arrivals.setToolTip(tr("Teams by arrival time at this incident (Ctrl+Shift+T)"))
        splitter = QSplitter(Qt.Orientation.Vertical)
        splitter.addWidget(self.list)
        splitter.addWidget(self.below)
        splitter.setSizes([200, 500])
        splitter.setStretchFactor(0, 2)
        splitter.setStretchFactor(1, 5)
        splitter.setChildrenCollapsible(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 4, 4, 4)
        layout.addWidget(splitter)
        self.heading.show_incident(None)
        self.setFocusProxy(self.list.view)

    def _detail_page(self) -> QWidget:
        detail = QWidget()
        column = QVBoxLayout(detail)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.heading)
        column.addWidget(self.tabs, 1)
        return detail

    def _new_page(self) -> QWidget:
        title = QLabel(tr("New incident"))
        font = title.font()
        font.setBold(True)
        title.setFont(font)
        top = QWidget()
        row = QHBoxLayout(top)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(title, 1)
        row.addWidget(self.leave_new)
        return page(top, self.new)

    def _connect(self) -> None:
        selection = self.context.selection
        selection.changed.connect(self._on_selected)
        self.arrivals.clicked.connect(lambda: selection.teams_requested.emit(Thing.INCIDENT, self.list.view.current_id()))
        self._list_feed.found.connect(self._take_list)
        self._timeline_feed.found.connect(self._take_timeline)
        self._units_feed.found.connect(self._take_units)
        self._personal_feed.found.connect(self._take_personal)
        self.list.view.picked.connect(lambda incident: selection.select(Thing.INCIDENT, incident) if incident else None)
        self.list.view.opened.connect(self._open)
        self.list.view.fly.connect(lambda incident: selection.fly_to(Thing.INCIDENT, incident))
        self.units.view.opened.connect(lambda unit: selection.select(Thing.UNIT, unit))
        self.units.view.fly.connect(lambda unit: selection.fly_to(Thing.UNIT, unit))
        self.timeline.view.picked.connect(self._show_whole)
        self.new.saved.connect(self._on_opened)
        self.show_withdrawn.toggled.connect(lambda _on: self._filter())
        self.open_new.clicked.connect(self._begin_new)
        self.leave_new.clicked.connect(lambda: self.below.setCurrentIndex(0))

    def _offer_actions(self) -> None:
        self.offer(tr("Incidents: open a new incident"), self._begin_new, "Ctrl+N", everywhere=True)
        self.offer(tr("Incidents: enter in the log"), lambda: self._go(0, self.log.text), "Ctrl+E", everywhere=True)
        self.offer(tr("Incidents: report losses"), lambda: self._go(2, self.loss.counts["deaths"]), "Alt+L")
        self.offer(tr("Incidents: change level or response"), lambda: self._go(3, self.grade.level), "Alt+G")
        self.offer(tr("Incidents: close the incident"), lambda: self._go(3, self.closing.summary), "Alt+C")
        self.offer(tr("Incidents: review a conflict"), lambda: self._go(0, self.review.choice), "Alt+X")
        self.offer(tr("Incidents: withdraw or restore the incident"), lambda: self._go(3, self.withdraw.reason))
        hold = self.offer(
            tr("Incidents: hold its personal data, or lift the hold"), lambda: self._go(3, self.hold.reason, self.hold), "Alt+J"
        )
        purge = self.offer(tr("Incidents: destroy its personal data"), lambda: self._go(3, self.purge.reason, self.purge), "Alt+P")
        cameras = self.offer(tr("Incidents: cameras that see it"), self._ask_for_cameras, "Alt+K")
        self.list.view.addActions([cameras, hold, purge])
        self.offer(tr("Incidents: show those withdrawn"), self.show_withdrawn.toggle)
        self.offer(tr("Incidents: facts and units"), lambda: self._go(1, self.units.view), "Alt+A")
        self.offer(tr("Incidents: search the timeline"), lambda: self._go(0, self.timeline.filter), "Alt+S")
        self.offer(tr("Incidents: filter the list"), self.list.filter.setFocus, "Alt+I")
        self.offer(tr("Incidents: show it on the map"), self._fly)

    def _open(self, incident: str) -> None:
        self.context.selection.select(Thing.INCIDENT, incident)
        self.show_incident(incident)
        self._go(0, self.log.text)

    def _begin_new(self) -> None:
        """What was typed is kept when one goes back to the incident shown."""
        self.below.setCurrentIndex(1)
        self.new.title.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _go(self, tab: int, focus: QWidget, whole: QWidget | None = None) -> None:
        """`whole`: what must be seen around what gets the keyboard, where the page may be too low for all of it."""
        self.below.setCurrentIndex(0)
        self.tabs.setCurrentIndex(tab)
        scrolled = self.tabs.currentWidget()
        if isinstance(scrolled, QScrollArea):
            for seen in (whole or focus, focus):
                scrolled.ensureWidgetVisible(seen)
        focus.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _ask_for_cameras(self) -> None:
        if self._incident:
            self.context.selection.cameras_requested.emit(Thing.INCIDENT, self._incident)

    def _fly(self) -> None:
        if self._incident:
            self.context.selection.fly_to(Thing.INCIDENT, self._incident)


def _choose(dispute: Dispute, value: Any, area: str, author: str) -> Draft:
    return choosing(dispute.subject, dispute.field, value, dispute.upto_hlc, area, author)
