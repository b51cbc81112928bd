"""The map's layers as checkable actions."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from console.views.i18n import mark, tr

LAYERS = {
    "names": (mark("Unit names"), True),
    "trails": (mark("Trails of all units"), False),
    "incidents": (mark("Incidents"), True),
    "sensors": (mark("Sensors"), True),
    "resources": (mark("Resources"), True),
    "warnings": (mark("Warning areas"), True),
    "roads": (mark("Roads cut"), True),
    "places": (mark("Place names"), True),
    "basemap": (mark("Shipped basemap"), True),
}
"""key -> (title, shown at first)."""


class LayersMenu(QMenu):
    def __init__(self, changed: Callable[[dict[str, bool]], None], parent: QWidget) -> None:
        super().__init__(parent)
        self.by_key: dict[str, QAction] = {}
        self._changed = changed
        for key, (title, shown) in LAYERS.items():
            action = QAction(tr(title), self, checkable=True, checked=shown)
            action.toggled.connect(lambda _on: self._changed(self.shown()))
            self.by_key[key] = action
            self.addAction(action)

    def shown(self) -> dict[str, bool]:
        return {key: action.isChecked() for key, action in self.by_key.items()}

    def show_only(self, shown: dict[str, bool]) -> None:
        for key, on in shown.items():
            if key in self.by_key:
                self.by_key[key].setChecked(bool(on))
