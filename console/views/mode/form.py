"""The form that switches an area's mode: asked once more before it is written."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QComboBox, QFormLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from console.comms.local.messages import Draft, Me
from console.models.kinds import MODES
from console.views.context import Context
from console.views.entry.form import TextLine, WriteForm
from console.views.entry.outcome import EntryFault, Outcome, Stage
from console.views.i18n import tr, word
from console.views.mode import drafts, presenter
from console.views.mode.presenter import ModeRow
from console.views.tables.paint import is_night, mark_icon


class SwitchForm(WriteForm):
    """Attributes: `area`, `mode`, `response`, `reason`; `question` with `yes` and `no`, shown when asked for. Signals: `own_area_known()`."""

    own_area_known = Signal()

    def __init__(self, context: Context) -> None:
        self._modes: dict[str, ModeRow] = {}
        super().__init__(context, tr("Switch..."))
        self.area, self.mode, self.response = QComboBox(), QComboBox(), QComboBox()
        self.area.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        for code in MODES:
            self.mode.addItem(word("mode", code), code)
        for level in range(5):
            self.response.addItem(word("response_level", str(level)), level)
        self.reason = TextLine(self, tr("By whose decision, on what ground"))
        self.question, self._asked = QWidget(), QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self.yes, self.no = QPushButton(tr("Yes, switch")), QPushButton(tr("No"))
        self._lay_out()
        self._mark_items()
        for choice in (self.area, self.mode, self.response):
            choice.currentIndexChanged.connect(self.withdraw_question)
        self.reason.textEdited.connect(self.withdraw_question)
        self.yes.clicked.connect(self._confirm)
        self.no.clicked.connect(self._decline)
        self.show_modes([], [])

    def show_modes(self, modes: Sequence[ModeRow], areas: Sequence[tuple[str, str]]) -> None:
        """Where each area stands, and (code, name) of those that may be switched; the area chosen stays chosen."""
        self._modes = {row.id: row for row in modes}
        if [self.area.itemData(at) for at in range(self.area.count())] != [code for code, _ in areas]:
            chosen = self.area.currentData()
            self.area.clear()
            for code, name in areas:
                self.area.addItem(name, code)
            self.area.setCurrentIndex(max(0, self.area.findData(chosen)))
        self.set_missing("" if areas else tr("This machine's own peer is not known yet, so neither is its area."))

    def drafts(self) -> list[Draft]:
        area: str = self.area.currentData() or ""
        chosen = (area, self.mode.currentData(), self.response.currentData())
        return [drafts.switch(*chosen, self.reason.text(), self.context.author(), self._modes.get(area))]

    def clear(self) -> None:
        self.reason.clear()
        self.withdraw_question()

    def submit(self) -> None:
        """Asks; only the button beside the question writes, so that a key held down cannot."""
        if not self.send.isEnabled():
            return
        try:
            self.drafts()
        except EntryFault as fault:
            self.withdraw_question()
            self.outcome.show_outcome(Outcome(Stage.REFUSED, reason=str(fault)))
            return
        self.outcome.show_outcome(Outcome())
        mode, level = self.mode.currentData(), self.response.currentData()
        response = tr(" with {level}", level=word("response_level", str(level))) if level else ""
        self._asked.setText(
            tr(
                "Switch {area} to {mode} mode{response}? Everybody is told.",
                area=self.area.currentText(),
                mode=word("mode", mode),
                response=response,
            )
        )
        self._put_question(True)
        self.no.setFocus(Qt.FocusReason.OtherFocusReason)

    def withdraw_question(self) -> None:
        self._put_question(False)

    def _put_question(self, on: bool) -> None:
        """In the place of the fields, so that nothing but the question is looked at."""
        self.question.setVisible(on)
        self.fields.setVisible(not on)
        self.send.setVisible(not on)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "mode"):
            self._mark_items()

    def _confirm(self) -> None:
        self.withdraw_question()
        super().submit()

    def _decline(self) -> None:
        self.withdraw_question()
        self.reason.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_links(self, me: Me | None, links: object) -> None:
        before = self.own_area
        super()._on_links(me, links)
        if self.own_area != before:
            self.own_area_known.emit()

    def _mark_items(self) -> None:
        for at, code in enumerate(MODES):
            mark = presenter.MODE_MARKS.get(code, presenter.UNKNOWN_MARK)
            self.mode.setItemIcon(at, mark_icon(mark, is_night(self.palette()), self.devicePixelRatioF()))

    def _lay_out(self) -> None:
        layout = QFormLayout(self.fields)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addRow(tr("Area"), self.area)
        layout.addRow(tr("Mode"), self.mode)
        layout.addRow(tr("Response"), self.response)
        layout.addRow(tr("Why"), self.reason)
        font = self._asked.font()
        font.setBold(True)
        self._asked.setFont(font)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.no)
        buttons.addWidget(self.yes)
        column = QVBoxLayout(self.question)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._asked)
        column.addLayout(buttons)
        self.question.hide()
        self.top.addWidget(self.question)
