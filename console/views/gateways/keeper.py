"""Runs this machine's own gateway, a process of its own, while there is something in its settings and a peer to speak for. GUI thread only."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QLockFile, QObject, QProcess, QTimer, Signal

from console.comms.gateways.live import book
from console.comms.gateways.live.book import BOOK, FOLDER, AnySource
from console.comms.gateways.live.settings import Settings
from console.models.clock import wall_ms
from console.views.background import Background
from console.views.i18n import tr

AGAIN_MS = 5_000
END_MS = 4_000
SAID_LINES = 2
Own = tuple[str, str, str]
Failed = Callable[[str], None]


class GatewayKeeper(QObject):
    """`data`: the window's data directory. Of two windows on it the first runs the gateway.

    Attributes: `own`, the sources in the settings as (name, kind, place); `fault`, why the gateway does not run though it should, "" nothing;
    `fault_ms`, since when. Signals: `changed()` any of them.
    """

    changed = Signal()

    def __init__(self, data: Path, parent: QObject) -> None:
        super().__init__(parent)
        self._data, self.path = data, data / FOLDER / BOOK
        self.own: list[Own] = []
        self.fault, self.fault_ms = "", 0
        self._peer_up = self._ended = self._restarting = False
        self._lock: QLockFile | None = None
        self._desk = Background("gateway-settings", self)
        self._again = QTimer(self, interval=AGAIN_MS, singleShot=True)
        self._again.timeout.connect(self._run)
        self.process = QProcess(self)
        self.process.setProcessChannelMode(QProcess.ProcessChannelMode.MergedChannels)
        self.process.finished.connect(self._on_finished)
        self.process.errorOccurred.connect(self._on_error)
        self.process.readyReadStandardOutput.connect(self._hear)
        self._said: list[str] = []
        self._desk.ask("read", lambda: book.read_book(self.path), self._take, self._fail)

    @property
    def idle(self) -> bool:
        return self._desk.idle

    def set_peer(self, up: bool) -> None:
        """Whether this machine's own peer is there to write for the gateway."""
        if up != self._peer_up:
            self._peer_up = up
            self._run()

    def add(self, source: AnySource, password: str, done: Callable[[], None], failed: Failed) -> None:
        self._desk.ask("write", lambda: book.add(self.path, source, password), lambda held: self._changed(held, done), failed)

    def remove(self, name: str, done: Callable[[], None], failed: Failed) -> None:
        self._desk.ask("write", lambda: book.remove(self.path, name), lambda held: self._changed(held, done), failed)

    def end(self) -> None:
        """With the window; what was taken is in the journal, what was not is still where it came from."""
        self._ended = True
        self._again.stop()
        if self.process.state() != QProcess.ProcessState.NotRunning:
            self.process.closeWriteChannel()
            if not self.process.waitForFinished(END_MS):
                self.process.kill()
                self.process.waitForFinished(END_MS)
        self._unlock()

    # -- inside ------------------------------------------------------------------------------------------------------------------

    def _take(self, held: Settings) -> None:
        beside = self.path.parent
        self.own = [
            *((each.name, "mqtt", f"{each.host}:{each.port}") for each in held.mqtt),
            *((each.name, "csv", str(beside / each.folder)) for each in held.csv),
            *((each.name, "quakes", str(beside / each.folder)) for each in held.quakes),
        ]
        self._tell("")
        self._run()

    def _changed(self, held: Settings, done: Callable[[], None]) -> None:
        """It reads its settings when it begins."""
        self._restarting = self.process.state() != QProcess.ProcessState.NotRunning
        if self._restarting:
            self.process.closeWriteChannel()
        self._take(held)
        done()

    def _run(self) -> None:
        wanted = bool(self.own) and self._peer_up and not self._ended
        if not wanted or self.process.state() != QProcess.ProcessState.NotRunning:
            return
        if not self._locked():
            self._tell(tr("Another window runs this machine's gateway."))
            self._again.start()
            return
        self._said = []
        words = ["-m", "console", "gateway", str(self.path), "--data", str(self._data), "--with-parent"]
        self.process.start(sys.executable, words)

    def _locked(self) -> bool:
        if self._lock is None:
            lock = QLockFile(str(self.path.parent / "lock"))
            lock.setStaleLockTime(0)
            if not lock.tryLock(0):
                return False
            self._lock = lock
        return True

    def _unlock(self) -> None:
        if self._lock is not None:
            self._lock.unlock()
            self._lock = None

    def _hear(self) -> None:
        heard = bytes(self.process.readAllStandardOutput().data()).decode("utf-8", "replace")
        self._said = [*self._said, *heard.strip().splitlines()][-SAID_LINES:]
        self._tell("")

    def _on_finished(self, code: int) -> None:
        if self._ended:
            return
        if self._restarting:
            self._restarting = False
            self._run()
        elif self.own:
            self._fail(" ".join(self._said) or tr("The gateway ended with code {code}.", code=code))
            self._again.start()

    def _on_error(self, error: QProcess.ProcessError) -> None:
        if error is QProcess.ProcessError.FailedToStart and not self._ended:
            self._fail(self.process.errorString())
            self._again.start()

    def _fail(self, reason: str) -> None:
        self._tell(reason)

    def _tell(self, fault: str) -> None:
        if fault != self.fault:
            self.fault, self.fault_ms = fault, wall_ms()
        self.changed.emit()
