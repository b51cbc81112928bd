"""The panels as docks: default arrangement, layout kept between runs, focus mode."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QByteArray, QSignalBlocker, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QDockWidget, QMainWindow, QWidget

from console.views.i18n import tr
from console.views.window.dock_title import DockTitle

LAYOUT_VERSION = 3
"""Raise when docks are added or renamed: an older saved layout is then not restored."""
LISTS_SHARE = 0.27
"""Of the window's width for incidents, links and their like; the map takes the rest."""
LEAST_PX = (240, 150)
TABLES_SHARE = 0.34
"""Of the window's height for the tables under the map."""


class Docks:
    """One dock a panel, in the order of the shortcuts. Attributes: `by_key`, `focused` (key of the panel that has the window alone)."""

    def __init__(self, window: QMainWindow, panels: Mapping[str, tuple[str, QWidget]]) -> None:
        """`panels`: key -> (title, widget); keys known to `arrange` find their place, others are tabbed under the map."""
        self._window = window
        self.focused = ""
        self._before_focus = QByteArray()
        window.setDockNestingEnabled(True)
        self.by_key = {key: self._dock(key, title, panel) for key, (title, panel) in panels.items()}
        self.arrange()

    def _dock(self, key: str, title: str, panel: QWidget) -> QDockWidget:
        dock = QDockWidget(title, self._window)
        dock.setObjectName(f"dock_{key}")
        panel.setMinimumSize(*LEAST_PX)  # a panel's own hint would take the room from the map
        dock.setWidget(panel)
        dock.setTitleBarWidget(DockTitle(dock))
        dock.setAllowedAreas(Qt.DockWidgetArea.AllDockWidgetAreas)
        return dock

    def arrange(self) -> None:
        """Incidents left, the map beside them, the tables as tabs under the map. Sizes hold once the window is shown."""
        self.leave_focus()
        for dock in self.by_key.values():
            dock.setFloating(False)
            self._window.removeDockWidget(dock)
        left, centre = self.by_key.get("incidents"), self.by_key.get("map")
        tables = [dock for key, dock in self.by_key.items() if key not in ("incidents", "map")]
        first = left or centre or tables[0]
        self._window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, first)
        if left is not None and centre is not None:
            self._window.splitDockWidget(left, centre, Qt.Orientation.Horizontal)
        for earlier, dock in zip([None, *tables], tables, strict=False):
            if earlier is not None:
                self._window.tabifyDockWidget(earlier, dock)
            elif dock is not first:
                self._window.splitDockWidget(centre or first, dock, Qt.Orientation.Vertical)
        for dock in self.by_key.values():
            dock.show()
        if tables:
            tables[0].raise_()
        self._share_out(left, centre, tables)

    def _share_out(self, left: QDockWidget | None, centre: QDockWidget | None, tables: list[QDockWidget]) -> None:
        width, height = self._window.width(), self._window.height()
        if left is not None and centre is not None:
            lists = round(width * LISTS_SHARE)
            self._window.resizeDocks([left, centre], [lists, width - lists], Qt.Orientation.Horizontal)
        if centre is not None and tables:
            low = round(height * TABLES_SHARE)
            self._window.resizeDocks([centre, tables[0]], [height - low, low], Qt.Orientation.Vertical)

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
        dock.widget().setFocus(Qt.FocusReason.ShortcutFocusReason)

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
        """One checkable action a panel (Ctrl+1 to Ctrl+9): shows it and puts the keyboard in it; shown and in front, it is hidden."""
        return [self._action(number, key) for number, key in enumerate(self.by_key, start=1)]

    def _action(self, number: int, key: str) -> QAction:
        dock = self.by_key[key]
        action = QAction(tr("Show {panel}", panel=dock.windowTitle()), self._window, checkable=True, checked=True)
        action.setShortcut(f"Ctrl+{number}")

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
