"""Has an order done for whoever holds the data directory: by the running peer, or here and now when none runs. Blocks."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import closing

from console.comms.carriers.bundle.orders import Halt, Job, Look, Order, Work
from console.comms.carriers.bundle.progress import Progress
from console.comms.local.client import LocalClient
from console.comms.local.messages import Bundle, Done, Failed
from console.comms.local.running import running
from console.errors import Fault, RefusedFault
from console.models.paths import DataDir

LOOK_S = 0.2
ANSWER_S = 30.0

Told = Callable[[Job], None]


def have_done(data_dir: DataDir, order: Work, told: Told = lambda job: None) -> Job:
    """The job when it has ended, whatever became of it. `told`: how it goes on, a few times a second; an exception out of it, or Ctrl-C,
    stops the job. Raises Fault when it could not begin."""
    if running(data_dir.running) is not None:
        with LocalClient(data_dir) as client:
            return _Asking(client).have_done(order, told)
    return _alone(data_dir, order)


class _Asking:
    """One conversation with the running peer."""

    def __init__(self, client: LocalClient) -> None:
        self._client, self._asked = client, 0

    def have_done(self, order: Work, told: Told) -> Job:
        job = self._ask(order)
        try:
            while job.state == "running":
                told(job)
                self._client.wait(LOOK_S)
                job = self._ask(Look(job.number))
        except BaseException:
            self._ask(Halt(job.number))
            raise
        return job

    def _ask(self, order: Order) -> Job:
        self._asked += 1
        self._client.send(Bundle(id=self._asked, order=order))
        ends = time.monotonic() + ANSWER_S
        while time.monotonic() < ends:
            lost = self._client.lost
            for message in self._client.receive():
                if isinstance(message, Failed) and message.id == self._asked:
                    raise RefusedFault(message.reason)
                if isinstance(message, Done) and message.id == self._asked and message.job is not None:
                    return message.job
            if lost:
                raise Fault("this machine's own peer ended before it answered. Its log is peer.log in the data directory.")
            self._client.wait(LOOK_S)
        raise Fault(f"this machine's own peer did not answer within {ANSWER_S:g} s. Its log is peer.log in the data directory.")


def _alone(data_dir: DataDir, order: Work) -> Job:
    from console.comms.carriers.bundle.work import JournalDesk, Shop, perform
    from console.comms.security.keys import open_keys
    from console.models.clock import wall_ms
    from console.models.journal import Journal

    if not data_dir.journal.exists():
        raise Fault(f"there is no peer in {data_dir.root}. Start one first: `fengsui --data {data_dir.root}`.")
    keys = open_keys(data_dir.keys)
    with closing(Journal.open(data_dir.journal, keys.signer)) as journal:
        shop = Shop(data_dir.journal, keys.signer, JournalDesk(journal, keys, wall_ms), journal.clock.now, wall_ms)
        return Job(0, "done", result=perform(order, shop, Progress()))
