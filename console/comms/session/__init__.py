"""One link's protocol, without any I/O: inputs and the time in, effects out. `console.comms.wire` says the rules.

    for effect in session.on(Received(frame), now_ms):
        ...

Whoever drives it does what the effects say and answers: `Store` with `Committed` (in order, after the commit), `Load` with `Loaded`,
`Glance` with `Glanced`. One Session lives as long as one connection. Not thread-safe.
"""

from __future__ import annotations

from console.comms.session.effects import Acknowledged, Close, Effect, Glance, LinkChanged, Load, Refuse, Send, Show, State, Store
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
from console.comms.session.limits import (
    BATCH,
    BUSY_PING_MS,
    DOUBT_MS,
    GONE_MS,
    MAX_BAD,
    PING_MS,
    RESERVE,
    RETRY_MS,
    SILENT_MS,
    SLOW_DELAY_MS,
    SLOW_UNACKED_MS,
    TURN_MS,
    WINDOW,
)
from console.comms.session.session import Session, Side

__all__ = [
    "BATCH",
    "BUSY_PING_MS",
    "DOUBT_MS",
    "GONE_MS",
    "MAX_BAD",
    "PING_MS",
    "RESERVE",
    "RETRY_MS",
    "SILENT_MS",
    "SLOW_DELAY_MS",
    "SLOW_UNACKED_MS",
    "TURN_MS",
    "WINDOW",
    "Acknowledged",
    "AheadChanged",
    "Close",
    "Committed",
    "Connected",
    "Dropped",
    "Effect",
    "Glance",
    "Glanced",
    "HeadsChanged",
    "Input",
    "LinkChanged",
    "Load",
    "Loaded",
    "Received",
    "Refuse",
    "Send",
    "Session",
    "Show",
    "Side",
    "State",
    "Store",
    "Tick",
]
