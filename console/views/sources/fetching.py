"""`fengsui tiles` as processes of their own beside the window: looking at a service, filling areas. GUI thread only, which never waits."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
from PySide6.QtCore import QObject, QProcess, QTimer, Signal

from console.comms.tiles.progress import Progress
from console.models.form import ready
from console.views.i18n import tr

KILL_MS = 3000
AGAIN_MS = 1000
MOST_FALLS = 3
"""A filling that died is begun again so often: whoever goes home counts on it."""
_ROOT = Path(__file__).resolve().parents[3]


def _started(words: list[str]) -> QProcess:
    """Without a parent: a process that goes with a widget would make the GUI thread wait."""
    process = QProcess()
    process.setWorkingDirectory(str(_ROOT))
    process.start(sys.executable, ["-m", "console", "tiles", *words])
    return process


class Look:
    """Asks what a WMTS service offers; one of `found(offers)` and `failed(reason)` follows, unless it was ended."""

    def __init__(self, address: str, found: Callable[[list[dict[str, Any]]], None], failed: Callable[[str], None]) -> None:
        self._found, self._failed = found, failed
        self._process: QProcess | None = _started(["look", address])
        self._process.finished.connect(self._finished)
        self._process.errorOccurred.connect(lambda error: self._finished(1) if error is QProcess.ProcessError.FailedToStart else None)

    def end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            _kill(process)

    def _finished(self, code: int, _status: object = None) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        told = bytes(process.readAllStandardError().data()).decode("utf-8", "replace").strip().removeprefix("fengsui: ")
        try:
            offers = json.loads(bytes(process.readAllStandardOutput().data())) if code == 0 else None
        except ValueError:
            offers = None
        if offers is None:
            self._failed(told or tr("The map service could not be asked."))
        else:
            self._found(offers)


def _kill(process: QProcess) -> None:
    process.blockSignals(True)
    process.kill()
    process.waitForFinished(KILL_MS)


class Fillings(QObject):
    """Those under way; one whose process died is begun again where it was.

    Signals: `changed(area id)` its progress is another, `ended(area id)`. Attributes: `progress` by area id.
    """

    changed = Signal(str)
    ended = Signal(str)

    def __init__(self, data: Path) -> None:
        super().__init__()
        self._data = data
        self._processes: dict[str, QProcess] = {}
        self._falls: dict[str, int] = {}
        self._stopped: set[str] = set()
        self.progress: dict[str, Progress] = {}

    def begin(self, area: str, done: int, total: int) -> None:
        """A process that ends with this one, or when it is stopped; what it fetched stays."""
        if area in self.progress:
            return
        self._falls[area] = 0
        self._stopped.discard(area)
        self._start(area, Progress(done, total))

    def _start(self, area: str, progress: Progress) -> None:
        process = self._processes[area] = _started(["fill", area, "--attached", "--data", str(self._data)])
        self.progress[area] = progress
        process.readyReadStandardOutput.connect(partial(self._read, area, process))
        process.finished.connect(partial(self._end, area))
        process.errorOccurred.connect(
            lambda error: self._end(area) if error is QProcess.ProcessError.FailedToStart else None  # or it ends and says so
        )
        self.changed.emit(area)

    def stop(self, area: str) -> None:
        self._stopped.add(area)
        process = self._processes.get(area)
        if process is not None:
            process.closeWriteChannel()
            QTimer.singleShot(KILL_MS, process, process.kill)

    def ender(self) -> Callable[..., None]:
        """Ends all of them, when the window goes: nothing is lost by a kill."""
        processes, progress = self._processes, self.progress

        def end(_gone: object = None) -> None:
            progress.clear()
            while processes:
                _kill(processes.popitem()[1])

        return end

    def _read(self, area: str, process: QProcess) -> None:
        while process.canReadLine():
            line = bytes(process.readLine().data())
            try:
                self.progress[area] = msgspec.json.decode(line, type=ready(Progress))
            except msgspec.DecodeError:
                continue
        if area in self._processes:
            self.changed.emit(area)

    def _end(self, area: str, _code: int = 0, status: QProcess.ExitStatus = QProcess.ExitStatus.NormalExit) -> None:
        if self._processes.pop(area, None) is None:
            return
        if status is QProcess.ExitStatus.CrashExit and area not in self._stopped and self._falls[area] < MOST_FALLS:
            self._falls[area] += 1
            self.progress[area].waiting = tr("its process died and is begun again")
            self.changed.emit(area)
            QTimer.singleShot(AGAIN_MS, self, partial(self._again, area))
            return
        self.progress.pop(area, None)
        self.ended.emit(area)

    def _again(self, area: str) -> None:
        """Unless it was stopped meanwhile, or the window goes."""
        if area in self._stopped:
            self.progress.pop(area, None)
            self.ended.emit(area)
        elif area in self.progress:
            self._start(area, self.progress[area])
