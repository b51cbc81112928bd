"""What the small plots of many gauges draw. No Qt; read on the reading thread."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import peewee as pw

from console.models.sensors import Gauge, Series
from console.models.sensors.curves import rain_bars
from console.views.monitoring.envelope import Floats, broken
from console.views.monitoring.limits import limits_of
from console.views.monitoring.plan import bar_ms, longest_s
from console.views.monitoring.scope import Span
from console.views.monitoring.shelf import OPEN_MS, Shelf


@dataclass(frozen=True)
class Small:
    """What is drawn of one gauge: a line, or of rain the bars `x` to `x` + `width_s`. `limits`: (value, level)."""

    x: Floats
    y: Floats
    width_s: float = 0.0
    limits: tuple[tuple[float, int], ...] = ()

    @property
    def range(self) -> tuple[float, float] | None:
        kept = self.y[~np.isnan(self.y)]
        if not len(kept):
            return None
        low, high = float(kept.min()), float(kept.max())
        return (0.0 if self.width_s else low), high


def read_smalls(
    database: pw.SqliteDatabase, shelf: Shelf, sensors: Iterable[str], span: Span, told: frozenset[str], now_ms: int, width_px: int
) -> dict[str, Small]:
    """Of each gauge what it read within `span`, at `width_px` columns."""
    step_ms = span.width_ms // (4 if span.end_ms >= now_ms else 16)
    start_ms = (span.start_ms // step_ms - 1) * step_ms  # of what follows now the same for a while, so that only what is new is read
    held = shelf.read(database, sensors, Span(start_ms, OPEN_MS if span.end_ms >= now_ms else span.end_ms), told, now_ms)
    return {sensor: small_of(one.gauge, one.series, span, width_px, one.part_ms) for sensor, one in held.items()}


def small_of(gauge: Gauge, series: Series, span: Span, width_px: int, part_ms: int = 0) -> Small:
    limits = tuple((limit.value, limit.level) for limit in limits_of(gauge, several=False))
    if gauge.quantity == "rain":
        each_ms = bar_ms(span, width_px, gauge.expected_s)
        edges = np.arange(span.start_ms // each_ms * each_ms, span.end_ms + each_ms, each_ms, dtype=np.int64)
        return Small(edges[:-1] / 1000, rain_bars(series, gauge, edges), each_ms / 1000)
    believed = series.believed()
    first = max(0, int(np.searchsorted(believed.times_ms, span.start_ms)) - 1)
    x, y = broken(believed.times_ms[first:] / 1000, believed.values[first:], longest_s(gauge, part_ms))
    return Small(x, y, limits=limits)
