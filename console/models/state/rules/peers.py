"""Peers: who was invited, enrolled, revoked; their machines."""

from __future__ import annotations

from console.models import kinds
from console.models.clock import ms_of
from console.models.state.rows import Rows
from console.models.state.rules.happening import Happening, given, write


def peer_invited(rows: Rows, at: Happening, body: kinds.PeerInvited) -> None:
    write(rows, "invite", at.subject, at, **given(body, "role", "area", "expires_ms"))


def peer_enrolled(rows: Rows, at: Happening, body: kinds.PeerEnrolled) -> None:
    fields = given(body, "name", "role", "area", "sign_key", "curve_key", "invite")
    write(rows, "peer", at.subject, at, enrolled_by=at.origin.hex(), revoked_by="", revoked_why="", revoked_hlc=0, **fields)
    if body.invite:
        write(rows, "invite", body.invite, at, used_by=at.subject)


def power_changed(rows: Rows, at: Happening, body: kinds.PowerChanged) -> None:
    fields = given(body, "saving", "percent", "left_s", "why", "author")
    write(rows, "station", at.subject, at, **fields).raise_to("heard_ms", at.heard_ms)


def card_declared(rows: Rows, at: Happening, body: kinds.CardDeclared) -> None:
    write(rows, "station", at.subject, at, card=body.number)


def lead_declared(rows: Rows, at: Happening, body: kinds.LeadDeclared) -> None:
    write(rows, "station", at.subject, at, leads_since_ms=ms_of(at.hlc) if body.leads else None, lead_author=body.author)


def peer_revoked(rows: Rows, at: Happening, body: kinds.PeerRevoked) -> None:
    write(rows, "peer", at.subject, at, revoked_by=at.origin.hex(), revoked_why=body.why, revoked_hlc=at.hlc)
