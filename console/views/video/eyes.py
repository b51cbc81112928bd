"""The window's end of the video process: started when video is first looked at, ended with the panel, started anew when it dies or hangs.

GUI thread only. The window itself opens no socket to a camera: `console.views.video.player` does, in a process of its own.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, QTimer, Signal

from console.comms.feeds.messages import (
    Beat,
    FromProcess,
    Message,
    Picture,
    Recording,
    Saved,
    Splitter,
    Started,
    Took,
    Trouble,
    Unsaved,
    encode,
)
from console.models.feeds.rules import WallRule

LOOK_MS = 500
AGAIN_MS = (200, 1000, 5000, 20_000)
END_MS = 700
START_S = 30.0
"""A busy machine may take so long to begin a process: ended sooner, and begun again, it would never come up."""
MAX_UNSENT_BYTES = 1 << 20
CHECKOUT = Path(__file__).resolve().parents[3]


class Eyes(QObject):
    """Attributes: `running`; `falls`, how often it ended unasked. Signals: one a kind of message, `started()`, `fell(reason)` with a code:
    process_ended, process_hung or process_missing."""

    started = Signal()
    fell = Signal(str)
    beat = Signal(object)
    picture = Signal(object)
    trouble = Signal(object)
    recording = Signal(object)
    saved = Signal(object)
    unsaved = Signal(object)

    def __init__(self, root: Path, rule: WallRule, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._root, self._rule = root, rule
        self.running = False
        self.falls = 0
        self._wanted = self._hung = False
        self._heard_s = 0.0
        self._process: QProcess | None = None
        self._splitter: Splitter[FromProcess] = Splitter(FromProcess)
        self._look = QTimer(self, interval=LOOK_MS)
        self._look.timeout.connect(self._on_look)
        self._again = QTimer(self, singleShot=True)
        self._again.timeout.connect(self._start)
        self._signals: dict[type[Any], Any] = {
            Beat: self.beat,
            Trouble: self.trouble,
            Recording: self.recording,
            Saved: self.saved,
            Unsaved: self.unsaved,
        }

    @property
    def pid(self) -> int:
        return 0 if self._process is None else self._process.processId()

    def begin(self) -> None:
        """Have it run from now on; nothing when it does."""
        if not self._wanted:
            self._wanted = True
            self._start()
            self._look.start()

    def send(self, message: Message) -> None:
        """Dropped while it does not run: whoever opens feeds opens them again at `started`. One that takes nothing is hung."""
        process = self._process
        if self.running and process is not None:
            process.write(encode(message))
            if process.bytesToWrite() > MAX_UNSENT_BYTES:
                self._hang()

    def end(self) -> None:
        """It is asked to end, and killed when it does not."""
        self._wanted = self.running = False
        self._look.stop()
        self._again.stop()
        process, self._process = self._process, None
        if process is not None:
            process.finished.disconnect()
            process.readyReadStandardOutput.disconnect()
            process.errorOccurred.disconnect()
            process.closeWriteChannel()
            process.readAllStandardOutput()
            if process.state() != QProcess.ProcessState.NotRunning and not process.waitForFinished(END_MS):
                process.kill()
                process.waitForFinished(END_MS)
            process.deleteLater()

    def _start(self) -> None:
        self._hung, self._splitter = False, Splitter(FromProcess)
        process = QProcess(self)
        process.setProgram(sys.executable)
        process.setArguments(["-m", "console.views.video.player", str(self._root.resolve())])
        process.setWorkingDirectory(str(CHECKOUT))
        process.setProcessEnvironment(_environment())
        process.setStandardErrorFile(QProcess.nullDevice())  # what a decoder complains of may hold an address with its password
        process.readyReadStandardOutput.connect(self._on_output)
        process.finished.connect(lambda *_: self._on_finished("process_hung" if self._hung else "process_ended"))
        process.errorOccurred.connect(self._on_error)
        self._process, self._heard_s = process, time.monotonic()
        process.start()

    def _on_error(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self._on_finished("process_missing")

    def _on_output(self) -> None:
        process = self._process
        if process is None:
            return
        self._heard_s = time.monotonic()
        try:
            for message in self._splitter.feed(bytes(process.readAllStandardOutput().data())):
                self._take(message)
        except ValueError:
            self._hang()

    def _take(self, message: Any) -> None:
        if isinstance(message, Picture):
            self.picture.emit(message)
            self.send(Took(tile=message.tile))
        elif isinstance(message, Started):
            self.running = True
            self.started.emit()
        else:
            self._signals[type(message)].emit(message)

    def _on_look(self) -> None:
        patience_s = self._rule.hung_s if self.running else max(START_S, self._rule.hung_s)
        if self._process is not None and time.monotonic() - self._heard_s > patience_s:
            self._hang()

    def _hang(self) -> None:
        """It does not answer, or answers nonsense: it goes, and another comes."""
        self._hung = True
        if self._process is not None:
            self._process.kill()

    def _on_finished(self, reason: str) -> None:
        process, self._process = self._process, None
        self.running = False
        if process is not None:
            process.deleteLater()
        self.falls += 1
        self.fell.emit(reason)
        if self._wanted:
            self._again.start(AGAIN_MS[min(self.falls, len(AGAIN_MS)) - 1])


def _environment() -> QProcessEnvironment:
    """Each opening has threads of its own, and glibc gives threads a heap each, which grow with every one: two are shared instead."""
    found = QProcessEnvironment.systemEnvironment()
    if not found.contains("MALLOC_ARENA_MAX"):
        found.insert("MALLOC_ARENA_MAX", "2")
    return found
