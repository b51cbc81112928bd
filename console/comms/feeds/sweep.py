"""The sweep: asks the server of every feed in turn, within a budget, and keeps what it found. `python -m console.comms.feeds.sweep DATA`.

A process of its own, with its own sockets, at the lowest priority. Told on its input what to ask (`Targets`, each time all), says what it
found (`Found`); its input's end is the sign to end. What it found stays in `video/health.msgpack` and is told first of all at the next start.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Mapping
from itertools import islice
from pathlib import Path

import msgspec

from console.comms.feeds.health import Health
from console.comms.feeds.messages import Message, Splitter, encode
from console.comms.feeds.probe import Answer, probe
from console.models.feeds.keeping import opened_for_owner
from console.models.feeds.rules import SweepRule, default_rule
from console.models.form import ready

SAVE_EVERY_S = 60.0
TELL_EVERY_S = 1.0
IDLE_S = 1.0
MOST_TOLD = 2000


class Targets(Message):
    """Feed id -> address without secrets: all that are to be asked."""

    urls: dict[str, str]


class Found(Message):
    """`asked_per_s`, `bytes_per_s`: of late."""

    found: dict[str, Health]
    asked_per_s: float = 0.0
    bytes_per_s: float = 0.0


class Sweep:
    """Attributes: `health` by feed id. I/O is `ask`; time is the loop's and `wall_ms`."""

    def __init__(
        self,
        rule: SweepRule,
        tell: Callable[[Found], object],
        ask: Callable[[str, float], Awaitable[Answer]] = probe,
        wall_ms: Callable[[], int] = lambda: int(time.time() * 1000),
    ) -> None:
        self._rule, self._tell, self._ask, self._wall_ms = rule, tell, ask, wall_ms
        self.health: dict[str, Health] = {}
        self._urls: dict[str, str] = {}
        self._fresh: dict[str, Health] = {}
        self._turn: list[str] = []
        self._renewed = asyncio.Event()
        self._asked = self._bytes = 0
        self._owed_s = 0.0

    def take(self, targets: Targets) -> None:
        """What is to be asked from now on; an address that is another is asked as if it were new."""
        for feed, url in targets.urls.items():
            if self._urls.get(feed, url) != url:
                self.health.pop(feed, None)
        self._urls = dict(targets.urls)
        self._turn = []
        self._renewed.set()

    def recall(self, health: Mapping[str, Health]) -> None:
        self.health.update(health)
        self._fresh.update(health)

    def due(self) -> list[str]:
        """Feeds to ask, those never asked first, then the oldest."""
        horizon = self._wall_ms() - int(self._rule.again_s * 1000)
        held = [(self.health[feed].at_ms if feed in self.health else 0, feed) for feed in self._urls]
        return [feed for at_ms, feed in sorted(held) if at_ms <= horizon]

    async def run(self) -> None:
        """Until cancelled."""
        places, under_way = asyncio.Semaphore(self._rule.at_once), set[asyncio.Task[None]]()
        telling = asyncio.create_task(self._tell_now_and_then())
        try:
            while True:
                feed = await self._next()
                await places.acquire()
                task = asyncio.create_task(self._one(feed))
                under_way.add(task)
                task.add_done_callback(under_way.discard)
                task.add_done_callback(lambda _done: places.release())
                await asyncio.sleep(self._pause_s())
        finally:
            telling.cancel()
            for task in under_way:
                task.cancel()

    async def _next(self) -> str:
        while True:
            if not self._turn:
                self._turn = self.due()[::-1]
            while self._turn:
                feed = self._turn.pop()
                if feed in self._urls:
                    return feed
            self._renewed.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._renewed.wait(), IDLE_S)

    async def _one(self, feed: str) -> None:
        url = self._urls.get(feed, "")
        answer = await self._ask(url, self._rule.timeout_s)
        self._asked += 1
        self._bytes += answer.bytes
        self._owed_s += answer.bytes / self._rule.most_bytes_per_s
        if self._urls.get(feed) == url:
            self.health[feed] = self._fresh[feed] = Health(answer.code, self._wall_ms(), answer.detail)

    def _pause_s(self) -> float:
        """Until the next is asked: what the last answers cost is paid for first."""
        owed, self._owed_s = self._owed_s, 0.0
        return max(1 / self._rule.per_s, owed)

    async def _tell_now_and_then(self) -> None:
        while True:
            began_s = time.monotonic()
            await asyncio.sleep(TELL_EVERY_S)
            self.tell(time.monotonic() - began_s)

    def tell(self, span_s: float) -> None:
        fresh = dict(islice(self._fresh.items(), MOST_TOLD))
        for feed in fresh:
            del self._fresh[feed]
        asked, sent, self._asked, self._bytes = self._asked, self._bytes, 0, 0
        if fresh or asked:
            self._tell(Found(found=fresh, asked_per_s=asked / span_s, bytes_per_s=sent / span_s))


def health_path(root: Path) -> Path:
    return root / "video" / "health.msgpack"


def read_health(root: Path) -> dict[str, Health]:
    try:
        return msgspec.msgpack.decode(health_path(root).read_bytes(), type=ready(dict[str, Health]))
    except (OSError, msgspec.DecodeError):
        return {}


def write_health(root: Path, health: Mapping[str, Health]) -> None:
    """Raises OSError where the disk does."""
    path = health_path(root)
    part = path.with_suffix(".part")
    with opened_for_owner(part) as file:
        file.write(msgspec.msgpack.encode(dict(health)))
    part.replace(path)


async def _main(root: Path) -> None:
    loop, over = asyncio.get_running_loop(), asyncio.Event()
    sweep = Sweep(default_rule().sweep, lambda found: os.write(1, encode(found)))
    sweep.recall(read_health(root))

    def listen() -> None:
        splitter: Splitter[Targets] = Splitter(Targets)
        with contextlib.suppress(OSError, ValueError, RuntimeError):
            while data := os.read(0, 1 << 16):
                for message in splitter.feed(data):
                    loop.call_soon_threadsafe(sweep.take, message)
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(over.set)

    threading.Thread(target=listen, daemon=True).start()
    running = asyncio.create_task(sweep.run())
    ending = asyncio.create_task(over.wait())
    while not ending.done() and not running.done():
        await asyncio.wait((ending, running), timeout=SAVE_EVERY_S, return_when=asyncio.FIRST_COMPLETED)
        with contextlib.suppress(OSError):
            write_health(root, sweep.health)
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError, BrokenPipeError):
        await running


if __name__ == "__main__":
    with contextlib.suppress(OSError, AttributeError):
        os.nice(10)
    asyncio.run(_main(Path(sys.argv[1])))
    os._exit(0)  # the listening thread may still wait for input
