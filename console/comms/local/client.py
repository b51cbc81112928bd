"""The way from any process of this user to the peer of a data directory. No Qt; used and closed by one thread."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Self

import msgspec
import zmq

from console.comms.local.codec import MAX_MESSAGE_BYTES, decode_from_peer, encode
from console.comms.local.messages import (
    Done,
    Failed,
    FromPeer,
    Hello,
    Message,
    Request,
    Welcome,
)
from console.comms.local.running import Running, alive, running
from console.comms.monitor import take_event
from console.comms.security.keys import read_local_client
from console.errors import Fault, RefusedFault
from console.models.paths import DataDir

HEARTBEAT_MS = 2000
SILENT_MS = 6000
WELCOME_S = 5.0
NEVER_MS = 3_600_000
"""As in `peer.dial`: the socket is closed long before libzmq would reconnect it."""
_GONE = zmq.EVENT_DISCONNECTED | zmq.EVENT_HANDSHAKE_FAILED_AUTH | zmq.EVENT_HANDSHAKE_FAILED_PROTOCOL | zmq.EVENT_CLOSED


class LocalClient:
    """A connection to the running peer. `running`: the process it was made to.

    Raises Fault on construction when no peer runs on this data directory.
    """

    def __init__(self, data_dir: DataDir) -> None:
        found = running(data_dir.running)
        keys = read_local_client(data_dir.keys)
        if found is None or keys is None:
            raise Fault(f"no peer runs on {data_dir.root}. Open the window, or start one with `fengsui node --local --data DIR`.")
        self.running: Running = found
        self._lost = ""
        self._context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
        self._socket = self._context.socket(zmq.DEALER)
        self._monitor = self._socket.get_monitor_socket(_GONE)
        keys.dial(self._socket, bytes.fromhex(found.key))
        self._socket.setsockopt(zmq.LINGER, 0)
        self._socket.setsockopt(zmq.RECONNECT_IVL, NEVER_MS)
        self._socket.setsockopt(zmq.MAXMSGSIZE, MAX_MESSAGE_BYTES)
        self._socket.setsockopt(zmq.HEARTBEAT_IVL, HEARTBEAT_MS)
        self._socket.setsockopt(zmq.HEARTBEAT_TIMEOUT, SILENT_MS)
        self._socket.connect(f"tcp://127.0.0.1:{found.port}")

    @property
    def fd(self) -> int:
        """For a notifier. Edge-triggered: call `receive` again until it gives nothing, and after every `send`."""
        return int(self._socket.getsockopt(zmq.FD))

    @property
    def closed(self) -> bool:
        return bool(self._context.closed)

    @property
    def lost(self) -> bool:
        """The peer ended, or has not been heard for SILENT_MS, or this was closed. It never comes back on this client: make a new one."""
        if self.closed:
            return True
        while not self._lost and self._monitor.poll(0):
            self._lost = str(take_event(self._monitor))
        return bool(self._lost) or not alive(self.running)

    def send(self, message: Message) -> None:
        """Never blocks. Raises Fault when the peer takes nothing."""
        try:
            self._socket.send(encode(message), zmq.NOBLOCK)
        except zmq.Again as error:
            raise Fault(
                "this machine's own peer takes nothing. Start the window again, or the peer with `fengsui node --local`."
            ) from error

    def receive(self, max_messages: int = 200, max_ms: float = 4.0) -> list[FromPeer]:
        """What has arrived, at most so many and for about so long. Never blocks."""
        messages: list[FromPeer] = []
        ends = time.monotonic() + max_ms / 1000
        while len(messages) < max_messages and time.monotonic() < ends:
            try:
                messages.append(decode_from_peer(self._socket.recv(zmq.NOBLOCK)))
            except zmq.Again:
                break
            except msgspec.DecodeError:
                continue  # a kind of message this version does not know
        return messages

    def wait(self, timeout_s: float) -> bool:
        """Block until something can be received; False when `timeout_s` passed first."""
        return bool(self._socket.poll(max(0, int(timeout_s * 1000))))

    def close(self) -> None:
        """Idempotent."""
        if not self.closed:
            self._socket.disable_monitor()
            self._monitor.close(linger=0)
            self._context.destroy(linger=0)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def ask(data_dir: DataDir, request: Callable[[int], Request], timeout_s: float = 30.0) -> Done:
    """Ask the running peer one thing and wait. Raises RefusedFault with its reason, Fault when none runs or it does not answer."""
    with LocalClient(data_dir) as client:
        client.send(request(1))
        answer = _await(client, Done | Failed, timeout_s)
    if isinstance(answer, Failed):
        raise RefusedFault(answer.reason)
    assert isinstance(answer, Done)
    return answer


def look(data_dir: DataDir, timeout_s: float = WELCOME_S) -> Welcome:
    """Who the running peer is and its links now. Raises Fault as `ask` does."""
    with LocalClient(data_dir) as client:
        client.send(Hello())
        answer = _await(client, Welcome, timeout_s)
    assert isinstance(answer, Welcome)
    return answer


def _await(client: LocalClient, kind: object, timeout_s: float) -> FromPeer:
    ends = time.monotonic() + timeout_s
    while (left := ends - time.monotonic()) > 0:
        client.wait(min(left, 0.2))
        lost = client.lost  # asked before the last look: what came before the end still counts
        for message in client.receive():
            if isinstance(message, kind):  # type: ignore[arg-type]
                return message
        if lost:
            raise Fault("this machine's own peer ended before it answered. Its log is peer.log in the data directory.")
    raise Fault(f"this machine's own peer did not answer within {timeout_s:g} s. Its log is peer.log in the data directory.")
