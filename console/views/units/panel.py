"""The units workspace. Thin: rows and wording come from `presenter`, orders from `drafts`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import peewee as pw
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QTabWidget

from console.comms.local.messages import Link, Me
from console.models.changes import Changes, Fix
from console.models.rules.distance import Closure
from console.views.context import Context, Thing
from console.views.i18n import tr
from console.views.roads.way import read_closures
from console.views.tables.chips import Chips
from console.views.tables.feed import Feed, Found, fill
from console.views.tables.pages import page
from console.views.tables.pairs import PairsView
from console.views.tables.pane import TablePane
from console.views.tables.panel import Panel, bring_forward
from console.views.units import presenter
from console.views.units.attention import HelpStrip
from console.views.units.forms import AssignForm, HelpForm
from console.views.units.presenter import Reference, UnitRow

FIXES_EVERY_MS = 250
"""Positions reach the table four times a second: a person reads no faster."""
TASKS_MIN_PX = 110


class UnitsPanel(Panel):
    """Table left; right the card of the current unit, and its tasks with the order to the selected units.

    `attention`: the strip of calls for help, which the window shows above everything.
    """

    def __init__(self, context: Context) -> None:
        super().__init__(context, "units")
        self.reference: Reference | None = None
        self._incidents: list[Reference] = []
        self._closures: list[Closure] = []
        self._links: dict[str, str] = {}
        self._fixes: dict[str, Fix] = {}
        self._fix_timer = QTimer(self, singleShot=True, interval=FIXES_EVERY_MS)
        now_ms = context.time.now_ms
        self.list = TablePane(
            "units.list", presenter.columns(lambda: self.reference, lambda: self._closures), now_ms, _empty_text, several=True
        )
        self.tasks = TablePane("units.tasks", presenter.task_columns(), now_ms, lambda: tr("No task was given to it yet."))
        self.card, self.assign = PairsView(tr("Choose a unit in the table or on the map.")), AssignForm(context)
        self.attention, self.help = HelpStrip(context), HelpForm(context)
        self.chips = Chips(
            {"": tr("All"), "help": tr("Help"), "free": tr("Free"), "on_task": tr("On task"), "stale": tr("Stale"), "gone": tr("Gone")},
            tr("Show units"),
        )
        self.tabs = QTabWidget()
        self._lay_out()
        self._units_feed = Feed(context, "units.list", presenter.read_units, self._concerned, self)
        self._tasks_feed = Feed(context, "units.tasks", self._read_tasks, lambda changes: None if "task" in changes.ids else (), self)
        self._incidents_feed = Feed(
            context, "units.incidents", _read_incidents, lambda changes: None if "incident" in changes.ids else (), self
        )
        self._roads_feed = Feed(context, "units.roads", _read_closures, lambda changes: None if "road" in changes.ids else (), self)
        self._shown_units: tuple[str, ...] = ()
        self._connect()
        self._offer_actions()
        self._units_feed.read_all()
        self._incidents_feed.read_all()
        self._roads_feed.read_all()

    # -- reading ----------------------------------------------------------------------------------------------------

    def _concerned(self, changes: Changes) -> Sequence[str] | None:
        ids = presenter.concerned(changes, self.list.table.rows)
        return None if ids is None else list(ids)

    def _read_tasks(self, database: pw.SqliteDatabase, _ids: Sequence[str] | None) -> list[presenter.TaskRow]:
        return presenter.read_tasks(database, self._shown_units)

    # -- showing ----------------------------------------------------------------------------------------------------

    def _take_units(self, found: Found) -> None:
        table = self.list.table
        calling = {row.id for row in table.rows() if row.help}
        rows = [self._with_link(row) for row in found.rows]
        if found.asked is not None and self.context.time.live:
            rows = [presenter.keep_newer_fix(row, table.row(row.id)) for row in rows]
        fill(table, Found(rows, found.asked))
        if any(row.help and row.id not in calling for row in rows):  # the one thing for which a list may move under the operator
            table.sort_now()
        self.list.set_filled()
        self._follow_selection()
        self._show_selected()

    def _take_tasks(self, found: Found) -> None:
        self.tasks.table.replace_all(found.rows)
        self.tasks.set_filled()

    def _take_incidents(self, found: Found) -> None:
        self._incidents = found.rows
        self.assign.show_incidents(self._incidents)
        held = next((incident for incident in self._incidents if self.reference and incident.id == self.reference.id), None)
        self._refer_to(held or (self._incidents[0] if self._incidents else None))

    def _take_closures(self, found: Found) -> None:
        self._closures = found.rows
        self.assign.show_closures(self._closures)
        self.list.table.reword()
        self._show_card()

    def _refer_to(self, reference: Reference | None) -> None:
        """Distances are counted from here; another incident than before is also proposed for orders."""
        before, self.reference = self.reference, reference
        if reference != before:
            self.list.table.reword()
            self._show_card()
        if reference is not None and (before is None or before.id != reference.id):
            self.assign.incident.choose(reference.id)

    def _on_changed(self, changes: Changes) -> None:
        self._fixes.update(changes.fixes)
        if self._fixes and not self._fix_timer.isActive():
            self._fix_timer.start()

    def _take_fixes(self) -> None:
        fixes, self._fixes = self._fixes, {}
        table = self.list.table
        known = [(table.row(unit), fix) for unit, fix in fixes.items()]
        rows = [presenter.moved(row, fix) for row, fix in known if row is not None]
        table.apply(rows)
        self._units_feed.read_ids(unit for unit in fixes if table.row(unit) is None)
        if self.list.view.current_id() in fixes:
            self._show_card()

    def _on_links(self, _me: Me | None, links: list[Link]) -> None:
        told = {link.peer: link.state for link in links if link.peer}
        if told != self._links:
            self._links = told
            self.list.table.apply([self._with_link(row) for row in self.list.table.rows()])

    def _with_link(self, row: UnitRow) -> UnitRow:
        state = self._links.get(row.origin, "")
        return row if state == row.link else replace(row, link=state)

    def _on_second(self) -> None:
        super()._on_second()
        if self.chips.chosen in presenter.TIMED_GROUPS and self.list.isVisible():
            self.list.table.refilter()
        if self.card.isVisible():
            self._show_card()

    def _on_group(self, group: str) -> None:
        accepts = presenter.GROUPS.get(group)
        now_ms = self.context.time.now_ms
        self.list.table.set_accepts(None if accepts is None else lambda row: accepts(row, now_ms()))

    def _show_selected(self) -> None:
        """Card, tasks and order follow the rows selected; an order is only ever to rows that are seen selected."""
        table = self.list.table
        units: list[UnitRow] = [row for unit in self.list.view.selected_ids() if (row := table.row(unit)) is not None]
        self.assign.show_units(units)
        self.help.show_unit(table.row(self.list.view.current_id()))
        self._show_card()
        shown = tuple(unit.id for unit in units)
        if shown != self._shown_units:
            self._shown_units = shown
            self.tasks.table.replace_all([])
            self._tasks_feed.read_all()

    def _show_card(self) -> None:
        row = self.list.table.row(self.list.view.current_id())
        now_ms = self.context.time.now_ms()
        self.card.show_columns([] if row is None else [(row.name, presenter.card(row, self.reference, now_ms, self._closures))])

    def _follow_selection(self) -> None:
        self.follow(self.list, Thing.UNIT)

    def _on_selected(self, thing: Thing | None, item_id: str) -> None:
        if thing is Thing.UNIT:
            self._follow_selection()
        elif thing is Thing.INCIDENT:
            self._refer_to(next((incident for incident in self._incidents if incident.id == item_id), self.reference))

    # -- building ---------------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self.list.bar.insertWidget(0, self.chips)
        self.list.sort_by("name")
        self.tasks.sort_by("assigned", descending=True)
        self.tasks.setMinimumHeight(TASKS_MIN_PX)
        self.tabs.addTab(page(self.help, self.card, grows=self.card), tr("Unit"))
        self.tabs.addTab(page(self.assign, self.tasks, grows=self.tasks), tr("Tasks"))
        self.lay_beside(self.list, self.tabs, (740, 256), (3, 1))
        self.setFocusProxy(self.list.view)

    def _connect(self) -> None:
        news, selection, view = self.context.news, self.context.selection, self.list.view
        news.changed.connect(self._on_changed)
        news.reset.connect(self._fixes.clear)
        news.links.connect(self._on_links)
        selection.changed.connect(self._on_selected)
        self._fix_timer.timeout.connect(self._take_fixes)
        self._units_feed.found.connect(self._take_units)
        self._tasks_feed.found.connect(self._take_tasks)
        self._incidents_feed.found.connect(self._take_incidents)
        self._roads_feed.found.connect(self._take_closures)
        self.attention.answer_asked.connect(self.answer_help)
        self.chips.picked.connect(self._on_group)
        view.selectionModel().selectionChanged.connect(self._show_selected)
        view.picked.connect(lambda unit: selection.select(Thing.UNIT, unit) if unit else None)
        view.opened.connect(lambda _unit: self.tabs.setCurrentIndex(0))
        view.fly.connect(lambda unit: selection.fly_to(Thing.UNIT, unit))

    def _offer_actions(self) -> None:
        self.offer(tr("Units: assign a task"), self._begin_order, "Ctrl+T", everywhere=True)
        self.offer(tr("Units: answer the call for help that waits longest"), self.answer_help, "Ctrl+H", everywhere=True, field=True)
        self.offer(tr("Units: filter the table"), self.list.filter.setFocus, "Alt+U")
        self.offer(tr("Units: show it on the map"), partial(self.fly, self.list, Thing.UNIT))
        for group, text in self.chips.texts.items():
            self.offer(tr("Units: show {group}", group=text), partial(self.chips.choose, group))

    def answer_help(self, unit: str = "") -> None:
        """Bring the call of `unit`, by default the longest waiting, to where it is answered."""
        unit = unit or next((call.unit for call in self.attention.calls), "")
        if unit:
            bring_forward(self)
            self.chips.choose("")
            self.list.filter.clear()
            self.context.selection.select(Thing.UNIT, unit)
            self.list.view.select_id(unit)
            self._show_selected()
            self.tabs.setCurrentIndex(0)
            self.help.note.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _begin_order(self) -> None:
        self.tabs.setCurrentIndex(1)
        self.assign.text.setFocus(Qt.FocusReason.ShortcutFocusReason)


def _empty_text() -> str:
    return tr("No unit yet. Enrol one in Links (add a peer), or play a recording into this node.")


def _read_incidents(database: pw.SqliteDatabase, _ids: Sequence[str] | None) -> list[Reference]:
    return presenter.read_open_incidents(database)


def _read_closures(database: pw.SqliteDatabase, _ids: Sequence[str] | None) -> list[Closure]:
    return read_closures(database)
