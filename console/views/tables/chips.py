"""A row of groups to choose one from: a filter that is one key or one click away."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QToolButton, QWidget

from console.views.tables.rows import Rows

ON, OFF = "●", "○"


class Chips(QWidget):
    """The chosen one is told by a filled dot, not by colour alone.

    `texts`: group -> its word, in order; the first is chosen at the start. Signals: `picked(group)`.
    """

    picked = Signal(str)

    def __init__(self, texts: Mapping[str, str], name: str) -> None:
        super().__init__()
        self.texts = dict(texts)
        self.setAccessibleName(name)
        self.chosen = next(iter(self.texts))
        self._buttons = QButtonGroup(self)
        self._of_group: dict[str, QToolButton] = {}
        layout = Rows(2)
        self.setLayout(layout)
        for group, text in self.texts.items():
            button = QToolButton()
            button.setText(f"{OFF} {text}")
            button.setCheckable(True)
            self._buttons.addButton(button)
            self._of_group[group] = button
            layout.addWidget(button)
            button.toggled.connect(partial(self._take, group))
        self._of_group[self.chosen].setChecked(True)

    def choose(self, group: str) -> None:
        self._of_group[group].setChecked(True)

    def _take(self, group: str, on: bool) -> None:
        self._of_group[group].setText(f"{ON if on else OFF} {self.texts[group]}")
        if on:
            self.chosen = group
            self.picked.emit(group)
