"""Where others dial: one ROUTER socket, and a line for every connection that may speak. On the peer's thread."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import zmq

from console.comms import wire
from console.comms.peer.dial import LINGER_MS, bounded
from console.comms.peer.gate import Denied, Gate, Invited
from console.comms.peer.line import Desk, Line
from console.comms.peer.record import Record
from console.comms.security.keys import CurvePair
from console.comms.session import Connected, Dropped, Received, Session, State, Tick
from console.comms.wire import Enrol, Enrolled, Refused, WireError
from console.errors import Fault
from console.models.trust import Grant

DOMAIN = "peers"
DRAIN_FRAMES = 1000
DRAIN_BYTES = 8 << 20
BAR_MS = 30_000
FORGET_MS = 60_000
STRANGERS = "unenrolled"
UNENROLLED = "unenrolled key"


class House(NamedTuple):
    """What the listener asks the peer. `begin`: a session with an enrolled peer; `greeting`: what it begins with; `enrol`: answer a token."""

    begin: Callable[[Grant], Session]
    greeting: Callable[[Grant], Connected]
    enrol: Callable[[Invited, Enrol], Enrolled | Refused]


class Listener:
    """`records`: the links as they are shown, by CURVE key (b"" for all strangers together)."""

    def __init__(
        self, context: zmq.Context[zmq.Socket[bytes]], keys: CurvePair, gate: Gate, desk: Desk, house: House, endpoints: Sequence[str]
    ) -> None:
        self._context, self._keys, self._gate, self._desk, self._house = context, keys, gate, desk, house
        self.endpoints = list(endpoints)
        self.records: dict[bytes, Record] = {}
        self._lines: dict[bytes, _Inbound] = {}
        self._by_key: dict[bytes, _Inbound] = {}
        self._ended: dict[bytes, int] = {}
        self._trust = gate.trust
        self.socket: zmq.Socket[bytes] | None = None

    # -- the socket ----------------------------------------------------------------------------------------------------------

    def open(self) -> zmq.Socket[bytes]:
        """Bind; a port that the system chose stays the same afterwards. Raises Fault when an endpoint is taken or none."""
        self.socket = socket = self._context.socket(zmq.ROUTER)
        bounded(socket)
        self._keys.serve(socket, DOMAIN)
        socket.setsockopt(zmq.ROUTER_MANDATORY, 1)
        try:
            for index, endpoint in enumerate(self.endpoints):
                try:
                    socket.bind(endpoint)
                except zmq.ZMQError as error:
                    raise Fault(f"cannot listen on {endpoint} ({error}). Choose another port or address, or stop what uses it.") from error
                self.endpoints[index] = socket.getsockopt_string(zmq.LAST_ENDPOINT)
        except Fault:
            self.shut(0)
            raise
        return socket

    def shut(self, linger_ms: int = LINGER_MS) -> None:
        """Close the socket, and with it every connection, without a word. Idempotent."""
        if self.socket is not None:
            self.socket.close(linger=linger_ms)
            self.socket = None
        for inbound in list(self._lines.values()):
            inbound.line.take(Dropped("the connection is gone"))
            self._forget(inbound)

    def stop(self, reason: str) -> None:
        for inbound in list(self._lines.values()):
            inbound.line.bye("stopping", reason)
        self.shut()

    def send(self, identity: bytes, frame: bytes) -> bool:
        """False when the other side is gone, or takes nothing any more."""
        try:
            if self.socket is not None:
                self.socket.send_multipart([identity, frame], zmq.NOBLOCK)
        except zmq.ZMQError:
            return False
        return True

    # -- frames ----------------------------------------------------------------------------------------------------------------

    def drain(self) -> None:
        """Take what has come, a bounded part at a time, fairly from all."""
        taken = 0
        for _ in range(DRAIN_FRAMES):
            if self.socket is None or taken > DRAIN_BYTES:
                return
            try:
                identity, *frames = self.socket.recv_multipart(zmq.NOBLOCK, copy=False)
            except zmq.Again:
                return
            if frames:
                key = bytes.fromhex(str(frames[0].get("User-Id")))
                frame = frames[0].bytes if len(frames) == 1 else b""  # more than one part is no message: an empty frame is bad too
                taken += len(frame)
                self._take(identity.bytes, key, frame, frames[0])

    def _take(self, identity: bytes, key: bytes, frame: bytes, part: zmq.Frame) -> None:
        inbound = self._lines.get(identity)
        if inbound is not None and inbound.key == key:
            inbound.line.take(Received(frame))
        elif identity in self._ended:
            self.record(key).refused["after the end"] += 1
        else:
            self._meet(identity, key, frame, str(part.get("Peer-Address")))

    def _meet(self, identity: bytes, key: bytes, frame: bytes, address: str) -> None:
        """The first frame of a connection."""
        standing = self._gate.standing(key)
        if isinstance(standing, Grant):
            if self._desk.now_ms() < self.record(key).barred_until_ms:
                self._turn_away(identity, key, Denied("barred", "too many bad frames came from this key; it is heard again in a while"))
                return
            inbound = self._accept(identity, key, standing, address)
            inbound.line.take(self._house.greeting(standing))
            inbound.line.take(Received(frame))
        elif isinstance(standing, Invited):
            self._enrol(identity, standing, frame)
        else:
            self._turn_away(identity, key, standing or Denied(UNENROLLED, "this key is not enrolled here; ask for a token"))

    def _accept(self, identity: bytes, key: bytes, grant: Grant, address: str) -> _Inbound:
        earlier = self._by_key.get(key)
        if earlier is not None:
            earlier.line.take(Dropped("it connected anew"))
            self._end(earlier.identity)  # what is still on its way over that connection must not displace this one
            self._forget(earlier)
        record = self.record(key)
        record.endpoint, record.peer = address, grant.origin.hex()
        record.name, record.role, record.area = grant.name, grant.role, grant.area
        inbound = _Inbound(self, identity, key, grant)
        inbound.line = Line(self._house.begin(grant), grant.origin, record, inbound, self._desk)
        self._lines[identity] = self._by_key[key] = inbound
        return inbound

    def _enrol(self, identity: bytes, invited: Invited, frame: bytes) -> None:
        try:
            message = wire.decode(frame)
        except WireError as error:
            self._turn_away(identity, invited.key, Denied(error.code, error.text))
            return
        answer = (
            self._house.enrol(invited, message)
            if isinstance(message, Enrol)
            else Refused("unexpected", "a token can only be used to enrol")
        )
        if isinstance(answer, Refused):
            self._turn_away(identity, invited.key, Denied(answer.code, answer.reason))
        else:
            self.send(identity, wire.encode(answer))
            self.records.pop(invited.key, None)
            self._end(identity)

    def _turn_away(self, identity: bytes, key: bytes, denied: Denied) -> None:
        """Say why, read nothing more."""
        record = self.record(key)
        record.refused[denied.code] += 1
        record.become(State.REFUSED, denied.reason, self._desk.now_ms())
        self.send(identity, wire.encode(Refused(denied.code, denied.reason)))
        self._end(identity)

    # -- who is here -------------------------------------------------------------------------------------------------------------

    def allow(self, key: bytes, address: str) -> bool:
        """The ZAP handler's question."""
        if self._gate.known(key):
            return True
        record = self.records.setdefault(b"", Record(STRANGERS, "in"))
        record.refused[UNENROLLED] += 1
        record.endpoint = address
        record.become(State.REFUSED, f"key {key.hex()[:12]} at {address} is not enrolled here", self._desk.now_ms())
        return False

    def record(self, key: bytes) -> Record:
        if key not in self.records:
            grant = self._gate.grant_of(key)
            record = Record(f"in:{key.hex()[:24]}", "in", since_ms=self._desk.now_ms())
            if grant is not None:
                record.peer, record.name, record.role, record.area = grant.origin.hex(), grant.name, grant.role, grant.area
            else:
                record.name = f"token {key.hex()[:8]}"
            self.records[key] = record
        return self.records[key]

    def forget(self, reason: str) -> None:
        """Links that ended like this are no loss: they are shown no more."""
        for key, record in list(self.records.items()):
            if record.state is State.GONE and record.reason == reason:
                del self.records[key]

    def lines(self) -> Iterable[Line]:
        return [inbound.line for inbound in self._lines.values()]

    def turn(self, now_ms: int, tick: Tick | None) -> None:
        self._recheck()
        if tick is not None:
            for inbound in list(self._lines.values()):
                inbound.line.tick(tick)
            self._ended = {identity: until for identity, until in self._ended.items() if until > now_ms}

    def _recheck(self) -> None:
        """Trust has changed: end what it no longer covers."""
        if self._trust is self._gate.trust:
            return
        self._trust = self._gate.trust
        for inbound in list(self._lines.values()):
            standing = self._gate.standing(inbound.key)
            if isinstance(standing, Denied):
                self.record(inbound.key).refused[standing.code] += 1
                inbound.line.refuse(standing.code, standing.reason)
            elif standing != inbound.grant:
                inbound.line.bye("changed", "what it was granted has changed; it may connect anew")

    def close_line(self, inbound: _Inbound, *, bar: bool) -> None:
        if bar:
            self.record(inbound.key).barred_until_ms = self._desk.now_ms() + BAR_MS
        self._end(inbound.identity)
        self._forget(inbound)

    def _forget(self, inbound: _Inbound) -> None:
        inbound.line.record.end()
        if self._lines.get(inbound.identity) is inbound:
            del self._lines[inbound.identity]
        if self._by_key.get(inbound.key) is inbound:
            del self._by_key[inbound.key]

    def _end(self, identity: bytes) -> None:
        """ROUTER cannot hang up on one connection: whatever still comes over it is counted and dropped."""
        self._ended[identity] = self._desk.now_ms() + FORGET_MS


class _Inbound:
    """One connection of an enrolled peer: the transport of its line."""

    line: Line

    def __init__(self, listener: Listener, identity: bytes, key: bytes, grant: Grant) -> None:
        self._listener = listener
        self.identity, self.key, self.grant = identity, key, grant

    def send(self, frame: bytes) -> None:
        if not self._listener.send(self.identity, frame):
            self.line.take(Dropped("the connection is gone"))
            self._listener.close_line(self, bar=False)

    def close(self, *, bar: bool) -> None:
        self._listener.close_line(self, bar=bar)
