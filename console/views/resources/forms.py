"""What an operator enters about a stock, store or shelter: how much there is, and how it stands."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QFormLayout

from console.comms.local.messages import Draft
from console.views.context import Context
from console.views.entry.areas import area_about
from console.views.entry.form import TextLine, WriteForm
from console.views.entry.outcome import EntryFault
from console.views.i18n import tr, word
from console.views.resources import drafts
from console.views.resources.presenter import CHANGED, ResourceRow
from console.views.tables.marks import RESOURCE_MARKS
from console.views.tables.paint import is_night, mark_icon


class ChangeForm(WriteForm):
    """What stands is the hint of the quantity; what was known when a field was begun is said with it."""

    def __init__(self, context: Context) -> None:
        self.row: ResourceRow | None = None
        self._bases: dict[str, int | None] = {}
        super().__init__(context, tr("Change"))
        self.quantity, self.status, self.note = TextLine(self), QComboBox(), TextLine(self, tr("Why, by whose count"))
        for code in RESOURCE_MARKS:
            self.status.addItem(word("resource_status", code), code)
        self.status.setPlaceholderText(tr("not reported"))
        layout = QFormLayout(self.fields)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addRow(tr("Quantity in stock"), self.quantity)
        layout.addRow(tr("Status"), self.status)
        layout.addRow(tr("Note"), self.note)
        self.show_resource(None)

    def show_resource(self, row: ResourceRow | None) -> None:
        before, self.row = self.row, row
        same = before is not None and row is not None and before.id == row.id
        self.set_about("" if row is None else row.id, "" if row is None else row.name)
        self.quantity.setPlaceholderText("" if row is None else f"{row.quantity:,.10g} {row.unit}")
        if row is None:
            self.set_missing(tr("Choose a row to see all that is known of it."))
            return
        self.set_missing(tr("This record was withdrawn: restore it first.") if row.withdrawn else "")
        if not (same and self.quantity.text()):
            self._bases["quantity"] = row.known_hlc("quantity")
        if not (same and before is not None and self.status.currentData() != (before.status or None)):
            self.status.setCurrentIndex(self.status.findData(row.status))
            self._bases["status"] = row.known_hlc("status")
        self._mark_items()

    def drafts(self) -> list[Draft]:
        row = self.row
        if row is None:
            raise EntryFault(tr("Choose a row to see all that is known of it."))
        status = self.status.currentData() or row.status
        area, author = area_about(row.area, self.own_area), self.context.author()
        return drafts.changes(
            row, self.quantity.text(), status, self.note.text(), {field: self._bases.get(field) for field in CHANGED}, area, author
        )

    def clear(self) -> None:
        self.quantity.clear()
        self.note.clear()

    def _mark_items(self) -> None:
        for at, mark in enumerate(RESOURCE_MARKS.values()):
            self.status.setItemIcon(at, mark_icon(mark, is_night(self.palette()), self.devicePixelRatioF()))
