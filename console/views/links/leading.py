"""Who leads those around this machine, and who can be heard nearby, in words. No Qt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import peewee as pw

from console.comms.local.messages import Me, Nearby
from console.models.identity import OWNED_PREFIX_CHARS
from console.models.state.tables import Station
from console.views.age import moment_text
from console.views.i18n import tr, word
from console.views.tables.names import peer_names

LEADERS = ("console", "node")


@dataclass(frozen=True)
class Leader:
    """A peer that said that it leads those around it, wherever that is. `author`: by whose word."""

    id: str
    name: str
    since_ms: int
    author: str


def read_leaders(database: pw.SqliteDatabase, _ids: Sequence[str] | None = None) -> list[Leader]:
    """Who leads by the journal, the first to begin first."""
    names = {origin[:OWNED_PREFIX_CHARS]: name for origin, name in peer_names(database).items()}
    query = Station.select().where(Station.leads_since_ms.is_null(False)).order_by(Station.leads_since_ms)
    return [
        Leader(held["id"], names.get(prefix := held["id"].partition(":")[0], prefix[:8]), held["leads_since_ms"], held["lead_author"])
        for held in query.dicts().execute(database)
    ]


def leaders_text(leaders: Sequence[Leader]) -> str:
    """A line for each, also of those who are nowhere near."""
    lines = [
        tr("★ {name} leads since {at} (by {author})", name=each.name, at=moment_text(each.since_ms), author=each.author)
        if each.author
        else tr("★ {name} leads since {at}", name=each.name, at=moment_text(each.since_ms))
        for each in leaders
    ]
    return "\n".join(lines)


def lead_text(me: Me | None) -> str:
    """Who leads here: this machine, those nearby who say so, or nobody."""
    if me is None:
        return ""
    if me.leading_ms is not None:
        return tr(
            "This machine leads since {at}: those nearby who lost their node report to it and take its orders.",
            at=moment_text(me.leading_ms),
        )
    leaders = [named(each) for each in me.nearby if each.leads]
    return tr("Nearby leads: {names}.", names=", ".join(leaders)) if leaders else tr("Nobody leads here.")


def why_not(me: Me | None) -> str:
    """Why this machine cannot lead, "" when it can."""
    if me is None:
        return tr("This machine's own peer is away.")
    return "" if me.role in LEADERS else tr("Only a console or a node can lead. Join a node first.")


def nearby_texts(me: Me | None) -> Sequence[str]:
    """Each enrolled peer that can be heard on the local network, in a line."""
    if me is None:
        return []
    if not me.discovery:
        return [tr("Peers on the local network are not looked for.")]
    lines = [
        tr(
            "{sign} {name}: {role} {area}, {endpoint}",
            sign=sign(each),
            name=named(each),
            role=role(each),
            area=each.area,
            endpoint=each.endpoint,
        )
        for each in me.nearby
    ]
    return lines or [tr("No enrolled peer is heard on the local network. Units are silent there until they lose their node.")]


def sign(near: Nearby) -> str:
    return "★" if near.leads else "●"


def named(near: Nearby) -> str:
    return near.name or near.peer[:8]


def role(near: Nearby) -> str:
    return tr("{role}, leads here", role=word("role", near.role)) if near.leads else word("role", near.role)
