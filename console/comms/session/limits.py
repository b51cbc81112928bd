"""The session's numbers. All times in ms of one steady clock, all sizes in bytes of frames."""

from __future__ import annotations

WINDOW = 1 << 20
"""Bytes of Events and Ahead frames that a peer may have under way to us."""
RESERVE = 128 * 1024
"""The part of the credit that command alone may use, so that it never waits behind telemetry."""
BATCH = 256 * 1024
FRAME_SLACK = 64
"""What a frame has beside its entries, roughly."""
AHEAD = 200
"""Events in one Ahead frame."""
PING_MS = 2000
TURN_MS = 1000
"""On a quiet link one side asks, and the other hears by that: it waits so much longer before it asks itself."""
BUSY_PING_MS = 4 * PING_MS
"""Who is heard anyway need not be asked whether it is there, only now and then how long that takes."""
DOUBT_MS = 800
"""Something that was sent is answered sooner, four delays more allowed for; else a ping asks whether it is the way or the other side."""
SILENT_MS = 3 * PING_MS + PING_MS // 2
GONE_MS = 30_000
SLOW_DELAY_MS = 1000
SLOW_UNACKED_MS = 5000
MAX_BAD = 32
RETRY_MS = 60_000
"""How often a stream is tried again that was refused for a reason that may pass."""
SKEW_MS = 60_000
"""Clocks further apart than this are told of."""
