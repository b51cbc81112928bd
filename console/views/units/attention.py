"""Calls for help where nobody can miss them: a strip above everything else, for as long as a call is not answered."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from console.models.changes import Changes
from console.views.context import Context, Thing
from console.views.i18n import tr
from console.views.tables.feed import Feed, Found
from console.views.tables.paint import ICON_PX, is_night, mark_icon
from console.views.units.calls import HELP_MARK, HelpCall, call_text, read_calls

MOST_LINES = 2


class HelpStrip(QWidget):
    """The longest waiting calls, each with its age and two buttons; hidden while nobody calls. Signals: `answer_asked(unit)`."""

    answer_asked = Signal(str)

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.setObjectName("help_strip")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(tr("Calls for help"))
        self.calls: list[HelpCall] = []
        self._context = context
        self._labels: list[QLabel] = []
        self._lines = QVBoxLayout(self)
        self._lines.setContentsMargins(10, 4, 10, 4)
        self._lines.setSpacing(2)
        feed = Feed(context, "units.help", read_calls, _concerned, self)
        feed.found.connect(self._take)
        context.news.second.connect(self._word)
        self.hide()
        feed.read_all()

    def _take(self, found: Found) -> None:
        if found.rows != self.calls:
            self.calls = found.rows
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
        self._labels = [self._line(call) for call in self.calls[:MOST_LINES]]
        hidden = len(self.calls) - len(self._labels)
        if hidden:
            self._lines.addWidget(QLabel(tr("{n} more call for help|{n} more calls for help", n=hidden)))
        self._word()
        self.setVisible(bool(self.calls))

    def _line(self, call: HelpCall) -> QLabel:
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        mark, words = QLabel(), QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        mark.setPixmap(mark_icon(HELP_MARK, is_night(self.palette()), self.devicePixelRatioF()).pixmap(ICON_PX, ICON_PX))
        words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        row.addWidget(mark)
        row.addWidget(words, 1)
        for text, do in ((tr("Show on the map"), self._show_call), (tr("Answer..."), self.answer_asked.emit)):
            button = QPushButton(text)
            button.setObjectName("compact")
            button.clicked.connect(partial(_call, do, call.unit))
            row.addWidget(button)
        self._lines.addWidget(line)
        return words

    def _word(self) -> None:
        now_ms = self._context.time.now_ms()
        for words, call in zip(self._labels, self.calls, strict=False):
            text = call_text(call, now_ms)
            if words.text() != text:
                words.setText(text)

    def _show_call(self, unit: str) -> None:
        self._context.selection.fly_to(Thing.UNIT, unit)


def _call(do: Callable[[str], object], unit: str, _checked: bool = False) -> None:
    do(unit)


def _concerned(changes: Changes) -> tuple[str, ...] | None:
    return None if "unit" in changes.ids else ()
