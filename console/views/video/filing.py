"""Pictures and clips into an incident's timeline: which incident, what is under way, what became of it. GUI thread only."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from typing import NamedTuple

import peewee as pw
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from console.comms.feeds.messages import Record, Recording, Saved, SaveRing, Snap, Unsaved
from console.comms.local.messages import Draft
from console.models.feeds.book import Entry
from console.models.state.tables import Incident
from console.views.context import Context, Thing
from console.views.entry.areas import area_about
from console.views.entry.form import OutcomeLine
from console.views.entry.outcome import Outcome, Stage
from console.views.i18n import tr
from console.views.reasons import said
from console.views.tables.feed import Feed, Found
from console.views.video import drafts
from console.views.video.wall import Wall

INCIDENT_CHARS = 12


class Wanted(NamedTuple):
    """What a picture that is being saved is for."""

    entry: Entry
    incident: str
    area: str


class Filing(QWidget):
    """The buttons and the choice of an incident. Signals: `filed(incident)`."""

    filed = Signal(str)

    def __init__(self, context: Context, wall: Wall) -> None:
        super().__init__()
        self._context, self._wall = context, wall
        self._numbers = count(1)
        self._wanted: dict[int, Wanted] = {}
        self._areas: dict[str, str] = {}
        self._own_area = ""
        self.incident = QComboBox()
        self.incident.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.incident.setMinimumContentsLength(INCIDENT_CHARS)
        self.incident.setAccessibleName(tr("File with"))
        self.snap, self.ring, self.record = QToolButton(), QToolButton(), QToolButton()
        self.outcome = OutcomeLine()
        self._lay_out()
        self._incidents = Feed(context, "video.incidents", _read_incidents, lambda changes: None if "incident" in changes.ids else (), self)
        self._connect()
        self._incidents.read_all()
        self.refresh()

    def take_picture(self) -> None:
        self._begin(lambda tile, number: Snap(tile=tile, number=number))

    def save_ring(self) -> None:
        self._begin(lambda tile, number: SaveRing(tile=tile, number=number))

    def toggle_recording(self) -> None:
        viewing = self._wall.current()
        if viewing is not None and viewing.recording:
            self._wall.eyes.send(Record(tile=self._wall.plan.current, number=viewing.recording, on=False))
            viewing.recording = 0
            self.refresh()
        else:
            self._begin(lambda tile, number: Record(tile=tile, number=number, on=True), waits=False)

    def refresh(self) -> None:
        """What cannot be done now says why."""
        viewing = self._wall.current()
        why = ""
        if not self._context.time.live:
            why = tr("The window shows a past instant. Go back to live to write.")
        elif viewing is None or viewing.watch.frame_s is None:
            why = tr("The current tile has no picture yet.")
        elif not self.incident.currentData():
            why = tr("There is no open incident to file it with.")
        for button, text in ((self.snap, tr("Picture (S)")), (self.ring, tr("Last seconds (L)"))):
            button.setEnabled(not why)
            button.setToolTip(why or text)
        recording = viewing is not None and bool(viewing.recording)
        self.record.setText(tr("■ Stop (R)") if recording else tr("● Record (R)"))
        self.record.setEnabled(recording or not why)
        self.record.setToolTip(why or self.record.text())

    def _begin(self, message: object, *, waits: bool = True) -> None:
        self.refresh()
        viewing, incident = self._wall.current(), self.incident.currentData()
        if viewing is None or not self.snap.isEnabled():
            self.outcome.show_outcome(Outcome(Stage.REFUSED, reason=self.snap.toolTip()))
            return
        number = next(self._numbers)
        self._wanted[number] = Wanted(viewing.entry, incident, area_about(self._areas.get(incident, ""), self._own_area))
        self._wall.eyes.send(message(self._wall.plan.current, number))  # type: ignore[operator]
        if waits:
            self.outcome.show_outcome(Outcome(Stage.SENDING))

    def _on_recording(self, told: Recording) -> None:
        wanted = self._wanted.get(told.number)
        for viewing in self._wall.viewings.values():
            if wanted is not None and viewing.entry.id == wanted.entry.id:
                viewing.recording = told.number
        self.refresh()

    def _on_saved(self, saved: Saved) -> None:
        wanted = self._wanted.pop(saved.number, None)
        if wanted is None:
            return
        for viewing in self._wall.viewings.values():
            viewing.recording = 0 if viewing.recording == saved.number else viewing.recording
        draft: Draft = drafts.filing(saved, wanted.entry, wanted.incident, wanted.area, self._context.author())
        self._context.writing.write([draft], lambda _ids: self._done(wanted), self._failed)
        self.refresh()

    def _done(self, wanted: Wanted) -> None:
        self.outcome.show_outcome(Outcome(Stage.SAVED, self._context.time.now_ms(), about=wanted.entry.name))
        self.filed.emit(wanted.incident)

    def _failed(self, reason: str) -> None:
        self.outcome.show_outcome(Outcome(Stage.REFUSED, reason=reason))

    def _on_unsaved(self, told: Unsaved) -> None:
        self._wanted.pop(told.number, None)
        self._failed(said(told.reason))

    def _on_fell(self, _reason: str) -> None:
        """What the process was to save is lost with it, and that is said."""
        if self._wanted:
            self._wanted.clear()
            self._failed(tr("The video process ended before it was saved."))
        self.refresh()

    def _show_incidents(self, found: Found) -> None:
        chosen = self.incident.currentData()
        self._areas = {row_id: area for row_id, _, area in found.rows}
        self.incident.clear()
        for row_id, title, _ in found.rows:
            self.incident.addItem(title, row_id)
        self.incident.setCurrentIndex(max(0, self.incident.findData(chosen)))
        self.refresh()

    def choose_incident(self, incident: str) -> None:
        at = self.incident.findData(incident)
        if at >= 0:
            self.incident.setCurrentIndex(at)

    def _on_links(self, me: object, _links: object) -> None:
        self._own_area = getattr(me, "area", self._own_area)

    def _connect(self) -> None:
        eyes, context = self._wall.eyes, self._context
        eyes.saved.connect(self._on_saved)
        eyes.unsaved.connect(self._on_unsaved)
        eyes.recording.connect(self._on_recording)
        eyes.fell.connect(self._on_fell)
        self._wall.changed.connect(self.refresh)
        self._incidents.found.connect(self._show_incidents)
        self.incident.currentIndexChanged.connect(lambda _at: self.refresh())
        context.news.links.connect(self._on_links)
        context.news.second.connect(self.refresh)
        context.selection.changed.connect(lambda thing, item: self.choose_incident(item) if thing is Thing.INCIDENT else None)
        self.snap.clicked.connect(self.take_picture)
        self.ring.clicked.connect(self.save_ring)
        self.record.clicked.connect(self.toggle_recording)

    def _lay_out(self) -> None:
        self.snap.setText(tr("Picture (S)"))
        self.ring.setText(tr("Last seconds (L)"))
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        for widget in (self.snap, self.ring, self.record, QLabel(tr("File with")), self.incident):
            row.addWidget(widget, 1 if widget is self.incident else 0)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addLayout(row)
        layout.addWidget(self.outcome)


def _read_incidents(database: pw.SqliteDatabase, _ids: Sequence[str] | None) -> list[tuple[str, str, str]]:
    """(id, title, area) of open ones, newest first."""
    query = Incident.select(Incident.id, Incident.title, Incident.area).where((Incident.status == "open") & ~Incident.withdrawn)
    return [(row_id, title or row_id, area) for row_id, title, area in query.order_by(Incident.hlc.desc()).tuples().execute(database)]
