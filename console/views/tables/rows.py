"""Widgets beside each other, in as many rows as they need: nothing is squeezed and no word is cut where a panel is narrow."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QStyle, QWidget, QWidgetItem

SPACE_PX = 4


class Rows(QLayout):
    """Each row is as high as its highest widget. In every row the widgets that grow share the width that is left."""

    def __init__(self, space_px: int = SPACE_PX) -> None:
        super().__init__()
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(space_px)
        self._items: list[QLayoutItem] = []
        self._growing: dict[QWidget | None, int] = {}

    # -- what is in it -----------------------------------------------------------------------------------------------------

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)
        self.invalidate()

    def add_growing(self, widget: QWidget, least_px: int) -> None:
        """It takes what is left of its row; where that is less than `least_px`, a row of its own."""
        self._growing[widget] = least_px
        self.addWidget(widget)

    def insertWidget(self, at: int, widget: QWidget) -> None:
        self.addChildWidget(widget)
        self._items.insert(at, QWidgetItem(widget))
        self.invalidate()

    def widgets(self) -> list[QWidget]:
        """In their order."""
        return [widget for item in self._items if (widget := item.widget()) is not None]

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, at: int) -> QLayoutItem | None:
        return self._items[at] if 0 <= at < len(self._items) else None

    def takeAt(self, at: int) -> QLayoutItem | None:
        return self._items.pop(at) if 0 <= at < len(self._items) else None

    # -- how large -----------------------------------------------------------------------------------------------------------

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation.Horizontal

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width_px: int) -> int:
        return self._place(QRect(0, 0, width_px, 0), move=False)

    def sizeHint(self) -> QSize:
        """All of it in one row."""
        shown = self._shown()
        width = sum(self._width(item) for item in shown) + self.spacing() * max(0, len(shown) - 1)
        return QSize(width, max((item.sizeHint().height() for item in shown), default=0))

    def minimumSize(self) -> QSize:
        shown = self._shown()
        width = max((item.minimumSize().width() for item in shown), default=0)
        return QSize(width, max((item.minimumSize().height() for item in shown), default=0))

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._place(rect, move=True)

    # -- inside ----------------------------------------------------------------------------------------------------------------

    def _shown(self) -> list[QLayoutItem]:
        return [item for item in self._items if not item.isEmpty()]

    def _width(self, item: QLayoutItem) -> int:
        widget = item.widget()
        return self._growing[widget] if widget in self._growing else item.sizeHint().width()

    def _rows(self, width_px: int) -> list[list[QLayoutItem]]:
        rows: list[list[QLayoutItem]] = []
        left = 0
        for item in self._shown():
            wide = self._width(item)
            if not rows or wide > left:
                rows.append([])
                left = width_px
            rows[-1].append(item)
            left -= wide + self.spacing()
        return rows

    def _place(self, rect: QRect, *, move: bool) -> int:
        """How high it is in the width of `rect`."""
        top = rect.y()
        for row in self._rows(rect.width()):
            widths = [min(self._width(item), rect.width()) for item in row]
            growing = [at for at, item in enumerate(row) if item.widget() in self._growing]
            spare = rect.width() - sum(widths) - self.spacing() * (len(row) - 1)
            for at in growing:
                widths[at] += max(0, spare) // len(growing)
            heights = [_height(item, width) for item, width in zip(row, widths, strict=True)]
            high = max(heights)
            if move:
                self._move(row, widths, QRect(rect.x(), top, rect.width(), high))
            top += high + self.spacing()
        return max(0, top - self.spacing() - rect.y())

    def _move(self, row: list[QLayoutItem], widths: list[int], line: QRect) -> None:
        parent = self.parentWidget()
        way = parent.layoutDirection() if parent is not None else Qt.LayoutDirection.LeftToRight
        left = line.x()
        for item, width in zip(row, widths, strict=True):
            height = min(_height(item, width), line.height())
            place = QRect(QPoint(left, line.y() + (line.height() - height) // 2), QSize(width, height))
            item.setGeometry(QStyle.visualRect(way, line, place))
            left += width + self.spacing()


def _height(item: QLayoutItem, width_px: int) -> int:
    return item.heightForWidth(width_px) if item.hasHeightForWidth() else item.sizeHint().height()
