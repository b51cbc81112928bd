"""The link to a node above, or to a peer nearby: dialled, and dialled again for as long as it is wanted. On the peer's thread."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

import msgspec
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
NEAR_CONNECT_MS = 3_000
"""On a local network who does not answer by then is not there."""
MAX_ENDPOINTS = 8

Begin = Callable[[Upstream], Session]
"""A session to the node, for a connection that is up."""


class Dialler:
    """`record`: the link as it is shown. `line`: the connection that stands, if one does. `near`: to a peer found on the local network.
    `moved`: told when the other side answered at another endpoint than the first of `upstream`."""

    def __init__(
        self,
        context: zmq.Context[zmq.Socket[bytes]],
        sources: Sources,
        desk: Desk,
        keys: CurvePair,
        upstream: Upstream,
        begin: Begin,
        greeting: Callable[[], Connected],
        *,
        near: bool = False,
        moved: Callable[[Upstream], None] = lambda upstream: None,
    ) -> None:
        self._context, self._sources, self._desk, self._keys = context, sources, desk, keys
        self._begin, self._greeting, self._moved = begin, greeting, moved
        self.upstream = upstream
        self._hinted: tuple[str, ...] = ()
        self._connect_ms = NEAR_CONNECT_MS if near else CONNECT_MS
        self.record = Record(f"{'near' if near else 'out'}:{upstream.origin}", "out", upstream.endpoints[0], upstream.origin, upstream.name)
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
            self.line.tick(tick)

    @property
    def online(self) -> bool:
        return self.line is not None and self.line.session.state is State.ONLINE

    @property
    def _endpoints(self) -> list[str]:
        """Where to try, in this order: a hint is newer than what was remembered."""
        return list(dict.fromkeys((*self._hinted, *self.upstream.endpoints)))

    def hint(self, endpoints: Sequence[str]) -> None:
        """Somebody says that the other side is there, the newest word first. It is tried at once, unless a link stands that is heard; who
        answers must have the key."""
        told, self._hinted = self._hinted, tuple(endpoints)
        stranded = self.line is not None and self.line.session.state is State.SILENT and self.record.endpoint != endpoints[0]
        if stranded or (self.line is None and self._hinted != told):
            if self._dial is not None:
                self._dial.shut(0)
                self._lost("", "it is heard from another address")
            self._tries, self._next_ms = 0, self._desk.now_ms()

    def _try(self, now_ms: int) -> None:
        endpoints = self._endpoints
        endpoint = endpoints[self._tries % len(endpoints)]
        self.record.endpoint = endpoint
        self._deadline_ms = now_ms + self._connect_ms
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
            if self.record.endpoint != self.upstream.endpoints[0]:
                self._remember(self.record.endpoint)

    def _remember(self, endpoint: str) -> None:
        """The next time it is tried there first."""
        others = (other for other in self.upstream.endpoints if other != endpoint)
        self.upstream = msgspec.structs.replace(self.upstream, endpoints=[endpoint, *others][:MAX_ENDPOINTS])
        self._moved(self.upstream)

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
