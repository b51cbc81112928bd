"""Stores, shelters, goods and points of hidden danger as points. Qt-free; on the reader thread."""

from __future__ import annotations

from typing import Any

from console.models.kinds.resources import RESOURCE_KINDS
from console.views.map.points.columns import Row

KINDS = RESOURCE_KINDS
STATUSES = ("ready", "open", "issued", "low", "closed", "damaged")
COLUMNS = "id, name, kind, status, lon, lat"


def row_of(values: tuple[Any, ...]) -> Row:
    item, name, kind, status, lon, lat = values
    return Row(item, name or item, lon, lat, kind, status)
