"""How links and this machine's own peer are worded. No Qt."""

from __future__ import annotations

from collections.abc import Sequence

from console.comms.local.messages import Me
from console.models.event import LANES_BY_URGENCY
from console.views.age import age_text, clock_text, moment_text
from console.views.i18n import tr, word
from console.views.links.presenter import Lanes, LinkRow
from console.views.reasons import said


def counts_text(lanes: Lanes) -> str:
    """ "2 / 5 / 340", by urgency."""
    return " / ".join(f"{count:,}" for count in lanes)


def lanes_text(lanes: Lanes) -> str:
    """The same with words."""
    return ", ".join(f"{word('lane', lane.value)} {count:,}" for lane, count in zip(LANES_BY_URGENCY, lanes, strict=True))


def step_text(row: LinkRow, now_ms: int) -> str:
    """When both sides last had nothing left for each other; never said before it was so."""
    return tr("not yet") if row.in_step_ms is None else clock_text(row.in_step_ms, now_ms)


def step_tip(row: LinkRow, now_ms: int) -> str:
    if row.in_step_ms is None:
        return tr("Not yet in step with {name} since this peer started.", name=row.name)
    at = clock_text(row.in_step_ms, now_ms)
    if row.in_step:
        return tr("In step with {name} as of {at}: neither has anything that the other lacks.", name=row.name, at=at)
    return tr("In step with {name} as of {at}; since then there is something to pass on, or it is not known.", name=row.name, at=at)


def power_text(row: LinkRow) -> str:
    """What is known of the machine there: on mains it says nothing."""
    percent = "" if row.battery is None else f"{row.battery} %"
    return ", ".join(filter(None, (percent, tr("saving power") if row.saving else ""))) or "–"


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


def role_text(row: LinkRow) -> str:
    return tr("{role}, leads here", role=word("role", row.role)) if row.leads else word("role", row.role)


def card(row: LinkRow, now_ms: int) -> list[tuple[str, str]]:
    known = [
        (tr("State"), word("link_state", row.state)),
        (tr("Why"), row.reason),
        (tr("Reached by"), f"{word('carrier', row.carrier)} · {how_text(row)}"),
        (tr("Last heard"), age_text(row.heard_ms, now_ms)),
        (tr("It has for us"), lanes_text(row.lacking)),
        (tr("Waiting to be sent"), lanes_text(row.waiting)),
        (tr("Oldest that waits"), "" if row.oldest_ms is None else f"{age_text(row.oldest_ms, now_ms)} ({moment_text(row.oldest_ms)})"),
        (tr("In step as of"), step_text(row, now_ms)),
        (tr("Refused"), refused_text(row.refused)),
        (tr("Battery"), "" if row.battery is None and not row.saving else power_text(row)),
        (tr("Satellite card"), row.card),
        (tr("Since"), f"{moment_text(row.since_ms)} ({age_text(row.since_ms, now_ms)})"),
        (tr("Delay (ms)"), "" if row.delay_ms is None else f"{row.delay_ms:,.1f}"),
        (tr("Sent, received"), f"{row.sent:,}, {row.received:,}"),
        (tr("Role, area"), ", ".join(part for part in (role_text(row), row.area) if part)),
        (tr("Identity"), row.peer),
    ]
    return [(label, value) for label, value in known if value]


def away_text(since_ms: int | None = None, now_ms: int = 0) -> str:
    """`since_ms`: since when this window hears nothing from its own peer."""
    told = tr("This machine's own peer is away: nothing can be written or received. It is being started again.")
    return told if since_ms is None else told + " " + tr("Away for {age}.", age=age_text(since_ms, now_ms))


def unknown_text(since_ms: int | None, now_ms: int) -> str:
    return tr("What links there are is not known: the own peer is away for {age}.", age=age_text(since_ms, now_ms))


def own_text(me: Me, now_ms: int) -> str:
    """This machine's own peer in one line."""
    parts = [
        tr("This peer: {name}", name=me.name or me.origin[:8]),
        word("role", me.role),
        tr("area {area}", area=me.area),
        tr("leads here since {at}", at=clock_text(me.leading_ms, now_ms)) if me.leading_ms is not None else "",
        tr("listens on {endpoints}", endpoints=", ".join(me.listen)) if me.listen else tr("does not listen"),
        tr("nearby: {names}", names=", ".join(near.name or near.peer[:8] for near in me.nearby)) if me.nearby else "",
        tr("{n} event held|{n} events held", n=me.position),
        tr("up {age}", age=age_text(me.started_ms, now_ms)),
    ]
    if me.refused:
        parts.append(tr("refused: {what}", what=refused_text(list(me.refused.items()))))
    return " · ".join(part for part in parts if part)


def faults(me: Me | None) -> list[str]:
    return [] if me is None else [said(text) for text in me.faults.values()]
