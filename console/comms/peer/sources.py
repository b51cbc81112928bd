"""What the peer's loop polls, and what it does when something can be read there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import zmq


class Sources:
    """Sockets come and go while the loop runs."""

    def __init__(self) -> None:
        self._poller = zmq.Poller()
        self._callbacks: dict[Any, Callable[[], None]] = {}

    def watch(self, source: Any, callback: Callable[[], None]) -> None:
        self._callbacks[source] = callback
        self._poller.register(source, zmq.POLLIN)

    def unwatch(self, source: Any) -> None:
        if self._callbacks.pop(source, None) is not None:
            self._poller.unregister(source)

    def poll(self, wait_ms: int) -> None:
        """Sleep until something can be read or `wait_ms` passed, then call what belongs to it."""
        for source, _ in self._poller.poll(wait_ms):
            callback = self._callbacks.get(source)  # an earlier callback may have closed it
            if callback is not None:
                callback()
