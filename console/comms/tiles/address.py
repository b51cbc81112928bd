"""The address of an online source, as an operator enters it."""

from __future__ import annotations

import re
from urllib.parse import urlsplit, urlunsplit

from console.errors import Fault

MAX_LENGTH = 2000
_PLACE = re.compile(r"\{[^{}]*\}")
_KNOWN = {"{z}", "{x}", "{y}", "{-y}"}
_HOST = re.compile(r"[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\]")


def checked_template(text: str) -> str:
    """Raises Fault unless it is http(s) with {z}, {x} and {y} (or {-y}, rows counted from the south)."""
    template = checked_address(text)
    places = set(_PLACE.findall(template))
    if not places <= _KNOWN or not {"{z}", "{x}"} <= places or len(places & {"{y}", "{-y}"}) != 1:
        raise Fault("an address of tiles needs z, x and y (or -y) in braces, and nothing else in braces.")
    return template


def checked_address(text: str) -> str:
    """Raises Fault unless it is an address of http or https without a password in it."""
    address = text.strip()
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if parts.scheme not in ("http", "https") or len(address) > MAX_LENGTH or not address.isprintable() or " " in address:
        raise Fault("an address of an online map begins with http:// or https:// and has no blanks.")
    host = f"[{parts.hostname}]" if parts.hostname and ":" in parts.hostname else parts.hostname or ""
    if not _HOST.fullmatch(host) or port == 0 or parts.username is not None or parts.password is not None:
        raise Fault("an address of an online map names a host, and no user or password before it; a key goes where the service wants it.")
    return address


def url_of(template: str, zoom: int, column: int, row: int) -> str:
    held = {"{z}": zoom, "{x}": column, "{y}": row, "{-y}": (1 << zoom) - 1 - row}
    return _PLACE.sub(lambda found: str(held[found[0]]), template)


def shown(address: str) -> str:
    """Without what may be a key: for the screen, logs and reasons."""
    parts = urlsplit(address)
    return urlunsplit((parts.scheme, parts.netloc, parts.path, "…" if parts.query else "", ""))
