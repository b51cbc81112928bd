"""Bytes of the local messages: msgpack, told apart by their tag."""

from __future__ import annotations

from typing import TypeVar

import msgspec

from console.comms.local.messages import FromPeer, FromWindow, Message

MAX_MESSAGE_BYTES = 64 * 1024 * 1024
"""Bound of one local message: both ends are this user's own processes."""

DOMAIN = "local"
T = TypeVar("T")

_encoder = msgspec.msgpack.Encoder()
_from_window: msgspec.msgpack.Decoder[FromWindow] = msgspec.msgpack.Decoder(FromWindow)
_from_peer: msgspec.msgpack.Decoder[FromPeer] = msgspec.msgpack.Decoder(FromPeer)


def encode(message: Message) -> bytes:
    return _encoder.encode(message)


def decode_from_window(frame: bytes) -> FromWindow:
    """Raises msgspec.DecodeError, whatever the bytes."""
    return _decoded(_from_window, frame)


def decode_from_peer(frame: bytes) -> FromPeer:
    """Raises msgspec.DecodeError, whatever the bytes."""
    return _decoded(_from_peer, frame)


def _decoded(decoder: msgspec.msgpack.Decoder[T], frame: bytes) -> T:
    try:
        return decoder.decode(frame)
    except (UnicodeDecodeError, OverflowError, RecursionError) as error:  # which msgspec lets through
        raise msgspec.DecodeError(str(error)[:200]) from error
