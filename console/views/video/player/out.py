"""The way from the video process to the window: whole messages, from any thread."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable

from console.comms.feeds.messages import Message, encode


class Out:
    """`lost`: called when the window no longer reads."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._lock = threading.Lock()
        self.lost: Callable[[], object] = lambda: None

    def send(self, message: Message) -> None:
        """Blocks while the window is busy: what is decoded meanwhile is dropped."""
        data = memoryview(encode(message))
        try:
            with self._lock:
                while data:
                    data = data[os.write(self._descriptor, data) :]
        except OSError:
            self.lost()
