"""The order in which the Tab key goes through a panel: as it is read, not as its parts happened to be made. GUI thread only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget


def tab_through(*widgets: QWidget) -> None:
    """One after the other; of one that takes no keyboard itself, what is in it."""
    stops = [stop for widget in widgets for stop in _stops(widget)]
    for before, after in pairwise(stops):
        QWidget.setTabOrder(before, after)


def last_stop(widget: QWidget) -> QWidget | None:
    return next(reversed(list(_stops(widget))), None)


def _stops(widget: QWidget) -> Iterator[QWidget]:
    if _takes_tab(widget):
        yield widget
        return
    children: Iterable[QWidget] = widget.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
    for child in children:
        yield from _stops(child)


def _takes_tab(widget: QWidget) -> bool:
    return bool(widget.focusPolicy().value & Qt.FocusPolicy.TabFocus.value) and widget.focusProxy() is None
