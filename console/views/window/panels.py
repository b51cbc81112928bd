"""The panels of a window, each made when it is first seen or soon after the start, whichever is earlier. GUI thread only.

Nobody else knows that a panel may not be there yet: `window.docks` and `window.main_window` take each in when `made` tells of it, and
whoever needs one asks by `get`, which makes it. A hand on the keyboard or the mouse finds all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QWindow
from PySide6.QtWidgets import QDockWidget, QWidget
from shiboken6 import isValid

REST_MS = 5
"""Between two steps, for whatever else the window has to do."""
PRESSED = frozenset({QEvent.Type.MouseButtonPress, QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress, QEvent.Type.DragEnter})


@dataclass(frozen=True)
class Plan:
    """`title` of its dock; `load` brings its modules in and gives what makes the panel. `urgent`: it watches for what must not be missed."""

    title: str
    load: Callable[[], Callable[[], QWidget]]
    urgent: bool = False


class Panels(QObject):
    """Attributes: `titles`, key -> title, in the order of the shortcuts. Signals: `made(key, panel)` once for each."""

    made = Signal(str, object)

    def __init__(self, plans: Mapping[str, Plan], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.titles = {key: plan.title for key, plan in plans.items()}
        self._plans = plans
        self._loaded: dict[str, Callable[[], QWidget]] = {}
        self._made: dict[str, QWidget] = {}
        self._due: list[str] = []
        self._watched: list[QWindow] = []
        self._turn = QTimer(self, singleShot=True, interval=REST_MS)
        self._turn.timeout.connect(self._step)

    def there(self) -> dict[str, QWidget]:
        """Those that have been made, in order."""
        return {key: self._made[key] for key in self._plans if key in self._made}

    def get(self, key: str) -> QWidget:
        """The panel, made now if it was not. Raises Fault when what it is made of cannot be read."""
        if key not in self._made:
            self._due = [due for due in self._due if due != key]
            make = self._loaded.pop(key, None) or self._plans[key].load()
            self._made[key] = make()
            self.made.emit(key, self._made[key])
        return self._made[key]

    def all(self) -> dict[str, QWidget]:
        """Every panel, made now where it was not."""
        self.stop()
        for key in self._plans:
            self.get(key)
        return self.there()

    def finish(self, window: QWidget) -> None:
        """Make the others one after another while nothing else is to be done, the urgent first; all at once when something is pressed in
        `window` or a dock of it."""
        self.stop()
        waiting = [key for key in self._plans if key not in self._made]
        self._due = sorted(waiting, key=lambda key: not self._plans[key].urgent)
        self._turn.start()
        self._watched = [
            part.windowHandle() for part in (window, *window.findChildren(QDockWidget)) if part.isWindow() and part.isVisible()
        ]
        for watched in self._watched:
            watched.installEventFilter(self)

    def stop(self) -> None:
        self._turn.stop()
        self._due = []
        for watched in filter(isValid, self._watched):
            watched.removeEventFilter(self)
        self._watched = []

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """What is pressed may be meant for any of them: shortcuts, and what one panel asks of another."""
        if event.type() in PRESSED:
            self.all()
        return False

    def _step(self) -> None:
        """Modules and panel in two steps: neither takes long."""
        if not self._due:
            self.stop()
            return
        self._turn.start()
        key = self._due.pop(0)
        if key in self._loaded:
            self.get(key)
        else:
            self._loaded[key] = self._plans[key].load()
            self._due.insert(0, key)
