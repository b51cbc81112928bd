"""What a session wants done, and the states it tells of."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from console.models.event import Lane, Origin, Vector
from console.models.journal.early import Early
from console.models.run import Run


class State(StrEnum):
    """As `Link.state` of the local messages."""

    CONNECTING = "connecting"
    ONLINE = "online"
    SLOW = "slow"
    SILENT = "silent"
    REFUSED = "refused"
    GONE = "gone"


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


class Glance(NamedTuple):
    """Read what came ahead of its stream, or (`newest`) of each thing the newest telemetry of topics that begin with `prefixes`, that a
    peer with vector `after` lacks, then answer Glanced."""

    after: Vector
    newest: bool = False
    prefixes: Sequence[str] = ()


class Show(NamedTuple):
    """These came ahead of their streams: keep and show them."""

    events: Sequence[Early]


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


Effect = Send | Store | Load | Glance | Show | Acknowledged | Refuse | LinkChanged | Close
