"""The example incident: once the peer is up, a player is started that joins it like any field unit and sends over real sockets."""

from __future__ import annotations

import sys

from PySide6.QtCore import QObject, QProcess

from console.comms.gateways.scenario.form import load_scenario
from console.comms.local.messages import Done, Invite
from console.models.paths import resources_dir
from console.views.i18n import CHINESE, language, tr
from console.views.window.banner import Banner
from console.views.window.peer_link import PeerLink

SCENARIO = "jinghe-landslide.toml"
END_MS = 3000
SAID_LINES = 3


class Example(QObject):
    """Attributes: `process`, the player, and `cameras`, which draws what its cameras see; each started once. They outlive a window that is
    made anew in another language."""

    def __init__(self, speed: int) -> None:
        """`speed`: how many times faster than life it plays. Raises Fault when the scenario is not readable."""
        super().__init__()
        self._peer: PeerLink | None = None
        self._banner: Banner | None = None
        self._lang = "zh" if language() == CHINESE else "en"
        self._path = resources_dir() / "scenarios" / SCENARIO
        scenario = load_scenario(self._path, self._lang)
        self._area = scenario.scenario.area
        self._roles = [each.role for each in scenario.peer]
        self._tokens: list[str] = []
        self._stopping = False
        self._speed = speed
        self._joins: list[str] = []
        self.cameras = QProcess(self)
        self.cameras.readyReadStandardOutput.connect(self._on_cameras)
        self.cameras.errorOccurred.connect(lambda _error: self._play([]))
        self.process = QProcess(self)
        self.process.setProcessChannelMode(QProcess.ProcessChannelMode.MergedChannels)
        self.process.finished.connect(self._on_finished)
        self.process.errorOccurred.connect(lambda error: self._fail(self.process.errorString()))

    def attach(self, peer: PeerLink, banner: Banner) -> None:
        """Tell `banner` from now on; the first time, begin once `peer` is up."""
        if self._peer is None:
            peer.welcomed.connect(self._begin)
        self._peer, self._banner = peer, banner

    def stop(self) -> None:
        """Ends the player; waits for it, END_MS at most before it is killed."""
        self._stopping = True
        for process in (self.process, self.cameras):
            if process.state() != QProcess.ProcessState.NotRunning:
                process.terminate()
                if not process.waitForFinished(END_MS):
                    process.kill()
                    process.waitForFinished(END_MS)

    def _begin(self) -> None:
        if not self._tokens:
            self._invite()

    def _invite(self) -> None:
        """A token for each peer of the scenario, in its order; then play."""
        role = self._roles[len(self._tokens)]
        if self._peer is not None:
            self._peer.ask(lambda number: Invite(id=number, role=role, area=self._area), self._take_token, self._fail)

    def _take_token(self, invited: Done) -> None:
        self._tokens.append(invited.token)
        if len(self._tokens) < len(self._roles):
            self._invite()
            return
        self._joins = [word for token in self._tokens for word in ("--join", token)]
        words = ["-m", "console.views.example.cameras", str(self._path), "--speed", str(self._speed), "--lang", self._lang]
        self.cameras.start(sys.executable, words)

    def _on_cameras(self) -> None:
        """It says its address and the cameras that it draws in one line, once."""
        if self.cameras.canReadLine():
            address, *drawn = bytes(self.cameras.readLine().data()).decode().split()
            self._play([word for key in drawn for word in ("--camera", f"{key}={address}/{key}.mjpg")])

    def _play(self, cameras: list[str]) -> None:
        """Without cameras where these could not be started: all else goes on."""
        joins, self._joins = self._joins, []
        if joins and not self._stopping:
            words = ["-m", "console", "play", str(self._path), *joins, "--speed", str(self._speed), "--lang", self._lang, *cameras]
            self.process.start(sys.executable, words)

    def _on_finished(self, code: int) -> None:
        if code and not self._stopping:
            said = bytes(self.process.readAll().data()).decode("utf-8", "replace").strip().splitlines()
            self._fail(" ".join(said[-SAID_LINES:]) or str(code))

    def _fail(self, reason: str) -> None:
        if not self._stopping and self._banner is not None:
            self._banner.raise_fault("example", tr("The example could not be played: {reason}", reason=reason))
