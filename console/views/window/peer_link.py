"""The window's end of the local socket: news in at screen pace, requests out, the peer's absence made visible. GUI thread only.

The socket's notifier is drained in slices, so that no flood can hold the window. A batch of changes is passed on at once and
the next is asked for one frame later: what happens meanwhile is merged by the peer, not queued here. While the time mode is
fixed, changes are taken and dropped: the return to live reads everything anew.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Protocol

from PySide6.QtCore import QCoreApplication, QEventLoop, QObject, QSocketNotifier, QTimer, Signal

from console.comms.local.messages import (
    Changed,
    Done,
    Draft,
    Failed,
    FromPeer,
    FromWindow,
    Hello,
    Link,
    LinksNow,
    Me,
    Purge,
    Ready,
    Stop,
    Welcome,
    Write,
)
from console.errors import Fault
from console.views.context import News, Request, TimeModeLike
from console.views.i18n import tr
from console.views.reasons import said

SLICE_MESSAGES = 200
SLICE_MS = 4.0
FRAME_MS = 33
REACH_MS = 50
"""How often a peer that is away is looked for."""
WATCH_MS = 400
"""How often one that is there is looked after."""
END_S = 5.0
WELCOME_S = 5.0
"""A peer that does not answer Hello for this long is asked again on a new socket."""


class Socket(Protocol):
    """`console.comms.local.client.LocalClient`."""

    @property
    def fd(self) -> int: ...
    def send(self, message: FromWindow) -> None: ...
    def receive(self, max_messages: int, max_ms: float) -> Sequence[FromPeer]: ...
    def close(self) -> None: ...


class PeerProcess(Protocol):
    """Starts and watches the peer of the data directory; see `console.views.window.peer_process`."""

    def reach(self) -> Socket | None:
        """A socket to the running peer, which is started when none runs; None: not yet there, ask again. Raises Fault."""
        ...

    def alive(self) -> bool: ...


class PeerLink(QObject):
    """Implements `Writing` and `Asking`. Attributes: `me`, `links`, `reason` (why away, for a person).

    Signals: `welcomed()` after each connect; `went_away(reason)` once when it begins; `told()` whenever me, links or reason changed.
    """

    welcomed = Signal()
    went_away = Signal(str)
    told = Signal()

    def __init__(self, process: PeerProcess, news: News, time_mode: TimeModeLike, reason: str, parent: QObject | None = None) -> None:
        """`reason`: why there is no peer yet, for a person."""
        super().__init__(parent)
        self._process, self._news, self._time = process, news, time_mode
        self.me: Me | None = None
        self.links: list[Link] = []
        self.reason = reason
        self._socket: Socket | None = None
        self._notifier: QSocketNotifier | None = None
        self._hello_s = 0.0
        self._asked = 0
        self._pending: dict[int, tuple[Callable[[Done], None], Callable[[str], None]]] = {}
        self._retry = QTimer(self, interval=REACH_MS)
        self._retry.timeout.connect(self._look_after)
        self._frame = QTimer(self, singleShot=True, interval=FRAME_MS)
        self._frame.timeout.connect(lambda: self._send(Ready()))
        self._again = QTimer(self, singleShot=True, interval=0)
        self._again.timeout.connect(self._drain)

    def start(self) -> None:
        self._retry.start()
        self._look_after()

    def stop(self) -> None:
        """Leave the peer; what was asked and not answered fails."""
        self._retry.stop()
        self._hang_up(tr("the window closed"))

    def retry(self) -> None:
        """The operator does not want to wait for the next attempt."""
        self._look_after()

    def end_peer(self) -> None:
        """Have the peer end, and wait until it says so, END_S at most; one that is just starting is waited for. Not started again."""
        ends = time.monotonic() + END_S
        told: list[object] = []
        while self.me is None and self._retry.isActive() and time.monotonic() < ends:
            QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, REACH_MS)
        self._retry.stop()
        if self.me is not None:
            self._request(lambda number: Stop(id=number), told.append, told.append)
            while not told and self._process.alive() and time.monotonic() < ends:
                QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, REACH_MS)

    # -- Writing and Asking ---------------------------------------------------------------------------------------

    def write(
        self, drafts: list[Draft], done: Callable[[list[str]], None] | None = None, failed: Callable[[str], None] | None = None
    ) -> None:
        self._live_request(lambda number: Write(id=number, drafts=drafts), done, failed)

    def purge(
        self,
        incident: str,
        why: str,
        author: str,
        done: Callable[[list[str]], None] | None = None,
        failed: Callable[[str], None] | None = None,
    ) -> None:
        self._live_request(lambda number: Purge(id=number, incident=incident, why=why, author=author), done, failed)

    def ask(self, request: Callable[[int], Request], done: Callable[[Done], None], failed: Callable[[str], None]) -> None:
        self._request(request, done, failed)

    def _live_request(
        self,
        request: Callable[[int], FromWindow],
        done: Callable[[list[str]], None] | None,
        failed: Callable[[str], None] | None,
    ) -> None:
        """What changes the journal is never asked for from a moment of the past."""
        refused = failed or (lambda reason: None)
        if self._time.live:
            self._request(request, lambda answer: done(answer.ids) if done else None, refused)
        else:
            refused(tr("Not live: nothing can be written. Return to live first (Ctrl+L)."))

    def _request(self, request: Callable[[int], FromWindow], done: Callable[[Done], None], failed: Callable[[str], None]) -> None:
        if self.me is None:
            failed(tr("The own peer is away ({reason}). Nothing was written; try again when it is back.", reason=self.reason))
            return
        self._asked += 1
        self._pending[self._asked] = (done, failed)
        self._send(request(self._asked))

    # -- connecting -----------------------------------------------------------------------------------------------

    def _look_after(self) -> None:
        """Reach a peer that is away, notice one that died."""
        if self._socket is None:
            self._reach()
        elif not self._process.alive():
            self._hang_up(tr("it ended; starting it again"))
        elif self.me is None and time.monotonic() - self._hello_s > WELCOME_S:
            self._hang_up(tr("it does not answer"))
        self._retry.setInterval(REACH_MS if self.me is None else WATCH_MS)

    def _reach(self) -> None:
        try:
            self._socket = self._process.reach()
        except Fault as fault:
            self._be_away(said(str(fault)))
            return
        if self._socket is None:
            return
        self._notifier = QSocketNotifier(self._socket.fd, QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._drain)
        self._hello_s = time.monotonic()
        self._send(Hello(watch=True))
        self._drain()

    def _hang_up(self, reason: str) -> None:
        if self._notifier is not None:
            self._notifier.setEnabled(False)
            self._notifier.deleteLater()
            self._notifier = None
        if self._socket is not None:
            self._socket.close()
            self._socket = None
        self._frame.stop()
        self._again.stop()
        self._be_away(reason)
        unanswered, self._pending = self._pending, {}
        for _, failed in unanswered.values():
            failed(
                tr("The own peer went away before it answered ({reason}). Look whether it was written before trying again.", reason=reason)
            )

    def _be_away(self, reason: str) -> None:
        began, changed = self.me is not None, reason != self.reason
        self.me, self.links, self.reason = None, [], reason
        if began or changed:
            self._news.links.emit(None, [])
            self.told.emit()
            self.went_away.emit(reason)

    # -- messages -------------------------------------------------------------------------------------------------

    def _send(self, message: FromWindow) -> None:
        if self._socket is not None:
            try:
                self._socket.send(message)
            except Fault as fault:
                self._hang_up(said(str(fault)))
                return
            self._again.start()  # the descriptor is edge-triggered: a send may swallow the edge of what has arrived

    def _drain(self) -> None:
        if self._socket is None:
            return
        messages = self._socket.receive(SLICE_MESSAGES, SLICE_MS)
        for message in messages:
            self._take(message)
        if messages:
            self._again.start()

    def _take(self, message: FromPeer) -> None:
        if isinstance(message, Changed):
            self._take_changed(message)
        elif isinstance(message, LinksNow | Welcome):
            self._take_links(message)
        elif isinstance(message, Done | Failed):
            done, failed = self._pending.pop(message.id, (None, None))
            if isinstance(message, Failed) and failed is not None:
                failed(said(message.reason))
            elif isinstance(message, Done) and done is not None:
                done(message)

    def _take_changed(self, message: Changed) -> None:
        self._frame.start()
        if self.me is not None:
            self.me.position = max(self.me.position, message.changes.position)
        if self._time.live:
            self._news.changed.emit(message.changes)

    def _take_links(self, message: LinksNow | Welcome) -> None:
        self.me, self.links, self.reason = message.me, message.links, ""
        if isinstance(message, Welcome):
            self.welcomed.emit()
            if self._time.live:
                self._news.reset.emit()
        self._news.links.emit(self.me, self.links)
        self.told.emit()
