"""Sensors as points: what they measure, whether they may be trusted, whether a mark is passed. Qt-free; on the reader thread."""

from __future__ import annotations

from typing import Any

from console.models.kinds.sensors import QUANTITIES
from console.views.map.fleet import short
from console.views.map.points.columns import Row

KINDS = QUANTITIES
STATUSES = ("good", "suspect", "missing", "estimated")
COLUMNS = "id, name, quantity, unit, value, quality, valid_s, heard_ms, lon, lat, warning, guarantee, historic"


def row_of(values: tuple[Any, ...]) -> Row:
    item, name, quantity, unit, value, quality, valid_s, heard_ms, lon, lat, *marks = values
    reading = "" if value is None else f" {value:g}{' ' + unit if unit else ''}"
    alarm = alarm_of(value, marks) if quality in ("", "estimated") else 0
    status = quality or ("good" if value is not None else "missing")
    return Row(item, f"{short(name or item)}{reading}", lon, lat, quantity, status, heard_ms or 0, valid_s or 3600.0, alarm)


def alarm_of(value: float | None, marks: list[float | None]) -> int:
    """By the marks of GB/T 28592 that the value has reached (警戒, 保证, 历史最高): 3, 2, 1; 0 below them all, or where none is known."""
    reached = [level for level, mark in zip((3, 2, 1), marks, strict=True) if value is not None and mark is not None and value >= mark]
    return min(reached, default=0)
