"""A list and what is told of one of its rows: side by side where there is room, else one below the other."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QWidget

NARROW_PX = 640
"""Below this width two columns show neither the list's columns nor whole words beside it."""
TALL = 0.55
"""Of the width: lower than this it stays side by side, for two halves of it would show nothing."""


class Beside(QSplitter):
    """`wide`, `tall`: shares of the width, and of the height where one is below the other."""

    def __init__(self, left: QWidget, right: QWidget, wide: Sequence[int], tall: Sequence[int]) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._shares = {Qt.Orientation.Horizontal: list(wide), Qt.Orientation.Vertical: list(tall)}
        for widget in (left, right):
            self.addWidget(widget)
        self.setSizes(list(wide))
        self.setChildrenCollapsible(False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        size = event.size()
        narrow = size.width() < NARROW_PX and size.height() > TALL * size.width()
        way = Qt.Orientation.Vertical if narrow else Qt.Orientation.Horizontal
        if way is not self.orientation():
            self._shares[self.orientation()] = self.sizes()
            self.setOrientation(way)
            self.setSizes(self._shares[way])
        super().resizeEvent(event)
