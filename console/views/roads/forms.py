"""What an operator enters about roads: a closure, and its end."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QComboBox, QFormLayout

from console.comms.local.messages import Draft
from console.models.kinds import ROAD_REASONS
from console.views.context import Context
from console.views.entry.areas import area_about
from console.views.entry.form import TextLine, WriteForm
from console.views.entry.incident import IncidentBox
from console.views.entry.outcome import EntryFault
from console.views.entry.place import PlaceEntry
from console.views.i18n import tr, word
from console.views.roads import drafts
from console.views.roads.presenter import RoadRow
from console.views.units.presenter import Reference


class ClosureForm(WriteForm):
    """A road that cannot be passed: where, why, since when, by whose word."""

    def __init__(self, context: Context) -> None:
        super().__init__(context, tr("Close road"))
        self.name = TextLine(self, tr("Road and stretch: X782 K12, bridge at Dazhai"))
        self.reason = QComboBox()
        for code in ROAD_REASONS:
            self.reason.addItem(word("road_reason", code), code)
        self.place = PlaceEntry(self, context, "roads.pick", several=True)
        self.since = TextLine(self, tr("30 (min ago) or 14:20; empty: now"))
        self.source = TextLine(self, tr("Police, a unit, a caller"))
        self.note = TextLine(self, tr("Until when, what can pass, a way round"))
        self.incident = IncidentBox()
        self._areas: dict[str, str] = {}
        self._lay_out()

    def show_incidents(self, incidents: Sequence[tuple[Reference, str]]) -> None:
        """Open incidents with their areas."""
        self._areas = {incident.id: area for incident, area in incidents}
        self.incident.offer((incident.id, incident.title) for incident, _ in incidents)

    def drafts(self) -> list[Draft]:
        incident = self.incident.chosen()
        closing = drafts.closing(
            name=self.name.text(),
            reason=self.reason.currentData(),
            place=self.place.text(),
            since=self.since.text(),
            source=self.source.text(),
            note=self.note.text(),
            incident=incident,
            area=area_about(self._areas.get(incident, ""), self.own_area),
            author=self.context.author(),
            now_ms=self.context.time.now_ms(),
        )
        self.place.end()
        return [closing]

    def clear(self) -> None:
        for field in (self.name, self.since, self.source, self.note):
            field.clear()
        self.place.clear()
        self.reason.setCurrentIndex(0)

    def _lay_out(self) -> None:
        layout = QFormLayout(self.fields)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addRow(tr("Road"), self.name)
        layout.addRow(tr("Reason"), self.reason)
        layout.addRow(tr("Position"), self.place)
        layout.addRow(tr("Closed since"), self.since)
        layout.addRow(tr("By whose word"), self.source)
        layout.addRow(tr("Note"), self.note)
        layout.addRow(tr("Incident"), self.incident)


class OpeningForm(WriteForm):
    """The closure shown is over."""

    def __init__(self, context: Context) -> None:
        self.row: RoadRow | None = None
        super().__init__(context, tr("Open again"))
        self.source = TextLine(self, tr("Police, a unit, a caller"))
        self.note = TextLine(self, tr("What can pass, with what care"))
        layout = QFormLayout(self.fields)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addRow(tr("By whose word"), self.source)
        layout.addRow(tr("Note"), self.note)
        self.show_road(None)

    def show_road(self, row: RoadRow | None) -> None:
        self.row = row
        self.set_about("" if row is None else row.id, "" if row is None else row.name)
        if row is None:
            self.set_missing(tr("Choose a closure in the list first."))
        else:
            self.set_missing("" if row.standing == "closed" else tr("This road is not closed."))

    def drafts(self) -> list[Draft]:
        row = self.row
        if row is None:
            raise EntryFault(tr("Choose a closure in the list first."))
        area, author = area_about(row.area, self.own_area), self.context.author()
        return [
            drafts.opening(road=row.id, source=self.source.text(), note=self.note.text(), incident=row.incident, area=area, author=author)
        ]

    def clear(self) -> None:
        self.source.clear()
        self.note.clear()
