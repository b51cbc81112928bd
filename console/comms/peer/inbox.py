"""The way into the peer's thread from any other."""

from __future__ import annotations

import socket
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from typing import Any, TypeVar

from console.errors import Fault

T = TypeVar("T")
_DRAIN_BYTES = 4096


class Inbox:
    """Calls wait in a queue; a byte on a socket pair (which a poller can watch on every system) wakes the loop."""

    def __init__(self) -> None:
        self.reader, self._writer = socket.socketpair()
        self.reader.setblocking(False)
        self._writer.setblocking(False)
        self._calls: deque[Callable[[], None]] = deque()
        self._closed = False

    def post(self, call: Callable[[], None]) -> None:
        """Have the loop run `call` on its next turn. Any thread."""
        self._calls.append(call)
        with suppress(OSError):  # full: the loop is awake already; closed: it ended
            self._writer.send(b"\0")
        if self._closed:
            self._run()

    def submit(self, work: Callable[[Future[T]], None]) -> Future[T]:
        """Have the loop run `work(future)`, which sees to it that the future is settled, now or later. Any thread."""
        future: Future[T] = Future()

        def call() -> None:
            if self._closed:
                future.set_exception(Fault("the peer is stopped."))
                return
            _attempt(work, future)

        self.post(call)
        return future

    def run(self) -> None:
        """The loop's turn."""
        with suppress(OSError):
            self.reader.recv(_DRAIN_BYTES)
        self._run()

    def _run(self) -> None:
        while True:
            try:
                call = self._calls.popleft()
            except IndexError:
                return
            call()

    def close(self) -> None:
        """What is still in the queue, and whatever comes later, fails."""
        self._closed = True
        self._run()
        self.reader.close()
        self._writer.close()


def _attempt(work: Callable[[Future[Any]], None], future: Future[Any]) -> None:
    try:
        work(future)
    except Exception as error:  # noqa: BLE001 - the asker's thread is told; the loop goes on
        if not future.done():
            future.set_exception(error)
