"""Peers, their trust, their machines and the mode of their areas."""

from __future__ import annotations

import peewee as pw

from console.models.state.tables.base import StateTable


class Peer(StateTable):
    """`id` = origin in hex. Trust: who may speak, for which area, by whose word."""

    name = pw.TextField(default="")
    role = pw.TextField(default="")
    sign_key = pw.BlobField(null=True)
    curve_key = pw.BlobField(null=True)
    enrolled_by = pw.TextField(default="")
    invite = pw.TextField(default="")
    revoked_by = pw.TextField(default="")
    revoked_why = pw.TextField(default="")
    revoked_hlc = pw.BigIntegerField(default=0)


class Invite(StateTable):
    """`id` = hex of the token's one-time CURVE public key. `used_by` = origin (hex) of the peer it enrolled."""

    role = pw.TextField(default="")
    expires_ms = pw.BigIntegerField(default=0)
    used_by = pw.TextField(default="")


class Station(StateTable):
    """A peer's machine; `id` = owned_subject(origin, "station"). `card`: number of its satellite card, "" when it has none.
    `leads_since_ms`: since when it leads those around it, None: it does not; `lead_author`: who said so."""

    saving = pw.BooleanField(default=False)
    percent = pw.IntegerField(null=True)
    left_s = pw.IntegerField(null=True)
    card = pw.TextField(default="")
    leads_since_ms = pw.BigIntegerField(null=True)
    lead_author = pw.TextField(default="")
    why = pw.TextField(default="")
    author = pw.TextField(default="")
    heard_ms = pw.BigIntegerField(null=True)


class Mode(StateTable):
    """`id` = area code: whether it is in routine or emergency mode, since when, by whom and why."""

    mode = pw.TextField(default="routine")
    why = pw.TextField(default="")
    response_level = pw.IntegerField(default=0)
    author = pw.TextField(default="")
    since_ms = pw.BigIntegerField(default=0)
