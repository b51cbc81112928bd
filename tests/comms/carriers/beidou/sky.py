"""The simulated satellite on a thread of its own, for tests whose peers have real ports."""

from __future__ import annotations

import random
import threading
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path

from console.comms.carriers.beidou.satellite import Satellite, Weather
from console.comms.carriers.beidou.simulated import SimCard


class Sky:
    """A satellite on a thread of its own."""

    def __init__(self, root: Path, cards: Sequence[SimCard]) -> None:
        self.lines: list[str] = []
        self.root = root
        self.satellite = Satellite(cards, Weather(delay_s=(0.0, 0.1)), self.lines.append, links=root, chance=random.Random(1))
        self._orders: deque[Callable[[], None]] = deque()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sky")
        self._thread.start()

    def _run(self) -> None:
        while not self._ended.is_set():
            self.satellite.step(0.05)
            while self._orders:
                self._orders.popleft()()

    def do(self, order: Callable[[], None]) -> None:
        done = threading.Event()
        self._orders.append(lambda: (order(), done.set()))  # type: ignore[func-returns-value]
        assert done.wait(5)

    def close(self) -> None:
        self._ended.set()
        self._thread.join()
        self.satellite.close()
