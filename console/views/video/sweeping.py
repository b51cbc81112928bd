"""The window's end of the sweep: asked for by the operator, in a process of its own, its findings shown with their age. GUI thread only."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QProcess, QTimer, Signal
from PySide6.QtWidgets import QCheckBox, QLabel, QVBoxLayout, QWidget

from console.comms.feeds.messages import Splitter, encode
from console.comms.feeds.sweep import Found, Targets
from console.views.context import Context
from console.views.i18n import tr
from console.views.video.eyes import CHECKOUT, END_MS
from console.views.video.shelf import Shelf

AGAIN_MS = 5000
RENEW_MS = 2000


class Sweeping(QWidget):
    """Attributes: `wanted`. Signals: `found()`, when `shelf.health` has more."""

    found = Signal()

    def __init__(self, context: Context, shelf: Shelf, root: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context, self._shelf, self._root = context, shelf, root
        self.wanted = False
        self._ending = False
        self._process: QProcess | None = None
        self._splitter: Splitter[Found] = Splitter(Found)
        self._again = QTimer(self, singleShot=True, interval=AGAIN_MS)
        self._again.timeout.connect(self._start)
        self._renewing = QTimer(self, singleShot=True, interval=RENEW_MS)
        self._renewing.timeout.connect(self._tell)
        self.box, self.told = QCheckBox(tr("Check in the background whether the feeds answer")), QLabel()
        self.told.setWordWrap(True)
        self.told.setText(tr("Each server is asked once an hour, slowly, never for its picture."))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.box)
        layout.addWidget(self.told)
        self.box.toggled.connect(self.want)

    def toggle(self) -> None:
        self.box.toggle()

    def want(self, on: bool) -> None:
        if on == self.wanted:
            return
        self.wanted = on
        self.box.setChecked(on)
        if on:
            self._start()
        else:
            self._stop()

    def renew(self) -> None:
        """The registry is another now; told once when it is another many times."""
        if self._process is not None and not self._renewing.isActive():
            self._renewing.start()

    def _tell(self) -> None:
        if self._process is not None:
            urls = {
                entry.id: url
                for entry in self._shelf.book.entries.values()
                if not entry.withdrawn and (url := entry.url or entry.snapshot_url)
            }
            self._process.write(encode(Targets(urls=urls)))

    def end(self) -> None:
        self._ending = True
        self._stop()

    def _start(self) -> None:
        if self._process is not None or self._ending or self._context.data is None:
            return
        self._splitter = Splitter(Found)
        process = self._process = QProcess(self)
        process.setProgram(sys.executable)
        process.setArguments(["-m", "console.comms.feeds.sweep", str(self._root.resolve())])
        process.setWorkingDirectory(str(CHECKOUT))
        process.setStandardErrorFile(QProcess.nullDevice())
        process.readyReadStandardOutput.connect(self._on_output)
        process.finished.connect(self._on_finished)
        process.start()
        self.renew()

    def _stop(self) -> None:
        self._again.stop()
        process, self._process = self._process, None
        if process is not None:
            process.finished.disconnect()
            process.readyReadStandardOutput.disconnect()
            process.closeWriteChannel()
            if process.state() != QProcess.ProcessState.NotRunning and not process.waitForFinished(END_MS):
                process.kill()
                process.waitForFinished(END_MS)
            process.deleteLater()
        self.told.setText(tr("Not checking."))

    def _on_output(self) -> None:
        process = self._process
        if process is None:
            return
        try:
            for message in self._splitter.feed(bytes(process.readAllStandardOutput().data())):
                self._shelf.health.update(message.found)
                text = tr(
                    "{n} feeds known; {per_s} asked per second, {kb} kB/s",
                    n=len(self._shelf.health),
                    per_s=round(message.asked_per_s),
                    kb=f"{message.bytes_per_s / 1000:.1f}",
                )
                self.told.setText(text)
        except ValueError:
            process.kill()
        self.found.emit()

    def _on_finished(self) -> None:
        """It ended unasked: another is started after a while."""
        process, self._process = self._process, None
        if process is not None:
            process.deleteLater()
        if self.wanted:
            self._again.start()
