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


@dataclass(frozen=True, eq=False)
class Small:
    """What is drawn of one gauge: a line, or of rain the bars `x` to `x` + `width_s`. `limits`: (value, level). `made_of`: of the same, the
    same."""

    x: Floats
    y: Floats
    width_s: float = 0.0
    limits: tuple[tuple[float, int], ...] = ()
    made_of: object = None

    @property
    def range(self) -> tuple[float, float] | None:
        kept = self.y[~np.isnan(self.y)]
        if not len(kept):
            return None
        low, high = float(kept.min()), float(kept.max())
        return (0.0 if self.width_s else low), high


class Smalls:
    """On the reading thread alone. A gauge without news is the very `Small` it was, so that it need not be drawn again."""

    def __init__(self) -> None:
        self._shelf = Shelf()
        self._held: dict[str, Small] = {}

    def forget(self) -> None:
        self._shelf.forget()

    def read(
        self, database: pw.SqliteDatabase, sensors: Iterable[str], span: Span, told: frozenset[str], now_ms: int, width_px: int
    ) -> dict[str, Small]:
        """Of each gauge what it read within `span`, at `width_px` columns."""
        step_ms = span.width_ms // (4 if span.end_ms >= now_ms else 16)
        start_ms = (span.start_ms // step_ms - 1) * step_ms  # of what follows now the same for a while, so that only what is new is read
        wanted = Span(start_ms, OPEN_MS if span.end_ms >= now_ms else span.end_ms)
        found = {}
        for sensor, one in self._shelf.read(database, sensors, wanted, told, now_ms).items():
            limits = tuple((limit.value, limit.level) for limit in limits_of(one.gauge, several=False))
            made_of = one.series, one.gauge.quantity, one.gauge.expected_s, limits, span, width_px
            before = self._held.get(sensor)
            same = before is not None and before.made_of == made_of
            found[sensor] = before if before and same else small_of(one.gauge, one.series, span, width_px, one.part_ms, limits, made_of)
        self._held = found
        return dict(found)


def small_of(
    gauge: Gauge, series: Series, span: Span, width_px: int, part_ms: int, limits: tuple[tuple[float, int], ...], made_of: object
) -> Small:
    if gauge.quantity == "rain":
        each_ms = bar_ms(span, width_px, gauge.expected_s)
        edges = np.arange(span.start_ms // each_ms * each_ms, span.end_ms + each_ms, each_ms, dtype=np.int64)
        return Small(edges[:-1] / 1000, rain_bars(series, gauge, edges), each_ms / 1000, made_of=made_of)
    believed = series.believed()
    first = max(0, int(np.searchsorted(believed.times_ms, span.start_ms)) - 1)
    x, y = broken(believed.times_ms[first:] / 1000, believed.values[first:], longest_s(gauge, part_ms))
    return Small(x, y, limits=limits, made_of=made_of)
