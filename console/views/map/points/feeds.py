"""Video feeds as points. Qt-free; on the reader thread."""

from __future__ import annotations

from typing import Any

from console.views.map.points.columns import Row

KINDS = ("camera", "dvr", "nvr", "drone", "vehicle", "other")
STATUSES: tuple[str, ...] = ()
COLUMNS = "id, name, kind, lon, lat"


def row_of(values: tuple[Any, ...]) -> Row:
    item, name, kind, lon, lat = values
    return Row(item, name or item, lon, lat, kind)
