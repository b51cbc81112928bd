"""The battery and the saving of power in the window: status bar, banner, pace, and the two actions. GUI thread only."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction

from console.comms.local.messages import Me, Power, SavePower
from console.models.rules.power import THRESHOLD
from console.views.context import Context
from console.views.i18n import tr
from console.views.power import presenter
from console.views.power.seconds import Seconds
from console.views.window.banner import Banner
from console.views.window.status import Status

NOTICE = "saving"
REFUSED = "saving.refused"


class PowerView(QObject):
    """Attributes: `save`, `stop`: the actions; one of them is enabled while a peer is there."""

    def __init__(self, context: Context, seconds: Seconds, status: Status, banner: Banner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context, self._seconds, self._status, self._banner = context, seconds, status, banner
        self.save = self._action(tr("Save power"), lambda: self._ask(True))
        self.stop = self._action(tr("Stop saving power"), lambda: self._ask(False))
        self._power: Power | None = None
        self._show(None)
        context.news.links.connect(self._on_links)

    def actions(self) -> list[QAction]:
        return [self.save, self.stop]

    def _action(self, text: str, run: Callable[[], None]) -> QAction:
        action = QAction(text, self)
        action.triggered.connect(lambda _checked: run())
        return action

    def _on_links(self, me: Me | None, _links: object) -> None:
        power = None if me is None else me.power
        if power != self._power:
            before, self._power = self._power, power
            self._show(before)

    def _show(self, before: Power | None) -> None:
        """A peer that is away for a moment changes nothing but what can be asked of it."""
        power = self._power
        self.save.setEnabled(power is not None and not power.saving)
        self.stop.setEnabled(power is not None and power.saving)
        if power is None:
            return
        self._seconds.saving = power.saving
        self._status.show_power(*presenter.status_text(power))
        by_itself = power.saving and power.why == THRESHOLD
        if not by_itself:
            self._banner.clear_fault(NOTICE)
        elif before is None or not before.saving:
            self._banner.clear_fault(NOTICE)
            self._banner.raise_fault(NOTICE, presenter.saving_text(), (self.stop.text(), self.stop.trigger), minor=True)

    def _ask(self, on: bool) -> None:
        if self._context.asking is None:
            return
        author = self._context.author()
        self._banner.clear_fault(REFUSED)
        self._context.asking.ask(
            lambda number: SavePower(id=number, on=on, author=author),
            lambda _done: None,
            lambda reason: self._banner.raise_fault(REFUSED, reason),
        )
