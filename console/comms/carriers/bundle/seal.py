"""Sealing and opening the parts of one volume: X25519, HKDF-SHA256, ChaCha20-Poly1305 (see `layout`)."""

from __future__ import annotations

import hashlib
from enum import IntEnum
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from console.comms.carriers.bundle.layout import Head, beginning
from console.comms.security.keys import CurvePair
from console.models.event import Origin

_INFO = b"fengsui bundle 1"


class Part(IntEnum):
    ABOUT = 1
    RECORD = 2
    CONTENTS = 3
    SIGNATURE = 4


class Broken(Exception):
    """A part does not open: altered, or sealed with another key."""


class Seal:
    """The key of one volume."""

    def __init__(self, agreed: bytes, bound: bytes) -> None:
        key = HKDF(SHA256(), 32, hashlib.sha256(bound).digest(), _INFO).derive(agreed)
        self._cipher = ChaCha20Poly1305(key)

    def close(self, part: Part, number: int, content: bytes) -> bytes:
        return self._cipher.encrypt(_nonce(part, number), content, None)

    def open(self, part: Part, number: int, sealed: bytes) -> bytes:
        """Raises Broken."""
        try:
            return self._cipher.decrypt(_nonce(part, number), sealed, None)
        except InvalidTag as error:
            raise Broken from error


class Begun(NamedTuple):
    """A volume's beginning, and the seal for what follows."""

    beginning: bytes
    seal: Seal


def begin(receiver: Origin, key: bytes) -> Begun:
    """A new volume for the peer with this CURVE public key. Raises ValueError when that is no usable key."""
    once = X25519PrivateKey.generate()
    bound = beginning(Head(receiver, key, once.public_key().public_bytes_raw()))
    return Begun(bound, Seal(once.exchange(X25519PublicKey.from_public_bytes(key)), bound))


def resume(head: Head, bound: bytes, pair: CurvePair) -> Seal:
    """As the receiver, who has the secret half of `head.key`. Raises Broken when the one-time key is none."""
    try:
        agreed = X25519PrivateKey.from_private_bytes(pair.secret).exchange(X25519PublicKey.from_public_bytes(head.once))
    except ValueError as error:
        raise Broken from error
    return Seal(agreed, bound)


def _nonce(part: Part, number: int) -> bytes:
    return part.to_bytes(4, "big") + number.to_bytes(8, "big")
