"""Which card belongs to which enrolled peer, as each of them declared it. On the peer's thread."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import NamedTuple

from console.comms.carriers.beidou.packing import PREFIX_BYTES
from console.models.event import Origin
from console.models.identity import owned_subject
from console.models.trust import Grant, Trust

_SELECT = "SELECT id, card FROM station WHERE card <> '' ORDER BY id"
_STATION = "station"


class Carded(NamedTuple):
    grant: Grant
    number: str


class Registry:
    """`cards`: by origin, of peers that may speak and have a key; `own_number`: as this peer declared it last."""

    def __init__(self, connection: sqlite3.Connection, own: Origin) -> None:
        self._connection, self._own = connection, own
        self.own_subject = owned_subject(own, _STATION)
        self.own_number = ""
        self.cards: dict[Origin, Carded] = {}
        self._as_of: tuple[Trust, list[tuple[str, str]]] | None = None
        self._by_prefix: dict[bytes, Origin | None] = {}

    def look(self, trust: Trust) -> bool:
        """Read again who has which card; whether anything changed."""
        rows = self._connection.execute(_SELECT).fetchall()
        if self._as_of is not None and self._as_of[0] is trust and self._as_of[1] == rows:
            return False
        self._as_of = (trust, rows)
        numbers = dict(rows)
        self.own_number = numbers.pop(self.own_subject, "")
        able = [grant for grant in trust.grants.values() if grant.origin != self._own and not grant.revoked_hlc and grant.curve_key]
        stations = {owned_subject(grant.origin, _STATION): grant for grant in able}
        self.cards = {stations[id_].origin: Carded(stations[id_], number) for id_, number in numbers.items() if id_ in stations}
        self._by_prefix = _by_prefix(trust.grants)
        return True

    def author(self, prefix: bytes) -> Origin | None:
        """The one enrolled peer whose origin begins with these 6 bytes."""
        return self._by_prefix.get(prefix)

    def upstreams(self, nearest: Iterable[Origin]) -> frozenset[Origin]:
        """Of the nodes above those to write to: the nearest with a card, else any node with one that is believed here as such."""
        assert self._as_of is not None  # look() came first
        near = frozenset(origin for origin in nearest if origin in self.cards)
        if near:
            return near
        trust = self._as_of[0]
        return frozenset(origin for origin, carded in self.cards.items() if trust.is_root(origin) and carded.grant.role == "node")


def _by_prefix(origins: Iterable[Origin]) -> dict[bytes, Origin | None]:
    """None where two begin alike."""
    found: dict[bytes, Origin | None] = {}
    for origin in origins:
        prefix = origin[:PREFIX_BYTES]
        found[prefix] = None if prefix in found else origin
    return found
