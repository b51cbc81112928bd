"""A peer of the network as a thread: what the rest of the program holds."""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import TypeVar

from console.comms.carriers.bundle.orders import Job, Order
from console.comms.local.messages import Draft, Link, Me
from console.comms.peer.delivery import Delivered
from console.comms.peer.inbox import Inbox
from console.comms.peer.loop import Loop
from console.comms.peer.network import Options
from console.errors import Fault
from console.models.clock import wall_ms
from console.models.journal.faults import CorruptFault, fault_of
from console.models.journal.suspicion import suspect
from console.models.paths import DataDir

T = TypeVar("T")
STOP_S = 10.0
AGAIN_S = 5.0
SHORT_S = 60.0
"""A loop that damage ended sooner than this is followed by a pause: it may go on like that."""
_log = logging.getLogger(__name__)


class Peer:
    """One peer on one data directory. Every method may be called from any thread; `start`, `stop`, `me` and `links` wait for the peer.

    `listen`: endpoints such as `tcp://0.0.0.0:7650`, () for those of the last time; `announce`: where others reach them, when that is
    another address; `patient`: begin although a port is taken, and try again. `name`, `role`, `area`: who this is, used when the data
    directory does not know yet (a peer that joins learns it by enrolling). `local`: open the socket for windows and commands; `discovery`:
    peers on the local network may be looked for; `satellite`: serial port of a terminal, "" that of the last time, `off` none.
    """

    def __init__(
        self,
        data_dir: DataDir,
        *,
        listen: Sequence[str] = (),
        announce: Sequence[str] = (),
        patient: bool = False,
        name: str = "",
        role: str = "node",
        area: str = "",
        local: bool = True,
        discovery: bool = False,
        satellite: str = "",
        wall: Callable[[], int] = wall_ms,
    ) -> None:
        self._inbox = Inbox()
        self._journal = data_dir.journal
        self._stopped = threading.Event()
        self._ending = threading.Event()
        options = Options(listen, announce, patient, discovery, satellite)
        self._make: Callable[[], Loop] = lambda: Loop(
            data_dir, self._inbox, options, name=name, role=role, area=area, local=local, wall=wall
        )
        self._thread: threading.Thread | None = None
        self._loop: Loop | None = None

    def start(self) -> None:
        """Open the journal and the sockets and begin. Raises Fault when something stands in the way (port taken, journal in use)."""
        started: Future[None] = Future()
        self._thread = threading.Thread(target=self._run, args=(started,), name="peer", daemon=True)
        self._thread.start()
        started.result()

    def _run(self, started: Future[None]) -> None:
        try:
            loop = self._begin()
        except BaseException as error:  # noqa: BLE001 - it is raised again where start() was called
            self._inbox.close()
            self._stopped.set()
            started.set_exception(error)
            return
        self._loop = loop
        started.set_result(None)
        try:
            self._work(loop)
        finally:
            self._inbox.close()
            self._stopped.set()

    def _work(self, loop: Loop | None) -> None:
        """One loop, and another after it for as long as damage to the journal ends them: a new one begins with its rescue."""
        while loop is not None:
            self._loop, began_s = loop, time.monotonic()
            try:
                loop.run()
            finally:
                again = loop.damaged
                loop.close()
            if again and time.monotonic() - began_s < SHORT_S:
                self._ending.wait(AGAIN_S)
            loop = self._make_again() if again else None

    def _begin(self) -> Loop:
        """Damage that whoever reads the journal meets first, before its writer does, is noted, and this start sees to it."""
        try:
            return self._make()
        except CorruptFault:
            pass  # what the journal met it has noted itself; a file that never was one is refused again
        except sqlite3.DatabaseError as error:
            if not isinstance(fault_of(error, self._journal), CorruptFault):
                raise fault_of(error, self._journal) from error
            suspect(self._journal, str(error))
        return self._make()

    def _make_again(self) -> Loop | None:
        """However long it takes: a disk may have to be made room on first. None when the peer is to end."""
        while not self._ending.is_set():
            try:
                return self._begin()
            except Fault as fault:
                _log.error("the peer cannot begin again yet: %s", fault)
                self._ending.wait(AGAIN_S)
        return None

    def stop(self) -> None:
        """Say goodbye, close everything, and wait for the thread. Idempotent."""
        if self._thread is not None and self._loop is not None:
            self._ending.set()
            self._inbox.post(self._end)
            self._thread.join(STOP_S)

    def _end(self) -> None:
        """Of whichever loop runs by then."""
        self._running.end()

    def wait(self, timeout_s: float | None = None) -> bool:
        """Block until the peer has ended (a window may ask it to); False when `timeout_s` passed first."""
        return self._stopped.wait(timeout_s)

    @property
    def origin(self) -> str:
        """Hex. After `start`."""
        return self._running.origin

    def write(self, drafts: Sequence[Draft]) -> Future[list[str]]:
        """Author events. The subjects, once they are durable here; Fault when they are not ours to write."""
        return self._inbox.submit(lambda future: self._running.write(drafts, future))

    def deliver(self, drafts: Sequence[Draft]) -> Future[list[Delivered]]:
        """Author events. Settled when another peer has acknowledged all of them, however long that takes."""
        return self._inbox.submit(lambda future: self._running.deliver(drafts, future))

    def join(self, token: str, name: str) -> Future[list[str]]:
        """Enrol with the node of a token and dial it from now on. Its name; RefusedFault or Fault with the reason."""
        return self._inbox.submit(lambda future: self._running.network.join(token, name, future))

    def invite(self, role: str, area: str = "", valid_s: int = 24 * 3600) -> Future[str]:
        """A one-time token; Fault when this peer may not vouch for such a one."""
        return self._submit(lambda loop: loop.network.invite(role, area, valid_s))

    def revoke(self, peer: str, why: str = "") -> Future[str]:
        """Revoke by exact name or origin. Its origin in hex."""
        return self._submit(lambda loop: loop.network.registrar.revoke(peer, why))

    def lead(self, on: bool) -> Future[None]:
        """Lead those around this machine, or no more; Fault when this peer cannot."""
        return self._submit(lambda loop: loop.network.lead(on))

    def bundle(self, order: Order) -> Future[Job]:
        """Begin to make, look into or take a bundle, or ask how that goes on. Fault when it cannot begin."""
        return self._submit(lambda loop: loop.bundle(order))

    def cut(self, seconds: float) -> Future[None]:
        """Play a cut link: drop everything that leaves the machine without a word, and take it up again after `seconds`."""
        return self._submit(lambda loop: loop.network.cut(seconds))

    def me(self) -> Me:
        return self._submit(Loop.me).result(STOP_S)

    def links(self) -> list[Link]:
        return self._submit(Loop.links).result(STOP_S)

    def _submit(self, work: Callable[[Loop], T]) -> Future[T]:
        def settle(future: Future[T]) -> None:
            future.set_result(work(self._running))

        return self._inbox.submit(settle)

    @property
    def _running(self) -> Loop:
        if self._loop is None:
            raise Fault("the peer was not started.")
        return self._loop
