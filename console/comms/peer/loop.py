"""The peer's thread: poll, drain what has come, settle it in one commit, answer, send what is due."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import ExitStack
from typing import Any

import zmq

from console import __version__
from console.comms.local import running
from console.comms.local.codec import DOMAIN
from console.comms.local.messages import Done, Draft, Failed, Link, Me, Stop, Write
from console.comms.local.server import Answer, LocalServer, Request
from console.comms.peer.inbox import Inbox
from console.comms.security.keys import open_keys
from console.comms.security.zap import ZapHandler
from console.errors import Fault
from console.models.journal import Journal, NewEvent
from console.models.paths import DataDir

MAX_SLEEP_MS = 250


class Loop:
    """Made, run and closed by the peer's thread. Raises Fault on construction when something stands in the way."""

    def __init__(
        self,
        data_dir: DataDir,
        inbox: Inbox,
        *,
        listen: Sequence[str],
        name: str,
        role: str,
        area: str,
        local: bool,
        wall: Callable[[], int],
    ) -> None:
        self._inbox, self._wall = inbox, wall
        self._ending = False
        self._started_ms = wall()
        with ExitStack() as made:
            made.callback(inbox.close)
            self._context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
            made.callback(self._context.term)
            keys = open_keys(data_dir.keys)
            self._journal = Journal.open(data_dir.journal, keys.signer, wall=wall)
            made.callback(self._journal.close)
            if self._journal.identity is None and area:
                self._journal.set_identity(name, role, area)
            self._zap = ZapHandler(self._context, {DOMAIN: lambda key, _address: key == keys.local_client.public})
            made.callback(self._zap.close)
            self._local: LocalServer | None = None
            if local:
                self._local = LocalServer(self._context, keys.local_server, self)
                made.callback(self._local.close)
                announced = running.announce(data_dir.running, self._local.port, keys.local_server.public)
                made.callback(running.withdraw, data_dir.running, announced)
            self._opened = made.pop_all()
        self._poller = zmq.Poller()
        self._sources: dict[Any, Callable[[], None]] = {inbox.reader.fileno(): inbox.run, self._zap.socket: self._zap.answer}
        if self._local is not None:
            self._sources[self._local.socket] = self._local.drain
        for source in self._sources:
            self._poller.register(source, zmq.POLLIN)

    def run(self) -> None:
        while not self._ending:
            self._turn()

    def _turn(self) -> None:
        now_ms = self._wall()
        wait_ms = min(MAX_SLEEP_MS, self._local.wait_ms(now_ms) if self._local else MAX_SLEEP_MS)
        for source, _ in self._poller.poll(wait_ms):
            self._sources[source]()
        if self._local is not None:
            self._local.turn(self._wall())

    def end(self) -> None:
        self._ending = True

    def close(self) -> None:
        self._opened.close()

    @property
    def origin(self) -> str:
        return self._journal.signer.origin.hex()

    @property
    def endpoints(self) -> list[str]:
        return []

    # -- what windows and commands ask -------------------------------------------------------------------------------

    def me(self) -> Me:
        identity = self._journal.identity
        return Me(
            origin=self.origin,
            name=identity.name if identity else "",
            role=identity.role if identity else "",
            area=identity.area if identity else "",
            version=__version__,
            pid=os.getpid(),
            listen=self.endpoints,
            position=self._journal.position,
            started_ms=self._started_ms,
        )

    def links(self) -> list[Link]:
        return []

    def request(self, request: Request, answer: Answer) -> None:
        future: Future[Any] = Future()
        future.add_done_callback(lambda settled: answer(_answer_of(request.id, settled)))
        try:
            if isinstance(request, Write):
                self.write(request.drafts, future)
            elif isinstance(request, Stop):
                future.set_result(None)
                self._ending = True
            else:
                raise Fault("not yet")
        except Exception as error:  # noqa: BLE001 - whoever asked is told, the loop goes on
            if not future.done():
                future.set_exception(error)

    def write(self, drafts: Sequence[Draft], future: Future[list[str]]) -> None:
        events, changes = self._journal.author([NewEvent(draft.area, draft.kind, draft.subject, draft.body) for draft in drafts])
        if self._local is not None:
            self._local.changed(changes)
        future.set_result([event.subject for event in events])


def _answer_of(request_id: int, settled: Future[Any]) -> Done | Failed:
    error = settled.exception()
    if error is not None:
        return Failed(id=request_id, reason=str(error) if isinstance(error, Fault) else f"{type(error).__name__}: {error}")
    result = settled.result()
    if isinstance(result, str):
        return Done(id=request_id, token=result)
    return Done(id=request_id, ids=result or [])
