"""How far a job is, told by the thread that does it, and whether it shall go on."""

from __future__ import annotations

import threading

from console.comms.carriers.bundle.faults import Cancelled


class Progress:
    """`phase`, `done`, `whole`: read by any thread, written by the one at work."""

    def __init__(self) -> None:
        self.phase, self.done, self.whole = "reading", 0, 0
        self._halted = threading.Event()

    def begin(self, phase: str, whole: int) -> None:
        self.phase, self.done, self.whole = phase, 0, whole

    def step(self, amount: int) -> None:
        """Raises Cancelled when it shall not go on."""
        self.check()
        self.done += amount

    def check(self) -> None:
        if self._halted.is_set():
            raise Cancelled

    def halt(self) -> None:
        """Any thread: stop at the next step."""
        self._halted.set()
