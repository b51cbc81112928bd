"""Bytes of the local messages: msgpack, told apart by their tag."""

from __future__ import annotations

import msgspec

from console.comms.local.messages import FromPeer, FromWindow, Message

MAX_MESSAGE_BYTES = 64 * 1024 * 1024
"""Bound of one local message: both ends are this user's own processes."""

DOMAIN = "local"

_encoder = msgspec.msgpack.Encoder()
_from_window: msgspec.msgpack.Decoder[FromWindow] = msgspec.msgpack.Decoder(FromWindow)
_from_peer: msgspec.msgpack.Decoder[FromPeer] = msgspec.msgpack.Decoder(FromPeer)


def encode(message: Message) -> bytes:
    return _encoder.encode(message)


def decode_from_window(frame: bytes) -> FromWindow:
    """Raises msgspec.DecodeError."""
    return _from_window.decode(frame)


def decode_from_peer(frame: bytes) -> FromPeer:
    """Raises msgspec.DecodeError."""
    return _from_peer.decode(frame)
