"""What an operator changes of a plot: only what was changed here is written, and what others wrote meanwhile is said."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QComboBox, QFormLayout, QLabel

from console.models.rules.plots import plot_rule
from console.views.context import Context
from console.views.entry.form import Form, TextEntry, TextLine
from console.views.entry.outcome import EntryFault, Outcome, Stage
from console.views.i18n import tr
from console.views.plot.acts import FIELDS
from console.views.plot.figure import ROUND, Figure
from console.views.plot.forms import Round
from console.views.plot.presenter import PlotRow, kind_text
from console.views.plot.scribe import Scribe
from console.views.plot.signs import icon
from console.views.plot.times import moment_of, moment_typed
from console.views.plot.typed import points_of, points_text
from console.views.tables.paint import is_night


class EditForm(Form):
    """About the plot shown. Attributes: `row`, as it was when its values were put into the fields."""

    def __init__(self, context: Context, scribe: Scribe) -> None:
        super().__init__(context, tr("Save"))
        self._scribe = scribe
        self.row: PlotRow | None = None
        self._newest: PlotRow | None = None
        self._typed_before: dict[str, str] = {}
        self.meanwhile = QLabel(wordWrap=True)
        self.meanwhile.hide()
        self.top.addWidget(self.meanwhile)
        self.kind = QComboBox()
        for kind in plot_rule().kind:
            self.kind.addItem(icon(kind, "night" if is_night(self.palette()) else "day"), kind_text(kind.code), kind.code)
        self.label, self.points = TextLine(self), TextLine(self)
        self.move_by = TextLine(self, tr("045 1.2 km: all of it, that way and so far"))
        self.round = Round(self)
        self.at, self.until = TextLine(self, tr("14:20, -30 or +30 (minutes)")), TextLine(self, tr("empty: until taken away"))
        self.note = TextEntry(self, 2)
        self._lay_out()
        self.show_row(None)

    def show_row(self, row: PlotRow | None) -> None:
        """Another plot, or the same as it stands now: what is being typed stays, and what others changed under it is said."""
        same = row is not None and self.row is not None and row.id == self.row.id
        if same and self._dirty():
            self._newest = row
            self._say_meanwhile()
            return
        self.row = self._newest = row
        self.meanwhile.hide()
        if row is None:
            self.set_missing(tr("Choose a plot in the list or on the map."))
            return
        self.set_missing(tr("This plot was taken away: bring it back first.") if row.withdrawn else "")
        self._put(row)

    def fields_changed(self) -> dict[str, Any]:
        """What was typed otherwise than it was put in. Raises EntryFault."""
        row = self.row
        if row is None:
            raise EntryFault(tr("Choose a plot in the list or on the map."))
        told: dict[str, Any] = {}
        now, before = self._texts_now(), self._typed_before
        now_ms = self.context.time.now_ms()
        changed = {name for name in now if now[name] != before[name]}
        for name, value in (
            ("kind", self.kind.currentData()),
            ("label", self.label.text().strip()),
            ("note", self.note.toPlainText().strip()),
        ):
            told |= {name: value} if name in changed else {}
        for name, line in (("at_ms", self.at), ("until_ms", self.until)):
            if name in changed:
                told[name] = moment_of(line.text(), now_ms)
        if changed & {"points", "round", "move_by"} and row.figure is not None:
            told |= self._figure(row.figure, changed).fields()
        return told

    def submit(self) -> None:
        if not self.send.isEnabled() or self.row is None:
            return
        try:
            told = self.fields_changed()
        except EntryFault as fault:
            self.outcome.show_outcome(Outcome(Stage.REFUSED, reason=str(fault)))
            return
        self._typed_before = self._texts_now()
        self.move_by.clear()
        self._typed_before["move_by"] = ""
        self._scribe.amend(self.row.id, lambda _row: told)

    def _figure(self, figure: Figure, changed: set[str]) -> Figure:
        points = tuple(points_of(self.points.text())) if "points" in changed else figure.points
        values = self.round.values() if figure.shape in ROUND else {}
        made = Figure(figure.shape, points[:1] if figure.shape in ROUND else points, **values).checked()
        if "move_by" in changed:
            made = made.moved_to(*points_of(self.move_by.text(), made.points[0])[-1])
        return made

    def _put(self, row: PlotRow) -> None:
        now_ms = self.context.time.now_ms()
        self.kind.setCurrentIndex(max(0, self.kind.findData(row.kind)))
        self.label.setText(row.label)
        self.points.setText("" if row.figure is None else points_text(row.figure.points))
        self.round.put(row)
        self.round.show_shape("" if row.figure is None else row.figure.shape)
        self.at.setText(moment_typed(row.at_ms, now_ms))
        self.until.setText(moment_typed(row.until_ms, now_ms))
        self.note.setPlainText(row.note)
        self.move_by.clear()
        self._typed_before = self._texts_now()

    def _texts_now(self) -> dict[str, str]:
        return {
            "kind": self.kind.currentData(),
            "label": self.label.text(),
            "points": self.points.text(),
            "round": "\n".join(line.text() for line in self.round.findChildren(TextLine)),
            "move_by": self.move_by.text(),
            "at_ms": self.at.text(),
            "until_ms": self.until.text(),
            "note": self.note.toPlainText(),
        }

    def _dirty(self) -> bool:
        return self._texts_now() != self._typed_before

    def _say_meanwhile(self) -> None:
        before, now = self.row, self._newest
        if before is None or now is None:
            return
        held, stands = before.fields(), now.fields()
        names = [tr(FIELDS[name]) for name in stands if held.get(name) != stands[name]]
        if now.withdrawn != before.withdrawn:
            names.append(tr("taken away") if now.withdrawn else tr("brought back"))
        self.meanwhile.setText(
            tr(
                "⚑ Meanwhile {who} changed: {what}. Saving writes only the fields you changed.",
                who=now.author or "?",
                what=", ".join(dict.fromkeys(names)),
            )
        )
        self.meanwhile.setVisible(bool(names))

    def _lay_out(self) -> None:
        layout = QFormLayout(self.fields)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addRow(tr("Kind"), self.kind)
        layout.addRow(tr("Label"), self.label)
        layout.addRow(tr("Points"), self.points)
        layout.addRow(self.round)
        layout.addRow(tr("Move by"), self.move_by)
        layout.addRow(tr("From"), self.at)
        layout.addRow(tr("Until"), self.until)
        layout.addRow(tr("Note"), self.note)
