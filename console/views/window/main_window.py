"""The main window: composes banner, panels, time bar, status bar, palette and menus. It decides nothing itself."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QCloseEvent
from PySide6.QtWidgets import QMainWindow, QMenuBar, QVBoxLayout, QWidget

from console.comms.local.messages import Link, Me
from console.views.context import Context
from console.views.i18n import tr
from console.views.links.strip import LinkStrip
from console.views.tables.panel import Panel
from console.views.time.bar import TimeBar
from console.views.time.mode import TimeMode
from console.views.time.zone import Zone
from console.views.window.banner import Banner
from console.views.window.docks import Docks, Workspace
from console.views.window.menus import Choices, Menus
from console.views.window.palette import Palette
from console.views.window.panels import Panels
from console.views.window.settings import Settings
from console.views.window.shortcuts import Shortcuts
from console.views.window.status import Status
from console.views.window.theme import Theme, sheet
from console.views.window.workspaces import Workspaces

DEFAULT_SIZE = QSize(1600, 900)
FIRST_PLACE = "incidents"
"""The panel that a shift begins in."""


@runtime_checkable
class Keeper(Protocol):
    """A panel that keeps something between starts."""

    def save_state(self) -> str: ...

    def restore_state(self, text: str) -> None: ...


class MainWindow(QMainWindow):
    """Attributes: `panels`, `banner`, `docks`, `workspaces`, `bar`, `status`, `palette_`. `marks`: what must stand above every picture
    (not live, exercise; "" where it is not so). Signals: `closing` before it goes, layout saved; `marked` the marks may be others."""

    closing = Signal()
    marked = Signal()

    def __init__(self, context: Context, time: TimeMode, zone: Zone, settings: Settings, panels: Panels, choices: Choices) -> None:
        super().__init__()
        self._context, self._time, self._zone, self._settings = context, time, zone, settings
        self.exercise = ""
        self._replay = self._cut = ""
        self._theme: Theme | None = None
        self.panels = panels
        panels.setParent(self)
        self.banner = Banner(time.go_live)
        self.docks = Docks(self, panels)
        self.workspaces = Workspaces(self.docks, settings, self)
        self.link_strip = LinkStrip(context, lambda: self.docks.bring("links"), self.banner)
        self.banner.add_strip(self.link_strip)
        self.bar = TimeBar(time, zone, self)
        self.status = Status(zone, self)
        self.setStatusBar(self.status)
        self._lay_out_edges()
        self.palette_ = Palette(context, self.all_actions, self)
        self.shortcuts = Shortcuts(self.all_actions, self)
        self._menus = Menus(self._menu_bar, self, choices)
        for key, panel in panels.there().items():
            self._take_in(key, panel)
        self._connect()
        self.resize(DEFAULT_SIZE)
        self._show_mode()

    def _lay_out_edges(self) -> None:
        """Menu and banner share the place at the top that no dock can take."""
        top = QWidget()
        column = QVBoxLayout(top)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._menu_bar = QMenuBar()
        column.addWidget(self._menu_bar)
        column.addWidget(self.banner)
        self.setMenuWidget(top)
        self.addToolBar(Qt.ToolBarArea.BottomToolBarArea, self.bar)

    def _take_in(self, key: str, panel: QWidget) -> None:
        """A panel that has been made: what of it stands outside its dock, and what it must be told of the window."""
        if isinstance(badge := getattr(panel, "badge", None), QWidget):
            self.status.insertPermanentWidget(1, badge)
        if isinstance(strip := getattr(panel, "attention", None), QWidget):
            self.banner.add_alarm(strip)
        self._menus.offer_group(key, list(panel.actions_for_field()) if isinstance(panel, Panel) else [])
        self.addActions([action for action in _actions_of(panel) if action not in panel.actions()])
        self._enter_with(panel, self.workspaces.current)
        if isinstance(panel, Keeper):
            panel.restore_state(self._settings.panel(key))
        if self._theme is not None:
            _dress(panel, self._theme)
        if key == FIRST_PLACE and self.isVisible() and self.focusWidget() in (None, self):
            self._first_place().setFocus(Qt.FocusReason.OtherFocusReason)

    def _connect(self) -> None:
        self.panels.made.connect(self._take_in)
        self._context.news.second.connect(self.show_time)
        self.workspaces.changed.connect(self._enter)
        self._time.switched.connect(self._show_mode)
        self._time.moved.connect(self._show_mode)

    # -- what the composition root and the menus call ------------------------------------------------------------

    def all_actions(self) -> list[QAction]:
        """Every action of the window and of its panels, once: what is done in the field and in the panels before what is set once."""
        found = self._menus.field_actions()
        for panel in self.panels.all().values():
            found += _actions_of(panel)
        found += [*self._menus.actions(), *self.bar.actions_]
        return list(dict.fromkeys(action for action in found if not action.isSeparator()))

    @property
    def marks(self) -> tuple[str, str]:
        return self._replay or self._cut, self.exercise

    def offer(self, action: QAction) -> None:
        """An action of no panel: in the menu of what is done in the field, and in the palette."""
        self._menus.offer(action)

    def set_theme(self, theme: Theme) -> None:
        self.setStyleSheet(sheet(theme))
        self._theme = theme
        self.banner.set_theme(theme)
        for panel in self.panels.there().values():
            _dress(panel, theme)

    def set_exercise(self, text: str) -> None:
        self.banner.exercise.show_text(text)
        self.exercise = text
        self._show_mode()

    def show_peer(self, me: Me | None, links: list[Link], reason: str = "") -> None:
        self.status.show_peer(me, links, reason)
        self.bar.show_peer(me is not None)
        cut = "" if me is not None else tr("NO NEWS: this peer is away, and what stands here is getting old")
        if cut != self._cut:
            self._cut = cut
            self.marked.emit()

    def open(self, size: tuple[int, int] | None) -> None:
        """Show as it was left; at `size` when given, on the whole of a screen that is smaller than the default."""
        geometry = self._settings.geometry()
        room = self.screen().availableSize()
        if size is not None:
            self.resize(*size)
        elif not geometry.isEmpty():
            self.restoreGeometry(geometry)
        elif room.width() < DEFAULT_SIZE.width() or room.height() < DEFAULT_SIZE.height():
            self.setWindowState(Qt.WindowState.WindowMaximized)
        self.show()
        self.workspaces.show()
        self._first_place().setFocus(Qt.FocusReason.OtherFocusReason)

    def _first_place(self) -> QWidget:
        """Where a shift begins: the list of incidents, or while it is empty the window; not whatever button comes first."""
        panel = self.panels.there().get(FIRST_PLACE)
        proxy = panel if panel is None or panel.focusProxy() is None else panel.focusProxy()
        return self if proxy is None or not proxy.isVisible() else proxy

    def _enter(self, workspace: Workspace) -> None:
        for panel in self.panels.there().values():
            self._enter_with(panel, workspace)

    def _enter_with(self, panel: QWidget, workspace: Workspace) -> None:
        if hasattr(panel, "enter_workspace"):
            panel.enter_workspace(workspace.key, workspace.hidden_layers)

    def reset_layout(self) -> None:
        self.workspaces.reset()

    # -- Qt -----------------------------------------------------------------------------------------------------------

    def closeEvent(self, event: QCloseEvent) -> None:
        self._settings.save_geometry(self.saveGeometry())
        self.workspaces.save()
        for key, panel in self.panels.there().items():
            if isinstance(panel, Keeper):
                self._settings.save_panel(key, panel.save_state())
        self.panels.stop()
        self.closing.emit()
        super().closeEvent(event)

    def show_time(self) -> None:
        self.status.show_clock(self._time.now_ms())
        self.bar.show_now()

    def _show_mode(self, _told: object = None) -> None:
        """The title carries the mode as well: it is what a task bar and a screenshot's name show."""
        text = ""
        if not self._time.live:
            text = tr("NOT LIVE: the state at {time}. Nothing can be written.", time=self._zone.text(self._time.now_ms()))
        self._replay = text
        self.banner.replay.show_text(text)
        marks = [mark for mark, on in ((tr("EXERCISE"), bool(self.exercise)), (tr("NOT LIVE"), bool(text))) if on]
        self.setWindowTitle(" ".join([*(f"[{mark}]" for mark in marks), tr("Fengsui console")]))
        self.status.show_clock(self._time.now_ms())
        self.marked.emit()


def _dress(panel: QWidget, theme: Theme) -> None:
    if hasattr(panel, "set_theme"):
        panel.set_theme(theme.base)
    if hasattr(panel, "set_dim"):
        panel.set_dim(theme.name == "dim")


def _actions_of(panel: QWidget) -> list[QAction]:
    return list(panel.actions_for_palette()) if hasattr(panel, "actions_for_palette") else []
