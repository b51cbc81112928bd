"""The menu bar. Every entry is an action with a name, so that the palette and the list of shortcuts hold it too."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QInputDialog, QMenu, QMenuBar

from console.views.i18n import LANGUAGES, language, mark, tr
from console.views.window.settings import Settings

if TYPE_CHECKING:
    from console.views.window.main_window import MainWindow

THEME_TITLES = {
    "day": mark("Day theme"),
    "night": mark("Night theme"),
    "dim": mark("Dim theme"),
    "auto": mark("Theme by the desktop or the hour"),
}
SIZE_TITLES = {"small": mark("Small text"), "normal": mark("Normal text"), "large": mark("Large text"), "huge": mark("Huge text")}


@dataclass(frozen=True)
class Choices:
    """What the composition root does when a setting is chosen; each has been stored in `settings` before."""

    settings: Settings
    restyle: Callable[[], None]
    change_language: Callable[[], None]
    rename_operator: Callable[[], None]
    leave: Callable[[], None]


class Menus:
    """Attributes: none that others need; `actions()` lists every entry."""

    def __init__(self, bar: QMenuBar, window: MainWindow, choices: Choices) -> None:
        self._window, self._choices = window, choices
        self._actions: list[QAction] = []
        self._file(bar.addMenu(tr("&File")))
        self._view(bar.addMenu(tr("&View")))
        self._time(bar.addMenu(tr("&Time")))
        self._field = bar.addMenu(tr("Fi&eld"))
        self._groups = {key: self._field.addSeparator() for key in window.panels.titles}
        self._help(bar.addMenu(tr("&Help")))

    def actions(self) -> list[QAction]:
        return list(self._actions)

    def field_actions(self) -> list[QAction]:
        return [action for action in self._field.actions() if not action.isSeparator()]

    def offer(self, action: QAction) -> None:
        """Into the menu of what is done in the field."""
        self._hold(self._field, action)

    def offer_group(self, panel: str, actions: list[QAction]) -> None:
        """Of one panel, which has them in the palette: a group of the same menu, in the order of the panels."""
        self._field.insertActions(self._groups[panel], actions)

    def _add(self, menu: QMenu, text: str, run: Callable[[], None], *keys: str) -> QAction:
        action = QAction(text, self._window)
        action.setShortcuts([QKeySequence(key) for key in keys])
        action.triggered.connect(lambda _checked: run())
        return self._hold(menu, action)

    def _hold(self, menu: QMenu, action: QAction) -> QAction:
        menu.addAction(action)
        self._window.addAction(action)
        self._actions.append(action)
        return action

    def _file(self, menu: QMenu) -> None:
        settings = self._choices.settings
        self._add(menu, tr("Operator's name…"), self._ask_operator)
        stop = self._add(menu, tr("Stop own peer with the last window"), lambda: None)
        stop.setCheckable(True)
        stop.setChecked(settings.stop_with_window)
        stop.toggled.connect(lambda on: setattr(settings, "stop_with_window", on))
        menu.addSeparator()
        self._add(menu, tr("Quit"), self._choices.leave, "Ctrl+Q")

    def _ask_operator(self) -> None:
        settings = self._choices.settings
        name, said = QInputDialog.getText(self._window, tr("Operator"), tr("Name for log entries and orders:"), text=settings.operator)
        if said:
            settings.operator = name
            self._choices.rename_operator()

    def _view(self, menu: QMenu) -> None:
        docks = self._window.docks
        for action in self._window.workspaces.actions():
            self._hold(menu, action)
        menu.addSeparator()
        for action in docks.actions():
            self._hold(menu, action)
        menu.addSeparator()
        self._add(menu, tr("Focus on one panel"), docks.toggle_focus, "F11")
        self._add(menu, tr("Reset layout"), self._window.reset_layout, "Ctrl+0")
        menu.addSeparator()
        settings, restyle = self._choices.settings, self._choices.restyle
        themes = {key: tr(title) for key, title in THEME_TITLES.items()}
        self._choose(menu.addMenu(tr("Theme")), themes, settings.theme, lambda key: setattr(settings, "theme", key), restyle)
        sizes = {key: tr(title) for key, title in SIZE_TITLES.items()}
        self._choose(menu.addMenu(tr("Text size")), sizes, settings.text_size, lambda key: setattr(settings, "text_size", key), restyle)
        self._choose(
            menu.addMenu(tr("Language · 语言")),
            LANGUAGES,
            language(),
            lambda key: setattr(settings, "language", key),
            self._choices.change_language,
        )

    def _choose(
        self, menu: QMenu, titles: Mapping[str, str], current: str, store: Callable[[str], None], after: Callable[[], None]
    ) -> None:
        group = QActionGroup(self._window)
        for key, title in titles.items():

            def chosen(key: str = key) -> None:
                store(key)
                after()

            action = self._add(menu, title, chosen)
            action.setCheckable(True)
            action.setChecked(key == current)
            group.addAction(action)

    def _time(self, menu: QMenu) -> None:
        for action in self._window.bar.actions_:
            self._hold(menu, action)

    def _help(self, menu: QMenu) -> None:
        self._add(menu, tr("Command palette"), self._window.palette_.open, "Ctrl+K", "Ctrl+Shift+P")
        self._add(menu, tr("Keyboard shortcuts"), self._window.shortcuts.open, "F1")
