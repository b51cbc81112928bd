"""What a session is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from console.models.event import Lane, Stream, Vector
from console.models.journal.early import Early
from console.models.journal.outcome import RunOutcome
from console.models.run import Run


class Connected(NamedTuple):
    """The transport is up. `vector`: what we hold of all that the other side could send or want."""

    vector: Vector
    hlc: int


class Received(NamedTuple):
    frame: bytes


class Tick(NamedTuple):
    """Time has passed: at least once a second. `waiting`: events of each lane, in order of urgency, that wait for the other side; () when
    they were not counted this time (a session says by `ping_due` when it wants them)."""

    hlc: int
    battery: int | None = None
    waiting: Sequence[int] = ()


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


class AheadChanged(NamedTuple):
    """There is something new that came ahead of its stream."""


class Glanced(NamedTuple):
    """The answer to Glance."""

    events: Sequence[Early]


class Dropped(NamedTuple):
    """The transport is gone."""

    reason: str = ""


Input = Connected | Received | Tick | HeadsChanged | Committed | Loaded | AheadChanged | Glanced | Dropped
