"""Tokens: one line of text that lets one peer enrol with one node, once.

`FS1.` and then base32 of msgpack [endpoints, CURVE key of the node, signing key of the node, name of the node, role, area,
expiry (UTC ms), one-time CURVE secret key] and four bytes of SHA-256 over it, so that a mistyped token is told from a wrong one. Case,
spaces, dashes and line breaks do not matter.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from typing import Annotated

import msgspec
from msgspec import Meta

from console.comms.security.keys import CurvePair
from console.comms.wire import Area, Code, KeyBytes, Millis, Name
from console.errors import RefusedFault
from console.models.form import ready

PREFIX = "FS1."
MAX_CHARS = 4096
_CHECK_BYTES = 4


class Token(msgspec.Struct, frozen=True, array_like=True):
    """`secret`: one-time CURVE secret key; its public key is the invite's id."""

    endpoints: Annotated[list[Annotated[str, Meta(max_length=200)]], Meta(min_length=1, max_length=8)]
    node_key: KeyBytes
    node_sign_key: KeyBytes
    node_name: Name
    role: Code
    area: Area
    expires_ms: Millis
    secret: KeyBytes

    def __repr__(self) -> str:
        return f"Token({self.role}, {self.area}, of {self.node_name})"

    @property
    def pair(self) -> CurvePair:
        return CurvePair.of_secret(self.secret)


def encode_token(token: Token) -> str:
    content = msgspec.msgpack.encode(token)
    check = hashlib.sha256(content).digest()[:_CHECK_BYTES]
    return PREFIX + base64.b32encode(content + check).decode("ascii").rstrip("=")


def decode_token(text: str) -> Token:
    """Raises RefusedFault that says what is wrong with it."""
    compact = "".join(text.split()).replace("-", "").upper()
    if not compact.startswith(PREFIX):
        raise RefusedFault(f"this is not a token: a token begins with {PREFIX} Copy the whole line that `fengsui enrol` printed.")
    digits = compact[len(PREFIX) :]
    if len(digits) > MAX_CHARS:
        raise RefusedFault("this is too long for a token. Copy only the line that `fengsui enrol` printed.")
    try:
        content = base64.b32decode(digits + "=" * (-len(digits) % 8))
    except (binascii.Error, ValueError) as error:
        raise RefusedFault("the token is mistyped: it holds a character that no token has. Copy it again.") from error
    whole = base64.b32encode(content).decode("ascii").rstrip("=") == digits.rstrip("=")  # its last character has bits to spare
    content, check = content[:-_CHECK_BYTES], content[-_CHECK_BYTES:]
    if not whole or hashlib.sha256(content).digest()[:_CHECK_BYTES] != check:
        raise RefusedFault("the token is mistyped or not whole: its check digits do not match. Copy it again.")
    try:
        return msgspec.msgpack.decode(content, type=ready(Token))
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise RefusedFault(f"the token was made by another version of this program ({error}).") from error
