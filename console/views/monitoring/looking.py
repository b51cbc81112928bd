"""A look at the journal for a chart: what is new of the gauges asked for, reckoned into what is drawn. No Qt; on the reading thread."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import msgspec
import peewee as pw

from console.models.kinds.risks import CriticalRain
from console.models.sensors import Gauge, Series
from console.models.state.tables import PRESENT_READING, Basin
from console.views.age import moment_text
from console.views.i18n import tr
from console.views.monitoring.plan import Pane, Told, Wish, plan, reach_back_ms, shift_at_peak
from console.views.monitoring.scope import Span
from console.views.monitoring.shelf import Shelf, read_span


@dataclass(frozen=True)
class Ask:
    """`loaded`: the time of which readings are kept; `fresh`: forget what was kept; `since_ms`: look for the first reading from then on, None: do
    not."""

    sensors: tuple[str, ...]
    loaded: Span
    span: Span
    wish: Wish
    past: tuple[int, bool] | None
    told: frozenset[str]
    width_px: int
    now_ms: int
    fresh: bool
    since_ms: int | None = None


@dataclass(frozen=True)
class Drawn:
    """`thinned`: some gauge has more readings than were read, and they will be read again when the time shown is shorter. `first_ms`: the first
    reading of any of the gauges from `ask.since_ms` on."""

    ask: Ask
    panes: list[Pane]
    thinned: bool
    first_ms: int | None = None


def read(database: pw.SqliteDatabase, shelf: Shelf, ask: Ask) -> Drawn:
    """On the reading thread: what is new of the gauges asked for, reckoned into what is drawn."""
    if ask.fresh:
        shelf.forget()
    reach_ms = reach_back_ms(ask.wish, [Gauge("", quantity="rain")] if ask.wish.sum_hours else [])
    wanted = Span(ask.loaded.start_ms - reach_ms, ask.loaded.end_ms)
    held = shelf.read(database, ask.sensors, wanted, ask.told, ask.now_ms)
    gauges = {sensor: one.gauge for sensor, one in held.items()}
    series = {sensor: one.series for sensor, one in held.items()}
    past, shift_ms = _past(database, ask, gauges, series, reach_ms)
    part_ms = {sensor: one.part_ms for sensor, one in held.items() if one.part_ms}
    told = Told(gauges, series, _critical(database, gauges), past, shift_ms, part_ms)
    shown = Span(ask.loaded.start_ms, min(ask.loaded.end_ms, ask.span.end_ms + ask.span.width_ms))
    return Drawn(
        ask,
        plan(told, ask.wish, shown, round(ask.width_px * shown.width_ms / ask.span.width_ms)),
        bool(part_ms),
        None if ask.since_ms is None else _first_ms(database, held, ask.since_ms),
    )


def _first_ms(database: pw.SqliteDatabase, sensors: Iterable[str], since_ms: int) -> int | None:
    query = "SELECT at_ms FROM reading WHERE sensor = ? AND at_ms >= ? ORDER BY at_ms LIMIT 1"
    found = (database.execute_sql(query, (sensor, since_ms)).fetchone() for sensor in sensors)  # type: ignore[no-untyped-call]
    return min((int(row[0]) for row in found if row is not None), default=None)


def _past(
    database: pw.SqliteDatabase, ask: Ask, gauges: dict[str, Gauge], series: dict[str, Series], reach_ms: int
) -> tuple[dict[str, Series], int]:
    """Readings of the time compared with, and how far they are moved; rain is not laid under rain: bars would hide each other."""
    lines = [sensor for sensor, gauge in gauges.items() if gauge.quantity != "rain"]
    if ask.past is None or not lines:
        return {}, 0
    start_ms, at_peak = ask.past
    past = read_span(database, [gauges[sensor] for sensor in lines], Span(start_ms - reach_ms, start_ms + ask.span.width_ms))
    shift_ms = ask.span.start_ms - start_ms
    if at_peak:
        shift_ms = shift_at_peak(series[lines[0]], past[lines[0]], ask.span.start_ms) or shift_ms
    return past, shift_ms


def _critical(database: pw.SqliteDatabase, gauges: dict[str, Gauge]) -> dict[str, tuple[tuple[float, float, float], ...]]:
    basins = {gauge.basin for gauge in gauges.values() if gauge.basin and gauge.quantity == "rain"}
    found = {}
    for basin, packed in Basin.select(Basin.id, Basin.critical).where(Basin.id.in_(basins)).tuples().execute(database) if basins else ():
        rows = msgspec.msgpack.decode(packed, type=list[CriticalRain]) if packed else []
        found[basin] = tuple((row.hours, row.prepare_mm, row.move_mm) for row in rows)
    return found


def peak_ms(database: pw.SqliteDatabase, sensor: str, but: Span) -> int | None:
    """When the highest reading on record was read that lies outside `but`; None without one."""
    believed = "quality IN ('', 'estimated')"
    query = (
        f'SELECT at_ms FROM {PRESENT_READING} WHERE sensor = ? AND NOT at_ms BETWEEN ? AND ? AND {believed} ORDER BY "value" DESC LIMIT 1'
    )
    found = database.execute_sql(query, (sensor, but.start_ms, but.end_ms)).fetchone()  # type: ignore[no-untyped-call]
    return None if found is None else int(found[0])


def heading(drawn: Drawn, span: Span, zone: str, as_of: str, *, live: bool) -> list[str]:
    """What is written over a picture that is taken away."""
    lines = [line.name for pane in drawn.panes for line in pane.lines]
    names = list(dict.fromkeys([*lines, *(bars.name for pane in drawn.panes for bars in pane.bars)]))
    shown = ", ".join(names[:8]) + (" " + tr("and {n} more", n=len(names) - 8) if len(names) > 8 else "")
    when = tr("{start} to {end}, {zone}", start=moment_text(span.start_ms), end=moment_text(span.end_ms), zone=zone)
    told = tr("as of {time}", time=as_of) if live else tr("as of {time}, a past instant", time=as_of)
    return [shown, tr("{when}; {told}", when=when, told=told)]
