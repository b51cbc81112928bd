"""Who a peer is: its Ed25519 signing key, and the 16-byte origin derived from it.

The library that signs is loaded when something is signed or checked: a window and other readers do neither.
"""

from __future__ import annotations

import hashlib
import os

from console.models.event import ORIGIN_BYTES, Origin

OWNED_PREFIX_CHARS = 12
PRIVATE_KEY_BYTES = 32


def origin_of(public_key: bytes) -> Origin:
    return hashlib.sha256(public_key).digest()[:ORIGIN_BYTES]


def owned_subject(origin: Origin, local: str) -> str:
    """The id of a thing that belongs to one peer: `<12 hex of its origin>:<local id>`. Only that peer may speak for it."""
    return f"{origin.hex()[:OWNED_PREFIX_CHARS]}:{local}"


class Signer:
    """A private Ed25519 key (32 raw bytes) and what is derived from it."""

    def __init__(self, private_key: bytes) -> None:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        self._key = Ed25519PrivateKey.from_private_bytes(private_key)
        self.private_key = private_key
        self.public_key = self._key.public_key().public_bytes_raw()
        self.origin = origin_of(self.public_key)

    @classmethod
    def generate(cls) -> Signer:
        return cls(os.urandom(PRIVATE_KEY_BYTES))

    def __repr__(self) -> str:
        return f"Signer({self.origin.hex()})"

    def sign(self, message: bytes) -> bytes:
        return self._key.sign(message)


def signature_ok(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether `signature` is by the owner of `public_key`; False for anything malformed."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True
