"""A row of groups to choose one from: a filter that is one key or one click away."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QMenu, QToolButton, QWidget

from console.views.tables.rows import Rows

ON, OFF = "●", "○"
GAP_PX = 2


class Chips(QWidget):
    """The chosen one is told by a filled dot, not by colour alone. Where there is no room for all of them they are one button with a menu.

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
        layout = Rows(GAP_PX)
        self.setLayout(layout)
        for group, text in self.texts.items():
            button = QToolButton()
            button.setText(f"{OFF} {text}")
            button.setCheckable(True)
            self._buttons.addButton(button)
            self._of_group[group] = button
            layout.addWidget(button)
            button.toggled.connect(partial(self._take, group))
        self._one, self._menu = QToolButton(), QMenu(self)
        self._one.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._one.setMenu(self._menu)
        self._one.setAccessibleName(name)
        self._one.hide()
        layout.addWidget(self._one)
        for group, text in self.texts.items():
            self._menu.addAction(text, partial(self.choose, group))
        self._of_group[self.chosen].setChecked(True)

    @property
    def full_px(self) -> int:
        """How wide all of them are beside each other."""
        return sum(button.sizeHint().width() + GAP_PX for button in self._of_group.values()) - GAP_PX

    def set_compact(self, on: bool) -> None:
        """The keyboard stays where it was among them."""
        if on is not self._one.isHidden():
            return
        held = any(button.hasFocus() for button in (self._one, *self._of_group.values()))
        self._one.setVisible(on)
        for button in self._of_group.values():
            button.setVisible(not on)
        if held:
            (self._one if on else self._of_group[self.chosen]).setFocus()

    def choose(self, group: str) -> None:
        self._of_group[group].setChecked(True)

    def _take(self, group: str, on: bool) -> None:
        self._of_group[group].setText(f"{ON if on else OFF} {self.texts[group]}")
        if on:
            self.chosen = group
            self._one.setText(f"{ON} {self.texts[group]}")
            self.picked.emit(group)
