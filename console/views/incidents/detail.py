"""The heading over one incident: its level, title and status."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from console.views.i18n import word
from console.views.incidents.presenter import STATUS_MARKS, IncidentRow, standing_text, title_text
from console.views.tables.marks import LEVEL_MARKS, Mark
from console.views.tables.paint import ICON_PX, is_night, mark_icon


class Heading(QWidget):
    """Level, title and status of the incident shown; an exercise is said in the title itself."""

    def __init__(self, *buttons: QWidget) -> None:
        """`buttons`: what is done about it, beside its status."""
        super().__init__()
        self._row: IncidentRow | None = None
        self._level, self._title, self._status, self._state = QLabel(), QLabel(), QLabel(), QLabel()
        self._size_title()
        self._title.setWordWrap(True)
        self._title.setTextFormat(Qt.TextFormat.PlainText)
        self._title.setMinimumWidth(1)  # it is wrapped, and does not widen the panel
        upper, lower = QHBoxLayout(), QHBoxLayout()
        upper.addWidget(self._level)
        upper.addWidget(self._title, 1)
        lower.addWidget(self._status)
        lower.addWidget(self._state, 1)
        for button in buttons:
            lower.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 2, 0, 2)
        layout.setSpacing(2)
        layout.addLayout(upper)
        layout.addLayout(lower)
        self.show_incident(None)

    def _size_title(self) -> None:
        font = QFont(self.font())
        font.setBold(True)
        font.setPointSizeF(font.pointSizeF() * 1.15)
        self._title.setFont(font)

    def changeEvent(self, event: QEvent) -> None:
        """Day and night have marks of their own colours."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._size_title()
        if event.type() == QEvent.Type.PaletteChange:
            self.show_incident(self._row)

    def show_incident(self, row: IncidentRow | None) -> None:
        self._row = row
        self.setVisible(row is not None)
        if row is None:
            return
        self._title.setText(title_text(row))
        self._state.setText(standing_text(row))
        self._put(self._level, LEVEL_MARKS[row.level])
        self._level.setToolTip(word("level", str(row.level)))
        self._put(self._status, STATUS_MARKS.get(row.status))

    def _put(self, label: QLabel, mark: Mark | None) -> None:
        label.setVisible(mark is not None)
        if mark is not None:
            label.setPixmap(mark_icon(mark, is_night(self.palette()), self.devicePixelRatioF()).pixmap(ICON_PX, ICON_PX))
