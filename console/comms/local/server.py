"""The peer's end of the local socket: requests in, "what changed" out. Used by the peer's thread alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

import msgspec
import zmq

from console.comms.local.codec import DOMAIN, MAX_MESSAGE_BYTES, decode_from_window, encode
from console.comms.local.messages import (
    Changed,
    Done,
    Failed,
    Hello,
    Link,
    LinksNow,
    Me,
    Message,
    Ready,
    Request,
    Welcome,
)
from console.comms.security.keys import CurvePair
from console.models.changes import Changes
from console.models.rules.power import Pace

CHANGED_EVERY_MS = 16
LINKS_EVERY_MS = 500
EACH_LINK_MS = 2
"""Of hundreds of links some change all the time: for each one the list is told so much less often."""
TELEMETRY_TABLES = frozenset({"sensor"})
"""Rows that telemetry writes; a moved unit is in `Changes.fixes` alone."""
DRAIN_MESSAGES = 200

Answer = Callable[[Done | Failed], None]


class Host(Protocol):
    """The peer, as its windows see it."""

    def me(self) -> Me: ...

    def links(self) -> list[Link]: ...

    def request(self, request: Request, answer: Answer) -> None:
        """Exactly one `answer` follows, now or later, on the peer's thread."""
        ...


@dataclass
class Watcher:
    """One window. `ready`: it has taken the last Changed; `pending`: what it has not been told yet, merged."""

    ready: bool = True
    sent_ms: int = 0
    pending: Changes = field(default_factory=Changes)


class LocalServer:
    """ROUTER on a loopback port that the system chooses (`port`); `turn` is called on every turn of the peer's loop. `malformed`: how many
    messages were none."""

    def __init__(self, context: zmq.Context[zmq.Socket[bytes]], keys: CurvePair, host: Host) -> None:
        self.socket = context.socket(zmq.ROUTER)
        keys.serve(self.socket, DOMAIN)
        self.socket.setsockopt(zmq.MAXMSGSIZE, MAX_MESSAGE_BYTES)
        self.socket.setsockopt(zmq.ROUTER_MANDATORY, 1)
        self.socket.setsockopt(zmq.HEARTBEAT_IVL, 2000)
        self.socket.setsockopt(zmq.HEARTBEAT_TIMEOUT, 10_000)
        self.port = self.socket.bind_to_random_port("tcp://127.0.0.1")
        self.malformed = 0
        self._host = host
        self._watchers: dict[bytes, Watcher] = {}
        self._links_ms, self._links_every_ms = 0, LINKS_EVERY_MS
        self._pace: Pace | None = None
        self._told: tuple[Me, list[Link]] | None = None

    def slow(self, pace: Pace | None) -> None:
        """Tell positions, readings and links at this pace, to save power; None: as fast as they come."""
        self._pace = pace

    def drain(self) -> None:
        """Take what windows sent, a bounded number at a time."""
        for _ in range(DRAIN_MESSAGES):
            try:
                window, *frames = self.socket.recv_multipart(zmq.NOBLOCK)
            except zmq.Again:
                return
            try:
                message = decode_from_window(frames[-1]) if frames else None
            except msgspec.DecodeError:
                self.malformed += 1
                continue  # a window of another version: it gets no answer, and says so
            if message is not None:
                self._take(window, message)

    def _take(self, window: bytes, message: Hello | Ready | Request) -> None:
        if isinstance(message, Hello):
            if message.watch:
                self._watchers[window] = Watcher()
            self._send(window, Welcome(me=self._host.me(), links=self._host.links()))
        elif isinstance(message, Ready):
            if window in self._watchers:
                self._watchers[window].ready = True
        else:
            self._host.request(message, lambda answer: self._send(window, answer))

    def changed(self, changes: Changes) -> None:
        """Tell every window, each as soon as it is ready for it."""
        if changes:
            for watcher in self._watchers.values():
                watcher.pending.merge(changes)

    def turn(self, now_ms: int) -> None:
        """Send what is due."""
        for window, watcher in list(self._watchers.items()):
            if self._due(watcher, now_ms):
                pending, watcher.pending = watcher.pending, Changes()
                watcher.ready, watcher.sent_ms = False, now_ms
                self._send(window, Changed(changes=pending))
        if self._watchers and now_ms - self._links_ms >= self._links_every_ms:
            self._links_ms = now_ms
            self._tell_links()

    def _due(self, watcher: Watcher, now_ms: int) -> bool:
        return watcher.ready and bool(watcher.pending) and now_ms - watcher.sent_ms >= self._every_ms(watcher.pending)

    def _every_ms(self, pending: Changes) -> int:
        if self._pace is None or not pending.ids.keys() <= TELEMETRY_TABLES:
            return CHANGED_EVERY_MS
        return self._pace.positions_ms

    def wait_ms(self, now_ms: int) -> int:
        """How long the loop may sleep before something is due here."""
        waiting = [watcher for watcher in self._watchers.values() if watcher.ready and watcher.pending]
        waits = [watcher.sent_ms + self._every_ms(watcher.pending) - now_ms for watcher in waiting]
        if self._watchers:
            waits.append(self._links_ms + self._links_every_ms - now_ms)
        return max(0, min(waits, default=LINKS_EVERY_MS))

    def _tell_links(self) -> None:
        now = (self._host.me(), self._host.links())
        least_ms = LINKS_EVERY_MS if self._pace is None else self._pace.links_ms
        self._links_every_ms = least_ms + EACH_LINK_MS * len(now[1])
        if now != self._told:
            self._told = now
            for window in list(self._watchers):
                self._send(window, LinksNow(me=now[0], links=now[1]))

    def _send(self, window: bytes, message: Message) -> None:
        """A window that is gone, or takes nothing any more, is forgotten: it says Hello again when it is back."""
        try:
            self.socket.send_multipart([window, encode(message)], zmq.NOBLOCK)
        except zmq.ZMQError:
            self._watchers.pop(window, None)

    def close(self, linger_ms: int = 200) -> None:
        """Answers on their way (to Stop, say) are given `linger_ms` to leave."""
        self.socket.close(linger=linger_ms)
