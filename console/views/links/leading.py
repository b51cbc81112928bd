"""Who leads those around this machine, and who can be heard nearby, in words. No Qt."""

from __future__ import annotations

from collections.abc import Sequence

from console.comms.local.messages import Me, Nearby
from console.views.age import moment_text
from console.views.i18n import tr, word

LEADERS = ("console", "node")


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
