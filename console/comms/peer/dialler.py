"""The link to a node above: dialled, and dialled again for as long as the peer runs. On the peer's thread."""

from __future__ import annotations

import random
from collections.abc import Callable

import zmq

from console.comms.peer.dial import NOT_ENROLLED, Dial, Ends, Reach
from console.comms.peer.line import Desk, Line
from console.comms.peer.memory import Upstream
from console.comms.peer.record import Record
from console.comms.peer.sources import Sources
from console.comms.security.keys import CurvePair
from console.comms.session import Connected, Dropped, Received, Session, State, Tick

BACKOFF_MS = (200, 5000)
REFUSED_MS = 15_000
CONNECT_MS = 10_000

Begin = Callable[[Upstream], Session]
"""A session to the node, for a connection that is up."""


class Dialler:
    """`record`: the link as it is shown. `line`: the connection that stands, if one does."""

    def __init__(
        self,
        context: zmq.Context[zmq.Socket[bytes]],
        sources: Sources,
        desk: Desk,
        keys: CurvePair,
        upstream: Upstream,
        begin: Begin,
        greeting: Callable[[], Connected],
    ) -> None:
        self._context, self._sources, self._desk, self._keys = context, sources, desk, keys
        self._begin, self._greeting = begin, greeting
        self.upstream = upstream
        self.record = Record(f"out:{upstream.origin}", "out", upstream.endpoints[0], upstream.origin, upstream.name)
        self.record.since_ms = desk.now_ms()
        self.line: Line | None = None
        self._dial: Dial | None = None
        self._tries = 0
        self._next_ms = desk.now_ms()
        self._deadline_ms = 0

    def turn(self, now_ms: int, tick: Tick | None) -> None:
        """Dial when it is time to; give up a connection that does not come up."""
        if self._dial is None and now_ms >= self._next_ms:
            self._try(now_ms)
        elif self._dial is not None and self.line is None and now_ms >= self._deadline_ms:
            self._dial.shut(0)
            self._lost("", "nobody answers there")
        elif self.line is not None and tick is not None:
            self.line.take(tick)

    def _try(self, now_ms: int) -> None:
        endpoint = self.upstream.endpoints[self._tries % len(self.upstream.endpoints)]
        self.record.endpoint = endpoint
        self._deadline_ms = now_ms + CONNECT_MS
        reach = Reach(endpoint, bytes.fromhex(self.upstream.key), self._keys)
        try:
            self._dial = Dial(self._context, self._sources, reach, Ends(self._opened, self._received, self._lost))
        except zmq.ZMQError as error:
            self._lost("", f"{endpoint} is no endpoint ({error})")

    def send(self, frame: bytes) -> None:
        if self._dial is not None:
            self._dial.send(frame)

    def close(self, *, bar: bool) -> None:
        """The session ended the connection."""
        if self._dial is not None:
            self._dial.close(bar=bar)
            line = self.line
            refused = line is not None and line.session.state is State.REFUSED
            self._later(REFUSED_MS if refused or bar else None)

    def _opened(self) -> None:
        session = self._begin(self.upstream)
        self.line = Line(session, bytes.fromhex(self.upstream.origin), self.record, self, self._desk)
        self.line.take(self._greeting())

    def _received(self, frame: bytes) -> None:
        if self.line is not None:
            self.line.take(Received(frame))
            self._introduce()

    def _introduce(self) -> None:
        peer = self.line.session.peer if self.line is not None else None
        if peer is not None:
            self._tries = 0
            self.record.name, self.record.role, self.record.area = peer.name or self.record.name, peer.role, peer.area

    def _lost(self, code: str, reason: str) -> None:
        if self.line is not None:
            self.line.take(Dropped(reason))
        name = self.upstream.name or self.upstream.origin[:12]
        if code == NOT_ENROLLED:
            reason = f"this key is not enrolled with {name} at {self.record.endpoint}; ask for a token"
            self.record.refused[NOT_ENROLLED] += 1
        now_ms = self._desk.now_ms()
        self.record.become(State.REFUSED if code else State.GONE, reason, now_ms)
        self._later(REFUSED_MS if code else None)

    def _later(self, wait_ms: int | None) -> None:
        """Dial again, after a wait that doubles with every try and is never quite the same."""
        self.record.end()
        self._dial = self.line = None
        low, high = BACKOFF_MS
        wait = min(high, low << min(self._tries, 8)) if wait_ms is None else wait_ms
        self._tries += 1
        self._next_ms = self._desk.now_ms() + int(wait * random.uniform(0.5, 1.0))

    def cut(self, until_ms: int) -> None:
        """Drop the connection without a word and do not dial before `until_ms`."""
        if self._dial is not None:
            self._dial.shut(0)
            self._lost("", "the link was cut")
        self._next_ms = until_ms

    def stop(self, reason: str) -> None:
        if self.line is not None:
            self.line.bye("stopping", reason)
        if self._dial is not None:
            self._dial.close()
