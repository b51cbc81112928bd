"""One connection at work: its session, its transport, and the journal behind them. On the peer's thread."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Mapping, Sequence
from typing import Protocol

from console.comms.peer.record import Record
from console.comms.session import (
    Acknowledged,
    Close,
    Effect,
    Glance,
    Glanced,
    Input,
    LinkChanged,
    Load,
    Loaded,
    Refuse,
    Send,
    Session,
    Show,
    Store,
    Tick,
    limits,
)
from console.models.event import LANES_BY_URGENCY, Lane, Origin, Vector
from console.models.journal.early import Early
from console.models.run import Run

_log = logging.getLogger(__name__)


class Transport(Protocol):
    """What carries the frames of one connection. Neither method raises: a transport that fails tells its owner by itself."""

    def send(self, frame: bytes) -> None: ...

    def close(self, *, bar: bool) -> None: ...


class Desk(Protocol):
    """What a line needs of the peer."""

    def now_ms(self) -> int: ...

    def read(self, after: Vector, lane: Lane, prefixes: Sequence[str], max_bytes: int, origin: Origin | None) -> list[Run]: ...

    def store(self, line: Line, runs: list[Run]) -> None:
        """Append with the next commit, then give the line Committed."""
        ...

    def glance(self, after: Vector, prefixes: Sequence[str], *, newest: bool) -> Sequence[Early]:
        """What came ahead of its stream, or the newest telemetry, that a peer with vector `after` lacks."""
        ...

    def show(self, line: Line, events: Sequence[Early]) -> None:
        """Keep and show, with the next commit, what came ahead of its stream."""
        ...

    def waiting(self, record: Record) -> Mapping[Lane, int]: ...

    def acknowledged(self, vector: Vector, by: Origin) -> None: ...

    def linked(self) -> None:
        """A link's state changed, and perhaps what it wants."""


class Line:
    """Gives inputs to the session and does what its effects say."""

    def __init__(self, session: Session, peer: Origin, record: Record, transport: Transport, desk: Desk) -> None:
        self.session, self.peer, self.record = session, peer, record
        self._transport, self._desk = transport, desk
        self._forged = 0
        record.begin(session, desk.now_ms())

    @property
    def over(self) -> bool:
        return self.session.over

    def take(self, happened: Input) -> None:
        """One link never ends the loop: what this code did not expect of the other side ends that link, and is logged."""
        try:
            self._carry_out(self.session.on(happened, self._desk.now_ms()))
        except Exception:  # noqa: BLE001
            _log.exception("the link with %r is closed: its last message could not be handled", self.record.name)
            self.record.refused["internal"] += 1
            self._transport.close(bar=True)

    @property
    def barred(self) -> bool:
        """Nothing that it brought ahead of streams is looked at any more."""
        return self._forged >= limits.MAX_BAD

    def forged(self, count: int) -> None:
        """It brought so many events ahead of their streams that no honest peer brings: after too many it is not heard for a while."""
        self._forged += count
        if self.barred and not self.over:
            self.bye("bad-frames", f"{limits.MAX_BAD} bad frames, the last one: it was forged")
            self._transport.close(bar=True)

    def tick(self, tick: Tick) -> None:
        """Time has passed. What waits for the other side is counted when it is about to be told."""
        if self.session.peer is not None and self.session.ping_due(self._desk.now_ms()):
            waiting = self._desk.waiting(self.record)
            tick = tick._replace(waiting=[waiting.get(lane, 0) for lane in LANES_BY_URGENCY])
        self.take(tick)

    def refuse(self, code: str, reason: str) -> None:
        if not self.over:
            self._carry_out(self.session.refuse(code, reason))

    def bye(self, code: str = "", reason: str = "") -> None:
        if not self.over:
            self._carry_out(self.session.bye(code, reason))

    def _carry_out(self, effects: list[Effect]) -> None:
        """A Load is answered at once, which may give more effects: the loop is bounded by the other side's credit."""
        waiting = deque(effects)
        while waiting:
            effect = waiting.popleft()
            if isinstance(effect, Send):
                self._transport.send(effect.frame)
            elif isinstance(effect, Store):
                self._desk.store(self, effect.runs)
            elif isinstance(effect, Load):
                waiting.extend(self.session.on(self._load(effect), self._desk.now_ms()))
            elif isinstance(effect, Glance):
                events = self._desk.glance(effect.after, effect.prefixes, newest=effect.newest)
                waiting.extend(self.session.on(Glanced(events), self._desk.now_ms()))
            elif isinstance(effect, Show):
                self._desk.show(self, effect.events)
            elif isinstance(effect, Acknowledged):
                self._desk.acknowledged(effect.vector, self.peer)
            else:
                self._note(effect)

    def _load(self, load: Load) -> Loaded:
        return Loaded(load.lane, self._desk.read(load.after, load.lane, load.prefixes, load.max_bytes, load.origin))

    def _note(self, effect: Refuse | LinkChanged | Close) -> None:
        if isinstance(effect, Refuse):
            self.record.refused[effect.code] += 1
        elif isinstance(effect, LinkChanged):
            self.record.become(effect.state, effect.reason, self._desk.now_ms())
            self._desk.linked()
        else:
            self._transport.close(bar=effect.bar)
