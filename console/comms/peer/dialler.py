"""The link to a node above, or to a peer nearby: dialled, and dialled again for as long as it is wanted. On the peer's thread.

A connection whose other end cannot be reached any more looks for long as if it stood: the kernel waits as long again as it has waited before it
sends anew, and an attempt whose first packet was lost does the same. So nothing is waited for alone. While there is no link, and beside one that
has stalled, attempts are begun every moment; one of them is patient, for links on which a handshake takes long, the others are given up soon.
Whichever comes through first is the link from then on. Where a machine took the connection and its program has not answered yet, it is busy: no
other attempt is begun there meanwhile, so that a crowd that returns at once asks once each.
"""

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
from console.comms.session import PING_MS, TURN_MS, Connected, Dropped, Received, Session, State, Tick

BACKOFF_MS = (200, 700)
"""Between two attempts: the network may be back at any moment, and 500 units that send two small packets a second are no storm."""
LONGEST_MS = 3_000
"""As long at most where the last link was slow: there each attempt costs others the way."""
REFUSED_MS = 15_000
PATIENT_MS = 30_000
"""A handshake of CURVE takes some four times the way there and back: 16 s over a satellite with 2 s of delay."""
QUICK_MS = 1_500
NEAR_MS = 3_000
"""On a local network who does not answer by then is not there."""
REACHED_MS = 4_000
"""So long the program there may be busy with others, 500 handshakes say, before the connection is taken for a dead one."""
MAX_ATTEMPTS = 4
UNANSWERED_MS = 1_600
"""A link on which nothing is answered for so long, and DELAYS times its delay, may be dead one way: a ping asked for an answer meanwhile."""
UNHEARD_MS = PING_MS + TURN_MS + 200
"""As long for a link on which nothing is heard: the side whose turn it is asks sooner."""
DELAYS = 8
"""Four times there and back: what a handshake takes."""
HEED_MS = 2_000
"""Whoever says something else all the time is heeded no more often than this."""
MAX_ENDPOINTS = 8
NOBODY = "nobody answers there"

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
        self._patient_ms = NEAR_MS if near else PATIENT_MS
        self.record = Record(f"{'near' if near else 'out'}:{upstream.origin}", "out", upstream.endpoints[0], upstream.origin, upstream.name)
        self.record.since_ms = desk.now_ms()
        self.line: Line | None = None
        self._held: _Attempt | None = None  # what carries the line
        self._attempts: list[_Attempt] = []
        self._delay_ms = 0.0  # of the last link
        self._took_ms = 0  # the handshake of the one that stands
        self._tries = 0
        self._next_ms = self._heed_ms = desk.now_ms()

    def turn(self, now_ms: int, tick: Tick | None) -> None:
        """Begin an attempt when it is time to, give up those that do not come through."""
        for attempt in [each for each in self._attempts if now_ms >= each.ends_ms]:
            self._drop(attempt)
            if self.line is None:
                self.record.become(State.GONE, NOBODY, now_ms)
        if now_ms >= self._next_ms and len(self._attempts) < MAX_ATTEMPTS and (self.line is None or self._stalled(self.line, now_ms)):
            self._try(now_ms)
        if self.line is not None and tick is not None:
            self.line.tick(tick)

    @property
    def online(self) -> bool:
        return self.line is not None and self.line.session.state is State.ONLINE

    @property
    def trying(self) -> bool:
        """Whether an attempt is under way, or soon."""
        return self.line is None or bool(self._attempts)

    def _stalled(self, line: Line, now_ms: int) -> bool:
        session = line.session
        heard_ms = now_ms if session.heard_ms is None else session.heard_ms
        slow_ms = self._took_ms if session.delay_ms is None else session.pace.took_ms
        allowed_ms = max(2 * slow_ms, DELAYS * (session.delay_ms or 0))
        return now_ms - heard_ms >= UNHEARD_MS + allowed_ms or session.unanswered_ms(now_ms) >= UNANSWERED_MS + allowed_ms

    # -- attempts ------------------------------------------------------------------------------------------------------------

    def _endpoint(self) -> str:
        """Where to try next: by turns where somebody says that it is now, and where it was, so that no lie keeps us from either."""
        at = self._tries // 2 if self._hinted else self._tries
        where = self._hinted if self._hinted and self._tries % 2 == 0 else self.upstream.endpoints
        return where[at % len(where)]

    def hint(self, endpoints: Sequence[str]) -> None:
        """Somebody says that the other side is there, the newest word first. It is tried at once, unless a link stands that is heard; who
        answers must have the key."""
        now_ms, told = self._desk.now_ms(), self._hinted
        self._hinted = tuple(endpoints)
        if told != self._hinted and now_ms >= self._heed_ms:
            self._heed_ms = now_ms + HEED_MS
            self._tries, self._next_ms = 0, now_ms
            while len(self._attempts) >= MAX_ATTEMPTS:
                self._drop(self._attempts[-1])

    def _try(self, now_ms: int) -> None:
        attempt = _Attempt(self._endpoint(), any(each.patient for each in self._attempts))
        attempt.ends_ms = now_ms + (self._patient_ms if attempt.patient else int(QUICK_MS + DELAYS * self._delay_ms))
        self._wait(now_ms)
        if any(each.endpoint == attempt.endpoint and now_ms < each.busy_ms for each in self._attempts):
            return
        if self.line is None:
            self.record.endpoint = attempt.endpoint
        self._attempts.append(attempt)
        ends = Ends(
            lambda: self._opened(attempt),
            lambda frame: self._received(attempt, frame),
            lambda *why: self._lost(attempt, *why),
            lambda: attempt.reach(self._desk.now_ms()),
        )
        try:
            attempt.dial = Dial(self._context, self._sources, Reach(attempt.endpoint, bytes.fromhex(self.upstream.key), self._keys), ends)
        except zmq.ZMQError as error:
            self._lost(attempt, "", f"{attempt.endpoint} is no endpoint ({error})")

    def _wait(self, now_ms: int, wait_ms: int | None = None) -> None:
        """Until the next attempt: a while that doubles with every try and is never quite the same. Not sooner than a handshake takes: on a
        narrow link the attempts alone would fill it."""
        low, high = BACKOFF_MS
        if self.line is not None:
            self._delay_ms = self.line.session.delay_ms or self._delay_ms
        wait = max(min(high, low << min(self._tries, 8)), min(LONGEST_MS, DELAYS * self._delay_ms)) if wait_ms is None else wait_ms
        self._tries += 1
        self._next_ms = now_ms + int(wait * random.uniform(0.5, 1.0))

    def _drop(self, attempt: _Attempt) -> None:
        self._attempts.remove(attempt)
        attempt.shut()

    def _drop_all(self) -> None:
        for attempt in list(self._attempts):
            self._drop(attempt)

    def _opened(self, attempt: _Attempt) -> None:
        """It came through. A link that is heard again meanwhile is kept."""
        if self.line is not None:
            if not self._stalled(self.line, self._desk.now_ms()):
                self._drop(attempt)
                return
            self._end_line("it does not answer there any more")
        self._attempts.remove(attempt)
        self._drop_all()
        self._held, self._took_ms = attempt, self._desk.now_ms() - attempt.reached_ms
        self.record.endpoint = attempt.endpoint
        self.line = Line(self._begin(self.upstream), bytes.fromhex(self.upstream.origin), self.record, self, self._desk)
        self.line.take(self._greeting())

    def _lost(self, attempt: _Attempt, code: str, reason: str) -> None:
        now_ms = self._desk.now_ms()
        if attempt is self._held:
            self._end_line(reason)
            self._tries = 0
        elif attempt in self._attempts:
            self._attempts.remove(attempt)
        if code == NOT_ENROLLED:
            reason = (
                f"this key is not enrolled with {self.upstream.name or self.upstream.origin[:12]} at {attempt.endpoint}; ask for a token"
            )
            self.record.refused[NOT_ENROLLED] += 1
            self._drop_all()
            self._wait(now_ms, REFUSED_MS)
        if self.line is None:
            self.record.become(State.REFUSED if code else State.GONE, reason, now_ms)

    # -- the link ------------------------------------------------------------------------------------------------------------

    def send(self, frame: bytes) -> None:
        if self._held is not None:
            self._held.send(frame)

    def close(self, *, bar: bool) -> None:
        """The session ended the connection."""
        if self._held is not None and self.line is not None:
            unwelcome = bar or self.line.session.state is State.REFUSED
            self._held.close(bar=bar)
            self._forget_line()
            if unwelcome:
                self._drop_all()
            self._wait(self._desk.now_ms(), REFUSED_MS if unwelcome else None)

    def _end_line(self, reason: str) -> None:
        """Without a word: nobody would hear it."""
        held, line = self._held, self.line
        if line is not None:
            line.take(Dropped(reason))
        self._forget_line()
        if held is not None:
            held.shut()

    def _forget_line(self) -> None:
        if self.line is not None:
            self._delay_ms = self.line.session.delay_ms or self._delay_ms
        self._held = self.line = None
        self.record.end()

    def _received(self, attempt: _Attempt, frame: bytes) -> None:
        if self.line is not None and attempt is self._held:
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

    # -- ends ----------------------------------------------------------------------------------------------------------------

    def cut(self, until_ms: int) -> None:
        """Drop the connection without a word and do not dial before `until_ms`."""
        self._drop_all()
        if self._held is not None:
            self._lost(self._held, "", "the link was cut")
        self._tries, self._next_ms = 0, until_ms

    def stop(self, reason: str) -> None:
        self._drop_all()
        if self.line is not None:
            self.line.bye("stopping", reason)
        if self._held is not None:
            self._held.close(bar=False)


class _Attempt:
    """One connection, from its first packet. `quick`: it is given up soon, another is patient; `reached_ms`: when the machine there took it;
    `busy_ms`: until when its program may be busy with others."""

    def __init__(self, endpoint: str, quick: bool) -> None:
        self.endpoint, self.patient = endpoint, not quick
        self.ends_ms = self.busy_ms = self.reached_ms = 0
        self.dial: Dial | None = None

    def reach(self, now_ms: int) -> None:
        self.reached_ms, self.busy_ms = now_ms, now_ms + REACHED_MS
        self.ends_ms = max(self.ends_ms, self.busy_ms)

    def send(self, frame: bytes) -> None:
        if self.dial is not None:
            self.dial.send(frame)

    def close(self, *, bar: bool) -> None:
        if self.dial is not None:
            self.dial.close(bar=bar)

    def shut(self) -> None:
        if self.dial is not None:
            self.dial.shut(0)
