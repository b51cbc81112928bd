"""Risks that nobody has acknowledged, above everything else, for as long as they are not."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from console.views.context import Context, Thing
from console.views.i18n import tr
from console.views.risks.presenter import RiskRow, left_s
from console.views.risks.wording import lead_text, level_text
from console.views.tables.marks import LEVEL_MARKS
from console.views.tables.paint import ICON_PX, is_night, mark_icon

MOST_LINES = 2
LINE_CHARS = 110


class RiskStrip(QWidget):
    """The gravest unacknowledged risks, one line each with two buttons; hidden while there are none. Signals: `acknowledge_asked(risk)`."""

    acknowledge_asked = Signal(str)

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.setObjectName("risk_strip")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(tr("Risks not acknowledged"))
        self.rows: list[RiskRow] = []
        self._context = context
        self._labels: list[QLabel] = []
        self._lines = QVBoxLayout(self)
        self._lines.setContentsMargins(10, 4, 10, 4)
        self._lines.setSpacing(2)
        context.news.second.connect(self._word)
        self.hide()

    def show_rows(self, rows: list[RiskRow]) -> None:
        """By urgency."""
        if rows != self.rows:
            self.rows = rows
            self._build()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._build()

    def _build(self) -> None:
        while (item := self._lines.takeAt(0)) is not None:
            if (line := item.widget()) is not None:
                line.hide()
                line.deleteLater()
        shown = self.rows[:MOST_LINES]
        hidden = len(self.rows) - len(shown)
        more = tr("{n} more risk not acknowledged|{n} more risks not acknowledged", n=hidden) if hidden else ""
        self._labels = [self._line(row, more if row is shown[-1] else "") for row in shown]
        self._word()
        self.setVisible(bool(self.rows))

    def _line(self, row: RiskRow, more: str) -> QLabel:
        line = QWidget()
        layout = QHBoxLayout(line)
        layout.setContentsMargins(0, 0, 0, 0)
        mark, words = QLabel(), QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        mark.setPixmap(mark_icon(LEVEL_MARKS[row.level], is_night(self.palette()), self.devicePixelRatioF()).pixmap(ICON_PX, ICON_PX))
        words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        layout.addWidget(mark)
        layout.addWidget(words, 1)
        if more:
            layout.addWidget(QLabel(more))
        for text, do in ((tr("Show on the map"), self._show), (tr("Acknowledge"), self._acknowledge)):
            button = QPushButton(text)
            button.setObjectName("compact")
            button.clicked.connect(partial(_call, do, row))
            layout.addWidget(button)
        self._lines.addWidget(line)
        return words

    def _word(self) -> None:
        now_ms = self._context.time.now_ms()
        for words, row in zip(self._labels, self.rows, strict=False):
            text = line_text(row, now_ms)
            if words.text() != text:
                words.setText(text)

    def _show(self, row: RiskRow) -> None:
        self._context.selection.fly_to(Thing.SENSOR if row.place_kind == "sensor" else Thing.BASIN, row.place)
        self._context.selection.select(Thing.RISK, row.id)

    def _acknowledge(self, row: RiskRow) -> None:
        self.acknowledge_asked.emit(row.id)


def line_text(row: RiskRow, now_ms: int) -> str:
    """One line of the banner."""
    why = row.why[0] if row.why else ""
    parts = [level_text(row.level), row.title, lead_text(left_s(row, now_ms), row.level), why, row.leader and f"{row.leader} {row.phone}"]
    text = " · ".join(part.strip() for part in parts if part and part != "–")
    return text if len(text) <= LINE_CHARS * 2 else f"{text[: LINE_CHARS * 2 - 1]}…"


def _call(do: Callable[[RiskRow], object], row: RiskRow, _checked: bool = False) -> None:
    do(row)
