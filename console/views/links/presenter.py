"""What the links workspace shows: this peer, its links, the peers it knows. No Qt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import peewee as pw

from console.comms.local.messages import Link, Me
from console.models.event import LANES_BY_URGENCY
from console.models.state.tables import Peer
from console.views.age import age_text, moment_text
from console.views.i18n import tr, word
from console.views.tables.columns import Column, folded
from console.views.tables.marks import LINK_MARKS, Mark, Shape, Tone
from console.views.tables.names import name_of, peer_names

ROLES = ("unit", "console", "node", "gateway")
HOURS_MAX = 168
HARMLESS = ("duplicate", "gap")
"""Reasons that are the ordinary course of two peers catching up with each other: counted, not marked."""
URGENT_LANES = 2
"""Of LANES_BY_URGENCY: commands and reports waiting are marked; telemetry always trails a little."""
TROUBLE_ORDER = ("refused", "silent", "slow", "connecting", "gone", "online")
"""How the state column sorts: what needs a person first."""


@dataclass(frozen=True)
class LinkRow:
    """One link. `waiting`: events of each lane, by urgency, that the other side is not known to hold."""

    id: str
    search: str
    peer: str
    name: str
    role: str
    area: str
    endpoint: str
    direction: str
    state: str
    since_ms: int
    heard_ms: int | None
    delay_ms: float | None
    waiting: tuple[int, ...]
    sent: int
    received: int
    refused: tuple[tuple[str, int], ...]
    reason: str


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


def link_rows(links: Sequence[Link]) -> list[LinkRow]:
    return [
        LinkRow(
            id=link.id,
            search=folded(_name(link), link.peer, *_words(link), link.area, link.endpoint, word("link_reason", link.reason)),
            peer=link.peer,
            name=_name(link),
            role=link.role,
            area=link.area,
            endpoint=link.endpoint,
            direction=link.direction,
            state=link.state,
            since_ms=link.since_ms,
            heard_ms=link.heard_ms,
            delay_ms=link.delay_ms,
            waiting=tuple(link.waiting.get(lane.value, 0) for lane in LANES_BY_URGENCY),
            sent=link.sent,
            received=link.received,
            refused=tuple(sorted(link.refused.items())),
            reason=word("link_reason", link.reason),
        )
        for link in links
    ]


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


def columns() -> list[Column[LinkRow]]:
    return [
        Column("name", lambda: tr("Peer"), lambda row, _now: row.name, width_chars=16, wide=True),
        Column(
            "state",
            lambda: tr("State"),
            lambda row, _now: word("link_state", row.state),
            _trouble,
            lambda row, _now: LINK_MARKS.get(row.state),
            lambda row, _now: row.reason or word("link_state", row.state),
            width_chars=11,
        ),
        Column(
            "heard",
            lambda: tr("Last heard"),
            lambda row, now: age_text(row.heard_ms, now),
            lambda row: row.heard_ms,
            tip=lambda row, _now: moment_text(row.heard_ms),
            width_chars=10,
            numeric=True,
            ages=True,
        ),
        Column(
            "delay",
            lambda: tr("Delay (ms)"),
            lambda row, _now: "–" if row.delay_ms is None else f"{row.delay_ms:,.0f}",
            lambda row: row.delay_ms,
            width_chars=10,
            numeric=True,
        ),
        Column(
            "waiting",
            lambda: tr("To send: cmd / rep / tel"),
            lambda row, _now: " / ".join(f"{count:,}" for count in row.waiting),
            lambda row: row.waiting,
            lambda row, _now: WAITING if any(row.waiting[:URGENT_LANES]) else None,
            waiting_tip,
            width_chars=18,
            numeric=True,
        ),
        Column(
            "refused",
            lambda: tr("Refused"),
            lambda row, _now: f"{refused_count(row):,}",
            refused_count,
            lambda row, _now: REFUSED if any(code not in HARMLESS for code, _ in row.refused) else None,
            lambda row, _now: refused_text(row.refused),
            width_chars=9,
            numeric=True,
        ),
        Column("role", lambda: tr("Role"), lambda row, _now: word("role", row.role), width_chars=9, hidden=True),
        Column("endpoint", lambda: tr("How"), lambda row, _now: how_text(row), width_chars=24, hidden=True),
        Column(
            "since",
            lambda: tr("Since"),
            lambda row, now: age_text(row.since_ms, now),
            lambda row: row.since_ms,
            tip=lambda row, _now: moment_text(row.since_ms),
            width_chars=10,
            numeric=True,
            ages=True,
            hidden=True,
        ),
        Column(
            "sent", lambda: tr("Sent"), lambda row, _now: f"{row.sent:,}", lambda row: row.sent, width_chars=8, numeric=True, hidden=True
        ),
        Column(
            "received",
            lambda: tr("Received"),
            lambda row, _now: f"{row.received:,}",
            lambda row: row.received,
            width_chars=9,
            numeric=True,
            hidden=True,
        ),
        Column("area", lambda: tr("Area"), lambda row, _now: row.area, width_chars=8, hidden=True),
    ]


def peer_columns() -> list[Column[PeerRow]]:
    return [
        Column("name", lambda: tr("Peer"), lambda row, _now: row.name, width_chars=18, wide=True),
        Column("role", lambda: tr("Role"), lambda row, _now: word("role", row.role), width_chars=10),
        Column("area", lambda: tr("Area"), lambda row, _now: row.area, width_chars=9),
        Column(
            "trust",
            lambda: tr("May speak"),
            lambda row, _now: tr("no, revoked") if row.revoked else tr("yes"),
            mark=lambda row, _now: REVOKED if row.revoked else ENROLLED,
            tip=lambda row, _now: row.why,
            width_chars=10,
        ),
        Column("why", lambda: tr("Why revoked"), lambda row, _now: row.why, width_chars=16),
        Column("by", lambda: tr("Enrolled by"), lambda row, _now: row.enrolled_by, width_chars=14, hidden=True),
        Column("id", lambda: tr("Identity"), lambda row, _now: row.id, width_chars=12),
    ]


WAITING = Mark(Shape.DOWN, Tone.ORANGE)
REFUSED = Mark(Shape.TRIANGLE, Tone.RED)
REVOKED = Mark(Shape.CROSS, Tone.RED)
ENROLLED = Mark(Shape.CIRCLE, Tone.GREEN)


def waiting_tip(row: LinkRow, _now_ms: int) -> str:
    """Events of each lane that the other side is not known to hold."""
    return ", ".join(f"{word('lane', lane.value)} {count:,}" for lane, count in zip(LANES_BY_URGENCY, row.waiting, strict=True))


def refused_count(row: LinkRow) -> int:
    return sum(count for _, count in row.refused)


def refused_text(refused: Sequence[tuple[str, int]]) -> str:
    """Counts by reason, most first: "14 unknown key, 2 bad signature"."""
    most_first = sorted(refused, key=lambda item: -item[1])
    return ", ".join(f"{count:,} {word('refusal', code)}" for code, count in most_first) or tr("none")


def how_text(row: LinkRow) -> str:
    """Who called whom, and where."""
    return (
        tr("called by us: {endpoint}", endpoint=row.endpoint)
        if row.direction == "out"
        else tr("calls us: {endpoint}", endpoint=row.endpoint)
    )


def card(row: LinkRow, now_ms: int) -> list[tuple[str, str]]:
    known = [
        (tr("State"), word("link_state", row.state)),
        (tr("Why"), row.reason),
        (tr("Refused"), refused_text(row.refused)),
        (tr("Last heard"), age_text(row.heard_ms, now_ms)),
        (tr("Since"), f"{moment_text(row.since_ms)} ({age_text(row.since_ms, now_ms)})"),
        (tr("Delay (ms)"), "" if row.delay_ms is None else f"{row.delay_ms:,.1f}"),
        (tr("Waiting to be sent"), waiting_tip(row, now_ms)),
        (tr("Sent, received"), f"{row.sent:,}, {row.received:,}"),
        (tr("How"), how_text(row)),
        (tr("Role, area"), ", ".join(part for part in (word("role", row.role), row.area) if part)),
        (tr("Identity"), row.peer),
    ]
    return [(label, value) for label, value in known if value]


def own_text(me: Me | None, now_ms: int) -> str:
    """This machine's own peer in one line."""
    if me is None:
        return tr("This machine's own peer is away: nothing can be written or received. It is being started again.")
    parts = [
        tr("This peer: {name}", name=me.name or me.origin[:8]),
        word("role", me.role),
        tr("area {area}", area=me.area),
        tr("listens on {endpoints}", endpoints=", ".join(me.listen)) if me.listen else tr("does not listen"),
        tr("{n} event held|{n} events held", n=me.position),
        tr("up {age}", age=age_text(me.started_ms, now_ms)),
    ]
    if me.refused:
        parts.append(tr("refused: {what}", what=refused_text(list(me.refused.items()))))
    return " · ".join(part for part in parts if part)


def faults(me: Me | None) -> list[str]:
    return [] if me is None else list(me.faults.values())


def _trouble(row: LinkRow) -> int:
    return TROUBLE_ORDER.index(row.state) if row.state in TROUBLE_ORDER else 0


def _words(link: Link) -> tuple[str, str]:
    return word("role", link.role), word("link_state", link.state)


def _name(link: Link) -> str:
    return link.name or link.peer[:8] or tr("unknown peer")
