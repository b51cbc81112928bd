"""The warnings workspace: the list of alerts received, the words of one, and who took note of it, ticked by hand where need be."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial

import peewee as pw
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton, QVBoxLayout, QWidget

from console.models.changes import Changes
from console.views.context import Context, Thing
from console.views.i18n import tr
from console.views.tables.chips import Chips
from console.views.tables.feed import Feed, Found, fill
from console.views.tables.pages import page
from console.views.tables.pairs import PairsView
from console.views.tables.pane import TablePane
from console.views.tables.panel import Panel
from console.views.warnings import presenter, receipts
from console.views.warnings.receipts import Taken
from console.views.warnings.ticking import TickForm


class WarningsPanel(Panel):
    def __init__(self, context: Context) -> None:
        super().__init__(context, "warnings")
        self.list = TablePane("warnings.list", presenter.columns(), context.time.now_ms, _empty_text)
        self.chips = Chips(
            {"": tr("All"), "in_force": tr("In force"), "not_real": tr("Exercise and test"), "past": tr("Past")}, tr("Show warnings")
        )
        self.detail = PairsView(tr("Choose a warning to read it."), below=True)
        self.ticking, self.open_ticking = TickForm(context), QToolButton()
        self._lay_out()
        self._feed = Feed(context, "warnings.list", presenter.read_warnings, _concerned, self)
        self._warning = ""
        self._taken: list[Taken] = []
        self._receipts = Feed(context, "warnings.receipts", self._read_receipts, self._receipts_concerned, self)
        self._connect()
        self.offer(tr("Warnings: filter the list"), self.list.filter.setFocus, "Alt+W")
        self.offer(tr("Warnings: show it on the map"), partial(self.fly, self.list, Thing.WARNING))
        self.offer(tr("Warnings: tick by hand who took note"), self._begin_ticking, "Alt+N")
        for group, text in self.chips.texts.items():
            self.offer(tr("Warnings: show {group}", group=text), partial(self.chips.choose, group))
        self._feed.read_all()

    def _take(self, found: Found) -> None:
        """Rows read may be more than asked for: what a later alert replaced is read with it."""
        fill(self.list.table, found)
        self.list.set_filled()
        self._follow()

    def _follow(self) -> None:
        self.follow(self.list, Thing.WARNING)
        self._show_detail()

    def _show_detail(self) -> None:
        row = self.list.table.row(self.list.view.current_id())
        if row is not None and row.id != self._warning:
            self._warning, self._taken = row.id, []
            self._receipts.read_all()
        now_ms = self.context.time.now_ms()
        self.ticking.show_units("" if row is None else row.id, "" if row is None else presenter.headline_text(row), self._taken)
        self.open_ticking.setText(tr("Tick by hand: {n} not yet", n=sum(each.heard_ms is None for each in self._taken)))
        self.open_ticking.setVisible(row is not None)
        self.detail.show_columns([] if row is None else [*presenter.detail(row, now_ms), *receipts.pairs(self._taken, now_ms)])

    def _read_receipts(self, database: pw.SqliteDatabase, _ids: Sequence[str] | None) -> list[tuple[str, list[Taken]]]:
        """Reader thread."""
        warning = self._warning
        return [(warning, receipts.read_receipts(database, warning))]

    def _receipts_concerned(self, changes: Changes) -> Sequence[str] | None:
        """Positions alone do not read it again: who is in an area is asked when something else is heard."""
        return None if self._warning and changes.ids.keys() & {"receipt", "unit"} else ()

    def _take_receipts(self, found: Found) -> None:
        warning, taken = found.rows[0]
        if warning == self._warning:
            self._taken = taken
            self._show_detail()

    def _on_group(self, group: str) -> None:
        now_ms = self.context.time.now_ms
        wanted = presenter.GROUPS[group]
        self.list.table.set_accepts((lambda row: row.standing(now_ms()) in wanted) if group else None)

    def _on_second(self) -> None:
        super()._on_second()
        if self.chips.chosen and self.list.isVisible():
            self.list.table.refilter()
        if self.detail.isVisible():
            self._show_detail()

    def _lay_out(self) -> None:
        self.list.bar.insertWidget(0, self.chips)
        self.list.view.set_lines(2)
        self.list.sort_by("colour")
        self.lay_beside(self.list, self._beside(), (720, 270))
        self.setFocusProxy(self.list.view)

    def _beside(self) -> QWidget:
        """The form takes the room of the warning's words while it is open: the panel is low."""
        self.open_ticking.setCheckable(True)
        self.open_ticking.setArrowType(Qt.ArrowType.RightArrow)
        self.open_ticking.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._form = page(self.ticking)
        self._form.hide()
        beside = QWidget()
        column = QVBoxLayout(beside)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.detail, 1)
        column.addWidget(self.open_ticking)
        column.addWidget(self._form, 1)
        return beside

    def _connect(self) -> None:
        selection, view = self.context.selection, self.list.view
        self._feed.found.connect(self._take)
        self._receipts.found.connect(self._take_receipts)
        self.chips.picked.connect(self._on_group)
        self.open_ticking.toggled.connect(self._on_ticking)
        selection.changed.connect(lambda thing, _id: self._follow() if thing is Thing.WARNING else None)
        view.picked.connect(lambda warning: selection.select(Thing.WARNING, warning) if warning else None)
        view.picked.connect(self._show_detail)
        view.opened.connect(lambda warning: selection.select(Thing.WARNING, warning))
        view.fly.connect(lambda warning: selection.fly_to(Thing.WARNING, warning))

    def _on_ticking(self, on: bool) -> None:
        self.open_ticking.setArrowType(Qt.ArrowType.DownArrow if on else Qt.ArrowType.RightArrow)
        self._form.setVisible(on)
        self.detail.setVisible(not on)
        self._show_detail()

    def _begin_ticking(self) -> None:
        self.open_ticking.setChecked(True)
        self.ticking.units.setFocus(Qt.FocusReason.ShortcutFocusReason)


def _concerned(changes: Changes) -> Iterable[str]:
    return changes.ids.get("warning", ())


def _empty_text() -> str:
    return tr("No warning received. Play a CAP file into this node, or wait for one to arrive over a link.")
