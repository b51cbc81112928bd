"""What an operator does about a risk: acknowledges it, or opens an incident from it."""

from __future__ import annotations

from PySide6.QtWidgets import QFormLayout, QPushButton

from console.comms.local.messages import Draft
from console.views.context import Context
from console.views.entry.form import TextLine, WriteForm
from console.views.entry.outcome import EntryFault
from console.views.i18n import tr
from console.views.risks import drafts
from console.views.risks.presenter import RiskRow
from console.views.tables.columns import says_exercise


class RiskForm(WriteForm):
    """Attributes: `row`, the risk shown."""

    def __init__(self, context: Context) -> None:
        self.row: RiskRow | None = None
        self._opens = False
        super().__init__(context, tr("Acknowledge"))
        self.note = TextLine(self, tr("Whom you called, what was decided"))
        self.incident = QPushButton(tr("Open an incident"))
        self.foot.insertWidget(1, self.incident)
        layout = QFormLayout(self.fields)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addRow(tr("Note"), self.note)
        self.incident.clicked.connect(self.open_incident)
        self.show_risk(None)

    def show_risk(self, row: RiskRow | None) -> None:
        self.row = row
        self.set_about("" if row is None else row.id, "" if row is None else row.title)
        if row is None:
            self.set_missing(tr("Choose a risk in the list first."))
        else:
            self.set_missing("" if row.level else tr("There is no risk any more to acknowledge."))

    def refresh_enabled(self) -> None:
        super().refresh_enabled()
        if hasattr(self, "incident"):
            self.incident.setEnabled(self.send.isEnabled() and self.row is not None and not self.row.incident)

    def open_incident(self) -> None:
        """One action: the incident, its grounds in the log, the risk acknowledged."""
        if self.incident.isEnabled():
            self._opens = True
            self.submit()
            self._opens = False

    def drafts(self) -> list[Draft]:
        row = self.row
        if row is None:
            raise EntryFault(tr("Choose a risk in the list first."))
        author, note = self.context.author(), self.note.text()
        if self._opens:
            return drafts.opening(
                row, note, author, self.own_area, self.context.time.now_ms(), exercise=says_exercise(f"{row.author} {row.title}")
            )
        return [drafts.acknowledging(row, note, author, self.own_area)]

    def clear(self) -> None:
        self.note.clear()
