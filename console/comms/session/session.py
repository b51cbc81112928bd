"""One link's protocol: `console.comms.wire` says the rules, `console.comms.session` how it is driven."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from console.comms import wire
from console.comms.session import limits
from console.comms.session.effects import Acknowledged, Close, Effect, LinkChanged, Refuse, Send, Show, State, Store
from console.comms.session.inputs import (
    AheadChanged,
    Committed,
    Connected,
    Dropped,
    Glanced,
    HeadsChanged,
    Input,
    Loaded,
    Received,
    Tick,
)
from console.comms.session.outbox import Outbox
from console.comms.session.pace import Pace
from console.comms.session.parts import Joiner
from console.comms.wire import Ack, Ahead, Bye, Credit, Events, Hello, Part, Ping, Pong, Refused, Root, Wants, WireError
from console.models.clock import ms_of
from console.models.event import LANES_BY_URGENCY, Lane, Origin, Stream, Vector
from console.models.journal.outcome import RunOutcome
from console.models.run import Run

_FORGED = frozenset({"chain", "signature", "fork", "body", "relay"})


class Side(NamedTuple):
    """Who speaks, as told in Hello. `wants`: what it asks the other side for; `above`: the nodes above it, when it is one."""

    origin: Origin
    role: str
    name: str
    area: str
    wants: Wants
    above: Sequence[Root] = ()


class Session:
    """`may_have`: what the other side may be sent at most, whatever it wants; `expects`: the origin it must have.

    Attributes for whoever shows the link: `state`, `reason`, `peer` (its Hello), `acked` (what it is known to hold), `heard_ms`,
    `delay_ms`, `skew_ms` (its clock less ours), `battery`, `sent`, `received` (events), `wants` and `lanes` (what it is sent), `revisions` (by
    lane, raised whenever `acked` changes there), `lacking` (events of each lane that it has for us, as it said last), `in_step_ms` (when
    neither side last had a command or a report left for the other).
    """

    def __init__(self, me: Side, expects: Origin, may_have: Callable[[Wants], Wants]) -> None:
        self._me, self._expects, self._may_have = me, expects, may_have
        self._out = Outbox(expects)
        self.state = State.CONNECTING
        self.reason = ""
        self.peer: Hello | None = None
        self.lanes: frozenset[Lane] = frozenset()
        self.heard_ms: int | None = None
        self.delay_ms: float | None = None
        self.skew_ms: int | None = None
        self.battery: int | None = None
        self.lacking: dict[Lane, int] = {}
        self.in_step_ms: int | None = None
        self.received = 0
        self._nothing_left_ms: int | None = None  # as of when nothing of command and report waited here for the other side
        self._granted = 0
        self._frame_bytes = 0
        self._held: Vector = {}
        self._joiner = Joiner()
        self._storing: deque[tuple[list[Run], int]] = deque()
        self._ping_ms = 0
        self._pinged: int | None = None
        self._answered_ms = 0
        self._hlc = 0
        self._own_battery: int | None = None
        self._bad = 0
        self._effects: list[Effect] = []
        self._inputs: dict[type[Any], Callable[[Any, int], None]] = {
            Connected: self._connected,
            Received: self._took,
            Tick: self._tick,
            HeadsChanged: self._heads_changed,
            AheadChanged: self._ahead_changed,
            Committed: self._committed,
            Loaded: self._loaded,
            Glanced: self._glanced,
            Dropped: self._dropped,
        }
        self._messages: dict[type[Any], Callable[[Any, int], None]] = {
            Hello: self._hello,
            Events: self._events,
            Part: self._part,
            Ahead: self._ahead,
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

    @property
    def acked(self) -> Vector:
        return self._out.acked

    @property
    def pace(self) -> Pace:
        """How much may be under way, and is."""
        return self._out.pace

    @property
    def wants(self) -> Wants:
        return self._out.wants

    @property
    def sent(self) -> int:
        return self._out.sent

    @property
    def revisions(self) -> Mapping[Lane, int]:
        return self._out.revisions

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
        self._hlc, self.heard_ms, self._ping_ms, self._granted = happened.hlc, now_ms, now_ms, limits.WINDOW
        self._held = happened.vector
        me = self._me
        self._send(
            Hello(me.origin, me.role, me.name, me.area, me.wants, wire.to_vec(happened.vector), limits.WINDOW, happened.hlc, list(me.above))
        )

    def _dropped(self, happened: Dropped, _now_ms: int) -> None:
        self._become(State.GONE, happened.reason)

    def ping_due(self, now_ms: int) -> bool:
        """Whether the next Tick makes a Ping, in which what waits for the other side is told."""
        quiet_ms = now_ms - (self.heard_ms or now_ms)
        patience_ms = limits.PING_MS if self._me.origin < self._expects else limits.PING_MS + limits.TURN_MS
        due_ms = patience_ms if quiet_ms >= patience_ms else limits.BUSY_PING_MS
        return now_ms - self._ping_ms >= due_ms or (self._pinged is None and self._in_doubt(now_ms))

    def _in_doubt(self, now_ms: int) -> bool:
        return self.unanswered_ms(now_ms) >= limits.DOUBT_MS + 4 * (self.delay_ms or 0)

    def unanswered_ms(self, now_ms: int) -> int:
        """How long something waits for an answer while nothing at all is answered; 0 when nothing waits. What is sent arrives in order, so
        that any answer shows the way to be open for what was sent before."""
        waits_ms = self.pace.waits_ms(now_ms)
        if self._pinged is not None:
            waits_ms = max(waits_ms, now_ms - self._pinged)
        return min(waits_ms, now_ms - max(self.pace.settled_ms, self._answered_ms))

    def _tick(self, happened: Tick, now_ms: int) -> None:
        self._hlc, self._own_battery = happened.hlc, happened.battery
        quiet_ms = now_ms - (self.heard_ms or now_ms)
        if quiet_ms >= limits.GONE_MS:
            silent = f"nothing was heard for {limits.GONE_MS // 1000} s"
            self._send(Bye("silent", silent))
            self._end(State.GONE, silent)
            return
        if self.ping_due(now_ms):
            self._ask(happened.waiting, now_ms)
        if self.peer is not None:
            self._weigh(now_ms, quiet_ms)
            self._effects += self._out.try_again(now_ms)

    def _ask(self, waiting: Sequence[int], now_ms: int) -> None:
        self._ping_ms = now_ms
        if self._pinged is None:
            self._pinged = now_ms
        if waiting:
            self._nothing_left_ms = now_ms if not any(waiting[:2]) else None
        self._send(Ping(now_ms, self._hlc, self._own_battery, list(waiting)))

    def _weigh(self, now_ms: int, quiet_ms: int) -> None:
        """Online, slow or silent."""
        if quiet_ms >= limits.SILENT_MS:
            self._become(State.SILENT, "")
        elif (self.delay_ms or 0) > limits.SLOW_DELAY_MS or self.pace.waits_ms(now_ms) > limits.SLOW_UNACKED_MS:
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
        if self._bad >= limits.MAX_BAD:
            reason = f"{limits.MAX_BAD} bad frames, the last one: {text}"
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
        skew_ms = ms_of(hello.hlc) - ms_of(self._hlc)
        self.skew_ms = (
            skew_ms if abs(skew_ms) > limits.SKEW_MS else None
        )  # the way here took a while: only a gross one is told before a ping
        wants = self._may_have(hello.wants)
        self.lanes = frozenset(lane for lane in LANES_BY_URGENCY if wants.of(lane))
        self._become(State.ONLINE, "")
        acked = wire.to_vector(hello.vector)
        self._effects.append(Acknowledged(dict(acked)))
        self._ask((), now_ms)  # before any events: how long the way is without a queue
        self._effects += self._out.open(wants, acked, hello.credit, self._held)
        self._held = {}

    def _ping(self, ping: Ping, now_ms: int) -> None:
        self.battery = ping.battery
        if ping.waiting:
            self.lacking = dict(zip(LANES_BY_URGENCY, ping.waiting, strict=False))
            if self._nothing_left_ms is not None and not any(ping.waiting[:2]):
                self.in_step_ms = min(self._nothing_left_ms, now_ms)
        self._send(Pong(ping.t, self._hlc, self._own_battery))

    def _pong(self, pong: Pong, now_ms: int) -> None:
        if self._pinged is None or pong.t < self._pinged or pong.t > now_ms:
            return
        self._pinged, self._answered_ms = None, now_ms
        self.delay_ms = (now_ms - pong.t) / 2
        self.pace.answered(now_ms - pong.t)
        self.skew_ms = int(ms_of(pong.hlc) - ms_of(self._hlc) + self.delay_ms)
        self.battery = pong.battery

    def _bye(self, bye: Bye, _now_ms: int) -> None:
        self._end(State.GONE, bye.reason)

    def _refused(self, refused: Refused, _now_ms: int) -> None:
        if not refused.topic:
            self._end(State.REFUSED, refused.reason)
        elif self._out.turned_back(Stream(refused.origin, refused.topic), refused.code):
            if refused.code != "gap":
                self.reason = f"{refused.topic} {refused.seq}: {refused.reason}"
                self._effects.append(LinkChanged(self.state, self.reason))
            self._effects += self._out.pump()

    # -- receiving events -------------------------------------------------------------------------------------------------

    def _within_credit(self) -> bool:
        size = self._frame_bytes
        if size > self._granted:
            self._bad_frame("over-credit", f"{size} bytes where {self._granted} may come")
            return False
        self._granted -= size
        return True

    def _events(self, events: Events, _now_ms: int) -> None:
        if self._within_credit():
            self._keep(events)

    def _keep(self, events: Events) -> None:
        self._storing.append((events.runs, self._frame_bytes))
        self._effects.append(Store(events.runs))

    def _part(self, part: Part, _now_ms: int) -> None:
        if not self._within_credit():
            return
        try:
            frame = self._joiner.take(part)
            whole = wire.decode(frame) if frame is not None else None
            if whole is not None and not isinstance(whole, Events):
                raise WireError("unexpected", f"{type(whole).__name__} may not come in parts")
        except WireError as error:
            self._bad_frame(error.code, error.text)
            return
        if whole is not None:
            self._keep(whole)
        else:
            self._granted += self._frame_bytes
            self._send(Credit(self._frame_bytes))

    def _ahead(self, ahead: Ahead, _now_ms: int) -> None:
        if self._within_credit():
            self._out.glimpsed(ahead.events)
            self._effects.append(Show(ahead.events))
            self._granted += self._frame_bytes
            self._send(Credit(self._frame_bytes))

    def _committed(self, happened: Committed, _now_ms: int) -> None:
        runs, size = self._storing.popleft()
        held: Vector = {}
        for run, outcome in zip(runs, happened.outcomes, strict=True):
            good = outcome.accepted + outcome.duplicates
            self.received += outcome.accepted
            if good:
                stream = run.stream
                last = run.first_seq + good - 1
                held[stream] = max(last, held.get(stream, 0))
                self._out.came(stream, last)
            if outcome.refusal is not None:
                self._refuse_run(run, outcome)
        self._granted += size
        if self.over:
            return
        self._send(Ack(wire.to_vec(held), size) if held else Credit(size))
        self._effects += self._out.pump()

    def _refuse_run(self, run: Run, outcome: RunOutcome) -> None:
        refusal = outcome.refusal
        assert refusal is not None
        self._send(Refused(refusal.code, refusal.text[:1000], run.origin, run.topic, refusal.seq))
        if refusal.code in _FORGED:
            self._bad_frame(refusal.code, refusal.text)
        else:
            self._effects.append(Refuse(refusal.code, refusal.text))

    # -- sending events -----------------------------------------------------------------------------------------------------

    def _heads_changed(self, happened: HeadsChanged, _now_ms: int) -> None:
        for lane, streams in happened.streams.items():
            self._out.grown(lane, streams)
        self._effects += self._out.pump()

    def _ahead_changed(self, _happened: AheadChanged, _now_ms: int) -> None:
        self._out.ahead_changed()
        self._effects += self._out.pump()

    def _more_credit(self, credit: Credit, now_ms: int) -> None:
        self._effects += self._out.settle(credit.bytes, now_ms)

    def _ack(self, ack: Ack, now_ms: int) -> None:
        new = self._out.acknowledge(ack.vector)
        if new:
            self._effects.append(Acknowledged(new))
        self._effects += self._out.settle(ack.credit, now_ms)

    def _loaded(self, happened: Loaded, now_ms: int) -> None:
        self._effects += self._out.loaded(happened.lane, happened.runs, now_ms)

    def _glanced(self, happened: Glanced, now_ms: int) -> None:
        self._effects += self._out.glanced(happened.events, now_ms)

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
