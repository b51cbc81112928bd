"""Incidents, and what is drawn on the map and looked at for them."""

from __future__ import annotations

import peewee as pw

from console.models.state.tables.base import StateTable


class Incident(StateTable):
    title = pw.TextField(default="")
    category = pw.TextField(default="")
    hazard = pw.TextField(default="")
    level = pw.IntegerField(default=0)
    response_level = pw.IntegerField(default=0)
    status = pw.TextField(default="open")  # open, closed
    place = pw.TextField(default="")
    lon = pw.FloatField(null=True)
    lat = pw.FloatField(null=True)
    occurred_ms = pw.BigIntegerField(null=True)
    opened_ms = pw.BigIntegerField(default=0)
    closed_ms = pw.BigIntegerField(null=True)
    exercise = pw.BooleanField(default=False)
    deaths = pw.IntegerField(null=True)
    missing = pw.IntegerField(null=True)
    injured = pw.IntegerField(null=True)
    moved_total = pw.IntegerField(null=True)
    moved_now = pw.IntegerField(null=True)
    sheep = pw.IntegerField(null=True)
    large_livestock = pw.IntegerField(null=True)
    houses = pw.IntegerField(null=True)
    loss_yuan = pw.BigIntegerField(null=True)
    withdrawn = pw.BooleanField(default=False)  # entered in error
    hold = pw.TextField(default="")  # why its personal data must not be purged, "" when it may
    purged_ms = pw.BigIntegerField(null=True)  # its personal data was destroyed, last


class Plot(StateTable):
    """`points`: msgpack of list[(lon, lat)]."""

    shape = pw.TextField(default="")
    kind = pw.TextField(default="")
    label = pw.TextField(default="")
    points = pw.BlobField(null=True)
    radius_m = pw.FloatField(null=True)
    inner_m = pw.FloatField(null=True)
    from_deg = pw.FloatField(null=True)
    to_deg = pw.FloatField(null=True)
    at_ms = pw.BigIntegerField(null=True)
    until_ms = pw.BigIntegerField(null=True)
    note = pw.TextField(default="")
    incident = pw.TextField(default="")
    author = pw.TextField(default="")
    heard_ms = pw.BigIntegerField(null=True)
    withdrawn = pw.BooleanField(default=False)


class Review(StateTable):
    """`id` = `<subject> <field>`: conflicting writes of that field were looked at, the newest at `upto_hlc`. Which of them a review settles is
    in its own body, in the timeline (`console.models.state.conflicts`)."""

    subject = pw.TextField(default="")
    field = pw.TextField(default="")
    upto_hlc = pw.BigIntegerField(default=0)
    note = pw.TextField(default="")
    author = pw.TextField(default="")
