"""What goes into which plot of a chart, and how each line is told from the others. No Qt.

Gauges of one unit share a plot; rain hangs from the top of the plot of the river it feeds (hyetograph over hydrograph).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np

from console.models.sensors import Gauge, Series
from console.models.sensors.curves import rain_bars, rain_curve, rise_curve
from console.models.sensors.series import ESTIMATED, SUSPECT
from console.views.i18n import tr, word
from console.views.monitoring.envelope import Floats, alone, broken
from console.views.monitoring.limits import Limit, limits_of, rain_limits
from console.views.monitoring.scope import HOUR_MS, Span
from console.views.tables.marks import Mark, Shape, Tone

SUM_HOURS = (1, 3, 6, 12, 24)
RISE_HOURS = 1.0
GAP_INTERVALS = 1.5
"""Readings further apart than so many of a gauge's intervals have a gap between them."""
KNOWN_SHARE = 0.5
"""Rain of a time of which less is known is not drawn: it would look like little rain."""
BAR_PX = 5
BARS_MS = tuple(minutes * 60_000 for minutes in (1, 5, 10, 15, 30, 60, 180, 360, 720, 1440))
STYLES = (
    (Mark(Shape.CIRCLE, Tone.BLUE), 0),
    (Mark(Shape.TRIANGLE, Tone.ORANGE), 0),
    (Mark(Shape.SQUARE, Tone.GREEN), 0),
    (Mark(Shape.DIAMOND, Tone.VIOLET), 0),
    (Mark(Shape.DOWN, Tone.RED), 3),
    (Mark(Shape.PLUS, Tone.GREY), 3),
    (Mark(Shape.CROSS, Tone.BLUE), 3),
    (Mark(Shape.RING, Tone.ORANGE), 3),
)
"""Sign and line of the first, the second, ... gauge of a chart; after the last it begins again."""
PAST_DASH = 2
_NONE = (np.zeros(0), np.zeros(0))


class Kind(StrEnum):
    VALUE = "value"
    SUM = "sum"
    RISE = "rise"


@dataclass(frozen=True)
class Line:
    """One curve. `x`: seconds UTC, `y`: NaN at breaks. `dots`: readings that no line leads to. `past`: of another time,
    moved under this one. `at_least`: of a sum, that part of its newest hours is not known."""

    sensor: str
    name: str
    unit: str
    mark: Mark
    dash: int
    x: Floats
    y: Floats
    dots: tuple[Floats, Floats]
    suspect: tuple[Floats, Floats]
    estimated: tuple[Floats, Floats]
    past: bool = False
    at_least: bool = False
    newest_ms: int | None = None


@dataclass(frozen=True)
class Bars:
    """Rain in equal parts of the time: `x` the beginnings in seconds, each `width_s` long; `y` mm, NaN where nothing is known."""

    sensor: str
    name: str
    mark: Mark
    x: Floats
    width_s: float
    y: Floats
    newest_ms: int | None = None


@dataclass(frozen=True)
class Pane:
    """One plot. `hanging`: bars from the top, on an axis of their own at the right."""

    key: str
    title: str
    unit: str
    kind: Kind = Kind.VALUE
    lines: tuple[Line, ...] = ()
    bars: tuple[Bars, ...] = ()
    hanging: bool = False
    limits: tuple[Limit, ...] = ()


@dataclass(frozen=True)
class Wish:
    """How the operator wants it drawn. `sum_hours` 0: no sums. `past`: (span of another time, how far it is moved, ms), None: no comparison."""

    stacked: bool = False
    rise: bool = False
    sum_hours: int = 0
    limits: bool = True


@dataclass(frozen=True)
class Told:
    """What a chart is made of: readings by gauge in the order chosen; `past`: of the time compared with, and how far it is moved (ms);
    `part_ms`: of gauges of which the extremes of so long parts were read alone."""

    gauges: Mapping[str, Gauge]
    series: Mapping[str, Series]
    critical: Mapping[str, tuple[tuple[float, float, float], ...]] = field(default_factory=dict)
    past: Mapping[str, Series] = field(default_factory=dict)
    shift_ms: int = 0
    part_ms: Mapping[str, int] = field(default_factory=dict)


def plan(told: Told, wish: Wish, span: Span, width_px: int) -> list[Pane]:
    """The plots from top to bottom."""
    panes: list[Pane] = []
    rain = [gauge for gauge in told.gauges.values() if gauge.quantity == "rain"]
    others = [gauge for gauge in told.gauges.values() if gauge.quantity != "rain"]
    styles = {sensor: STYLES[place % len(STYLES)] for place, sensor in enumerate(told.gauges)}
    if wish.stacked:
        panes += [_pane(told, wish, [gauge], styles) for gauge in others]
        panes += [_rain_pane(told, wish, [gauge], styles, span, width_px) for gauge in rain]
    else:
        panes += [_pane(told, wish, same, styles) for same in _by_unit(others)]
        if rain and panes:
            first = panes[0]
            bars = _bars(told, rain, styles, span, width_px)
            panes[0] = Pane(first.key, first.title, first.unit, first.kind, first.lines, bars, hanging=True, limits=first.limits)
        elif rain:
            panes.append(_rain_pane(told, wish, rain, styles, span, width_px))
    if wish.rise and others:
        panes += [_rise_pane(told, same, styles) for same in _by_unit(others)]
    if wish.sum_hours and rain:
        panes.append(_sum_pane(told, wish, rain, styles))
    return panes


def longest_s(gauge: Gauge, part_ms: int = 0) -> float:
    """Between two readings with nothing missing; of those that are the extremes of parts, with no part missing."""
    return max(gauge.expected_s * GAP_INTERVALS, part_ms / 1000)


def bar_ms(span: Span, width_px: int, interval_s: float) -> int:
    """The length of time of a bar: wide enough to be seen, no shorter than the gauges report."""
    least = max(interval_s * 1000, span.width_ms * BAR_PX / max(width_px, 1))
    return next((each for each in BARS_MS if each >= least), BARS_MS[-1])


def shift_at_peak(now: Series, past: Series, start_ms: int) -> int:
    """How far `past` is to be moved (ms), so that its highest reading lies under the highest of `now` from `start_ms` on; 0 without one."""
    ahead, behind = _peak_ms(now, start_ms), _peak_ms(past, 0)
    return 0 if ahead is None or behind is None else ahead - behind


def _peak_ms(series: Series, start_ms: int) -> int | None:
    believed = series.believed()
    first = int(np.searchsorted(believed.times_ms, start_ms, "left"))
    if first >= len(believed):
        return None
    return int(believed.times_ms[first + int(np.argmax(believed.values[first:]))])


def _by_unit(gauges: Iterable[Gauge]) -> list[list[Gauge]]:
    groups: dict[tuple[str, str], list[Gauge]] = {}
    for gauge in gauges:
        groups.setdefault((gauge.quantity, gauge.unit), []).append(gauge)
    return list(groups.values())


def _pane(told: Told, wish: Wish, gauges: Sequence[Gauge], styles: Mapping[str, tuple[Mark, int]]) -> Pane:
    lines = [_line(told, gauge, styles[gauge.id], past=True) for gauge in gauges if gauge.id in told.past]
    lines += [_line(told, gauge, styles[gauge.id]) for gauge in gauges]
    limits = tuple(limit for gauge in gauges for limit in limits_of(gauge, several=len(gauges) > 1)) if wish.limits else ()
    first = gauges[0]
    return Pane(
        f"{first.quantity}/{first.unit}/{first.id if wish.stacked else ''}", _title(gauges), first.unit, lines=tuple(lines), limits=limits
    )


def _title(gauges: Sequence[Gauge]) -> str:
    return word("quantity", gauges[0].quantity)


def _line(told: Told, gauge: Gauge, style: tuple[Mark, int], *, past: bool = False) -> Line:
    series = told.past[gauge.id] if past else told.series[gauge.id]
    shift_s = told.shift_ms / 1000 if past else 0.0
    x, y = series.times_ms / 1000, series.values
    if shift_s:
        x = x + shift_s
    suspect = estimated = _NONE
    if series.quality.any():
        suspect, estimated = (_of_quality(x, series, code) for code in (SUSPECT, ESTIMATED))
        kept = series.usable
        x, y = x[kept], y[kept]
    drawn = broken(x, y, longest_s(gauge, told.part_ms.get(gauge.id, 0)))
    lonely = _NONE
    if len(drawn[0]) > len(x) or len(x) == 1:
        dots = alone(drawn[1])
        lonely = drawn[0][dots], drawn[1][dots]
    return Line(
        gauge.id,
        tr("{name}, then", name=gauge.name or gauge.id) if past else gauge.name or gauge.id,
        gauge.unit,
        style[0],
        PAST_DASH if past else style[1],
        *drawn,
        dots=lonely,
        suspect=suspect,
        estimated=estimated,
        past=past,
        newest_ms=None if past or not len(series) else int(series.times_ms[-1]),
    )


def _of_quality(x: Floats, series: Series, code: int) -> tuple[Floats, Floats]:
    kept = series.quality == code
    return x[kept], series.values[kept]


def _bars(told: Told, gauges: Sequence[Gauge], styles: Mapping[str, tuple[Mark, int]], span: Span, width_px: int) -> tuple[Bars, ...]:
    each_ms = bar_ms(span, width_px, max(gauge.expected_s for gauge in gauges))
    start = (span.start_ms // each_ms - 1) * each_ms
    edges = np.arange(start, span.end_ms + 2 * each_ms, each_ms, dtype=np.int64)
    return tuple(
        Bars(
            gauge.id,
            gauge.name or gauge.id,
            styles[gauge.id][0],
            edges[:-1] / 1000,
            each_ms / 1000,
            rain_bars(told.series[gauge.id], gauge, edges),
            int(told.series[gauge.id].times_ms[-1]) if len(told.series[gauge.id]) else None,
        )
        for gauge in gauges
    )


def _rain_pane(told: Told, wish: Wish, gauges: Sequence[Gauge], styles: Mapping[str, tuple[Mark, int]], span: Span, width_px: int) -> Pane:
    bars = _bars(told, gauges, styles, span, width_px)
    return Pane(f"rain//{gauges[0].id if wish.stacked else ''}", _title(gauges), "mm", bars=bars)


def _rise_pane(told: Told, gauges: Sequence[Gauge], styles: Mapping[str, tuple[Mark, int]]) -> Pane:
    lines = []
    for gauge in gauges:
        times, rates = rise_curve(told.series[gauge.id], RISE_HOURS)
        x, y = broken(times / 1000, rates, longest_s(gauge))
        mark, dash = styles[gauge.id]
        lines.append(Line(gauge.id, gauge.name or gauge.id, tr("{unit}/h", unit=gauge.unit), mark, dash, x, y, _NONE, _NONE, _NONE))
    unit = gauges[0].unit
    title = tr("Rate of rise over 1 h")
    return Pane(f"rise/{gauges[0].quantity}/{unit}", title, tr("{unit}/h", unit=unit), Kind.RISE, tuple(lines), limits=(Limit(0.0, "", 0),))


def _sum_pane(told: Told, wish: Wish, gauges: Sequence[Gauge], styles: Mapping[str, tuple[Mark, int]]) -> Pane:
    lines = []
    for gauge in gauges:
        series = told.series[gauge.id]
        mm, share = rain_curve(series, gauge, wish.sum_hours)
        x, y = broken(series.times_ms / 1000, np.where(share >= KNOWN_SHARE, mm, np.nan), longest_s(gauge))
        mark, dash = styles[gauge.id]
        at_least = bool(len(share)) and bool(share[-1] < 0.95)
        lines.append(Line(gauge.id, gauge.name or gauge.id, "mm", mark, dash, x, y, _NONE, _NONE, _NONE, at_least=at_least))
    limits = rain_limits(wish.sum_hours, gauges, told.critical) if wish.limits else ()
    return Pane("sum", tr("Rain of {n} h", n=wish.sum_hours), "mm", Kind.SUM, tuple(lines), limits=limits)


def reach_back_ms(wish: Wish, gauges: Iterable[Gauge]) -> int:
    """How far before the time shown readings are needed: for sums and rates of its first moments."""
    rain_h = wish.sum_hours + 1 if wish.sum_hours and any(gauge.quantity == "rain" for gauge in gauges) else 0
    return round(max(rain_h, 2 * RISE_HOURS) * HOUR_MS)
