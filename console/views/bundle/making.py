"""The dialog that makes a bundle: for whom, about what, where to, and how much it comes to. GUI thread only."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QComboBox, QFileDialog, QFormLayout, QHBoxLayout, QLabel, QLineEdit, QPushButton, QWidget

from console.comms.carriers.bundle.layout import SUFFIX
from console.comms.carriers.bundle.orders import Job, Made, Make, Plan, Planned, Receiver, Receivers, Whom
from console.views.age import local
from console.views.bundle import presenter
from console.views.bundle.frame import JobDialog
from console.views.bundle.presenter import Incident
from console.views.context import Context
from console.views.i18n import tr


class MakeDialog(JobDialog):
    """Attributes: `peer`, `about`, `out`, `volumes`, what is chosen; `estimate`, what it comes to."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context, tr("Make a bundle"), tr("Make the bundle"), parent)
        self.peer, self.about, self.volumes = QComboBox(), QComboBox(), QComboBox()
        self.out, self.browse, self.estimate = (
            QLineEdit(),
            QPushButton(tr("Browse...")),
            QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText),
        )
        self._proposed = self._wanted = ""
        self._confirmed = ""
        self._lay_out_fields()
        for box in (self.peer, self.about):
            box.currentIndexChanged.connect(self._on_chosen)
        self.browse.clicked.connect(self._browse)
        self.out.textChanged.connect(self._refresh)

    def open_for(self, peer: str = "") -> None:
        """`peer`: origin in hex of whom it is proposed for."""
        self._wanted = peer or self._wanted
        self.show_beside()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._context.reading.run("bundle.incidents", presenter.read_incidents, self._take_incidents)
        self.begin(Whom())

    # -- answers ------------------------------------------------------------------------------------------------------------

    def take(self, job: Job) -> None:
        if isinstance(job.result, Receivers):
            self._take_receivers(job.result.peers)
        elif isinstance(job.result, Planned):
            self.estimate.setText(presenter.plan_text(job.result, self._context.time.wall_ms()))
            self.estimate.setMinimumHeight(self.estimate.heightForWidth(self.estimate.width()))  # a form layout does not ask for it
        elif isinstance(job.result, Made):
            self.say_done(presenter.made_text(job.result))

    def _take_receivers(self, receivers: Sequence[Receiver]) -> None:
        chosen = self._wanted or self.peer.currentData() or ""
        self._wanted = ""
        self.peer.blockSignals(True)
        self.peer.clear()
        self.peer.addItem(tr("Choose a peer"), "")
        for receiver in sorted(receivers, key=lambda each: (each.role != "node", each.name)):
            self.peer.addItem(presenter.receiver_text(receiver), receiver.peer)
        self.peer.setCurrentIndex(max(0, self.peer.findData(chosen)))
        self.peer.blockSignals(False)
        self._on_chosen()

    def _take_incidents(self, incidents: Sequence[Incident]) -> None:
        chosen = self.about.currentData() or ""
        self.about.blockSignals(True)
        self.about.clear()
        self.about.addItem(tr("All that it is not known to have"), "")
        for incident in incidents:
            self.about.addItem(tr("All of: {title}", title=incident.title or incident.id), incident.id)
        self.about.setCurrentIndex(max(0, self.about.findData(chosen)))
        self.about.blockSignals(False)

    # -- choices ------------------------------------------------------------------------------------------------------------

    def _on_chosen(self) -> None:
        self.say("")
        self.estimate.setText("")
        self._propose_file()
        self._plan()
        self._refresh()

    def _plan(self) -> None:
        peer = self.peer.currentData()
        if peer:
            self.estimate.setText(tr("Counting..."))
            self.begin(Plan(peer, self.about.currentData() or ""))

    def _propose_file(self) -> None:
        """As long as the operator has not typed another."""
        if self.out.text() not in ("", self._proposed) or not self.peer.currentData():
            return
        folder = Path(self._proposed).parent if self._proposed else Path(_documents())
        name = presenter.file_name(self.peer.currentText().partition(" (")[0], local(self._context.time.wall_ms()))
        self._proposed = str(folder / name)
        self.out.setText(self._proposed)

    def _browse(self) -> None:
        name, _ = QFileDialog.getSaveFileName(self, tr("Make a bundle"), self.out.text(), tr("Bundles (*{suffix})", suffix=SUFFIX))
        if name:
            self._confirmed = name  # that a file of this name is replaced was asked there
            self.out.setText(name if name.endswith(SUFFIX) else name + SUFFIX)

    def missing(self) -> str:
        if not self.peer.currentData():
            return tr("Choose for whom it is.")
        path = Path(self.out.text().strip())
        return "" if path.is_absolute() and path.name else tr("Choose a file, on the stick.")

    def go(self) -> None:
        out = self.out.text().strip()
        what = self.about.currentData() or ""
        self.begin(Make(self.peer.currentData(), out, what, self.volumes.currentData(), replace=out == self._confirmed))

    def _lay_out_fields(self) -> None:
        for size, title in (*presenter.VOLUMES, *presenter.VOLUMES_FAT):
            self.volumes.addItem(tr(title), size)
        self.about.addItem(tr("All that it is not known to have"), "")
        self.peer.addItem(tr("Choose a peer"), "")
        place = QHBoxLayout()
        place.addWidget(self.out, 1)
        place.addWidget(self.browse)
        form = QFormLayout()
        form.addRow(tr("For whom"), self.peer)
        form.addRow(tr("What"), self.about)
        form.addRow(tr("Where to"), place)
        form.addRow(tr("Size"), self.volumes)
        form.addRow("", self.estimate)
        for widget, name in ((self.peer, tr("For whom")), (self.about, tr("What")), (self.out, tr("Where to")), (self.volumes, tr("Size"))):
            widget.setAccessibleName(name)
        self.top.addLayout(form)
        self.resize(620, 320)
        self.peer.setFocus()


def _documents() -> str:
    return QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation) or str(Path.home())
