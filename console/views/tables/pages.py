"""Pages of forms and tables that scroll where the panel is too low for them: nothing is ever squashed."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget


def page(*widgets: QWidget, grows: QWidget | None = None) -> QScrollArea:
    """`widgets` below each other; `grows` takes the height that is left, else the page ends in empty space."""
    inner = QWidget()
    layout = QVBoxLayout(inner)
    layout.setContentsMargins(4, 4, 4, 4)
    for widget in widgets:
        layout.addWidget(widget, 1 if widget is grows else 0)
    if grows is None:
        layout.addStretch(1)
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # what is in it gets the keyboard, and is brought into view
    area.setFrameShape(QScrollArea.Shape.NoFrame)
    area.setWidget(inner)
    return area
