"""What a peer says of itself on the local network, and how what others say there is read.

The service is `_fengsui._tcp.local.`; its instance is the first 16 hex digits of the origin, so that no name of a person, place or machine is said in
clear. The TXT record (RFC 6763 section 6) holds, each value in ASCII::

    v  1: the version of this record; another one is not read
    o  origin, 32 hex digits
    k  CURVE public key, 64 hex digits
    r  role     a  area (GB/T 2260)
    d  trust domains, 16 hex digits each, comma between: who vouched for this peer, and who above
    l  1 when it leads, else 0

Anybody can say anything here. A hint says where to try; who is there is settled by CURVE with the key that an enrolment gave.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from console.comms.interest import ROLES
from console.models.event import ORIGIN_BYTES, Origin, valid_area

SERVICE = "_fengsui._tcp.local."
VERSION = "1"
KEY_BYTES = 32
MAX_TXT_BYTES = 1300
"""RFC 6763 section 6.2: what still fits one packet of an Ethernet."""
MAX_VALUE_BYTES = 255
MAX_DOMAINS = 8
MAX_ADDRESSES = 6
MAX_PORT = 65535
_INSTANCE_CHARS = 16
_DOMAIN = re.compile(r"[0-9a-f]{16}")
_HEX = re.compile(r"[0-9a-f]*")


class Announcement(NamedTuple):
    """What this peer says. `port`: where it listens, on every address of the machine; `key`: CURVE public key; `leads`: units around are
    to prefer it."""

    origin: Origin
    key: bytes
    role: str
    area: str
    domains: frozenset[str]
    leads: bool
    port: int

    @property
    def instance(self) -> str:
        """The full name of the service."""
        return f"{self.origin.hex()[:_INSTANCE_CHARS]}.{SERVICE}"

    @property
    def host(self) -> str:
        return f"fengsui-{self.origin.hex()[:_INSTANCE_CHARS]}.local."

    def txt(self) -> dict[str, str]:
        return {
            "v": VERSION,
            "o": self.origin.hex(),
            "k": self.key.hex(),
            "r": self.role,
            "a": self.area,
            "d": ",".join(sorted(self.domains)[:MAX_DOMAINS]),
            "l": "1" if self.leads else "0",
        }


class Hint(NamedTuple):
    """What somebody said to be, and where. `instance`: the name it was said under; `endpoints`: such as tcp://10.1.2.3:7650, 1 to MAX_ADDRESSES."""

    instance: str
    origin: Origin
    key: bytes
    role: str
    area: str
    domains: frozenset[str]
    leads: bool
    endpoints: tuple[str, ...]


class NoHint(ValueError):
    """What was heard cannot be read; why, for the log."""


def domain_of(sign_key: bytes) -> str:
    """The trust domain of a node that vouches for peers: 16 hex digits of its Ed25519 public key's SHA-256."""
    return hashlib.sha256(b"fengsui domain\0" + sign_key).hexdigest()[:16]


def parse(instance: str, txt: Mapping[bytes, bytes | None], addresses: Sequence[str], port: int | None) -> Hint:
    """Raises NoHint. `addresses`: IPv4 in dotted form, as `networks.nearby` gives them."""
    if sum(len(key) + len(value or b"") + 2 for key, value in txt.items()) > MAX_TXT_BYTES:
        raise NoHint("the record is too long")
    if _text(txt, b"v") != VERSION:
        raise NoHint("another version")
    role, area = _text(txt, b"r"), _text(txt, b"a")
    if role not in ROLES or not valid_area(area):
        raise NoHint("no role or area")
    endpoints = _endpoints(addresses, port)
    origin, key = _hex(txt, b"o", ORIGIN_BYTES), _hex(txt, b"k", KEY_BYTES)
    return Hint(instance, origin, key, role, area, _domains(txt), _text(txt, b"l") == "1", endpoints)


def _text(txt: Mapping[bytes, bytes | None], key: bytes) -> str:
    value = txt.get(key) or b""
    if len(value) > MAX_VALUE_BYTES or not value.isascii():
        raise NoHint(f"{key.decode()} is not short ASCII")
    return value.decode("ascii")


def _hex(txt: Mapping[bytes, bytes | None], key: bytes, length: int) -> bytes:
    text = _text(txt, key)
    if len(text) != 2 * length or _HEX.fullmatch(text) is None:
        raise NoHint(f"{key.decode()} is not {length} bytes in hex")
    return bytes.fromhex(text)


def _domains(txt: Mapping[bytes, bytes | None]) -> frozenset[str]:
    domains = _text(txt, b"d").split(",")
    if len(domains) > MAX_DOMAINS or any(_DOMAIN.fullmatch(domain) is None for domain in domains):
        raise NoHint("no trust domain")
    return frozenset(domains)


def _endpoints(addresses: Sequence[str], port: int | None) -> tuple[str, ...]:
    if port is None or not 0 < port <= MAX_PORT:
        raise NoHint("no port")
    if not addresses:
        raise NoHint("no address of a local network")
    return tuple(f"tcp://{address}:{port}" for address in addresses[:MAX_ADDRESSES])
