"""A peer of the network as a thread: what the rest of the program holds."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import TypeVar

from console.comms.local.messages import Draft, Link, Me
from console.comms.peer.inbox import Inbox
from console.comms.peer.loop import Loop
from console.errors import Fault
from console.models.clock import wall_ms
from console.models.paths import DataDir

T = TypeVar("T")
STOP_S = 10.0


class Peer:
    """One peer on one data directory. Every method may be called from any thread; none but `start` and `stop` blocks.

    `listen`: endpoints such as `tcp://0.0.0.0:7650`; `local`: whether to open the local socket for windows and commands. `name`,
    `role`, `area`: who this is, used when the directory does not know yet (a unit learns it by enrolling). A second argument to a
    directory that knows is ignored but `name`, which may change.
    """

    def __init__(
        self,
        data_dir: DataDir,
        *,
        listen: Sequence[str] = (),
        name: str = "",
        role: str = "node",
        area: str = "",
        local: bool = True,
        wall: Callable[[], int] = wall_ms,
    ) -> None:
        self._inbox = Inbox()
        self._stopped = threading.Event()
        self._make = lambda: Loop(data_dir, self._inbox, listen=listen, name=name, role=role, area=area, local=local, wall=wall)
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
            loop = self._make()
        except BaseException as error:  # noqa: BLE001 - it is raised again where start() was called
            self._inbox.close()
            self._stopped.set()
            started.set_exception(error)
            return
        self._loop = loop
        started.set_result(None)
        try:
            loop.run()
        finally:
            loop.close()
            self._stopped.set()

    @property
    def origin(self) -> str:
        """Hex. After `start`."""
        return self._started().origin

    @property
    def endpoints(self) -> list[str]:
        """Where it listens, ports filled in. After `start`."""
        return self._started().endpoints

    def stop(self) -> None:
        """Say goodbye, close everything, and wait for the thread. Idempotent."""
        if self._thread is not None and self._loop is not None:
            self._inbox.post(self._loop.end)
            self._thread.join(STOP_S)

    def wait(self, timeout_s: float | None = None) -> bool:
        """Block until the peer has ended (a window may ask it to); False when `timeout_s` passed first."""
        return self._stopped.wait(timeout_s)

    def write(self, drafts: Sequence[Draft]) -> Future[list[str]]:
        """Author events. The subjects, once they are durable here; Fault when they are not ours to write."""
        return self._inbox.submit(lambda future: self._started().write(drafts, future))

    def me(self) -> Me:
        return self._now(lambda loop: loop.me())

    def links(self) -> list[Link]:
        return self._now(lambda loop: loop.links())

    def _now(self, look: Callable[[Loop], T]) -> T:
        def work(future: Future[T]) -> None:
            future.set_result(look(self._started()))

        return self._inbox.submit(work).result(STOP_S)

    def _started(self) -> Loop:
        if self._loop is None:
            raise Fault("the peer was not started.")
        return self._loop
