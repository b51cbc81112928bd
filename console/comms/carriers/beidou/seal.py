"""The envelope of a message: who may have written it, that it was not altered, and that it is not an old one again."""

from __future__ import annotations

import hashlib
import hmac
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import ChaCha20
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from console.models.event import Origin

VERSION = 1
NUMBER_BYTES, MAC_BYTES = 3, 4
OVERHEAD_BYTES = 1 + NUMBER_BYTES + MAC_BYTES
MAX_NUMBER = (1 << (8 * NUMBER_BYTES)) - 1
WINDOW = 64
"""How far behind the newest a message may come and still be told from one heard before."""
_ASKS = 0x01
_KEY_BYTES = 32


class SealError(Exception):
    """`code`: version, mac or replay."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Opened(NamedTuple):
    number: int
    asks: bool
    body: bytes


class Key(NamedTuple):
    """For one direction between two peers."""

    cipher: bytes
    mac: bytes

    def seal(self, number: int, body: bytes, *, asks: bool) -> bytes:
        """`asks`: for an acknowledgement. A number must not be used twice with one key."""
        said = bytes([VERSION << 4 | (_ASKS if asks else 0)]) + number.to_bytes(NUMBER_BYTES, "big") + self._crypt(number, body)
        return said + self._mac(said)

    def open(self, content: bytes) -> Opened:
        """Raises SealError: of another version, or not made with this key."""
        if len(content) < OVERHEAD_BYTES or content[0] >> 4 != VERSION:
            raise SealError("version")
        said, mac = content[:-MAC_BYTES], content[-MAC_BYTES:]
        if not hmac.compare_digest(self._mac(said), mac):
            raise SealError("mac")
        number = int.from_bytes(said[1 : 1 + NUMBER_BYTES], "big")
        return Opened(number, bool(said[0] & _ASKS), self._crypt(number, said[1 + NUMBER_BYTES :]))

    def _mac(self, said: bytes) -> bytes:
        return hmac.digest(self.mac, said, hashlib.sha256)[:MAC_BYTES]

    def _crypt(self, number: int, body: bytes) -> bytes:
        encryptor = Cipher(ChaCha20(self.cipher, bytes(4) + number.to_bytes(12, "big")), mode=None).encryptor()
        return encryptor.update(body)


class Keys(NamedTuple):
    """Between this peer and another."""

    out: Key
    into: Key


def keys_between(own_secret: bytes, own: Origin, other_public: bytes, other: Origin) -> Keys | None:
    """From the CURVE keys of both (32 bytes each); None when the other's key is no key."""
    try:
        shared = X25519PrivateKey.from_private_bytes(own_secret).exchange(X25519PublicKey.from_public_bytes(other_public))
    except ValueError:
        return None
    return Keys(_derive(shared, own, other), _derive(shared, other, own))


def _derive(shared: bytes, sender: Origin, receiver: Origin) -> Key:
    info = b"fengsui short message 1" + sender + receiver
    material = HKDF(SHA256(), 2 * _KEY_BYTES, salt=None, info=info).derive(shared)
    return Key(material[:_KEY_BYTES], material[_KEY_BYTES:])


class Heard(NamedTuple):
    """The replay guard of one direction. A value. `newest`: the highest number taken; `bits`: bit i for `newest - i`."""

    newest: int = 0
    bits: int = 0

    def holds(self, number: int) -> bool:
        """Taken already, or too old to be told from what was."""
        behind = self.newest - number
        return behind >= 0 and (behind >= WINDOW or bool(self.bits >> behind & 1))

    def with_number(self, number: int) -> Heard:
        if number > self.newest:
            bits = (self.bits << (number - self.newest) | 1) & ((1 << WINDOW) - 1) if number - self.newest < WINDOW else 1
            return Heard(number, bits)
        return Heard(self.newest, self.bits | 1 << (self.newest - number))
