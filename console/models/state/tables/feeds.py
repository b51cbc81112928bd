"""Video feeds."""

from __future__ import annotations

import peewee as pw

from console.models.state.tables.base import StateTable


class Feed(StateTable):
    name = pw.TextField(default="")
    url = pw.TextField(default="")
    snapshot_url = pw.TextField(default="")
    kind = pw.TextField(default="camera")
    code = pw.TextField(default="")
    owner = pw.TextField(default="")
    folder = pw.TextField(default="")
    road = pw.TextField(default="")
    basin = pw.TextField(default="")
    lon = pw.FloatField(null=True)
    lat = pw.FloatField(null=True)
    bearing_deg = pw.FloatField(null=True)
    view_deg = pw.FloatField(null=True)
    range_m = pw.FloatField(null=True)
    note = pw.TextField(default="")
    withdrawn = pw.BooleanField(default=False)
