"""Watches one job of the peer's on a bundle: begun, looked after a few times a second, stopped. GUI thread only."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from console.comms.carriers.bundle.orders import Halt, Job, Look, Order, Work
from console.comms.local.messages import Bundle, Done
from console.views.context import Context
from console.views.i18n import tr

LOOK_MS = 250


class JobWatch(QObject):
    """Signals: `told(job)` while it goes on, `ended(job)` when it is done, failed or stopped, `refused(reason)` when it could not begin, or
    the peer that did it went away."""

    told = Signal(object)
    ended = Signal(object)
    refused = Signal(str)

    def __init__(self, context: Context, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._job: Job | None = None
        self._again = QTimer(self, singleShot=True, interval=LOOK_MS)
        self._again.timeout.connect(self._look)
        self.busy = False

    def begin(self, order: Work) -> None:
        """One at a time: what is asked for while it is busy is not begun."""
        if not self.busy:
            self.busy = True
            self._ask(order)

    def halt(self) -> None:
        if self._job is not None:
            self._ask(Halt(self._job.number))

    def _look(self) -> None:
        if self._job is not None:
            self._ask(Look(self._job.number))

    def _ask(self, order: Order) -> None:
        asking = self._context.asking
        if asking is None:
            self._fail(tr("There is no peer behind this view: open it in a console."))
        else:
            asking.ask(lambda number: Bundle(id=number, order=order), self._take, self._fail)

    def _take(self, answer: Done) -> None:
        job = answer.job
        if job is None or not self.busy:
            return
        self._job = job
        if job.state == "running":
            self.told.emit(job)
            self._again.start()
        else:
            self._end()
            self.ended.emit(job)

    def _fail(self, reason: str) -> None:
        if self.busy:
            self._end()
            self.refused.emit(reason)

    def _end(self) -> None:
        self._again.stop()
        self._job, self.busy = None, False
