"""The review of conflicts at the place where they are seen: hidden while there is none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLabel, QVBoxLayout

from console.comms.local.messages import Draft
from console.views.context import Context
from console.views.entry.areas import area_about
from console.views.entry.form import TextLine, WriteForm
from console.views.entry.outcome import EntryFault
from console.views.i18n import tr
from console.views.incidents import conflicts
from console.views.incidents.conflicts import Dispute

Change = Callable[[Dispute, Any, str, str], Draft]
"""(dispute, value, area, author) -> the event that writes another of the values."""


class ReviewForm(WriteForm):
    """One conflict at a time: keep what stands, or choose another of the values; either is written with the review."""

    def __init__(self, context: Context, change: Change) -> None:
        super().__init__(context, tr("Reviewed"))
        self._change = change
        self._area = ""
        self.disputes: list[Dispute] = []
        self._told = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self._told.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        font = self._told.font()
        font.setBold(True)
        self._told.setFont(font)
        self.which, self.choice = QComboBox(), QComboBox()
        for box, name in ((self.which, tr("Conflict")), (self.choice, tr("Decision"))):
            box.setAccessibleName(name)
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(12)
        self.note = TextLine(self, tr("Who was asked, why so"))
        layout = QVBoxLayout(self.fields)
        layout.setContentsMargins(0, 0, 0, 0)
        for widget in (self.which, self._told, self.choice, self.note):
            layout.addWidget(widget)
        self.which.currentIndexChanged.connect(self._show_dispute)
        self.hide()

    def show_disputes(self, disputes: Sequence[Dispute], area: str, label: str) -> None:
        """The conflicts about one thing; those reviewed are left out."""
        held = [dispute for dispute in disputes if not dispute.settled]
        chosen = self.which.currentData()
        self._area = area
        if held != self.disputes:
            self.disputes = held
            self.which.blockSignals(True)
            self.which.clear()
            for dispute in held:
                self.which.addItem(conflicts.field_text(dispute.field), dispute.id)
            self.which.setCurrentIndex(max(0, self.which.findData(chosen)))
            self.which.blockSignals(False)
            self._show_dispute()
        self.set_about(held[0].subject if held else "", label)
        self.which.setVisible(len(held) > 1)
        self.setVisible(bool(held))

    def drafts(self) -> list[Draft]:
        dispute = self._dispute()
        if dispute is None:
            raise EntryFault(tr("There is no conflict to review any more."))
        area, author = area_about(self._area, self.own_area), self.context.author()
        reviewed = conflicts.review(dispute, area, self.note.text(), author)
        chosen = self.choice.currentData()
        return reviewed if chosen < 0 else [self._change(dispute, dispute.said[chosen].value, area, author), *reviewed]

    def clear(self) -> None:
        self.note.clear()

    def _dispute(self) -> Dispute | None:
        at = self.which.currentIndex()
        return self.disputes[at] if 0 <= at < len(self.disputes) else None

    def _show_dispute(self) -> None:
        dispute = self._dispute()
        self.choice.clear()
        if dispute is None:
            return
        self._told.setText(conflicts.dispute_text(dispute))
        stands = next((said for said in dispute.said if said.stands), None)
        self.choice.addItem(tr("Keep what stands: {value}", value="–" if stands is None else stands.text), -1)
        seen = {stands.text} if stands is not None else set()
        for at, said in enumerate(dispute.said):
            if said.text not in seen:
                seen.add(said.text)
                self.choice.addItem(tr("Write instead: {value}", value=said.text), at)
