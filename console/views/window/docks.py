"""The panels as docks: default arrangement, layout kept between runs, focus mode."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Annotated

import msgspec
from msgspec import Meta
from PySide6.QtCore import QByteArray, QSignalBlocker, Qt, QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QDockWidget, QMainWindow, QWidget

from console.views.i18n import tr
from console.views.window.dock_title import DockTitle
from console.views.window.panels import Panels

LAYOUT_VERSION = 5
"""Raise when docks are added or renamed: an older saved layout is then not restored."""
LEAST_PX = (240, 150)
Share = Annotated[float, Meta(ge=0.1, le=0.8)]


class Workspace(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One arrangement: keys of panels by place (see `resources/workspaces.toml`), and shares of the window's width and height."""

    key: str
    left: list[str] = []
    centre: list[str] = []
    right: list[str] = []
    below: list[str] = []
    left_share: Share = 0.27
    right_share: Share = 0.27
    below_share: Share = 0.34
    hidden_layers: list[str] = []
    """Of the map, hidden in this workspace until they are asked for."""


class Docks:
    """One dock a panel, in the order of the shortcuts. Attributes: `by_key`, `focused` (key of the panel that has the window alone).

    A dock is empty until its panel is made, which is when it comes to the front at the latest.
    """

    def __init__(self, window: QMainWindow, panels: Panels) -> None:
        """None has a place before `arrange`."""
        self._window, self._panels = window, panels
        self.focused = ""
        self._before_focus = QByteArray()
        window.setDockNestingEnabled(True)
        self.by_key = {key: self._dock(key, title) for key, title in panels.titles.items()}
        self._filling = QTimer(window, singleShot=True, interval=0)
        self._filling.timeout.connect(self._fill)
        panels.made.connect(self._put)
        for key, panel in panels.there().items():
            self._put(key, panel)

    def _dock(self, key: str, title: str) -> QDockWidget:
        dock = QDockWidget(title, self._window)
        dock.setObjectName(f"dock_{key}")
        empty = QWidget()
        empty.setMinimumSize(*LEAST_PX)
        dock.setWidget(empty)
        dock.setTitleBarWidget(DockTitle(dock))
        dock.setAllowedAreas(Qt.DockWidgetArea.AllDockWidgetAreas)
        dock.visibilityChanged.connect(lambda shown: self._filling.start() if shown else None)
        return dock

    def _put(self, key: str, panel: QWidget) -> None:
        dock = self.by_key[key]
        empty = dock.widget()
        panel.setMinimumSize(*LEAST_PX)  # a panel's own hint would take the room from the map
        dock.setWidget(panel)
        empty.deleteLater()

    def _fill(self) -> None:
        """Make the panels that are in front, one a turn."""
        there = self._panels.there()
        for key, dock in self.by_key.items():
            if key not in there and not dock.visibleRegion().isEmpty():
                self._filling.start()
                self._panels.get(key)
                return

    def arrange(self, workspace: Workspace) -> None:
        """As `place` does, and share out the room."""
        self.place(workspace)
        QTimer.singleShot(0, self._window, lambda: self._share_out(workspace))  # Qt lays docks out only then

    def place(self, workspace: Workspace) -> None:
        """Columns beside each other, what is below under the centre, tabs where a place has several; the others hidden."""
        self.leave_focus()
        for dock in self.by_key.values():
            dock.setFloating(False)
            self._window.removeDockWidget(dock)
        places = self._places(workspace)
        columns = [places[name] for name in ("left", "centre", "right") if name in places] or [places["below"]]
        self._window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, columns[0][0])
        for before, column in pairwise(columns):
            self._window.splitDockWidget(before[0], column[0], Qt.Orientation.Horizontal)
        upper = places.get("centre", columns[-1])
        lower = places.get("below", upper)
        if lower is not upper:
            self._window.splitDockWidget(upper[0], lower[0], Qt.Orientation.Vertical)
        for place in places.values():
            for earlier, dock in pairwise(place):
                self._window.tabifyDockWidget(earlier, dock)
        placed = [dock for place in places.values() for dock in place]
        for dock in placed:
            dock.show()
        for place in places.values():
            place[0].raise_()
        self._park(lower[-1], set(placed))

    def _places(self, workspace: Workspace) -> dict[str, list[QDockWidget]]:
        """The docks of each place that has any."""
        keys = {"left": workspace.left, "centre": workspace.centre, "right": workspace.right, "below": workspace.below}
        found = {name: [self.by_key[key] for key in listed if key in self.by_key] for name, listed in keys.items()}
        return {name: docks for name, docks in found.items() if docks}

    def _park(self, behind: QDockWidget, placed: set[QDockWidget]) -> None:
        """What has no place is hidden, and comes up in the tabs of `behind` when it is asked for."""
        for dock in self.by_key.values():
            if dock not in placed:
                self._window.tabifyDockWidget(behind, dock)
                dock.hide()

    def _share_out(self, workspace: Workspace) -> None:
        width, height = self._window.width(), self._window.height()
        places, shares = self._places(workspace), {"left": workspace.left_share, "right": workspace.right_share}
        sides = {name: share for name, share in shares.items() if name in places}
        if "centre" in places:
            parts = sides | {"centre": 1 - sum(sides.values())}
            self._window.resizeDocks(
                [places[name][0] for name in parts], [round(width * part) for part in parts.values()], Qt.Orientation.Horizontal
            )
            if "below" in places:
                low = round(height * workspace.below_share)
                self._window.resizeDocks([places["centre"][0], places["below"][0]], [height - low, low], Qt.Orientation.Vertical)

    def save(self) -> QByteArray:
        """The layout as it would be without focus mode."""
        return self._before_focus if self.focused else self._window.saveState(LAYOUT_VERSION)

    def restore(self, state: QByteArray) -> bool:
        """False when `state` is empty or of another version."""
        return not state.isEmpty() and self._window.restoreState(state, LAYOUT_VERSION)

    def bring(self, key: str) -> None:
        """Show a panel, in front of its tabs, with the keyboard in it."""
        if self.focused and self.focused != key:
            self.leave_focus()
        dock = self.by_key[key]
        dock.show()
        dock.raise_()
        if dock.isFloating():
            dock.activateWindow()
        self._panels.get(key).setFocus(Qt.FocusReason.ShortcutFocusReason)

    def take_keyboard(self, keys: Sequence[str]) -> None:
        """To the first of these panels that there is, as tabs lie."""
        for key in keys:
            if key in self.by_key:
                self._panels.get(key).setFocus(Qt.FocusReason.ShortcutFocusReason)
                return

    def key_with_keyboard(self) -> str:
        """The panel the keyboard is in; the map when in none."""
        focus = self._keyboard()
        for key, dock in self.by_key.items():
            if focus is not None and dock.isAncestorOf(focus):
                return key
        return "map" if "map" in self.by_key else next(iter(self.by_key))

    def _keyboard(self) -> QWidget | None:
        """The widget with the keyboard; when another program has it, the one that gets it back."""
        return QApplication.focusWidget() or self._window.focusWidget()

    def toggle_focus(self) -> None:
        if self.focused:
            self.leave_focus()
        else:
            self.focus_on(self.key_with_keyboard())

    def focus_on(self, key: str) -> None:
        """This panel alone fills the window."""
        self.leave_focus()
        self._before_focus = self._window.saveState(LAYOUT_VERSION)
        self.focused = key
        for other, dock in self.by_key.items():
            if not dock.isFloating():
                dock.setVisible(other == key)

    def leave_focus(self) -> None:
        if self.focused:
            self.focused = ""
            self._window.restoreState(self._before_focus, LAYOUT_VERSION)
            self._before_focus = QByteArray()

    def actions(self) -> list[QAction]:
        """One checkable action a panel (Ctrl+1 to Ctrl+9, then Ctrl+Alt+1 to Ctrl+Alt+9): shows it and puts the keyboard in it; shown and in
        front, it is hidden."""
        return [self._action(number, key) for number, key in enumerate(self.by_key, start=1)]

    def _action(self, number: int, key: str) -> QAction:
        dock = self.by_key[key]
        action = QAction(tr("Show {panel}", panel=dock.windowTitle()), self._window, checkable=True, checked=True)
        action.setShortcut(f"Ctrl+{number}" if number <= 9 else f"Ctrl+Alt+{number - 9}")

        def on_visibility(_visible: bool) -> None:
            with QSignalBlocker(action):
                action.setChecked(not dock.isHidden())

        def on_triggered(checked: bool) -> None:
            if checked or key != self.key_with_keyboard():
                self.bring(key)
                on_visibility(True)
            else:
                dock.hide()

        dock.visibilityChanged.connect(on_visibility)
        action.triggered.connect(on_triggered)
        return action
