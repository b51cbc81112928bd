"""What the list of gauges and the card of one show: how far each can be believed, what it reads, how old that is. No Qt."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import peewee as pw

from console.models.changes import Changes
from console.models.sensors import (
    Condition,
    Gauge,
    RainSum,
    Series,
    State,
    rain_sums,
    rate_of_rise,
    read_gauges,
    recent,
    sensor_rules,
    series,
    state_of,
)
from console.models.state.tables import Basin, Sensor
from console.views.age import age_text, moment_text, span_text
from console.views.i18n import tr, word
from console.views.monitoring.limits import figure, limits_of
from console.views.monitoring.plan import RISE_HOURS, SUM_HOURS
from console.views.monitoring.scope import HOUR_MS
from console.views.tables.columns import Column, folded, natural
from console.views.tables.marks import Mark, Shape, Tone

MARKS = {
    Condition.NO_DATA: Mark(Shape.RING, Tone.GREY),
    Condition.SILENT: Mark(Shape.CROSS, Tone.RED),
    Condition.OUT_OF_RANGE: Mark(Shape.TRIANGLE, Tone.RED),
    Condition.JUMP: Mark(Shape.DIAMOND, Tone.ORANGE),
    Condition.STUCK: Mark(Shape.BAR, Tone.ORANGE),
    Condition.SUSPECT: Mark(Shape.DOWN, Tone.ORANGE),
    Condition.LATE: Mark(Shape.HALF, Tone.YELLOW),
    Condition.NORMAL: Mark(Shape.CIRCLE, Tone.GREEN),
}
_ORDER = {condition: place for place, condition in enumerate(Condition)}
_DOUBTFUL = frozenset({Condition.OUT_OF_RANGE, Condition.JUMP, Condition.STUCK, Condition.SUSPECT})
_KNOWN_WHOLE = 0.95


@dataclass(frozen=True)
class SensorRow:
    """`doubt`: what its values say of it, whatever its age; `condition`: that and its silence, as of when it was last `judged`.

    `sums`: of rain, by SUM_HOURS; `rise`: per hour, None where it is not known; `registered`: somebody said what it is.
    """

    id: str
    search: str
    gauge: Gauge
    doubt: State
    condition: Condition
    late_ms: int | None
    silent_ms: int | None
    basin_name: str = ""
    rise: float | None = None
    sums: tuple[RainSum, ...] = ()
    withdrawn: bool = False
    registered: bool = True

    @property
    def name(self) -> str:
        return self.gauge.name or self.id

    def at(self, now_ms: int) -> Condition:
        """Its condition now: a gauge may have fallen silent since anything was heard of it."""
        if self.silent_ms is not None and now_ms > self.silent_ms:
            return Condition.SILENT
        if self.doubt.condition is Condition.NORMAL and self.late_ms is not None and now_ms > self.late_ms:
            return Condition.LATE
        return self.doubt.condition

    def judged(self, now_ms: int) -> SensorRow:
        """The same row while its condition is the same."""
        condition = self.at(now_ms)
        return (
            self
            if condition is self.condition
            else replace(self, condition=condition, search=_search(self.gauge, condition, self.basin_name))
        )

    def over(self, hours: int) -> RainSum | None:
        return next((found for found in self.sums if found.hours == hours), None)


GROUPS: dict[str, Callable[[SensorRow], bool]] = {
    "": lambda row: not row.withdrawn,
    "silent": lambda row: not row.withdrawn and row.condition in (Condition.SILENT, Condition.NO_DATA),
    "doubtful": lambda row: not row.withdrawn and row.condition in _DOUBTFUL,
    "late": lambda row: not row.withdrawn and row.condition is Condition.LATE,
    "normal": lambda row: not row.withdrawn and row.condition is Condition.NORMAL,
    "withdrawn": lambda row: row.withdrawn,
}


def read_rows(database: pw.SqliteDatabase, ids: Sequence[str] | None, now_ms: int) -> list[SensorRow]:
    """Of the gauges asked for, or of all, as of `now_ms` (this machine's clock, or the instant shown)."""
    wanted = [held for (held,) in Sensor.select(Sensor.id).tuples().execute(database)] if ids is None else ids
    gauges = read_gauges(database, wanted)
    basins = dict(Basin.select(Basin.id, Basin.name).tuples().execute(database))
    gone = {held for (held,) in Sensor.select(Sensor.id).where(Sensor.withdrawn).tuples().execute(database)}
    return [_row(database, gauge, basins.get(gauge.basin) or gauge.basin, gauge.id in gone, now_ms) for gauge in gauges.values()]


def concerned(changes: Changes) -> Iterable[str]:
    return changes.ids.get("sensor", ())


def quantities_of(rows: Iterable[SensorRow]) -> list[str]:
    """Those that occur, in the order of their words."""
    return sorted({row.gauge.quantity for row in rows if row.gauge.quantity}, key=lambda code: natural(word("quantity", code)))


def columns() -> list[Column[SensorRow]]:
    return [
        Column(
            "state", lambda: tr("State"), state_text, lambda row: _ORDER[row.condition], state_mark, state_tip, width_chars=10, ages=True
        ),
        Column("name", lambda: tr("Gauge"), lambda row, _now: row.name, lambda row: natural(row.name), width_chars=18, wide=True),
        Column("quantity", lambda: tr("Quantity"), lambda row, _now: word("quantity", row.gauge.quantity), width_chars=8),
        Column("value", lambda: tr("Value"), value_text, lambda row: row.gauge.value, tip=_value_tip, width_chars=10, numeric=True),
        Column("age", lambda: tr("Age"), age_of, _newest_first, tip=_heard_tip, width_chars=9, numeric=True, ages=True),
        Column("rise", lambda: tr("Rise per h"), rise_text, lambda row: row.rise, rise_mark, width_chars=9, numeric=True),
        Column(
            "rain_1",
            lambda: tr("Rain 1 h"),
            lambda row, _now: sum_text(row.over(1)),
            _sum_order(1),
            tip=_sum_tip(1),
            width_chars=7,
            numeric=True,
        ),
        Column(
            "rain_24",
            lambda: tr("Rain 24 h"),
            lambda row, _now: sum_text(row.over(24)),
            _sum_order(24),
            tip=_sum_tip(24),
            width_chars=7,
            numeric=True,
        ),
        Column("basin", lambda: tr("Basin"), lambda row, _now: row.basin_name, width_chars=12),
        Column("place", lambda: tr("Place"), lambda row, _now: row.gauge.place, width_chars=14, hidden=True),
        Column("owner", lambda: tr("Owner"), lambda row, _now: row.gauge.owner, width_chars=12, hidden=True),
        Column("link", lambda: tr("Comes by"), lambda row, _now: word("sensor_link", row.gauge.link), width_chars=10, hidden=True),
    ]


def state_text(row: SensorRow, now_ms: int) -> str:
    gone = tr("WITHDRAWN") if row.withdrawn else "" if row.registered else tr("not registered")
    return " · ".join(part for part in (gone, word("sensor_condition", row.at(now_ms).value)) if part)


def state_mark(row: SensorRow, now_ms: int) -> Mark:
    return MARKS[row.at(now_ms)]


def state_tip(row: SensorRow, now_ms: int) -> str:
    """The state, and by which number it was judged."""
    return (
        tr("{label}: {value}", label=state_text(row, now_ms), value=why_text(row, now_ms))
        if why_text(row, now_ms)
        else state_text(row, now_ms)
    )


def why_text(row: SensorRow, now_ms: int) -> str:
    """By which number the condition was judged; "" where there is none."""
    condition, gauge, doubt, rules = row.at(now_ms), row.gauge, row.doubt, sensor_rules()
    if condition in (Condition.SILENT, Condition.LATE):
        after_s = (rules.silent_after_s if condition is Condition.SILENT else rules.late_after_s)(gauge.expected_s, gauge.link)
        return tr(
            "nothing for {age}; expected every {interval}, allowed {limit}",
            age=age_of(row, now_ms),
            interval=span_text(round(gauge.expected_s)),
            limit=span_text(round(after_s)),
        )
    if doubt.limit is None or doubt.found is None:
        return ""
    if condition is Condition.STUCK:
        return tr(
            "the same value for {span}; it should vary within {limit}",
            span=span_text(round(doubt.found)),
            limit=span_text(round(doubt.limit)),
        )
    if condition is Condition.JUMP:
        return tr(
            "changed by {found} {unit} per hour; at most {limit} is possible",
            found=figure(doubt.found),
            unit=gauge.unit,
            limit=figure(doubt.limit),
        )
    return tr("{found} is beyond {limit} {unit}", found=figure(doubt.found), limit=figure(doubt.limit), unit=gauge.unit)


def value_text(row: SensorRow, _now_ms: int) -> str:
    return "–" if row.gauge.value is None else f"{figure(row.gauge.value)} {row.gauge.unit}".rstrip()


def age_of(row: SensorRow, now_ms: int) -> str:
    return tr("never") if row.gauge.heard_ms is None else age_text(row.gauge.heard_ms, now_ms)


def rise_text(row: SensorRow, _now_ms: int) -> str:
    return "" if row.rise is None else f"{row.rise:+.2f}"


def rise_mark(row: SensorRow, _now_ms: int) -> Mark | None:
    """Up or down, where it rounds to something."""
    if row.rise is None or abs(row.rise) < 0.005:
        return None
    return Mark(Shape.TRIANGLE, Tone.ORANGE) if row.rise > 0 else Mark(Shape.DOWN, Tone.BLUE)


def sum_text(found: RainSum | None) -> str:
    """In mm; "≥" where part of the time is not known, a dash where none of it is."""
    if found is None:
        return ""
    if found.share <= 0:
        return "–"
    return f"{found.mm:.1f}" if found.share >= _KNOWN_WHOLE else f"≥ {found.mm:.1f}"


def sum_known(found: RainSum) -> str:
    """In words what is known of a sum."""
    if found.share <= 0:
        return tr("nothing is known of this time")
    if found.share >= _KNOWN_WHOLE:
        return tr("{mm} mm", mm=f"{found.mm:.1f}")
    return tr("{mm} mm in the {share} of the time that is known", mm=f"{found.mm:.1f}", share=f"{found.share:.0%}")


def card(row: SensorRow, now_ms: int) -> list[tuple[str, str]]:
    """(label, value) of all that is known of one gauge."""
    gauge = row.gauge
    also = "; ".join(word("sensor_condition", one.value) for one in row.doubt.also)
    bounds = [
        tr("from {low}", low=figure(gauge.low)) if gauge.low is not None else "",
        tr("to {high}", high=figure(gauge.high)) if gauge.high is not None else "",
    ]
    known = [
        (tr("State"), state_text(row, now_ms)),
        (tr("Because"), why_text(row, now_ms)),
        (tr("Also"), also),
        (tr("Value"), value_text(row, now_ms) + (f" ({word('quality', gauge.quality)})" if gauge.quality else "")),
        (tr("Age"), age_of(row, now_ms)),
        (tr("Read at"), moment_text(gauge.at_ms) if gauge.heard_ms else ""),
        (tr("Rate of rise"), "" if row.rise is None else tr("{value} {unit} per hour", value=rise_text(row, now_ms), unit=gauge.unit)),
        *((tr("Rain of {n} h", n=round(found.hours)), sum_known(found)) for found in row.sums),
        *((tr("Level"), limit.text) for limit in limits_of(gauge, several=False)),
        (tr("Quantity"), word("quantity", gauge.quantity)),
        (tr("Reports every"), span_text(round(gauge.interval_s)) if gauge.interval_s else tr("not told")),
        (tr("Instrument reads"), " ".join(part for part in bounds if part)),
        (tr("Basin"), row.basin_name),
        (tr("Place"), gauge.place),
        (tr("Owner"), gauge.owner),
        (tr("Comes by"), word("sensor_link", gauge.link)),
        (tr("Position"), "" if gauge.lon is None or gauge.lat is None else f"{gauge.lon:.5f}, {gauge.lat:.5f}"),
        (tr("Identifier"), gauge.id),
    ]
    return [(label, value) for label, value in known if value]


def worst_first(rows: Iterable[SensorRow]) -> list[SensorRow]:
    return sorted(rows, key=lambda row: (_ORDER[row.condition], natural(row.name)))


def _row(database: pw.SqliteDatabase, gauge: Gauge, basin_name: str, withdrawn: bool, now_ms: int) -> SensorRow:
    rules = sensor_rules()
    heard_ms = gauge.heard_ms
    doubt = state_of(gauge, recent(database, gauge, rules), heard_ms or now_ms, rules)
    late_ms = None if heard_ms is None else heard_ms + round(rules.late_after_s(gauge.expected_s, gauge.link) * 1000)
    silent_ms = None if heard_ms is None else heard_ms + round(rules.silent_after_s(gauge.expected_s, gauge.link) * 1000)
    there_ms = now_ms + gauge.ahead_ms
    sums: tuple[RainSum, ...] = ()
    rise = None
    if gauge.quantity == "rain":
        reach_ms = max(SUM_HOURS) * HOUR_MS + round(2000 * gauge.expected_s)
        sums = tuple(rain_sums(series(database, gauge.id, there_ms - reach_ms, there_ms), gauge, there_ms, SUM_HOURS, rules))
    elif gauge.value is not None:
        rise = rate_of_rise(_ends(database, gauge), gauge.at_ms, RISE_HOURS)
    row = SensorRow(
        gauge.id,
        _search(gauge, doubt.condition, basin_name),
        gauge,
        doubt,
        doubt.condition,
        late_ms,
        silent_ms,
        basin_name,
        rise,
        sums,
        withdrawn,
        bool(gauge.name or gauge.quantity),
    )
    return row.judged(now_ms)


def _ends(database: pw.SqliteDatabase, gauge: Gauge) -> Series:
    """The first and the last believed reading of the time that a rate is reckoned over: it asks for no more."""
    of = "FROM reading WHERE sensor = ? AND at_ms BETWEEN ? AND ? AND quality IN ('', 'estimated') ORDER BY at_ms"
    limits = (gauge.id, gauge.at_ms - round(RISE_HOURS * HOUR_MS), gauge.at_ms)
    query = (
        f'SELECT * FROM (SELECT at_ms, "value", 0 {of} LIMIT 1) UNION SELECT * FROM (SELECT at_ms, "value", 0 {of} DESC LIMIT 1) ORDER BY 1'
    )
    return Series.of(database.execute_sql(query, limits + limits))  # type: ignore[no-untyped-call]


def _search(gauge: Gauge, condition: Condition, basin_name: str) -> str:
    said = (word("quantity", gauge.quantity), word("sensor_condition", condition.value), word("sensor_link", gauge.link))
    return folded(gauge.name or gauge.id, gauge.id, basin_name, gauge.place, gauge.owner, *said)


def _newest_first(row: SensorRow) -> int | None:
    return None if row.gauge.heard_ms is None else -row.gauge.heard_ms


def _value_tip(row: SensorRow, now_ms: int) -> str:
    quality = tr(" ({quality})", quality=word("quality", row.gauge.quality)) if row.gauge.quality else ""
    return f"{value_text(row, now_ms)}{quality}"


def _heard_tip(row: SensorRow, _now_ms: int) -> str:
    return moment_text(row.gauge.at_ms) if row.gauge.heard_ms else tr("never")


def _sum_order(hours: int) -> Callable[[SensorRow], Any]:
    def order(row: SensorRow) -> float | None:
        found = row.over(hours)
        return None if found is None or found.share <= 0 else found.mm

    return order


def _sum_tip(hours: int) -> Callable[[SensorRow, int], str]:
    def tip(row: SensorRow, _now_ms: int) -> str:
        found = row.over(hours)
        return "" if found is None else sum_known(found)

    return tip
