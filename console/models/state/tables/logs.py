"""Who did and wrote what, when."""

from __future__ import annotations

import peewee as pw

from console.models.state.tables.base import Table


class Timeline(Table):
    """Log table: every command or report event about an incident, its body with it.

    `heard_ms`: when it was said, by this machine's clock; `taken_ms`: when it arrived here (its difference to `heard_ms` is how late it
    came). `mark`: "" an ordinary event, "early" (a short message, its original is not here yet), "held" (its author's clock is far
    ahead; not part of the state yet) or "erased" (its content was destroyed).
    """

    incident = pw.TextField()
    hlc = pw.BigIntegerField()
    origin = pw.TextField()
    topic = pw.TextField()
    seq = pw.IntegerField()
    kind = pw.TextField()
    subject = pw.TextField()
    body = pw.BlobField()
    heard_ms = pw.BigIntegerField(default=0)
    taken_ms = pw.BigIntegerField(default=0)
    mark = pw.TextField(default="")

    class Meta:
        primary_key = pw.CompositeKey("incident", "hlc", "origin", "topic", "seq")
        without_rowid = True


class Written(Table):
    """Log table: who wrote which field of an incident or a resource, when, and as of what (`base`: hlc of the row as its author saw it;
    its own hlc when that was not told). Two writes of a field by different origins, the later with a base before the earlier, are a
    conflict (`console.models.state.conflicts`). `value`: msgpack."""

    subject = pw.TextField()
    field = pw.TextField()
    hlc = pw.BigIntegerField()
    origin = pw.TextField()
    base = pw.BigIntegerField()
    value = pw.BlobField()

    class Meta:
        primary_key = pw.CompositeKey("subject", "field", "hlc", "origin")
        without_rowid = True
