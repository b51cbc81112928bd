"""What every projected table has."""

from __future__ import annotations

import peewee as pw


class Table(pw.Model):
    """Base: no database of its own; a reader binds the models for the length of a query."""

    class Meta:
        legacy_table_names = False


class StateTable(Table):
    id = pw.CharField(primary_key=True)
    origin = pw.CharField(default="")  # hex of the peer that first spoke of it
    area = pw.CharField(default="")
    hlc = pw.BigIntegerField(default=0)  # of the latest event that touched the row
    stamps = pw.BlobField(null=True)
