"""What the links workspace shows: links, the peers they lead to, and what those run on. No Qt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import peewee as pw

from console.comms.local.messages import Link
from console.models.event import LANES_BY_URGENCY
from console.models.identity import owned_subject
from console.models.state.tables import Peer, Station
from console.views.i18n import tr, word
from console.views.reasons import said
from console.views.tables.columns import folded
from console.views.tables.names import name_of, peer_names

ROLES = ("unit", "console", "node", "gateway")
HOURS_MAX = 168
HARMLESS = ("duplicate", "gap")
"""Reasons that are the ordinary course of two peers catching up with each other: counted, not marked."""
NEAR, LOCAL_NETWORK = "near:", "lan"
"""How the id of a link begins that was made to a peer found on the local network (`console.comms.peer.dialler`)."""
AT_WORK = ("online", "slow")
"""Link states over which events pass."""
TROUBLE_ORDER = ("refused", "silent", "slow", "connecting", "gone", "online")
"""How the state column sorts: what needs a person first."""

Lanes = tuple[int, ...]
"""One number for each of LANES_BY_URGENCY."""


@dataclass(frozen=True)
class StationRow:
    """What a peer's machine runs on, as it said last."""

    id: str
    saving: bool
    card: str


@dataclass(frozen=True)
class LinkRow:
    """One link. `waiting`: events that the other side is not known to hold; `lacking`: events that it has for us; `oldest_ms`: when the
    oldest that waits was said. `in_step_ms`: when both last had nothing left for each other. `battery`: per cent, None on mains or
    unknown."""

    id: str
    search: str
    peer: str
    name: str
    role: str
    area: str
    endpoint: str
    direction: str
    carrier: str
    state: str
    since_ms: int
    heard_ms: int | None
    delay_ms: float | None
    waiting: Lanes
    lacking: Lanes
    oldest_ms: int | None
    in_step_ms: int | None
    battery: int | None
    saving: bool
    card: str
    leads: bool
    sent: int
    received: int
    refused: tuple[tuple[str, int], ...]
    reason: str

    @property
    def in_step(self) -> bool:
        """Now, as far as both sides have said."""
        return self.state in AT_WORK and self.in_step_ms is not None and not any(self.waiting) and not any(self.lacking)


@dataclass(frozen=True)
class PeerRow:
    id: str
    search: str
    name: str
    role: str
    area: str
    revoked: bool
    why: str
    enrolled_by: str


def link_rows(links: Sequence[Link], stations: Mapping[str, StationRow] | None = None) -> list[LinkRow]:
    return [_link_row(link, (stations or {}).get(station_of(link.peer))) for link in links]


def _link_row(link: Link, station: StationRow | None) -> LinkRow:
    words = (word("role", link.role), word("link_state", link.state), word("carrier", carrier_of(link)))
    return LinkRow(
        id=link.id,
        search=folded(_name(link), link.peer, *words, link.area, link.endpoint, said(link.reason)),
        peer=link.peer,
        name=_name(link),
        role=link.role,
        area=link.area,
        endpoint=link.endpoint,
        direction=link.direction,
        carrier=carrier_of(link),
        state=link.state,
        since_ms=link.since_ms,
        heard_ms=link.heard_ms,
        delay_ms=link.delay_ms,
        waiting=by_urgency(link.waiting),
        lacking=by_urgency(link.lacking),
        oldest_ms=min(link.oldest_ms.values(), default=None),
        in_step_ms=link.in_step_ms,
        battery=link.battery,
        saving=station is not None and station.saving,
        card="" if station is None else station.card,
        leads=link.leads,
        sent=link.sent,
        received=link.received,
        refused=tuple(sorted(link.refused.items())),
        reason=said(link.reason),
    )


def carrier_of(link: Link) -> str:
    """By what it is reached: a link to a peer found nearby runs over the local network."""
    return LOCAL_NETWORK if link.carrier == "link" and link.id.startswith(NEAR) else link.carrier


def by_urgency(counts: Mapping[str, int]) -> Lanes:
    return tuple(counts.get(lane.value, 0) for lane in LANES_BY_URGENCY)


def station_of(peer: str) -> str:
    """The id of the machine of a peer, by its origin in hex; "" where that is not known."""
    try:
        return owned_subject(bytes.fromhex(peer), "station") if peer else ""
    except ValueError:
        return ""


def read_stations(database: pw.SqliteDatabase, ids: Sequence[str] | None = None) -> list[StationRow]:
    query = Station.select() if ids is None else Station.select().where(Station.id.in_(list(ids)))
    return [StationRow(held["id"], bool(held["saving"]), held["card"]) for held in query.dicts().execute(database)]


def read_peers(database: pw.SqliteDatabase, ids: Sequence[str] | None = None) -> list[PeerRow]:
    query = Peer.select() if ids is None else Peer.select().where(Peer.id.in_(list(ids)))
    names = peer_names(database)
    return [
        PeerRow(
            id=held["id"],
            search=folded(held["name"], held["id"], word("role", held["role"]), held["area"], held["revoked_why"]),
            name=name_of(held["id"], names),
            role=held["role"],
            area=held["area"],
            revoked=bool(held["revoked_by"]),
            why=held["revoked_why"],
            enrolled_by=name_of(held["enrolled_by"], names),
        )
        for held in query.dicts().execute(database)
    ]


def _name(link: Link) -> str:
    return link.name or link.peer[:8] or tr("unknown peer")
