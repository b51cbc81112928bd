"""Workspaces: the arrangements of panels for one kind of work each (`resources/workspaces.toml`). Each keeps what the operator made of it."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QActionGroup

from console.errors import Fault
from console.models.form import read_toml
from console.models.paths import resources_dir
from console.views.i18n import tr, word
from console.views.window.docks import Docks, Workspace
from console.views.window.settings import Settings


class _File(msgspec.Struct, forbid_unknown_fields=True):
    workspace: Annotated[list[Workspace], Meta(min_length=1, max_length=9)]


def load_workspaces() -> list[Workspace]:
    """Raises Fault when the file is not readable."""
    return read_toml(resources_dir() / "workspaces.toml", _File).workspace


class Workspaces(QObject):
    """Which of them the window shows. Attributes: `current` (a Workspace). Signals: `changed(Workspace)`."""

    changed = Signal(object)

    def __init__(self, docks: Docks, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._docks, self._settings = docks, settings
        self._all = {workspace.key: workspace for workspace in load_workspaces()}
        self.current = self._all.get(settings.workspace) or next(iter(self._all.values()))
        group = QActionGroup(self)
        self._actions = {key: self._action(number, key, group) for number, key in enumerate(self._all, start=1)}
        self._actions[self.current.key].setChecked(True)
        docks.place(self.current)

    def actions(self) -> list[QAction]:
        """One a workspace (Alt+1 to Alt+9), of which one is checked."""
        return list(self._actions.values())

    def show(self) -> None:
        """The current one as it was left; once the window is shown, so that sizes hold."""
        if not self._docks.restore(self._settings.arrangement(self.current.key)):
            self._docks.arrange(self.current)

    def enter(self, key: str) -> None:
        """Raises Fault for one that there is not."""
        if key not in self._all:
            raise Fault(f"there is no workspace {key!r}: choose one of {', '.join(self._all)}")
        if key != self.current.key:
            self.save()
            self.current = self._all[key]
            self._settings.workspace = key
            self._actions[key].setChecked(True)
            self._docks.place(self.current)
            self.show()
            self.changed.emit(self.current)

    def reset(self) -> None:
        """The current one as it is delivered."""
        self._docks.arrange(self.current)

    def save(self) -> None:
        self._settings.save_arrangement(self.current.key, self._docks.save())

    def _choose(self, key: str) -> None:
        """By hand: the keyboard goes along, to the first panel."""
        self.enter(key)
        self._docks.take_keyboard([*self.current.left, *self.current.centre])

    def _action(self, number: int, key: str, group: QActionGroup) -> QAction:
        action = QAction(tr("Workspace: {name}", name=word("workspace", key)), self, checkable=True)
        action.setShortcut(f"Alt+{number}")
        action.triggered.connect(lambda: self._choose(key))
        group.addAction(action)
        return action
