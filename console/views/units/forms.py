"""The order to the selected units, and the answer to a call for help."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout

from console.comms.local.messages import Draft
from console.models.rules.distance import Closure
from console.views.context import Context
from console.views.entry.form import TextEntry, TextLine, WriteForm
from console.views.entry.incident import IncidentBox
from console.views.entry.outcome import EntryFault
from console.views.i18n import tr
from console.views.units import calls, distance, drafts
from console.views.units.presenter import Reference, UnitRow

LABEL_CHARS = 40
MOST_DISTANCES = 3


class AssignForm(WriteForm):
    """To whom is always said above the order; what was typed stays with those units."""

    def __init__(self, context: Context) -> None:
        super().__init__(context, tr("Assign task"))
        self._units: list[UnitRow] = []
        self.whom = QLabel()
        self.whom.setWordWrap(True)
        self.whom.setTextFormat(Qt.TextFormat.PlainText)
        self.far = QLabel()
        self.far.setWordWrap(True)
        self.far.setTextFormat(Qt.TextFormat.PlainText)
        self._places: dict[str, Reference] = {}
        self._closures: Sequence[Closure] = ()
        self.text = TextEntry(self, 2, tr("What to do, where. Ctrl+Enter sends."))
        self.text.setAccessibleName(tr("Task"))
        self.due = TextLine(self, tr("Due: 30 (min) or 18:30"))
        self.due.setAccessibleName(tr("Due"))
        self.incident = IncidentBox()
        row = QHBoxLayout()
        row.addWidget(self.due, 1)
        row.addWidget(self.incident, 1)
        layout = QVBoxLayout(self.fields)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.whom)
        layout.addWidget(self.far)
        layout.addWidget(self.text)
        layout.addLayout(row)
        self.incident.currentIndexChanged.connect(self._show_far)
        self.show_units([])

    def show_closures(self, closures: Sequence[Closure]) -> None:
        self._closures = closures
        self._show_far()

    def _show_far(self) -> None:
        """How far the first few are from the incident chosen, and which roads cut that does not account for."""
        reference = self._places.get(self.incident.chosen())
        told = [(unit.name, distance.cell_tip(unit, reference, self._closures)) for unit in self._units[:MOST_DISTANCES]]
        lines = [tr("{label}: {value}", label=name, value=far) for name, far in told if far]
        self.far.setText("\n".join(lines))
        self.far.setVisible(bool(lines))

    def show_units(self, units: Sequence[UnitRow]) -> None:
        self._units = list(units)
        names = tr(", ").join(unit.name for unit in self._units)
        self.whom.setText(tr("To {n} unit: {names}|To {n} units: {names}", n=len(units), names=names))
        self.set_about(" ".join(sorted(unit.id for unit in units)), names[:LABEL_CHARS])
        self._show_far()
        self.set_missing("" if units else tr("Choose one or more units in the table first (Shift or Ctrl with arrows or clicks)."))

    def show_incidents(self, incidents: Sequence[Reference]) -> None:
        """The open incidents."""
        self._places = {incident.id: incident for incident in incidents}
        self._show_far()
        self.incident.offer((incident.id, incident.title) for incident in incidents)

    def drafts(self) -> list[Draft]:
        return drafts.tasks(
            self._units,
            self.text.toPlainText(),
            self.due.text(),
            self.incident.chosen(),
            self.context.author(),
            self.own_area,
            self.context.time.now_ms(),
        )

    def clear(self) -> None:
        self.text.clear()
        self.due.clear()


class HelpForm(WriteForm):
    """Shown only while the current unit calls for help: says how the call was met, and ends it everywhere."""

    def __init__(self, context: Context) -> None:
        super().__init__(context, tr("Call is met"))
        self._row: UnitRow | None = None
        self.note = TextLine(self, tr("Who went, what was done, or that it was withdrawn"))
        self.note.setAccessibleName(tr("How it was met"))
        layout = QVBoxLayout(self.fields)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.note)
        self.show_unit(None)

    def show_unit(self, row: UnitRow | None) -> None:
        self._row = row if row is not None and row.help else None
        self.set_about("" if self._row is None else self._row.id, "" if self._row is None else self._row.name)
        self.setVisible(self._row is not None)

    def drafts(self) -> list[Draft]:
        row = self._row
        if row is None:
            raise EntryFault(tr("This unit calls for no help."))
        return [calls.answer(row.id, row.area, self.note.text(), self.context.author(), self.own_area)]

    def clear(self) -> None:
        self.note.clear()
