"""Label and value, line by line, in columns side by side: the card of one thing."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

Pairs = list[tuple[str, str]]
Columns = list[tuple[str, Pairs]]
"""[(heading, [(label, value)])]"""


class PairsView(QScrollArea):
    """Values can be selected and copied; only what changed is touched, so that a text being selected is not torn away.

    A value without a label takes the whole width. `below`: the columns stand below each other, for a narrow place.
    `empty_text` says what to do while there is nothing to show.
    """

    def __init__(self, empty_text: str, *, below: bool = False) -> None:
        super().__init__()
        self._empty_text, self._below = empty_text, below
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self._columns: Columns = []
        self._values: list[QLabel] = []
        self._build([])

    def show_columns(self, columns: Columns) -> None:
        held = [(heading, pairs) for heading, pairs in columns if pairs]
        if _labels(held) == _labels(self._columns):
            for words, value in zip(self._values, _values(held), strict=True):
                if words.text() != value:
                    words.setText(value)
        else:
            self._build(held)
        self._columns = held

    def pairs(self) -> dict[str, str]:
        """What is shown: label -> value."""
        return {label: value for _, pairs in self._columns for label, value in pairs}

    def _build(self, columns: Columns) -> None:
        page = QWidget()
        layout = QVBoxLayout(page) if self._below else QHBoxLayout(page)
        layout.setContentsMargins(4, 0, 4, 0)
        self._values = []
        if not columns:
            layout.addWidget(self._hint(), 1)
        for heading, pairs in columns:
            layout.addLayout(self._column(heading, pairs), 0 if self._below else 1)
        if self._below:
            layout.addStretch(1)
        self.setWidget(page)

    def _hint(self) -> QLabel:
        hint = QLabel(self._empty_text)
        hint.setWordWrap(True)
        hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        return hint

    def _column(self, heading: str, pairs: Pairs) -> QVBoxLayout:
        column = QVBoxLayout()
        if heading:
            title = QLabel(heading)
            font = title.font()
            font.setBold(True)
            title.setFont(font)
            title.setTextFormat(Qt.TextFormat.PlainText)
            title.setWordWrap(True)
            column.addWidget(title)
        form = QFormLayout()
        form.setVerticalSpacing(2)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        for label, value in pairs:
            if label:
                form.addRow(QLabel(label, textFormat=Qt.TextFormat.PlainText), self._value(value))  # a label may be a name from elsewhere
            else:
                form.addRow(self._value(value))
        column.addLayout(form)
        column.addStretch(1)
        return column

    def _value(self, value: str) -> QLabel:
        words = QLabel(value)
        words.setTextFormat(Qt.TextFormat.PlainText)
        words.setWordWrap(True)
        words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard)
        self._values.append(words)
        return words


def _labels(columns: Columns) -> list[tuple[str, list[str]]]:
    return [(heading, [label for label, _ in pairs]) for heading, pairs in columns]


def _values(columns: Columns) -> list[str]:
    return [value for _, pairs in columns for _, value in pairs]
