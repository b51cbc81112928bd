"""One link's protocol, without any I/O: inputs and the time in, effects out. `console.comms.wire` says the rules.

    for effect in session.on(Received(frame), now_ms):
        ...

Whoever drives it does what the effects say and answers: `Store` with `Committed` (in order, after the commit), `Load` with `Loaded`.
One Session lives as long as one connection. Not thread-safe.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any, NamedTuple

from console.comms import wire
from console.comms.wire import Ack, Bye, Credit, Events, Hello, Ping, Pong, Refused, Wants, WireError
from console.models.clock import ms_of
from console.models.event import LANES_BY_URGENCY, Lane, Origin, Stream, Vector
from console.models.journal.outcome import RunOutcome
from console.models.run import Run

WINDOW = 1 << 20
"""Bytes of Events frames that a peer may have under way to us."""
RESERVE = 128 * 1024
"""The part of the credit that command alone may use, so that it never waits behind telemetry."""
BATCH = 256 * 1024
PING_MS = 2000
BUSY_PING_MS = 4 * PING_MS
"""Who is heard anyway need not be asked whether it is there, only now and then how long that takes."""
SILENT_MS = 3 * PING_MS + PING_MS // 2
GONE_MS = 30_000
SLOW_DELAY_MS = 1000
SLOW_UNACKED_MS = 5000
MAX_BAD = 32

_FRAME_SLACK = 1024  # what a frame has beside its entries, roughly
_NEVER = 1 << 62
_FORGED = frozenset({"chain", "signature", "fork", "body", "relay"})


class State(StrEnum):
    """As `Link.state` of the local messages."""

    CONNECTING = "connecting"
    ONLINE = "online"
    SLOW = "slow"
    SILENT = "silent"
    REFUSED = "refused"
    GONE = "gone"


class Side(NamedTuple):
    """Who speaks, as told in Hello. `wants`: what it asks the other side for."""

    origin: Origin
    role: str
    name: str
    area: str
    wants: Wants


# -- inputs ----------------------------------------------------------------------------------------------------------


class Connected(NamedTuple):
    """The transport is up. `vector`: what we hold of all that the other side could send or want."""

    vector: Vector
    hlc: int


class Received(NamedTuple):
    frame: bytes


class Tick(NamedTuple):
    """Time has passed: at least once a second."""

    hlc: int
    battery: int | None = None


class HeadsChanged(NamedTuple):
    """Streams that grew in our journal, by lane. A session that has none of these lanes in `lanes` need not be told."""

    streams: Mapping[Lane, Sequence[Stream]]


class Committed(NamedTuple):
    """What became of the runs of the oldest unanswered Store."""

    outcomes: Sequence[RunOutcome]


class Loaded(NamedTuple):
    """The answer to Load."""

    lane: Lane
    runs: list[Run]


class Dropped(NamedTuple):
    """The transport is gone."""

    reason: str = ""


# -- effects ---------------------------------------------------------------------------------------------------------


class Send(NamedTuple):
    frame: bytes


class Store(NamedTuple):
    """Append these runs, then answer Committed."""

    runs: list[Run]


class Load(NamedTuple):
    """Read what a peer with vector `after` lacks, then answer Loaded. `origin`: of that origin's streams alone."""

    lane: Lane
    after: Vector
    prefixes: Sequence[str]
    max_bytes: int
    origin: Origin | None = None


class Acknowledged(NamedTuple):
    """The other side holds these for good."""

    vector: Vector


class Refuse(NamedTuple):
    """Something from the other side was not taken: to be counted under `code`."""

    code: str
    text: str


class LinkChanged(NamedTuple):
    state: State
    reason: str


class Close(NamedTuple):
    """Close the transport. `bar`: do not hear this key for a while."""

    bar: bool = False


Input = Connected | Received | Tick | HeadsChanged | Committed | Loaded | Dropped
Effect = Send | Store | Load | Acknowledged | Refuse | LinkChanged | Close


class Session:
    """`may_have`: what the other side may be sent at most, whatever it wants; `expects`: the origin it must have.

    Attributes for whoever shows the link: `state`, `reason`, `peer` (its Hello), `acked` (what it is known to hold), `heard_ms`,
    `delay_ms`, `skew_ms` (its clock less ours), `battery`, `sent`, `received` (events), `wants` and `lanes` (what it is sent), `revisions` (by
    lane, raised whenever `acked` changes there).
    """

    def __init__(self, me: Side, expects: Origin, may_have: Callable[[Wants], Wants]) -> None:
        self._me, self._expects, self._may_have = me, expects, may_have
        self.state = State.CONNECTING
        self.reason = ""
        self.peer: Hello | None = None
        self.wants = Wants()
        self.lanes: frozenset[Lane] = frozenset()
        self.acked: Vector = {}
        self.heard_ms: int | None = None
        self.delay_ms: float | None = None
        self.skew_ms: int | None = None
        self.battery: int | None = None
        self.sent = self.received = 0
        self.revisions: dict[Lane, int] = dict.fromkeys(LANES_BY_URGENCY, 0)
        self._under_way: Vector = {}
        self._credit = self._granted = 0
        self._dirty: dict[Lane, bool] = dict.fromkeys(LANES_BY_URGENCY, False)
        self._owed: dict[Lane, bool] = dict.fromkeys(LANES_BY_URGENCY, False)  # what the other side made and lost
        self._held: Vector = {}
        self._loading: Load | None = None
        self._storing: deque[tuple[list[Run], int]] = deque()
        self._unacked_ms: int | None = None
        self._ping_ms = 0
        self._pinged: int | None = None
        self._hlc = 0
        self._own_battery: int | None = None
        self._bad = 0
        self._effects: list[Effect] = []
        self._inputs: dict[type[Any], Callable[[Any, int], None]] = {
            Connected: self._connected,
            Received: self._took,
            Tick: self._tick,
            HeadsChanged: self._heads_changed,
            Committed: self._committed,
            Loaded: self._loaded,
            Dropped: self._dropped,
        }
        self._messages: dict[type[Any], Callable[[Any, int], None]] = {
            Hello: self._hello,
            Events: self._events,
            Ack: self._ack,
            Credit: self._more_credit,
            Ping: self._ping,
            Pong: self._pong,
            Bye: self._bye,
            Refused: self._refused,
        }

    @property
    def over(self) -> bool:
        return self.state in (State.REFUSED, State.GONE)

    def on(self, happened: Input, now_ms: int) -> list[Effect]:
        """Take one input at `now_ms` (monotonic or wall, but always the same). Nothing more is sent once the session is over."""
        if self.over:
            return _counted(happened.outcomes) if isinstance(happened, Committed) else []
        self._effects = []
        self._inputs[type(happened)](happened, now_ms)
        return self._effects

    def refuse(self, code: str, reason: str) -> list[Effect]:
        """Tell the other side that this link is refused (its key was revoked, say), and end."""
        self._effects = []
        self._send(Refused(code, reason))
        self._end(State.REFUSED, reason)
        return self._effects

    def bye(self, code: str = "", reason: str = "") -> list[Effect]:
        """Say goodbye and end."""
        self._effects = []
        self._send(Bye(code, reason))
        self._end(State.GONE, reason)
        return self._effects

    # -- the transport and the time ------------------------------------------------------------------------------------

    def _connected(self, happened: Connected, now_ms: int) -> None:
        self._hlc, self.heard_ms, self._ping_ms, self._granted = happened.hlc, now_ms, now_ms, WINDOW
        self._held = happened.vector
        me = self._me
        self._send(Hello(me.origin, me.role, me.name, me.area, me.wants, wire.to_vec(happened.vector), WINDOW, happened.hlc))

    def _dropped(self, happened: Dropped, _now_ms: int) -> None:
        self._become(State.GONE, happened.reason)

    def _tick(self, happened: Tick, now_ms: int) -> None:
        self._hlc, self._own_battery = happened.hlc, happened.battery
        quiet_ms = now_ms - (self.heard_ms or now_ms)
        if quiet_ms >= GONE_MS:
            self._send(Bye("silent", f"nothing was heard for {GONE_MS // 1000} s"))
            self._end(State.GONE, f"nothing was heard for {GONE_MS // 1000} s")
            return
        if now_ms - self._ping_ms >= (PING_MS if quiet_ms >= PING_MS else BUSY_PING_MS):
            self._ping_ms = now_ms
            if self._pinged is None:
                self._pinged = now_ms
            self._send(Ping(now_ms, self._hlc, self._own_battery))
        if self.peer is not None:
            self._weigh(now_ms, quiet_ms)

    def _weigh(self, now_ms: int, quiet_ms: int) -> None:
        """Online, slow or silent."""
        unacked_ms = 0 if self._unacked_ms is None else now_ms - self._unacked_ms
        if quiet_ms >= SILENT_MS:
            self._become(State.SILENT, "")
        elif (self.delay_ms or 0) > SLOW_DELAY_MS or unacked_ms > SLOW_UNACKED_MS:
            self._become(State.SLOW, "")
        else:
            self._become(State.ONLINE, "")

    # -- frames ----------------------------------------------------------------------------------------------------------

    def _took(self, happened: Received, now_ms: int) -> None:
        try:
            message = wire.decode(happened.frame)
        except WireError as error:
            if error.code == "version" and self.peer is None:
                self._effects += [Refuse(error.code, error.text), *_last_words(Refused(error.code, error.text))]
                self._become(State.REFUSED, error.text)
            else:
                self._bad_frame(error.code, error.text)
            return
        take = self._messages.get(type(message))
        if take is None or ((self.peer is None) != isinstance(message, Hello) and not isinstance(message, Bye | Refused)):
            self._bad_frame("unexpected", f"{type(message).__name__} out of turn")
            return
        self._frame_bytes = len(happened.frame)
        self.heard_ms = now_ms
        take(message, now_ms)

    def _bad_frame(self, code: str, text: str) -> None:
        self._effects.append(Refuse(code, text))
        self._bad += 1
        if self._bad >= MAX_BAD:
            reason = f"{MAX_BAD} bad frames, the last one: {text}"
            self._send(Bye("bad-frames", reason[:1000]))
            self._effects.append(Close(bar=True))
            self._become(State.GONE, reason)

    def _hello(self, hello: Hello, now_ms: int) -> None:
        if hello.origin != self._expects:
            reason = f"the key belongs to {self._expects.hex()[:12]}, who speaks says to be {hello.origin.hex()[:12]}"
            self._effects.append(Refuse("identity", reason))
            self._send(Refused("identity", reason))
            self._end(State.REFUSED, reason)
            return
        self.peer = hello
        self.acked = wire.to_vector(hello.vector)
        self._under_way = dict(self.acked)
        self.wants = self._may_have(hello.wants)
        self.lanes = frozenset(lane for lane in LANES_BY_URGENCY if self.wants.of(lane))
        self._credit = hello.credit
        self._become(State.ONLINE, "")
        self._effects.append(Acknowledged(dict(self.acked)))
        for lane in LANES_BY_URGENCY:
            self._dirty[lane] = lane in self.lanes
        for stream, seq in self._held.items():
            if stream.origin == self._expects and seq > self.acked.get(stream, 0):
                self._owed[Lane(stream.topic.rpartition("/")[2])] = True
        self._held = {}
        self._pump(now_ms)

    def _ping(self, ping: Ping, _now_ms: int) -> None:
        self.battery = ping.battery
        self._send(Pong(ping.t, self._hlc, self._own_battery))

    def _pong(self, pong: Pong, now_ms: int) -> None:
        if self._pinged is None or pong.t < self._pinged or pong.t > now_ms:
            return
        self._pinged = None
        self.delay_ms = (now_ms - pong.t) / 2
        self.skew_ms = int(ms_of(pong.hlc) - ms_of(self._hlc) + self.delay_ms)
        self.battery = pong.battery

    def _bye(self, bye: Bye, _now_ms: int) -> None:
        self._end(State.GONE, bye.reason)

    def _refused(self, refused: Refused, now_ms: int) -> None:
        if not refused.topic:
            self._end(State.REFUSED, refused.reason)
            return
        stream = Stream(refused.origin, refused.topic)
        if stream not in self._under_way:
            return
        if refused.code == "gap":
            self._under_way[stream] = self.acked.get(stream, 0)
            flags = self._owed if stream.origin == self._expects else self._dirty
            flags[Lane(stream.topic.rpartition("/")[2])] = True
            self._pump(now_ms)
        else:
            self._under_way[stream] = _NEVER
            self.reason = f"{refused.topic} {refused.seq}: {refused.reason}"
            self._effects.append(LinkChanged(self.state, self.reason))

    # -- receiving events -------------------------------------------------------------------------------------------------

    def _events(self, events: Events, _now_ms: int) -> None:
        size = self._frame_bytes
        if size > self._granted:
            self._bad_frame("over-credit", f"{size} bytes where {self._granted} may come")
            return
        self._granted -= size
        self._storing.append((events.runs, size))
        self._effects.append(Store(events.runs))

    def _committed(self, happened: Committed, now_ms: int) -> None:
        runs, size = self._storing.popleft()
        held: Vector = {}
        for run, outcome in zip(runs, happened.outcomes, strict=True):
            good = outcome.accepted + outcome.duplicates
            self.received += outcome.accepted
            if good:
                stream = run.stream
                last = run.first_seq + good - 1
                held[stream] = max(last, held.get(stream, 0))
                self._hold(stream, last)
                self._under_way[stream] = max(last, self._under_way.get(stream, 0))
            if outcome.refusal is not None:
                self._refuse_run(run, outcome)
        self._granted += size
        if self.over:
            return
        self._send(Ack(wire.to_vec(held), size) if held else Credit(size))
        self._pump(now_ms)

    def _hold(self, stream: Stream, seq: int) -> None:
        """The other side holds the stream up to `seq`."""
        if seq > self.acked.get(stream, 0):
            self.acked[stream] = seq
            self.revisions[Lane(stream.topic.rpartition("/")[2])] += 1

    def _refuse_run(self, run: Run, outcome: RunOutcome) -> None:
        refusal = outcome.refusal
        assert refusal is not None
        self._send(Refused(refusal.code, refusal.text[:1000], run.origin, run.topic, refusal.seq))
        if refusal.code in _FORGED:
            self._bad_frame(refusal.code, refusal.text)
        else:
            self._effects.append(Refuse(refusal.code, refusal.text))

    # -- sending events -----------------------------------------------------------------------------------------------------

    def _heads_changed(self, happened: HeadsChanged, now_ms: int) -> None:
        for lane, streams in happened.streams.items():
            prefixes = tuple(self.wants.of(lane))
            if prefixes and not self._dirty[lane]:
                self._dirty[lane] = any(origin != self._expects and topic.startswith(prefixes) for origin, topic in streams)
        self._pump(now_ms)

    def _more_credit(self, credit: Credit, now_ms: int) -> None:
        self._credit = min(self._credit + credit.bytes, wire.MAX_CREDIT)
        self._pump(now_ms)

    def _ack(self, ack: Ack, now_ms: int) -> None:
        new: Vector = {}
        for origin, topic, seq in ack.vector:
            stream = Stream(origin, topic)
            if self.acked.get(stream, 0) < seq <= self._under_way.get(stream, 0):
                new[stream] = seq
        for stream, seq in new.items():
            self._hold(stream, seq)
        if new:
            self._effects.append(Acknowledged(new))
        waiting = any(self.acked.get(stream, 0) < seq < _NEVER for stream, seq in self._under_way.items())
        self._unacked_ms = now_ms if waiting else None
        self._more_credit(Credit(ack.credit), now_ms)

    def _pump(self, _now_ms: int) -> None:
        """Ask for the next batch when something waits and the credit allows it."""
        if self._loading is not None or self.peer is None:
            return
        due: list[tuple[Lane, Origin | None, Sequence[str]]] = [(lane, self._expects, [""]) for lane, owed in self._owed.items() if owed]
        due += [(lane, None, self.wants.of(lane)) for lane, dirty in self._dirty.items() if dirty]
        for lane, origin, prefixes in due:
            room = self._room(lane)
            if room >= wire.LARGEST_EVENT:
                self._loading = Load(lane, self._under_way, prefixes, min(BATCH, room) - _FRAME_SLACK, origin)
                self._effects.append(self._loading)
                return

    def _room(self, lane: Lane) -> int:
        return self._credit if lane is Lane.COMMAND else self._credit - RESERVE

    def _loaded(self, happened: Loaded, now_ms: int) -> None:
        load, self._loading = self._loading, None
        lane, runs = happened.lane, happened.runs[: wire.MAX_RUNS]
        if not runs:
            flags = self._dirty if load is None or load.origin is None else self._owed
            flags[lane] = False
            self._pump(now_ms)
            return
        frame = wire.encode(Events(runs))
        while len(frame) > min(self._room(lane), wire.MAX_FRAME) and len(runs) > 1:
            runs = runs[: len(runs) // 2]
            frame = wire.encode(Events(runs))
        for run in runs:
            self._under_way[run.stream] = run.last_seq
            self.sent += len(run.entries)
        self._credit -= len(frame)
        if self._unacked_ms is None:
            self._unacked_ms = now_ms
        self._effects.append(Send(frame))
        self._pump(now_ms)

    # -- ends -----------------------------------------------------------------------------------------------------------------

    def _send(self, message: wire.Message) -> None:
        self._effects.append(Send(wire.encode(message)))

    def _become(self, state: State, reason: str) -> None:
        if state is not self.state:
            self.state, self.reason = state, reason or (self.reason if state not in (State.GONE, State.REFUSED) else "")
            self._effects.append(LinkChanged(state, self.reason))

    def _end(self, state: State, reason: str) -> None:
        self._effects.append(Close())
        self._become(state, reason)


def _counted(outcomes: Sequence[RunOutcome]) -> list[Effect]:
    return [Refuse(outcome.refusal.code, outcome.refusal.text) for outcome in outcomes if outcome.refusal is not None]


def _last_words(refused: Refused) -> list[Effect]:
    return [Send(wire.encode(refused)), Close()]
