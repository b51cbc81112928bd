"""Withdrawing what was entered in error, and bringing it back: nothing is ever removed, so both are events with a reason."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout

from console.comms.local.messages import Draft
from console.views.context import Context
from console.views.entry.areas import area_about
from console.views.entry.form import TextLine, WriteForm
from console.views.entry.outcome import EntryFault
from console.views.entry.withdrawal import withdrawal
from console.views.i18n import tr


class WithdrawForm(WriteForm):
    """About one record at a time; the button says which of the two it will do."""

    def __init__(self, context: Context, table: str, missing: str) -> None:
        """`missing`: what to do while no record is shown."""
        self._table, self._nothing = table, missing
        self._record = self._area = ""
        self._withdrawn = False
        super().__init__(context, tr("Withdraw"))
        self.reason = TextLine(self)
        layout = QVBoxLayout(self.fields)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.reason)
        self.show_record("", "", "", withdrawn=False)

    def show_record(self, record: str, name: str, area: str, *, withdrawn: bool) -> None:
        self._record, self._area, self._withdrawn = record, area, withdrawn
        self.set_about(record, name)
        self.set_missing("" if record else self._nothing)
        self.send.setText(tr("Restore") if withdrawn else tr("Withdraw"))
        self.reason.setPlaceholderText(tr("Why it is shown again") if withdrawn else tr("Why it was entered in error"))

    def drafts(self) -> list[Draft]:
        if not self._record:
            raise EntryFault(self._nothing)
        area = area_about(self._area, self.own_area)
        author = self.context.author()
        return [withdrawal(self._table, self._record, area, self.reason.text(), author, withdrawn=not self._withdrawn)]

    def clear(self) -> None:
        self.reason.clear()
