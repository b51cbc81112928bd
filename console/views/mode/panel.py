"""The mode workspace: where each area stands, the form that switches one, and every switch there was."""

from __future__ import annotations

from collections.abc import Sequence

import peewee as pw
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSplitter

from console.views.context import Context
from console.views.i18n import tr
from console.views.mode import presenter
from console.views.mode.badge import ModeBadge
from console.views.mode.form import SwitchForm
from console.views.mode.presenter import ModeRow, SwitchRow
from console.views.tables.feed import Feed, Found
from console.views.tables.pages import page
from console.views.tables.pane import TablePane
from console.views.tables.panel import Panel

Read = tuple[list[ModeRow], list[SwitchRow], list[tuple[str, str]]]


class ModePanel(Panel):
    """`badge`: the mode that holds here, which the window keeps in its status bar."""

    def __init__(self, context: Context) -> None:
        super().__init__(context, "mode")
        now_ms = context.time.now_ms
        self.areas = TablePane("mode.areas", presenter.columns(), now_ms, lambda: tr("No area was ever switched: routine mode holds."))
        self.switches = TablePane("mode.switches", presenter.switch_columns(), now_ms, lambda: tr("No area was ever switched."))
        self.form, self.badge = SwitchForm(context), ModeBadge(context)
        self._lay_out()
        self._feed = Feed(context, "mode", self._read, lambda changes: None if "mode" in changes.ids else (), self)
        self._feed.found.connect(self._take)
        self.badge.clicked.connect(lambda: self._in_front(self._begin))
        self.form.own_area_known.connect(self._feed.read_all)
        self.offer(tr("Mode: switch an area between routine and emergency"), self._begin, field=True)
        self.offer(tr("Mode: history of switches"), self.switches.view.setFocus)
        self._feed.read_all()

    def _read(self, database: pw.SqliteDatabase, _ids: Sequence[str] | None) -> list[Read]:
        """Reader thread."""
        modes = presenter.read_modes(database)
        switches = presenter.read_switches(database, self.context.time.now_ms())
        return [(modes, switches, presenter.choices(self.form.own_area, modes))]

    def _take(self, found: Found) -> None:
        modes, switches, areas = found.rows[0]
        self.areas.table.replace_all(modes)
        self.areas.set_filled()
        self.switches.table.replace_all(switches)
        self.switches.set_filled()
        self.form.show_modes(modes, areas)

    def _begin(self) -> None:
        self.form.mode.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _lay_out(self) -> None:
        self.areas.sort_by("since", descending=True)
        self.switches.sort_by("at", descending=True)
        tables, whole = QSplitter(Qt.Orientation.Vertical), QSplitter(Qt.Orientation.Horizontal)
        tables.addWidget(self.areas)
        tables.addWidget(self.switches)
        whole.addWidget(tables)
        whole.addWidget(page(self.form))
        whole.setSizes([680, 320])
        for splitter in (tables, whole):
            splitter.setChildrenCollapsible(False)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(4, 4, 4, 4)
        layout.addWidget(whole)
        self.setFocusProxy(self.form.mode)
