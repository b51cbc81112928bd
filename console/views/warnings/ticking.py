"""The units that did not yet take note of a warning, to be ticked off by hand."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QCheckBox, QListWidget, QListWidgetItem, QVBoxLayout

from console.comms.local.messages import Draft
from console.views.context import Context
from console.views.entry.form import TextLine, WriteForm
from console.views.i18n import tr
from console.views.warnings.drafts import ticks
from console.views.warnings.receipts import Taken

LINES = 6


class TickForm(WriteForm):
    """Space ticks a unit, Enter in the note sends. What is ticked stays with its warning, whatever is looked at meanwhile."""

    def __init__(self, context: Context) -> None:
        self._warning = ""
        self._missing_units: list[Taken] = []
        self._kept: dict[str, tuple[set[str], bool]] = {}
        super().__init__(context, tr("Tick off"))
        self.units = QListWidget()
        self.units.setAccessibleName(tr("Units that did not take note yet"))
        self.units.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.units.setFixedHeight(self.units.fontMetrics().lineSpacing() * LINES + 20)
        self.acted = QCheckBox(tr("and acts on it"))
        self.note = TextLine(self, tr("How it was reached: phone, horn, at the door"))
        layout = QVBoxLayout(self.fields)
        layout.setContentsMargins(0, 0, 0, 0)
        for widget in (self.units, self.acted, self.note):
            layout.addWidget(widget)
        self.show_units("", "", [])

    def show_units(self, warning: str, label: str, found: Sequence[Taken]) -> None:
        """`found`: everybody whom the warning concerns; those who took note are left out."""
        missing = [each for each in found if each.heard_ms is None]
        kept = {each.unit for each in self.ticked()}
        if warning != self._warning:
            self._kept[self._warning] = (kept, self.acted.isChecked())
            kept, acted = self._kept.pop(warning, (set(), False))
            self.acted.setChecked(acted)
        shown = [(each.unit, each.name) for each in self._missing_units]
        same = warning == self._warning and [(each.unit, each.name) for each in missing] == shown
        self._warning, self._missing_units = warning, missing
        self.set_about(warning, label)
        if not same:
            self._fill(kept)
        nobody = tr("Everybody whom it concerns took note.") if found else tr("No unit is known that it concerns.")
        self.set_missing(("" if missing else nobody) if warning else tr("Choose a warning to read it."))

    def ticked(self) -> list[Taken]:
        states = [self.units.item(at).checkState() for at in range(self.units.count())]
        return [each for each, state in zip(self._missing_units, states, strict=True) if state is Qt.CheckState.Checked]

    def drafts(self) -> list[Draft]:
        author = self.context.author()
        return ticks(self._warning, self.ticked(), self.own_area, self.note.text(), author, acted=self.acted.isChecked())

    def clear(self) -> None:
        self.note.clear()
        self.acted.setChecked(False)
        for at in range(self.units.count()):
            self.units.item(at).setCheckState(Qt.CheckState.Unchecked)

    def _fill(self, kept: set[str]) -> None:
        """The unit that the keyboard was on stays current."""
        on = self.units.currentItem().data(Qt.ItemDataRole.UserRole) if self.units.currentRow() >= 0 else ""
        self.units.clear()
        for each in self._missing_units:
            item = QListWidgetItem(each.name)
            item.setData(Qt.ItemDataRole.UserRole, each.unit)
            item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked if each.unit in kept else Qt.CheckState.Unchecked)
            self.units.addItem(item)
            if each.unit == on:
                self.units.setCurrentItem(item)
        if self.units.currentRow() < 0:
            self.units.setCurrentRow(0)
