"""One attempt to reach a node: a DEALER socket and what its monitor tells. On the peer's thread."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import zmq

from console.comms.monitor import take_event
from console.comms.peer.sources import Sources
from console.comms.security.keys import CurvePair
from console.comms.wire import MAX_FRAME

DRAIN_FRAMES = 200
HANDSHAKE_MS = 30_000
LINGER_MS = 300
QUEUE_FRAMES = 1000
BACKLOG = 1000
"""Connections that wait to be taken: a crowd that returns at once."""
STUCK_MS = 90_000
"""A connection whose bytes nobody acknowledges for so long is closed, on either end: its other end lost its address or its power. Longer than a
slow link needs for what is under way; the session says much earlier that it is silent."""
IDLE_S = 60
NEVER_MS = 3_600_000
"""libzmq would reconnect after this; the socket is closed long before. (-1 would say never, but then closing it hangs now and then.)"""
NOT_ENROLLED = "not-enrolled"
_FRAME_SLACK = 64 * 1024
_FAILED = zmq.EVENT_HANDSHAKE_FAILED_NO_DETAIL | zmq.EVENT_HANDSHAKE_FAILED_PROTOCOL
_ENDED = zmq.EVENT_DISCONNECTED | zmq.EVENT_CLOSED
_EVENTS = zmq.EVENT_CONNECTED | zmq.EVENT_HANDSHAKE_SUCCEEDED | zmq.EVENT_HANDSHAKE_FAILED_AUTH | _ENDED | _FAILED


class Reach(NamedTuple):
    """Whom to dial and as whom. `endpoint` such as tcp://10.1.2.3:7650; `server_key`: CURVE public key that must answer there."""

    endpoint: str
    server_key: bytes
    keys: CurvePair


class Ends(NamedTuple):
    """What the owner is told. `reached`: the other machine took the connection, its program has yet to answer; `opened`: it has, and proved
    its key. `lost(code, reason)` at most once, after which the dial is closed; code `not-enrolled` or ""."""

    opened: Callable[[], None]
    received: Callable[[bytes], None]
    lost: Callable[[str, str], None]
    reached: Callable[[], None] = lambda: None


def bounded(socket: zmq.Socket[bytes]) -> None:
    """Limits of every socket that leaves the machine."""
    socket.setsockopt(zmq.MAXMSGSIZE, MAX_FRAME + _FRAME_SLACK)
    socket.setsockopt(zmq.SNDHWM, QUEUE_FRAMES)
    socket.setsockopt(zmq.RCVHWM, QUEUE_FRAMES)
    socket.setsockopt(zmq.BACKLOG, BACKLOG)
    socket.setsockopt(zmq.HANDSHAKE_IVL, HANDSHAKE_MS)
    socket.setsockopt(zmq.TCP_MAXRT, STUCK_MS)  # the kernel's own clock: no byte more on a narrow link, as heartbeats of ZMTP would be
    socket.setsockopt(zmq.TCP_KEEPALIVE, 1)
    socket.setsockopt(zmq.TCP_KEEPALIVE_IDLE, IDLE_S)
    socket.setsockopt(zmq.TCP_KEEPALIVE_INTVL, IDLE_S // 4)


class Dial:
    """Connects on construction. Raises zmq.ZMQError when the endpoint is none. libzmq does not reconnect it: the owner dials anew."""

    def __init__(self, context: zmq.Context[zmq.Socket[bytes]], sources: Sources, reach: Reach, ends: Ends) -> None:
        self._sources, self._ends = sources, ends
        self._socket = context.socket(zmq.DEALER)
        self._monitor = self._socket.get_monitor_socket(_EVENTS)
        self._closed = False
        bounded(self._socket)
        reach.keys.dial(self._socket, reach.server_key)
        self._socket.setsockopt(zmq.RECONNECT_IVL, NEVER_MS)
        sources.watch(self._monitor, self._watched)
        sources.watch(self._socket, self._drain)
        try:
            self._socket.connect(reach.endpoint)
        except zmq.ZMQError:
            self.shut(0)
            raise

    def send(self, frame: bytes) -> None:
        if self._closed:
            return
        try:
            self._socket.send(frame, zmq.NOBLOCK)
        except zmq.Again:
            self._lose("", "it takes nothing any more")

    def close(self, *, bar: bool = False) -> None:
        """What was sent is given LINGER_MS to leave. `bar` is the listener's matter."""
        self.shut(0 if bar else LINGER_MS)

    def shut(self, linger_ms: int) -> None:
        """Idempotent; nothing is told any more."""
        if not self._closed:
            self._closed = True
            self._sources.unwatch(self._monitor)
            self._sources.unwatch(self._socket)
            self._socket.disable_monitor()
            self._monitor.close(linger=0)
            self._socket.close(linger=linger_ms)

    def _drain(self) -> None:
        for _ in range(DRAIN_FRAMES):
            if self._closed:
                return
            try:
                frames = self._socket.recv_multipart(zmq.NOBLOCK)
            except zmq.Again:
                return
            self._ends.received(frames[0] if len(frames) == 1 else b"")  # more than one part is no message: an empty frame is bad too

    def _watched(self) -> None:
        while not self._closed and self._monitor.poll(0):
            event = take_event(self._monitor)
            if event == zmq.EVENT_CONNECTED:
                self._ends.reached()
            elif event == zmq.EVENT_HANDSHAKE_SUCCEEDED:
                self._ends.opened()
            elif event == zmq.EVENT_HANDSHAKE_FAILED_AUTH:
                self._lose(NOT_ENROLLED, "its key is not enrolled there")
            elif event & _FAILED:
                self._lose("", "it did not prove the key that was expected (another machine has this address, or its keys were changed)")
            else:
                self._drain()  # a last word may have come before the end
                self._lose("", "the connection is gone" if event == zmq.EVENT_DISCONNECTED else "nobody answers there")

    def _lose(self, code: str, reason: str) -> None:
        if not self._closed:
            self.shut(0)
            self._ends.lost(code, reason)
