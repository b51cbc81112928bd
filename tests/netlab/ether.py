"""The thread that carries every frame of a laboratory: learning switches, one a network, with a cable to each machine."""

from __future__ import annotations

import contextlib
import heapq
import itertools
import os
import select
import threading
import time
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

from tests.netlab.way import Way

FRAME_BYTES = 65_536
TURN_FRAMES = 64
_MAC = 6


@dataclass(eq=False)
class Cable:
    """From one machine to a network. `up`: from the machine, `down`: to it."""

    fd: int
    lan: Lan
    up: Way = field(default_factory=Way)
    down: Way = field(default_factory=Way)

    @property
    def ways(self) -> tuple[Way, Way]:
        return self.up, self.down

    def set(self, *, loss: float = 0.0, delay_s: float = 0.0, rate_bps: float | None = None) -> None:
        """The same in both directions, as one `tc qdisc replace` at either end."""
        for way in self.ways:
            way.loss, way.delay_s, way.rate_bps = loss, delay_s, rate_bps

    def cut(self) -> None:
        for way in self.ways:
            way.cut = True

    def flap(self, period_s: float) -> None:
        """Open for so long, cut for so long, and so on."""
        for way in self.ways:
            way.flap_s = period_s

    def heal(self) -> None:
        for way in self.ways:
            way.heal()


@dataclass(eq=False)
class Lan:
    """One network: who was heard on which cable."""

    name: str
    cables: list[Cable] = field(default_factory=list)
    where: dict[bytes, Cable] = field(default_factory=dict)

    def targets(self, frame: bytes, source: Cable) -> list[Cable]:
        """The cable of who is addressed when it is known and one, else all others."""
        self.where[frame[_MAC : 2 * _MAC]] = source
        known = None if frame[0] & 1 else self.where.get(frame[:_MAC])
        if known is not None:
            return [] if known is source else [known]
        return [cable for cable in self.cables if cable is not source]


class _Step(Protocol):
    def __call__(self, now_s: float) -> None: ...


class Ether:
    """Starts its thread on construction; `close` ends it and every interface that was plugged in."""

    def __init__(self) -> None:
        self._poll = select.epoll()
        self._bell_read, self._bell_write = os.pipe()
        self._poll.register(self._bell_read, select.EPOLLIN)
        self._cables: dict[int, Cable] = {}
        self._due: list[tuple[float, int, _Step]] = []
        self._count = itertools.count()
        self._closing = False
        self._thread = threading.Thread(target=self._run, name="ether", daemon=True)
        self._thread.start()

    def plug(self, fd: int, lan: Lan) -> Cable:
        """Carry frames between a TAP descriptor, which is this object's from now on, and a network."""
        cable = Cable(fd, lan)
        lan.cables.append(cable)
        self._cables[fd] = cable
        self._poll.register(fd, select.EPOLLIN)
        return cable

    def close(self) -> None:
        """Idempotent."""
        if not self._closing:
            self._closing = True
            os.write(self._bell_write, b"!")
            self._thread.join()
            self._poll.close()
            for fd in (*self._cables, self._bell_read, self._bell_write):
                os.close(fd)

    def _run(self) -> None:
        while not self._closing:
            wait_s = self._due[0][0] - time.monotonic() if self._due else -1
            for fd, _ in self._poll.poll(max(0.0, wait_s) if self._due else -1):
                if fd in self._cables:
                    self._take(self._cables[fd])
            now_s = time.monotonic()
            while self._due and self._due[0][0] <= now_s:
                heapq.heappop(self._due)[2](now_s)

    def _take(self, cable: Cable) -> None:
        """What the machine sends: into the cable's way up. A bounded part, so that no machine keeps the others waiting."""
        for _ in range(TURN_FRAMES):
            try:
                frame = os.read(cable.fd, FRAME_BYTES)
            except (BlockingIOError, OSError):
                return  # nothing more, or the interface is down
            self._carry(cable.up, frame, partial(self._switch, cable, frame))

    def _carry(self, way: Way, frame: bytes, then: _Step) -> None:
        now_s = time.monotonic()
        arrival_s = way.arrival_s(len(frame), now_s)
        if arrival_s is None:
            return
        if arrival_s <= now_s:
            then(now_s)
        else:
            heapq.heappush(self._due, (arrival_s, next(self._count), then))

    def _switch(self, source: Cable, frame: bytes, now_s: float) -> None:
        if source.up.comes_out(len(frame), now_s):
            for target in source.lan.targets(frame, source):
                self._carry(target.down, frame, partial(self._deliver, target, frame))

    @staticmethod
    def _deliver(target: Cable, frame: bytes, now_s: float) -> None:
        if target.down.comes_out(len(frame), now_s):
            with contextlib.suppress(OSError):  # its interface is down, or its queue is full: a frame is lost, as on any wire
                os.write(target.fd, frame)
