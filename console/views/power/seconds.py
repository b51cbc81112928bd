"""The window's second: the clock shows each one; ages are redrawn at the pace that saving power allows. GUI thread only."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from console.models.rules.power import power_rule

SECOND_MS = 1000


class Seconds(QObject):
    """Signals: `second()` when ages are to be redrawn, `clock()` every second. Attributes: `saving`."""

    second = Signal()
    clock = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.saving = False
        self._passed_s = 0
        self._timer = QTimer(self, interval=SECOND_MS)
        self._timer.timeout.connect(self.pass_one)

    def start(self) -> None:
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()

    def pass_one(self) -> None:
        self._passed_s += 1
        self.clock.emit()
        if not self.saving or self._passed_s >= power_rule().pace.ages_s:
            self._passed_s = 0
            self.second.emit()
