"""What both dialogs have in common: a button that begins, one that stops, how far it is, and what became of it. GUI thread only."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from console.comms.carriers.bundle.orders import Job, Make, Take, Work
from console.views.bundle import presenter
from console.views.bundle.job import JobWatch
from console.views.bundle.presenter import JobOutcome
from console.views.context import Context
from console.views.entry.form import OutcomeLine
from console.views.entry.outcome import Outcome, Stage
from console.views.i18n import tr


class JobDialog(QDialog):
    """Not modal; closed while a job goes on it only hides, and the job goes on. `top`: layout for what derives; `start`, `stop`: buttons;
    `outcome`: refused, with the reason; `note`: what became of it."""

    def __init__(self, context: Context, title: str, start: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self._context = context
        self.watch = JobWatch(context, self)
        self.top = QVBoxLayout()
        self.start, self.stop, self.shut = QPushButton(start), QPushButton(tr("Stop")), QPushButton(tr("Close"))
        self.bar, self.note, self.outcome = QProgressBar(), QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText), OutcomeLine()
        self._order: Work | None = None
        self._next: Work | None = None
        self._lay_out()
        self.start.clicked.connect(self.go)
        self.stop.clicked.connect(self.watch.halt)
        self.shut.clicked.connect(self.close)
        self.watch.told.connect(self._on_told)
        self.watch.ended.connect(self._on_ended)
        self.watch.refused.connect(self._on_refused)

    # -- for what derives -----------------------------------------------------------------------------------------------------

    def take(self, job: Job) -> None:
        """A job that was begun here is done; its result."""
        raise NotImplementedError

    def missing(self) -> str:
        """What is to be chosen before it can begin; "" when nothing is."""
        raise NotImplementedError

    def go(self) -> None:
        raise NotImplementedError

    # -- for everyone ---------------------------------------------------------------------------------------------------------

    def show_beside(self) -> None:
        self.show()
        self.raise_()
        self.activateWindow()

    def begin(self, order: Work) -> None:
        """Now, or after what is under way; of several that wait the last one."""
        if self.watch.busy:
            self._next = order
            return
        self._order, self._next = order, None
        self.say("")
        self.watch.begin(order)
        self._refresh()

    def say(self, text: str) -> None:
        """Beside the buttons; it takes the place of what became of the last job."""
        self.note.setText(text)
        self.outcome.show_outcome(Outcome())

    def say_done(self, text: str) -> None:
        self.note.setText(text)
        self.outcome.show_outcome(JobOutcome(Stage.SAVED, self._context.time.wall_ms()))

    def _on_told(self, job: Job) -> None:
        self.bar.setRange(0, 1000 if job.whole else 0)
        self.bar.setValue(1000 * job.done // job.whole if job.whole else 0)
        self.bar.setFormat(presenter.progress_text(job))
        self._refresh()

    def _on_ended(self, job: Job) -> None:
        if job.state == "done":
            self.take(job)
        else:
            self.outcome.show_outcome(JobOutcome(Stage.REFUSED, reason=job.reason))
        if self._next is not None:
            self.begin(self._next)
        self._refresh()

    def _on_refused(self, reason: str) -> None:
        self._next = None
        self.outcome.show_outcome(JobOutcome(Stage.REFUSED, reason=reason))
        self._refresh()

    def _refresh(self) -> None:
        at_work = self.watch.busy and isinstance(self._order, Make | Take)
        why = self.missing()
        self.start.setEnabled(not at_work and not why)
        self.start.setToolTip(why)
        self.stop.setEnabled(at_work)
        self.bar.setVisible(at_work)
        self._fit()

    def _fit(self) -> None:
        """Higher where what is said takes more lines, as in large text; never lower again."""
        if (layout := self.layout()) is not None and layout.hasHeightForWidth():
            self.resize(self.width(), max(self.height(), layout.totalHeightForWidth(self.width())))

    def _lay_out(self) -> None:
        self.bar.setTextVisible(True)
        self.bar.hide()
        self.stop.setEnabled(False)
        self.note.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        buttons = QHBoxLayout()
        buttons.addWidget(self.outcome, 1)
        for button in (self.stop, self.start, self.shut):
            button.setAutoDefault(False)
            buttons.addWidget(button)
        whole = QVBoxLayout(self)
        whole.addLayout(self.top, 1)
        for widget in (self.note, self.bar):
            whole.addWidget(widget)
        whole.addLayout(buttons)
