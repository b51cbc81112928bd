"""Sensors, earthquakes, and the gateways that bring them."""

from __future__ import annotations

import peewee as pw

from console.models.state.tables.base import StateTable, Table


class Sensor(StateTable):
    """`value`, `quality`: of the newest reading, by when it was read (`at_ms`, its author's clock; `heard_ms`: by this machine's)."""

    name = pw.TextField(default="")
    quantity = pw.TextField(default="")
    unit = pw.TextField(default="")
    lon = pw.FloatField(null=True)
    lat = pw.FloatField(null=True)
    valid_s = pw.FloatField(default=3600.0)
    owner = pw.TextField(default="")
    place = pw.TextField(default="")
    link = pw.TextField(default="")
    interval_s = pw.FloatField(null=True)
    basin = pw.TextField(default="")
    low = pw.FloatField(null=True)
    high = pw.FloatField(null=True)
    warning = pw.FloatField(null=True)
    guarantee = pw.FloatField(null=True)
    historic = pw.FloatField(null=True)
    value = pw.FloatField(null=True)
    quality = pw.TextField(default="")
    at_ms = pw.BigIntegerField(default=0)
    reading_hlc = pw.BigIntegerField(default=0)
    heard_ms = pw.BigIntegerField(null=True)
    withdrawn = pw.BooleanField(default=False)


class Reading(Table):
    """Log table: every reading of a sensor, by when it was read (`at_ms`, its author's clock). Of two for one moment the later said (`hlc`)
    stands: read it through PRESENT_READING. One that came ahead of its stream is in `sensor` alone until the stream is here."""

    sensor = pw.TextField()
    at_ms = pw.BigIntegerField()
    hlc = pw.BigIntegerField()
    value = pw.FloatField()
    quality = pw.TextField()

    class Meta:
        primary_key = pw.CompositeKey("sensor", "at_ms", "hlc")
        without_rowid = True


class Quake(StateTable):
    """`id` = `<source>:<its id>`."""

    magnitude = pw.FloatField(default=0.0)
    scale = pw.TextField(default="")
    lon = pw.FloatField(null=True)
    lat = pw.FloatField(null=True)
    depth_km = pw.FloatField(null=True)
    at_ms = pw.BigIntegerField(default=0)
    place = pw.TextField(default="")
    source = pw.TextField(default="")
    status = pw.TextField(default="")
    heard_ms = pw.BigIntegerField(null=True)


class Gateway(StateTable):
    """A source of a gateway: a broker, a folder, a list. Fields as of `kinds.GatewayReported`; `refused`: msgpack of dict[str, int]."""

    name = pw.TextField(default="")
    source = pw.TextField(default="")
    place = pw.TextField(default="")
    state = pw.TextField(default="connecting")
    fault = pw.TextField(default="")
    taken = pw.BigIntegerField(default=0)
    refused = pw.BlobField(null=True)
    example = pw.TextField(default="")
    since_ms = pw.BigIntegerField(default=0)
    newest_ms = pw.BigIntegerField(null=True)
    heard_ms = pw.BigIntegerField(null=True)


PRESENT_READING = (
    "(SELECT * FROM reading AS said WHERE NOT EXISTS "
    "(SELECT 1 FROM reading AS later WHERE later.sensor = said.sensor AND later.at_ms = said.at_ms AND later.hlc > said.hlc))"
)
"""What `reading` is to be read as, in a FROM: of each moment what was said last, as far as is known at the instant shown."""
