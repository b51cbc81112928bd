"""The example incident: once the peer is up, a player is started that joins it like any field unit and sends over real sockets."""

from __future__ import annotations

import sys

from PySide6.QtCore import QObject, QProcess

from console.comms.local.messages import Done, Invite
from console.models.paths import resources_dir
from console.views.i18n import tr
from console.views.window.banner import Banner
from console.views.window.opening import EXAMPLE_AREA
from console.views.window.peer_link import PeerLink

SCENARIO = "jinghe-landslide.toml"
ROLE = "gateway"
END_MS = 3000


class Example(QObject):
    """Attributes: `process`, the player. It is started once for each opening of the window and ends with it."""

    def __init__(self, speed: int, peer: PeerLink, banner: Banner) -> None:
        super().__init__(banner)
        self._speed, self._peer, self._banner = speed, peer, banner
        self.process = QProcess(self)
        self.process.setProcessChannelMode(QProcess.ProcessChannelMode.MergedChannels)
        self.process.finished.connect(self._on_finished)
        self.process.errorOccurred.connect(lambda error: self._fail(self.process.errorString()))
        self._stopping = False
        peer.welcomed.connect(self._begin)

    def stop(self) -> None:
        """Ends the player; waits for it, END_MS at most before it is killed."""
        self._stopping = True
        if self.process.state() != QProcess.ProcessState.NotRunning:
            self.process.terminate()
            if not self.process.waitForFinished(END_MS):
                self.process.kill()
                self.process.waitForFinished(END_MS)

    def _begin(self) -> None:
        self._peer.welcomed.disconnect(self._begin)
        self._peer.ask(lambda number: Invite(id=number, role=ROLE, area=EXAMPLE_AREA), self._play, self._fail)

    def _play(self, invited: Done) -> None:
        scenario = resources_dir() / "scenarios" / SCENARIO
        arguments = ["-m", "console", "play", str(scenario), "--join", invited.token, "--speed", str(self._speed)]
        self.process.start(sys.executable, arguments)

    def _on_finished(self, code: int) -> None:
        if code and not self._stopping:
            said = bytes(self.process.readAll().data()).decode("utf-8", "replace").strip().splitlines()
            self._fail(said[-1] if said else str(code))

    def _fail(self, reason: str) -> None:
        if not self._stopping:
            self._banner.raise_fault("example", tr("The example could not be played: {reason}", reason=reason))
