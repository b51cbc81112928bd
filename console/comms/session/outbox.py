"""The sending half of a session: what the other side wants and lacks, in which order, and how much of it may be under way."""

from __future__ import annotations

from collections.abc import Sequence

from console.comms import wire
from console.comms.session import limits
from console.comms.session.effects import Effect, Glance, Load, Send
from console.comms.session.pace import Pace
from console.comms.session.parts import Cutter
from console.comms.wire import Ahead, Events, Wants
from console.models.event import LANES_BY_URGENCY, Lane, Origin, Stream, Vector
from console.models.journal.early import Early
from console.models.run import Run

_NEVER = 1 << 62
_MAY_PASS = frozenset({"unknown-origin", "area", "role", "streams", "erasure", "dropped", "internal"})
"""Refusals that another event, of another stream, may end."""
_WHOLE = 2
"""A frame of one event is cut when it is more than so many times as large as frames are to be."""
_MOST_GLIMPSED = 20_000
"""Remembered things that the other side showed us; forgetting them costs repetition, and whoever shows ever new ones fills no memory."""


class Outbox:
    """`peer`: the other side. `acked`: what it is known to hold; `wants`: what it is sent; `credit`: bytes it will still take;
    `revisions`: by lane, raised whenever `acked` changes there; `sent`: events.

    Each method returns the effects that follow. One Load or Glance is under way at a time.
    """

    def __init__(self, peer: Origin) -> None:
        self.wants = Wants()
        self.acked: Vector = {}
        self.credit = 0
        self.sent = 0
        self.revisions: dict[Lane, int] = dict.fromkeys(LANES_BY_URGENCY, 0)
        self.pace = Pace()
        self._peer = peer
        self._open = False
        self._under_way: Vector = {}
        self._refused: set[Stream] = set()
        self._tried_ms = 0
        self._dirty: dict[Lane, bool] = dict.fromkeys(LANES_BY_URGENCY, False)
        self._owed: dict[Lane, bool] = dict.fromkeys(LANES_BY_URGENCY, False)  # what the other side made and lost
        self._asked: Load | Glance | None = None
        self._cutter = Cutter()
        self._ahead_due = False
        self._newest_due = False
        self._behind = False  # on telemetry: one load was not enough
        self._glimpsed: dict[tuple[Stream, str], int] = {}

    def open(self, wants: Wants, acked: Vector, credit: int, held: Vector) -> list[Effect]:
        """The other side has said Hello. `held`: what we hold of all that it could have."""
        self._open, self.wants, self.acked, self.credit = True, wants, acked, credit
        self._under_way = dict(acked)
        for lane in LANES_BY_URGENCY:
            self._dirty[lane] = bool(wants.of(lane))
        for stream, seq in held.items():
            if stream.origin == self._peer and seq > acked.get(stream, 0):
                self._owed[_lane(stream)] = True
        self._ahead_due = True
        return self.pump()

    # -- what the other side is known to hold ------------------------------------------------------------------------------

    def hold(self, stream: Stream, seq: int) -> None:
        """It has the stream up to `seq` for good."""
        if seq > self.acked.get(stream, 0):
            self.acked[stream] = seq
            self.revisions[_lane(stream)] += 1

    def came(self, stream: Stream, seq: int) -> None:
        """It sent us the stream up to `seq` itself."""
        self.hold(stream, seq)
        self._under_way[stream] = max(seq, self._under_way.get(stream, 0))

    def acknowledge(self, vec: Sequence[wire.Holding]) -> Vector:
        """Take an Ack; what is new in it, of what we sent."""
        new: Vector = {}
        for origin, topic, seq in vec:
            stream = Stream(origin, topic)
            if self.acked.get(stream, 0) < seq <= self._under_way.get(stream, 0):
                new[stream] = seq
        for stream, seq in new.items():
            self.hold(stream, seq)
        return new

    def settle(self, size: int, now_ms: int) -> list[Effect]:
        """It is done with `size` bytes of frames, and takes as many more."""
        self.pace.settled(size, now_ms)
        self.credit = min(self.credit + size, wire.MAX_CREDIT)
        return self._go_on(now_ms)

    def turned_back(self, stream: Stream, code: str) -> bool:
        """It refused an event of the stream; whether it is one that we sent. Nothing more of it is sent, but for a gap, which is closed."""
        if stream not in self._under_way:
            return False
        if code == "gap":
            self._begin_again(stream)
        else:
            self._under_way[stream] = _NEVER
            if code in _MAY_PASS:
                self._refused.add(stream)
        return True

    def try_again(self, now_ms: int) -> list[Effect]:
        """Now and then: what was refused for a reason that may have passed."""
        if not self._refused or now_ms - self._tried_ms < limits.RETRY_MS:
            return []
        self._tried_ms = now_ms
        refused, self._refused = self._refused, set()
        for stream in refused:
            self._begin_again(stream)
        return self.pump()

    def _begin_again(self, stream: Stream) -> None:
        self._under_way[stream] = self.acked.get(stream, 0)
        flags = self._owed if stream.origin == self._peer else self._dirty
        flags[_lane(stream)] = True

    # -- what there is to send -----------------------------------------------------------------------------------------------

    def grown(self, lane: Lane, streams: Sequence[Stream]) -> None:
        prefixes = tuple(self.wants.of(lane))
        if prefixes and any(origin != self._peer and topic.startswith(prefixes) for origin, topic in streams):
            self._dirty[lane] = True
            self._newest_due = self._newest_due or lane is Lane.TELEMETRY

    def ahead_changed(self) -> None:
        self._ahead_due = True

    def glimpsed(self, events: Sequence[Early]) -> None:
        """It showed these to us: they need not be shown to it."""
        for early in events:
            key = (early.stream, early.subject)
            if len(self._glimpsed) >= _MOST_GLIMPSED and key not in self._glimpsed:
                self._glimpsed.clear()
            self._glimpsed[key] = max(early.seq, self._glimpsed.get(key, 0))

    def pump(self) -> list[Effect]:
        """Ask for what is next to be sent, when something waits and may be under way."""
        if self._asked is not None or not self._open:
            return []
        self._asked = self._glance() or self._load()
        return [] if self._asked is None else [self._asked]

    def _go_on(self, now_ms: int) -> list[Effect]:
        """As `pump`; and what was begun in parts is gone on with as far as it may be."""
        sent: list[Effect] = []
        while not (asked := self.pump()) and (lane := self._cutter.lane) is not None and self._may_send(lane):
            sent.append(self._send(self._cutter.next(lane, self._batch(lane)), now_ms))
        return [*sent, *asked]

    def _glance(self) -> Glance | None:
        if self.credit - limits.RESERVE < wire.LARGEST_EVENT:
            return None
        if self._ahead_due:
            return Glance(self._under_way)
        if self._newest_due and self._behind and self.pace.narrow and self.pace.free:
            return Glance(self._under_way, True, self.wants.telemetry)
        return None

    def _load(self) -> Load | None:
        due: list[tuple[Lane, Origin | None, Sequence[str]]] = [(lane, self._peer, [""]) for lane, owed in self._owed.items() if owed]
        due += [(lane, None, self.wants.of(lane)) for lane, dirty in self._dirty.items() if dirty]
        for lane, origin, prefixes in due:
            if lane in self._cutter:
                break  # its stream goes on behind that, and what is less urgent too
            if self._may_send(lane):
                return Load(lane, self._under_way, prefixes, self._batch(lane) - limits.FRAME_SLACK, origin)
        return None

    def _credit_for(self, lane: Lane) -> int:
        return self.credit if lane is Lane.COMMAND else self.credit - limits.RESERVE

    def _may_send(self, lane: Lane) -> bool:
        return self._credit_for(lane) >= wire.LARGEST_EVENT and (self.pace.free or (lane is Lane.COMMAND and self.pace.free_for_command))

    def _batch(self, lane: Lane) -> int:
        """Bytes of the next frame."""
        return min(self._credit_for(lane), self.pace.frame)

    def loaded(self, lane: Lane, runs: list[Run], now_ms: int) -> list[Effect]:
        load, self._asked = self._asked, None
        if not runs:
            flags = self._owed if isinstance(load, Load) and load.origin is not None else self._dirty
            flags[lane] = False
            self._behind = self._behind and lane is not Lane.TELEMETRY
            return self._go_on(now_ms)
        runs = runs[: wire.MAX_RUNS]
        frame = wire.encode(Events(runs))
        while len(frame) > min(self._credit_for(lane), wire.MAX_FRAME) and len(runs) > 1:
            runs = runs[: len(runs) // 2]
            frame = wire.encode(Events(runs))
        for run in runs:
            self._under_way[run.stream] = run.last_seq
            self.sent += len(run.entries)
        self._behind = self._behind or (lane is Lane.TELEMETRY and not self.pace.free)
        if _WHOLE * self._batch(lane) < len(frame) <= wire.LARGEST_EVENT:
            self._cutter.cut(lane, frame)
            return self._go_on(now_ms)
        return [self._send(frame, now_ms), *self._go_on(now_ms)]

    def glanced(self, events: Sequence[Early], now_ms: int) -> list[Effect]:
        asked, self._asked = self._asked, None
        new = [each for each in events if self._lacks(each)][: limits.AHEAD]
        while new and len(frame := wire.encode(Ahead(new))) > self._ahead_room(asked) and len(new) > 1:
            new = new[: len(new) // 2]
        if not new:
            if isinstance(asked, Glance) and asked.newest:
                self._newest_due = False
            else:
                self._ahead_due = False
            return self._go_on(now_ms)
        self.glimpsed(new)
        return [self._send(frame, now_ms), *self._go_on(now_ms)]

    def _lacks(self, early: Early) -> bool:
        return (
            early.origin != self._peer
            and self.wants.covers(early.topic)
            and self._glimpsed.get((early.stream, early.subject), 0) < early.seq
            and self._under_way.get(early.stream, 0) < early.seq
        )

    def _ahead_room(self, asked: Load | Glance | None) -> int:
        newest = isinstance(asked, Glance) and asked.newest
        return min(self.credit - limits.RESERVE, wire.MAX_FRAME, self._batch(Lane.TELEMETRY) if newest else wire.MAX_FRAME)

    def _send(self, frame: bytes, now_ms: int) -> Send:
        self.credit -= len(frame)
        self.pace.sent(len(frame), now_ms)
        return Send(frame)


def _lane(stream: Stream) -> Lane:
    return Lane(stream.topic.rpartition("/")[2])
