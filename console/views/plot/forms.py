"""What an operator enters to plot something: what it is, and how its points come: on the map, typed, or both."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QLineEdit, QWidget

from console.models.rules.plots import plot_rule
from console.views.context import Context, Thing
from console.views.entry.form import Form, TextEntry, TextLine
from console.views.entry.incident import IncidentBox
from console.views.entry.outcome import EntryFault, Outcome, Stage
from console.views.i18n import tr, word
from console.views.plot.drafts import Said
from console.views.plot.drawing import Drawing
from console.views.plot.presenter import PlotRow, kind_text
from console.views.plot.signs import icon
from console.views.plot.times import moment_of
from console.views.plot.typed import metres_of, optional_bearing, points_of
from console.views.tables.paint import is_night
from console.views.units.presenter import Reference


class Round(QWidget):
    """Radius, inner radius and bearings, of round shapes alone."""

    def __init__(self, form: Form) -> None:
        super().__init__()
        self.radius = TextLine(form, tr("800 or 1.5 km; empty: by the points"))
        self.inner = TextLine(form, tr("400 or 0.8 km"))
        self.start, self.end = TextLine(form, tr("from north, 0 to 360")), TextLine(form, tr("clockwise to"))
        self._layout = QFormLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        for label, line in self._lines().items():
            line.setAccessibleName(label)
            self._layout.addRow(label, line)

    def _lines(self) -> dict[str, QLineEdit]:
        return {tr("Radius"): self.radius, tr("Inner radius"): self.inner, tr("From bearing"): self.start, tr("To bearing"): self.end}

    def show_shape(self, shape: str) -> None:
        self.setVisible(shape in ("circle", "ring", "sector"))
        for line, shapes in ((self.inner, ("ring",)), (self.start, ("sector",)), (self.end, ("sector",))):
            self._layout.setRowVisible(line, shape in shapes)

    def values(self) -> dict[str, float | None]:
        """Raises EntryFault. What does not belong to the shape is empty."""
        return {
            "radius_m": metres_of(self.radius.text(), tr("Radius")),
            "inner_m": metres_of(self.inner.text(), tr("Inner radius")),
            "from_deg": optional_bearing(self.start.text()),
            "to_deg": optional_bearing(self.end.text()),
        }

    def put(self, row: PlotRow) -> None:
        figure = row.figure
        values = (None,) * 4 if figure is None else (figure.radius_m, figure.inner_m, figure.from_deg, figure.to_deg)
        for line, value in zip(self._lines().values(), values, strict=True):
            line.setText("" if value is None else f"{value:.10g}")

    def clear(self) -> None:
        for line in self._lines().values():
            line.clear()


class DrawForm(Form):
    """Enter begins: with points that complete it, it is written at once; else the map asks for the rest, by mouse or by keys."""

    def __init__(self, context: Context) -> None:
        super().__init__(context, tr("Draw"))
        self.kind, self.shape = QComboBox(), QComboBox()
        for kind in plot_rule().kind:
            self.kind.addItem(icon(kind, "night" if is_night(self.palette()) else "day"), kind_text(kind.code), kind.code)
        self.label = TextLine(self, tr("What stands on the map beside it"))
        self.points = TextLine(self, tr("82.89, 44.60; 045 1.2 km; ... or on the map"))
        self.round = Round(self)
        self.at, self.until = TextLine(self, tr("14:20, -30 or +30 (minutes)")), TextLine(self, tr("empty: until taken away"))
        self.note = TextEntry(self, 2)
        self.incident = IncidentBox()
        self.close_road = QCheckBox(tr("Close it to routes too"))
        self.close_road.setChecked(True)
        self._areas: dict[str, str] = {}
        self._lay_out()
        for box in (self.kind, self.shape):
            QShortcut(QKeySequence(Qt.Key.Key_Return), box, context=Qt.ShortcutContext.WidgetShortcut).activated.connect(self.submit)
        self.kind.currentIndexChanged.connect(self._on_kind)
        self.shape.currentIndexChanged.connect(self._on_shape)
        context.selection.changed.connect(self._on_selected)
        self._on_kind()

    def choose(self, kind: str, shape: str = "") -> None:
        self.kind.setCurrentIndex(max(0, self.kind.findData(kind)))
        if shape:
            self.shape.setCurrentIndex(max(0, self.shape.findData(shape)))

    def show_incidents(self, incidents: Sequence[tuple[Reference, str]]) -> None:
        """Open incidents with their areas."""
        self._areas = {incident.id: area for incident, area in incidents}
        self.incident.offer((incident.id, incident.title) for incident, _ in incidents)

    def said(self) -> Said:
        """Raises EntryFault."""
        now_ms, incident = self.context.time.now_ms(), self.incident.chosen()
        at_ms = moment_of(self.at.text(), now_ms)
        if at_ms is None and plot_rule().of(self.kind.currentData()).timed:
            at_ms = now_ms
        return Said(
            label=self.label.text().strip(),
            note=self.note.toPlainText().strip(),
            at_ms=at_ms,
            until_ms=moment_of(self.until.text(), now_ms),
            incident=incident,
            incident_area=self._areas.get(incident, ""),
            close_road=self.close_road.isVisibleTo(self) and self.close_road.isChecked(),
        )

    def submit(self) -> None:
        """Begin, with the points that were typed."""
        if not self.send.isEnabled():
            return
        plotting = self.context.plotting
        try:
            said, points = self.said(), points_of(self.points.text())
            shape = self.shape.currentData()
            if shape == "text" and not said.label:
                raise EntryFault(tr("A text needs its words: fill in the label."))
            drawing = Drawing(self.kind.currentData(), shape, **self._round_values(shape))
            plotting.begin(drawing)
            plotting.place(points)
            if points and plotting.drawing is not None and len(points) > 1:
                plotting.finish()
        except EntryFault as fault:
            self.outcome.show_outcome(Outcome(Stage.REFUSED, reason=str(fault)))

    def clear(self) -> None:
        for line in (self.label, self.points, self.at, self.until):
            line.clear()
        self.note.clear()
        self.round.clear()

    def _round_values(self, shape: str) -> dict[str, Any]:
        return self.round.values() if shape in ("circle", "ring", "sector") else {}

    def _on_kind(self) -> None:
        kind = plot_rule().of(self.kind.currentData())
        self.shape.clear()
        for shape in kind.shapes:
            self.shape.addItem(word("plot_shape", shape), shape)
        self.close_road.setVisible(kind.closes_road)
        self.at.setPlaceholderText(tr("now") if kind.timed else tr("14:20, -30 or +30 (minutes)"))

    def _on_shape(self) -> None:
        self.round.show_shape(self.shape.currentData() or "")

    def _on_selected(self, thing: Thing | None, item_id: str) -> None:
        """What is plotted next is about the incident that was chosen last."""
        if thing is Thing.INCIDENT and self.incident.findData(item_id) > 0:
            self.incident.choose(item_id)

    def _lay_out(self) -> None:
        layout = QFormLayout(self.fields)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addRow(tr("Kind"), self.kind)
        layout.addRow(tr("Shape"), self.shape)
        layout.addRow(tr("Label"), self.label)
        layout.addRow(tr("Points"), self.points)
        layout.addRow(self.round)
        layout.addRow(tr("From"), self.at)
        layout.addRow(tr("Until"), self.until)
        layout.addRow(tr("Note"), self.note)
        layout.addRow(tr("Incident"), self.incident)
        layout.addRow(self.close_road)
