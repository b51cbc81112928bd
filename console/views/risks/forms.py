"""What an operator does about risks: acknowledges one or many, or opens an incident from one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QFormLayout, QPushButton, QWidget

from console.comms.local.messages import Draft
from console.views.context import Context
from console.views.entry.form import Start, TextLine, WriteForm
from console.views.entry.outcome import EntryFault
from console.views.i18n import tr
from console.views.reasons import said
from console.views.risks import drafts
from console.views.risks.presenter import RiskRow
from console.views.risks.wording import level_text
from console.views.tables.columns import says_exercise
from console.views.tables.rows import Rows

AT_ONCE = 100
NOTE_PX = 160


class RiskForm(WriteForm):
    """Attributes: `rows`, the risks it is about, the current one first; `incident_id`, of the incident that was opened last."""

    def __init__(self, context: Context) -> None:
        self.rows: list[RiskRow] = []
        self.incident_id = ""
        self._opens = False
        self._chosen: dict[str, int] = {}
        super().__init__(context, tr("Acknowledge"))
        self.note = TextLine(self, tr("Whom you called, what was decided"))
        self.note.setAccessibleName(tr("Note"))
        self.incident = QPushButton(tr("Open an incident"))
        layout = QFormLayout(self.fields)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addRow(self.note)
        line, rows = QWidget(), Rows()
        rows.add_growing(self.fields, NOTE_PX)
        for widget in (self.send, self.incident):
            rows.addWidget(widget)
        line.setLayout(rows)
        self.foot.removeWidget(self.outcome)
        self.foot.addWidget(line)
        self.incident.clicked.connect(self.open_incident)
        self.show_risks([])

    @property
    def row(self) -> RiskRow | None:
        return self.rows[0] if self.rows else None

    def show_risks(self, rows: Sequence[RiskRow]) -> None:
        """The current one first. Of several, those that can be acknowledged count, and none that has become graver since it was chosen."""
        self._chosen = {row.id: self._chosen.get(row.id, row.level) for row in rows}
        several = [row for row in rows if row.fresh and not 0 < row.level < self._chosen[row.id]]
        self.rows = several if len(rows) > 1 else list(rows)
        row = self.row
        self.set_about(row.id if len(rows) == 1 and row is not None else "+".join(sorted(self._chosen)), "" if row is None else row.title)
        if row is None:
            self.set_missing(tr("Nothing that is selected has to be acknowledged.") if rows else tr("Choose a risk in the list first."))
        else:
            self.set_missing("" if row.level or row.fresh else tr("There is no risk any more to acknowledge."))
        self.send.setText(tr("Acknowledge {n}", n=len(self.rows)) if len(self.rows) > 1 else tr("Acknowledge"))
        self.send.setToolTip(counted(self.rows) if len(self.rows) > 1 else "")

    def refresh_enabled(self) -> None:
        super().refresh_enabled()
        if hasattr(self, "incident"):
            self.incident.setEnabled(
                self.send.isEnabled() and len(self.rows) == 1 and bool(self.rows[0].level) and not self.rows[0].incident
            )

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
        self.incident_id = ""
        if self._opens:
            now_ms, exercise = self.context.time.now_ms(), says_exercise(f"{row.author} {row.title}")
            written = drafts.opening(row, note, author, self.own_area, now_ms, exercise=exercise)
            self.incident_id = written[0].subject
            return written
        return [drafts.acknowledging(each, note, author, self.own_area) for each in self.rows]

    def prepare(self) -> Start:
        """Many go in pieces, each whole or not at all, so that nothing else has to wait for them."""
        written = self.drafts()
        return lambda done, failed: self._next(written, 0, done, failed)

    def _next(self, written: list[Draft], start: int, done: Callable[[list[str]], None], failed: Callable[[str], None]) -> None:
        some, rest = written[start : start + AT_ONCE], start + AT_ONCE

        def refused(reason: str) -> None:
            failed(tr("{done} of {n} were acknowledged: {why}", done=start, n=len(written), why=said(reason)) if start else reason)

        def go_on(_ids: list[str]) -> None:
            if rest < len(written):
                self._next(written, rest, done, failed)
            else:
                done([draft.subject for draft in written])

        self.context.writing.write(some, go_on, refused)

    def clear(self) -> None:
        self.note.clear()


def counted(rows: Sequence[RiskRow]) -> str:
    """ "3 × Red I, 2 × Orange II"."""
    levels = Counter(row.level for row in rows)
    return ", ".join(f"{count} × {level_text(level) if level else tr('withdrawn')}" for level, count in sorted(levels.items()))
