"""Risks that nobody has acknowledged, above everything else, for as long as they are not."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from console.views import tips
from console.views.context import Context, Thing
from console.views.i18n import tr
from console.views.risks.presenter import RiskRow, left_s, mark_of
from console.views.risks.wording import lead_text, level_text
from console.views.tables.paint import ICON_PX, is_night, mark_icon

MOST_LINES = 2
LEAST_PX = 120


class RiskStrip(QWidget):
    """The gravest unacknowledged risks, one line each with two buttons, and how many more there are; hidden while there are none. Its height
    hangs on nothing else, so that a flood of risks leaves the map where it is.

    Signals: `acknowledge_asked(risk)`, `more_asked()`.
    """

    acknowledge_asked = Signal(str)
    more_asked = Signal()

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.setObjectName("risk_strip")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(tr("Risks not acknowledged"))
        self.rows: list[RiskRow] = []
        self._context = context
        self.lines = [_Line() for _ in range(MOST_LINES)]
        self.more = QPushButton()
        self.more.setObjectName("compact")
        self.more.clicked.connect(self.more_asked)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 4, 10, 4)
        column.setSpacing(2)
        for line in self.lines:
            line.show_place.clicked.connect(lambda _on=False, line=line: self._show(line.row))
            line.acknowledge.clicked.connect(lambda _on=False, line=line: self._acknowledge(line.row))
            column.addWidget(line)
        self.lines[0].end.addWidget(self.more)
        context.news.second.connect(self._word)
        self.hide()

    def show_rows(self, rows: list[RiskRow], hidden: int = 0) -> None:
        """The most urgent, MOST_LINES at most; `hidden`: how many more there are."""
        self.rows = rows
        for at, line in enumerate(self.lines):
            line.show_row(rows[at] if at < len(rows) else None)
        self.more.setText(tr("+{n} more", n=hidden))
        self.more.setToolTip(tr("{n} more risk not acknowledged|{n} more risks not acknowledged", n=hidden))
        self.more.setVisible(hidden > 0)
        self._word()
        self.setVisible(bool(rows))

    def _word(self) -> None:
        now_ms = self._context.time.now_ms()
        for line in self.lines:
            if line.row is not None:
                line.words.say(line_text(line.row, now_ms))

    def _show(self, row: RiskRow | None) -> None:
        if row is not None:
            self._context.selection.fly_to(Thing.SENSOR if row.place_kind == "sensor" else Thing.BASIN, row.place)
            self._context.selection.select(Thing.RISK, row.id)

    def _acknowledge(self, row: RiskRow | None) -> None:
        if row is not None:
            self.acknowledge_asked.emit(row.id)


class _Line(QWidget):
    """Attributes: `row`, the risk it is about; `end`, the layout after its buttons."""

    def __init__(self) -> None:
        super().__init__()
        self.row: RiskRow | None = None
        self.mark, self.words = QLabel(), OneLine()
        self.show_place, self.acknowledge = (QPushButton(text) for text in (tr("Show on the map"), tr("Acknowledge")))
        for button in (self.show_place, self.acknowledge):
            button.setObjectName("compact")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.mark)
        layout.addWidget(self.words, 1)
        layout.addWidget(self.show_place)
        layout.addWidget(self.acknowledge)
        self.end = QHBoxLayout()
        layout.addLayout(self.end)

    def show_row(self, row: RiskRow | None) -> None:
        self.row = row
        self.setVisible(row is not None)
        self._draw()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._draw()

    def _draw(self) -> None:
        if self.row is not None:
            icon = mark_icon(mark_of(self.row), is_night(self.palette()), self.devicePixelRatioF())
            self.mark.setPixmap(icon.pixmap(ICON_PX, ICON_PX))


class OneLine(QLabel):
    """A text cut at the end of the line, and whole in its tip."""

    def __init__(self) -> None:
        super().__init__(textFormat=Qt.TextFormat.PlainText)
        self.whole = ""
        self.setMinimumWidth(LEAST_PX)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)

    def say(self, text: str) -> None:
        if text != self.whole:
            self.whole = text
            self.setToolTip(tips.plain(text))
            self.setAccessibleName(text)
            self._cut()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._cut()

    def _cut(self) -> None:
        text = self.fontMetrics().elidedText(self.whole, Qt.TextElideMode.ElideRight, self.width())
        if text != self.text():
            self.setText(text)


def line_text(row: RiskRow, now_ms: int) -> str:
    """One line of the banner."""
    why = row.why[0] if row.why else ""
    level = tr("withdrawn") if row.gone else level_text(row.level)
    parts = [level, row.title, lead_text(left_s(row, now_ms), row.level), why, row.leader and f"{row.leader} {row.phone}"]
    return " · ".join(part.strip() for part in parts if part and part != "–").replace("\n", " ")
