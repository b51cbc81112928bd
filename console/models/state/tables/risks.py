"""Basins and what threatens them; warnings."""

from __future__ import annotations

import peewee as pw

from console.models.state.tables.base import StateTable


class Basin(StateTable):
    """A small basin or township. `hazards`, `outer`, `gauges`, `critical`, `villages`: msgpack of what `kinds.BasinRegistered` has."""

    name = pw.TextField(default="")
    kind = pw.TextField(default="basin")
    downstream = pw.TextField(default="")
    travel_s = pw.FloatField(null=True)
    area_km2 = pw.FloatField(null=True)
    hazards = pw.BlobField(null=True)
    outer = pw.BlobField(null=True)
    gauges = pw.BlobField(null=True)
    critical = pw.BlobField(null=True)
    villages = pw.BlobField(null=True)
    people = pw.IntegerField(default=0)
    leader = pw.TextField(default="")
    phone = pw.TextField(default="")
    source = pw.TextField(default="")
    withdrawn = pw.BooleanField(default=False)


class Risk(StateTable):
    """`id` = `<hazard>:<place>@<area>` (`kinds.risk_id`); read it through PRESENT_RISK. `why`, `unsure`: msgpack of list[kinds.Because] and
    list[str]. `seen_level`, `seen_by`, `seen_ms`: the acknowledgement, of that level."""

    hazard = pw.TextField(default="")
    place = pw.TextField(default="")
    level = pw.IntegerField(default=0)
    stage = pw.TextField(default="")
    lead_s = pw.FloatField(null=True)
    at_ms = pw.BigIntegerField(default=0)
    why = pw.BlobField(null=True)
    unsure = pw.BlobField(null=True)
    share = pw.FloatField(default=1.0)
    author = pw.TextField(default="")
    heard_ms = pw.BigIntegerField(null=True)
    seen_level = pw.IntegerField(default=0)
    seen_by = pw.TextField(default="")
    seen_note = pw.TextField(default="")
    seen_ms = pw.BigIntegerField(null=True)
    incident = pw.TextField(default="")


class Warning(StateTable):
    """`id` = `<sender>,<identifier>`. `superseded_by`: id of the Update or Cancel that refers to it ("" while in force)."""

    identifier = pw.TextField(default="")
    sender = pw.TextField(default="")
    sender_name = pw.TextField(default="")
    sent_ms = pw.BigIntegerField(default=0)
    cap_status = pw.TextField(default="")
    msg_type = pw.TextField(default="")
    event = pw.TextField(default="")
    headline = pw.TextField(default="")
    description = pw.TextField(default="")
    instruction = pw.TextField(default="")
    severity = pw.TextField(default="")
    urgency = pw.TextField(default="")
    certainty = pw.TextField(default="")
    colour = pw.TextField(default="")
    effective_ms = pw.BigIntegerField(null=True)
    onset_ms = pw.BigIntegerField(null=True)
    expires_ms = pw.BigIntegerField(null=True)
    areas = pw.BlobField(null=True)  # msgpack of list[kinds.WarningArea]
    superseded_by = pw.TextField(default="")


PRESENT_RISK = (
    "(SELECT told.* FROM risk AS told LEFT JOIN basin AS b ON b.id = told.place LEFT JOIN sensor AS s ON s.id = told.place "
    "WHERE told.hazard <> '' AND told.area = coalesce(nullif(b.area, ''), nullif(s.area, ''), told.area))"
)
"""What `risk` is to be read as, in a FROM: what was said of each place in the place's own area. What others said of it does not count."""
