"""What becomes a notice in the banner, and when it goes. GUI thread only."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices

from console.comms.local.messages import Join
from console.models.journal.ending import Recovered
from console.views.i18n import tr
from console.views.reasons import said
from console.views.time.history import History
from console.views.time.zone import Zone
from console.views.window.banner import Banner
from console.views.window.crash import CrashReports
from console.views.window.peer_link import PeerLink
from console.views.window.reader import BackgroundReading
from console.views.window.recovered import recovered_text

PATIENCE_MS = 3000
"""A peer that is away for less (its start, a restart) is told in the status bar alone."""


class Notices(QObject):
    """Watches peer, reading and crash reports."""

    _crashed = Signal(object)

    def __init__(
        self,
        banner: Banner,
        reading: BackgroundReading,
        peer: PeerLink,
        history: History,
        crashes: CrashReports,
        *,
        absence: bool,
        zone: Zone | None = None,
    ) -> None:
        """`absence`: whether the peer's absence is a fault (not in a picture of a journal)."""
        super().__init__(banner)
        self._banner, self._peer, self._history, self._crashes = banner, peer, history, crashes
        self._zone = zone or Zone()
        self._peer_faults: set[str] = set()
        self._recovered: Recovered | None = None
        self._patience = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._patience.timeout.connect(self._tell_absence)
        reading.failed.connect(self._on_reading_failed)
        reading.worked.connect(lambda: banner.clear_fault("reading"))
        if absence:
            peer.told.connect(self._on_peer)
            self._patience.start()
        self._crashed.connect(self._on_crash)
        crashes.reported = self._crashed.emit
        if earlier := crashes.unseen():
            self._tell_crash(tr("The console met an error when it ran last. Reports are kept on this machine."), earlier[-1])

    def join(self, request: Callable[[int], Join]) -> None:
        """Once the peer is up, join the node that issued the token."""

        def ask() -> None:
            self._peer.welcomed.disconnect(ask)
            self._peer.ask(request, lambda done: self._banner.clear_fault("join"), self._tell_refusal)

        self._peer.welcomed.connect(ask)

    def _tell_refusal(self, reason: str) -> None:
        self._banner.raise_fault("join", tr("Joining the node failed: {reason} Paste a new token in Links.", reason=reason))

    def _on_reading_failed(self, reason: str) -> None:
        self._history.give_up()
        text = tr("Reading the journal failed: {reason}", reason=said(reason))
        self._banner.raise_fault("reading", text, (tr("Retry"), self._history.read_again))

    def _on_peer(self) -> None:
        if self._peer.me is None:
            if not self._patience.isActive() and "peer" not in self._banner.faults:
                self._patience.start()
            return
        self._patience.stop()
        self._banner.clear_fault("peer")
        faults = {f"peer.{code}": said(text) for code, text in self._peer.me.faults.items()}
        for code in self._peer_faults - set(faults):
            self._banner.clear_fault(code)
        for code, text in faults.items():
            if code not in self._peer_faults:
                self._banner.raise_fault(code, text)
            elif code in self._banner.faults and self._banner.faults[code].text != text:
                self._banner.clear_fault(code)
                self._banner.raise_fault(code, text)
        self._peer_faults = set(faults)
        self._tell_recovered(self._peer.me.recovered)

    def _tell_recovered(self, found: Recovered | None) -> None:
        """Once for each start, and again when more is known of it, until it is hidden."""
        before, self._recovered = self._recovered, found
        if found is None or found == before:
            return
        if before is None or (found.ended_ms, found.aside) != (before.ended_ms, before.aside) or "recovered" in self._banner.faults:
            self._banner.clear_fault("recovered")
            self._banner.raise_fault("recovered", recovered_text(found, self._zone))

    def _tell_absence(self) -> None:
        if self._peer.me is None:
            text = tr("The own peer is away: {reason}. What is shown may be old; it comes back by itself.", reason=self._peer.reason)
            self._banner.raise_fault("peer", text, (tr("Retry"), self._peer.retry))

    def _on_crash(self, path: Path) -> None:
        self._tell_crash(tr("The console met an error and went on. Save your work and start it anew when things look wrong."), path)

    def _tell_crash(self, text: str, path: Path) -> None:
        def look() -> None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))
            self._crashes.mark_seen()
            self._banner.clear_fault("crash")

        self._banner.raise_fault("crash", f"{text} {path}", (tr("Show the report"), look))
