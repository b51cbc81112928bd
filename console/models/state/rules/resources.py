"""Goods, stores, shelters, dangers."""

from __future__ import annotations

from console.models import kinds
from console.models.state.rows import Rows
from console.models.state.rules.happening import Happening, given, write


def resource_registered(rows: Rows, at: Happening, body: kinds.ResourceRegistered) -> None:
    fields = given(body, "name", "kind", "place", "owner", "lon", "lat", "quantity", "capacity", "unit")
    write(rows, "resource", at.subject, at, **fields)


def resource_changed(rows: Rows, at: Happening, body: kinds.ResourceChanged) -> None:
    fields = given(body, "quantity", "status", "incident", "note")
    write(rows, "resource", at.subject, at, **fields)
