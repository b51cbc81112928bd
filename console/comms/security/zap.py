"""The ZAP handler: libzmq asks it about every handshake, and it answers from the peer's own thread.

Spoken as in ZeroMQ RFC 27 on `inproc://zeromq.zap.01`. It is not a thread of its own: the peer's loop calls `answer()` when the
socket is readable, so that whom the journal trusts and who may connect are one fact.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import zmq

ENDPOINT = "inproc://zeromq.zap.01"
_VERSION = b"1.0"
_PARTS = 7

Allow = Callable[[bytes, str], bool]
"""`allow(public_key, address)`: whether this CURVE key may connect. Called once a handshake."""


class ZapHandler:
    """`domains`: ZAP domain -> who may connect there. The user id of an allowed connection is its public key in hex."""

    def __init__(self, context: zmq.Context[zmq.Socket[bytes]], domains: Mapping[str, Allow]) -> None:
        self.socket = context.socket(zmq.ROUTER)
        self.socket.bind(ENDPOINT)
        self._domains = dict(domains)

    def answer(self) -> None:
        """Answer every question that waits."""
        while True:
            try:
                parts = self.socket.recv_multipart(zmq.NOBLOCK)
            except zmq.Again:
                return
            self._answer(parts)

    def _answer(self, parts: list[bytes]) -> None:
        if b"" not in parts:
            return
        start = parts.index(b"") + 1
        route, question = parts[:start], parts[start:]
        if len(question) < _PARTS or question[0] != _VERSION:
            return
        _, request_id, domain, address, _, mechanism, key, *_ = question
        allow = self._domains.get(domain.decode("ascii", "replace"))
        allowed = mechanism == b"CURVE" and allow is not None and allow(key, address.decode("ascii", "replace"))
        status = [b"200", b"OK", key.hex().encode("ascii"), b""] if allowed else [b"400", b"not enrolled", b"", b""]
        self.socket.send_multipart([*route, _VERSION, request_id, *status], zmq.NOBLOCK)

    def close(self) -> None:
        self.socket.close(linger=0)
