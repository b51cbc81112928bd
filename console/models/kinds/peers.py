"""Peers: who may speak (command lane, so that trust arrives before what it vouches for), and how a peer itself does."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from console.models.kinds.fields import Body, Code, Count, Millis, Name, Percent, Ref, Text


class PeerInvited(Body, frozen=True):
    """A one-time token was issued; subject = invite id (hex of the token's one-time CURVE public key)."""

    role: Code
    area: Code
    expires_ms: Millis


class PeerEnrolled(Body, frozen=True):
    """A peer may speak from now on; subject = its origin in hex. The author vouches for it."""

    name: Name
    role: Code
    area: Code
    sign_key: Annotated[bytes, Meta(min_length=32, max_length=32)]
    curve_key: Annotated[bytes, Meta(min_length=32, max_length=32)]
    invite: Ref = ""


class PeerRevoked(Body, frozen=True):
    """A peer may speak no more; subject = its origin in hex."""

    why: Text = ""


class CardDeclared(Body, frozen=True):
    """The satellite card that a peer can be reached by; subject = `owned_subject(origin, "station")`. `number`: as it tells itself, "" none
    any more."""

    number: Annotated[str, Meta(max_length=16, pattern="^[0-9]*\\Z")]


class LeadDeclared(Body, frozen=True):
    """A peer leads those around it while their node is away, or no more; subject = `owned_subject(origin, "station")`. `author`: who said so."""

    leads: bool
    author: Name = ""


class PowerChanged(Body, frozen=True):
    """A peer begins or ends to save power; subject = `owned_subject(origin, "station")`.

    `percent`: of the battery, None on mains or unknown; `left_s`: seconds it will last by its own reckoning; `why`: threshold, person or
    mains.
    """

    saving: bool
    percent: Percent | None = None
    left_s: Count | None = None
    why: Code = ""
    author: Name = ""
