"""Units, what they are told and what is there for them."""

from __future__ import annotations

import peewee as pw

from console.models.state.tables.base import StateTable, Table


class Unit(StateTable):
    name = pw.TextField(default="")
    kind = pw.TextField(default="other")
    callsign = pw.TextField(default="")
    org = pw.TextField(default="")
    people = pw.IntegerField(default=0)
    status = pw.TextField(default="")
    incident = pw.TextField(default="")
    note = pw.TextField(default="")
    task = pw.TextField(default="")  # id of the latest task assigned to it
    help = pw.TextField(default="")  # nature of its call for help, "" when it calls for none
    help_text = pw.TextField(default="")
    help_people = pw.IntegerField(default=0)
    help_lon = pw.FloatField(null=True)
    help_lat = pw.FloatField(null=True)
    help_ms = pw.BigIntegerField(null=True)
    lon = pw.FloatField(null=True)
    lat = pw.FloatField(null=True)
    heading_deg = pw.FloatField(null=True)
    speed_mps = pw.FloatField(null=True)
    alt_m = pw.FloatField(null=True)
    accuracy_m = pw.FloatField(null=True)
    valid_s = pw.FloatField(null=True)
    fix_hlc = pw.BigIntegerField(default=0)
    fix_heard_ms = pw.BigIntegerField(null=True)
    heard_ms = pw.BigIntegerField(null=True)  # anything heard from it


class Task(StateTable):
    unit = pw.TextField(default="")
    incident = pw.TextField(default="")
    text = pw.TextField(default="")
    due_ms = pw.BigIntegerField(null=True)
    author = pw.TextField(default="")
    state = pw.TextField(default="assigned")
    note = pw.TextField(default="")
    assigned_ms = pw.BigIntegerField(default=0)
    answered_ms = pw.BigIntegerField(null=True)


class Resource(StateTable):
    name = pw.TextField(default="")
    kind = pw.TextField(default="")
    place = pw.TextField(default="")
    owner = pw.TextField(default="")
    lon = pw.FloatField(null=True)
    lat = pw.FloatField(null=True)
    quantity = pw.FloatField(default=0)
    capacity = pw.FloatField(null=True)
    unit = pw.TextField(default="")
    status = pw.TextField(default="")
    incident = pw.TextField(default="")
    note = pw.TextField(default="")
    withdrawn = pw.BooleanField(default=False)


class Road(StateTable):
    """A closure of a road. `line`: msgpack of list[(lon, lat)], None at a point."""

    name = pw.TextField(default="")
    reason = pw.TextField(default="")
    status = pw.TextField(default="closed")  # closed, open
    lon = pw.FloatField(null=True)
    lat = pw.FloatField(null=True)
    line = pw.BlobField(null=True)
    since_ms = pw.BigIntegerField(null=True)
    opened_ms = pw.BigIntegerField(null=True)
    source = pw.TextField(default="")
    note = pw.TextField(default="")
    incident = pw.TextField(default="")
    author = pw.TextField(default="")
    heard_ms = pw.BigIntegerField(null=True)
    withdrawn = pw.BooleanField(default=False)


class Receipt(StateTable):
    """`id` = `<warning> <unit>`: the unit took note of the warning."""

    warning = pw.TextField(default="")
    unit = pw.TextField(default="")
    acted = pw.BooleanField(default=False)
    note = pw.TextField(default="")
    heard_ms = pw.BigIntegerField(null=True)


class Track(Table):
    """Log table: where a unit was, at most one point per 10 s (the earliest in each 10 s of author time)."""

    unit = pw.TextField()
    bucket = pw.BigIntegerField()  # author ms // 10 000
    hlc = pw.BigIntegerField()
    lon = pw.FloatField()
    lat = pw.FloatField()

    class Meta:
        primary_key = pw.CompositeKey("unit", "bucket")
        without_rowid = True
