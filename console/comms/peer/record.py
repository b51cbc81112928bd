"""What is known of one link for as long as the process runs, whatever connections come and go."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from console.comms.local.messages import Link
from console.comms.session import Session, State
from console.comms.wire import Wants
from console.models.event import Lane, Vector

SKEW_SHOWN_MS = 60_000
"""Clocks further apart than this are told of."""


class Known(Protocol):
    """What is known of the other side's wants and holdings; a `Session` that has heard its Hello is one."""

    @property
    def wants(self) -> Wants: ...

    @property
    def lanes(self) -> AbstractSet[Lane]: ...

    @property
    def acked(self) -> Vector: ...

    @property
    def revisions(self) -> Mapping[Lane, int]: ...


class Weighed(NamedTuple):
    """What waits for the other side: by whose knowledge, as of which changes; how many events of each lane, and when the oldest of them was
    said (UTC ms)."""

    known: Known
    as_of: tuple[int, ...]
    counts: dict[Lane, int]
    oldest_ms: dict[Lane, int]


@dataclass
class Record:
    """`id`: stable for the operator's selection; `session`: of the connection that stands, if one does; `last`: what was known when the
    last one ended; `weighed`: what waits for the other side, by whose knowledge and as of which changes. Times are of the loop's steady
    clock."""

    id: str
    direction: str
    endpoint: str = ""
    peer: str = ""
    name: str = ""
    role: str = ""
    area: str = ""
    state: State = State.CONNECTING
    reason: str = ""
    since_ms: int = 0
    heard_ms: int | None = None
    barred_until_ms: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    waiting: dict[str, int] = field(default_factory=dict)
    oldest_ms: dict[str, int] = field(default_factory=dict)
    in_step_ms: int | None = None
    session: Session | None = None
    last: Known | None = None
    weighed: Weighed | None = None
    _sent: int = 0
    _received: int = 0

    def become(self, state: State, reason: str, now_ms: int) -> None:
        if state is not self.state:
            self.since_ms = now_ms
        self.state, self.reason = state, reason

    def begin(self, session: Session, now_ms: int) -> None:
        self.end()
        self.session = session
        self.become(State.CONNECTING, "", now_ms)

    def end(self) -> None:
        """The connection is over; its figures are kept."""
        if self.session is not None:
            self._sent += self.session.sent
            self._received += self.session.received
            self.heard_ms = self.session.heard_ms
            self.in_step_ms = self.session.in_step_ms or self.in_step_ms
            if self.session.peer is not None:
                self.last = self.session
            self.session = None

    @property
    def known(self) -> Known | None:
        """What there is to tell by how much waits for the other side, be it here or away."""
        session = self.session
        return session if session is not None and session.peer is not None else self.last

    def keep_waiting(self, waiting: Mapping[Lane, int], oldest_ms: Mapping[Lane, int]) -> None:
        self.waiting = {lane.value: count for lane, count in waiting.items() if count}
        self.oldest_ms = {lane.value: said_ms for lane, said_ms in oldest_ms.items() if waiting.get(lane)}

    def link(self, shift_ms: int) -> Link:
        """As it is shown. `shift_ms`: from the loop's steady clock to UTC."""
        session = self.session
        heard_ms = session.heard_ms if session is not None else self.heard_ms
        in_step_ms = (session.in_step_ms if session is not None else None) or self.in_step_ms
        return Link(
            id=self.id,
            peer=self.peer,
            name=self.name,
            role=self.role,
            area=self.area,
            endpoint=self.endpoint,
            direction=self.direction,
            state=self.state.value,
            since_ms=self.since_ms + shift_ms,
            heard_ms=None if heard_ms is None else heard_ms + shift_ms,
            delay_ms=session.delay_ms if session is not None else None,
            skew_ms=session.skew_ms if session is not None else None,
            battery=session.battery if session is not None else None,
            waiting=dict(self.waiting),
            lacking={lane.value: count for lane, count in session.lacking.items() if count} if session is not None else {},
            oldest_ms=dict(self.oldest_ms),
            in_step_ms=None if in_step_ms is None else in_step_ms + shift_ms,
            sent=self._sent + (session.sent if session is not None else 0),
            received=self._received + (session.received if session is not None else 0),
            refused=dict(self.refused),
            reason=self.reason or _clock(session),
        )


def _clock(session: Session | None) -> str:
    """What is to be said of the other side's clock, "" when it goes right enough."""
    skew_ms = session.skew_ms if session is not None else None
    if skew_ms is None or abs(skew_ms) < SKEW_SHOWN_MS:
        return ""
    return f"its clock is {abs(skew_ms) // 1000} s {'ahead of' if skew_ms > 0 else 'behind'} this machine's: set the one that is wrong"
