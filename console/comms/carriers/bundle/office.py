"""Bundles of a running peer: one job at a time, each on a thread of its own.

That thread alone touches the stick, which may be slow, or gone from one moment to the next; it reads the journal beside its writer, and
has the peer's loop do what only the loop may: store a few events, and wait for its turn again. Keys never leave the process.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import TypeVar

from console.comms.carriers.bundle.faults import Cancelled
from console.comms.carriers.bundle.opened import Owner
from console.comms.carriers.bundle.orders import Halt, Job, Look, Order, Result, Work
from console.comms.carriers.bundle.progress import Progress
from console.comms.carriers.bundle.work import JournalDesk, Shop, perform
from console.comms.peer.holdings import Holdings
from console.comms.peer.hub import Hub
from console.comms.peer.inbox import Inbox
from console.comms.peer.network import Network
from console.comms.security.keys import Keys
from console.errors import EXIT_NOT_WELL, Fault
from console.models.event import Origin, Vector
from console.models.journal import RunOutcome
from console.models.journal.early import Early
from console.models.run import Run
from console.models.trust import Refused

T = TypeVar("T")
WAIT_S = 0.1
END_S = 5.0
_log = logging.getLogger(__name__)


class Office:
    """`order` and `close` are called on the peer's thread."""

    def __init__(
        self,
        hub: Hub,
        network: Network,
        inbox: Inbox,
        holdings: Holdings,
        keys: Keys,
        journal: Path,
        wall: Callable[[], int],
        now_ms: Callable[[], int],
    ) -> None:
        """`wall`: UTC as this machine has it at present; `now_ms`: what ages are counted by."""
        self._desk = _LoopDesk(hub, network, inbox, holdings, keys, wall)
        self._shop = Shop(journal, keys.signer, self._desk, self._desk.hlc, now_ms)
        self._number = 0
        self._running: _Running | None = None

    def order(self, order: Order) -> Job:
        """How the job is that the order begins, or is about. Raises Fault: another is under way, or there is no such job."""
        if isinstance(order, Look | Halt):
            return self._look(order)
        if self._running is not None and self._running.job().state == "running":
            raise Fault("a bundle is being made or taken already. Wait for it, or stop it first.")
        self._number += 1
        self._running = _Running(self._number, order, self._shop)
        return self._running.job()

    def _look(self, order: Look | Halt) -> Job:
        running = self._running
        if running is None or running.number != order.job:
            raise Fault("that bundle's job is over and forgotten: the peer was started anew meanwhile, or another job followed.")
        if isinstance(order, Halt):
            running.progress.halt()
        return running.job()

    def close(self) -> None:
        """Stop what is under way. The peer's loop turns no more."""
        self._desk.end()
        if self._running is not None:
            self._running.progress.halt()
            self._running.thread.join(END_S)


class _Running:
    """One job and its thread."""

    def __init__(self, number: int, order: Work, shop: Shop) -> None:
        self.number, self.progress = number, Progress()
        self._ended: Job | None = None
        self.thread = threading.Thread(target=self._run, args=(order, shop), name="bundle", daemon=True)
        self.thread.start()

    def _run(self, order: Work, shop: Shop) -> None:
        try:
            self._ended = self._end("done", perform(order, shop, self.progress))
        except Cancelled as stopped:
            self._ended = self._end("stopped", reason=str(stopped), exit_code=stopped.exit_code)
        except Fault as fault:
            self._ended = self._end("failed", reason=str(fault), exit_code=fault.exit_code)
        except Exception as error:  # noqa: BLE001 - a bug: whoever asked is told, the log says more, the peer goes on
            _log.exception("a job on a bundle failed")
            self._ended = self._end("failed", reason=f"{type(error).__name__}: {error}", exit_code=EXIT_NOT_WELL)

    def _end(self, state: str, result: Result | None = None, reason: str = "", exit_code: int = 0) -> Job:
        progress = self.progress
        return Job(self.number, state, progress.phase, progress.done, progress.whole, result, reason, exit_code)  # type: ignore[arg-type]

    def job(self) -> Job:
        progress = self.progress
        return self._ended or Job(self.number, "running", progress.phase, progress.done, progress.whole)


class _LoopDesk(JournalDesk):
    """The `Desk` of a running peer: what its loop alone may do is done there, in its turns."""

    def __init__(self, hub: Hub, network: Network, inbox: Inbox, holdings: Holdings, keys: Keys, wall: Callable[[], int]) -> None:
        super().__init__(hub.journal, keys, wall)
        self._hub, self._network, self._inbox, self._kept, self._trusting = hub, network, inbox, holdings, keys
        self._over = threading.Event()

    def end(self) -> None:
        self._over.set()

    def owner(self) -> Owner:
        """The journal's trust is a value, replaced as a whole: any thread may read it."""
        return Owner(self._trusting.signer.origin, self._trusting.curve, self._hub.journal.trust)

    def hlc(self) -> int:
        return self._ask(self._hub.hlc)

    def vector(self) -> Vector:
        return self._ask(self._hub.journal.vector)

    def skew_ms(self, peer: Origin) -> int:
        return self._ask(lambda: JournalDesk.skew_ms(self, peer))

    def store(self, runs: Sequence[Run], via: Origin) -> Sequence[RunOutcome]:
        return self._ask(lambda: self._hub.carry(runs, via))

    def store_early(self, events: Sequence[Early], via: Origin) -> Sequence[Refused]:
        return self._ask(lambda: self._hub.take_early(events, via))

    def learn(self, peer: Origin, holds: Vector, said_hlc: int) -> None:
        def heard() -> None:
            self._kept.learn(peer, holds, said_hlc)
            self._hub.acknowledged(holds, peer)
            self._network.told_otherwise(peer, holds)

        self._ask(heard)

    def _ask(self, work: Callable[[], T]) -> T:
        """Have the loop do it and wait: one such piece of work in a turn."""

        def settle(future: Future[T]) -> None:
            future.set_result(work())

        future = self._inbox.submit(settle)
        while True:
            try:
                return future.result(WAIT_S)
            except TimeoutError:
                if self._over.is_set():
                    raise Cancelled from None
