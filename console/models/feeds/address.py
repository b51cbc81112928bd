"""Addresses of feeds: what may be opened, and how names and passwords are kept out of what is stored and said.

An address in an event, a log or a message never holds a secret: `taken_apart` gives the address without user, password and the parameters
that hold such (cameras often have them in the query), and the secrets apart; `joined` puts them together for who opens it.
"""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

import msgspec

from console.errors import Fault

SCHEMES = ("rtsp", "rtsps", "http", "https", "udp", "file")
MAX_CHARS = 2000
_SECRET = re.compile(
    r"(?i)^(user(name)?|usr|login|account|pwd|pass(word|wd)?|psw|token|access_?token|auth|authkey|key|secret|sign(ature)?)$"
)
_PLAIN = re.compile(
    r"(?P<scheme>(?:rtsp|http)s?://)(?:(?P<user>[A-Za-z0-9._~-]*):(?P<password>[A-Za-z0-9._~!$*+,;=-]*)@)?"
    r"(?P<rest>(?P<server>[a-z0-9][a-z0-9.-]*)(?::[1-9][0-9]{0,3})?(?:/[A-Za-z0-9._/-]*)?)"
)
"""Most of a large table: nothing to take out but what stands plainly before the server, and not worth the time of reading it in full."""
_UNPRINTABLE = re.compile(r"[\x00-\x20\x7f\\]")
_IN_TEXT = re.compile(r"(?i)([a-z][a-z0-9+.-]*://)([^/\s@]*@)?([^\s?'\"]*)(\?[^\s'\"]*)?")


class Secrets(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is kept apart of one address. `query`: parameters that hold secrets; `servers`: the machines that they were given for, and these alone
    are told them (none: any)."""

    user: str = ""
    password: str = ""
    query: dict[str, str] = {}
    servers: list[str] = []

    def __bool__(self) -> bool:
        return bool(self.user or self.password or self.query)

    def __repr__(self) -> str:
        return "Secrets(...)"


class Address(NamedTuple):
    """`url`: without secrets; "" for none given."""

    url: str
    secrets: Secrets = Secrets()


def taken_apart(text: str) -> Address:
    """Raises Fault (that does not repeat the address) for what must not or cannot be opened."""
    text = text.strip()
    if not text:
        return Address("")
    plain = _PLAIN.fullmatch(text) if len(text) <= MAX_CHARS else None
    if plain is None:
        return _read_in_full(text)
    scheme, user, password, rest, _ = plain.groups()
    return Address(scheme + rest, Secrets(user, password)) if user or password else Address(scheme + rest)


def server_of(url: str) -> str:
    """Of an address as `taken_apart` gives it; "" where there is none."""
    plain = _PLAIN.fullmatch(url)
    return plain["server"] if plain else urlsplit(url).hostname or ""


def _read_in_full(text: str) -> Address:
    if len(text) > MAX_CHARS:
        raise Fault(f"The address is longer than {MAX_CHARS} characters.")
    if _UNPRINTABLE.search(text):
        raise Fault("The address holds a blank or a character that no address may have: write it as %20 and the like.")
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise Fault("The address cannot be read. If its password holds one of / # ? [ ], write these as %2F %23 %3F %5B %5D.") from None
    scheme = parts.scheme.lower()
    if scheme not in SCHEMES:
        raise Fault(f"The address must begin with one of {', '.join(f'{name}://' for name in SCHEMES)}.")
    if scheme == "file":
        return Address(_file(parts))
    if scheme == "udp":
        return Address(_udp(parts, port))
    return _remote(scheme, parts, port)


def _file(parts: SplitResult) -> str:
    if parts.netloc or not parts.path.startswith("/") or parts.query or parts.fragment:
        raise Fault("A file is given as file:///folder/name, on this machine.")
    return urlunsplit(("file", "", parts.path, "", ""))


def _udp(parts: SplitResult, port: int | None) -> str:
    if port is None:
        raise Fault("A UDP address needs a port: udp://@:5000 or udp://@239.1.2.3:5000.")
    return f"udp://@{_bracketed(parts.hostname or '')}:{port}"


def _remote(scheme: str, parts: SplitResult, port: int | None) -> Address:
    if "@" in parts.path + parts.fragment and "@" not in parts.netloc:
        raise Fault("The address cannot be read. If its password holds one of / # ?, write these as %2F %23 %3F; an @ elsewhere as %40.")
    host = parts.hostname or ""
    if not host:
        raise Fault("The address names no server.")
    kept, query = [], {}
    for name, value in parse_qsl(parts.query, keep_blank_values=True):
        if _SECRET.match(name):
            query[name] = value
        else:
            kept.append((name, value))
    netloc = _bracketed(host) + ("" if port is None else f":{port}")
    url = urlunsplit((scheme, netloc, parts.path, parts.query if not query else urlencode(kept), ""))
    return Address(url, Secrets(unquote(parts.username or ""), unquote(parts.password or ""), query))


def joined(url: str, secrets: Secrets) -> str:
    """The address to open. Never to be stored or said. Without the secrets where it is of another server than they were given for: a feed's
    address is anybody's to change who may write feeds."""
    if not secrets or not url:
        return url
    parts = urlsplit(url)
    if secrets.servers and parts.hostname not in secrets.servers:
        return url
    netloc = parts.netloc
    if secrets.user or secrets.password:
        netloc = f"{quote(secrets.user, safe='')}:{quote(secrets.password, safe='')}@{netloc}"
    query = "&".join(filter(None, (parts.query, urlencode(secrets.query))))
    return urlunsplit((parts.scheme, netloc, parts.path, query, ""))


def scrubbed(text: str) -> str:
    """What some library said, without what an address in it may hold of secrets."""
    return _IN_TEXT.sub(lambda found: found[1] + found[3] + ("?..." if found[4] else ""), text)


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
