"""An incident's personal data: held for an inquiry, or destroyed when the response is over."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFormLayout, QLabel, QVBoxLayout

from console.comms.local.messages import Draft, Me
from console.views.context import Context
from console.views.entry.areas import area_about
from console.views.entry.form import Form, Start, TextLine, WriteForm
from console.views.entry.outcome import EntryFault
from console.views.i18n import tr
from console.views.incidents import personal
from console.views.incidents.drafts import About
from console.views.incidents.presenter import IncidentRow


class HoldForm(WriteForm):
    """The button says which of the two it will do. What was entered in error may be held too: an inquiry may be about just that."""

    def __init__(self, context: Context) -> None:
        self.row: IncidentRow | None = None
        super().__init__(context, tr("Hold"))
        self._stands = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self.reason = TextLine(self)
        layout = QVBoxLayout(self.fields)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._stands)
        layout.addWidget(self.reason)
        self.show_incident(None)

    def show_incident(self, row: IncidentRow | None) -> None:
        self.row = row
        held = row is not None and bool(row.hold)
        self.set_about("" if row is None else row.id, "" if row is None else row.title)
        self.set_missing(tr("Choose an incident in the list first.") if row is None else "")
        self.send.setText(tr("Lift the hold") if held else tr("Hold"))
        self.reason.setPlaceholderText(tr("Why it need not be held any more") if held else tr("For which inquiry, by whose order"))
        self._stands.setText(tr("Held for inquiry: {why}", why=row.hold) if row is not None and held else tr("Not held for inquiry."))

    def drafts(self) -> list[Draft]:
        row = self.row
        if row is None:
            raise EntryFault(tr("Choose an incident in the list first."))
        about = About(row.id, area_about(row.area, self.own_area))
        return [personal.holding(about, self.reason.text(), self.context.author(), held=bool(row.hold))]

    def clear(self) -> None:
        self.reason.clear()


class PurgeForm(Form):
    """Says what would be destroyed before anything is asked; then wants a reason, and the incident's title typed."""

    def __init__(self, context: Context) -> None:
        self.row: IncidentRow | None = None
        self._counts: list[personal.Count] | None = None
        super().__init__(context, tr("Destroy personal data"))
        self.told = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self.told.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.top.addWidget(self.told)
        self.reason = TextLine(self, tr("By whose decision, on what ground"))
        self.title = TextLine(self)
        self._title_label = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        layout = QFormLayout(self.fields)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addRow(tr("The reason"), self.reason)
        layout.addRow(self._title_label)
        layout.addRow(self.title)
        self.show_incident(None)

    def show_incident(self, row: IncidentRow | None) -> None:
        if row is None or self.row is None or row.id != self.row.id:
            self._counts = None
        self.row = row
        title = "" if row is None else row.title
        self.set_about("" if row is None else row.id, title)
        self._title_label.setText(tr("To confirm, type the title of the incident: {title}", title=title))
        self.title.setAccessibleName(self._title_label.text())
        self._tell()

    def show_counts(self, counts: list[personal.Count]) -> None:
        self._counts = counts
        self._tell()

    def prepare(self) -> Start:
        row = self.row
        if row is None:
            raise EntryFault(tr("Choose an incident in the list first."))
        why = personal.reason(self.reason.text())
        personal.confirmed(self.title.text(), row.title)
        author, writing = self.context.author(), self.context.writing

        def start(done: Callable[[list[str]], None], failed: Callable[[str], None]) -> None:
            writing.purge(row.id, why, author, done, failed)

        return start

    def clear(self) -> None:
        self.reason.clear()
        self.title.clear()

    def _on_links(self, me: Me | None, links: object) -> None:
        super()._on_links(me, links)
        self._tell()

    def _tell(self) -> None:
        found = None if self._counts is None else personal.going(self._counts, self.own_area)
        self.told.setText("" if found is None else personal.going_text(found))
        self.told.setVisible(bool(self.told.text()))
        self.set_missing(personal.hindrance(self.row, found))
