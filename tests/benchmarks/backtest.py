"""Back-test of the rules on floods that happened: hits, misses, false alarms and lead times, gauge by gauge.

Run as `python -m tests.benchmarks --only backtest RECORDINGS`; RECORDINGS holds `hydro/` (USGS and Environment Agency, see its README).

How limits are chosen is said beside each series, and never from the flood that is judged, but for Dead Run: its record is one month, so its limits
are quantiles of that month. No basin's real critical rain, no official warning level is known for any of these gauges: this shows
what the machinery of thresholds makes of real rain and real rivers, not how well an office's own limits are chosen.
"""

from __future__ import annotations

import csv
import statistics
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import numpy as np

from console.models.hazards.assessor import Assessor
from console.models.hazards.basins import Basin
from console.models.hazards.grade import level_of
from console.models.hazards.history import History
from console.models.hazards.rules import Rules, hazard_rules
from console.models.sensors import Gauge, Series, sensor_rules
from tests.benchmarks.report import Figure, Goal

HOUR_MS = 3_600_000
AHEAD_H = 24.0
"""An alarm that begins no longer before a flood than this was for it."""
APART_H = 12.0
"""Two rises closer together are one flood."""
FOOT_M = 0.3048


class Record(NamedTuple):
    """Of one gauge: UTC ms (rising) and values."""

    times: np.ndarray
    values: np.ndarray

    def until(self, at_ms: int) -> np.ndarray:
        return self.values[self.times < at_ms]


class Row(NamedTuple):
    """One line of the table. `leads_h`: of the floods that were hit, negative when the alarm came after the beginning. Shares of the time:
    `alarm_share`, that an alarm stood; `over_share`, that what was measured was over the limit itself: what is more is hysteresis."""

    series: str
    limits: str
    alarm: str
    floods: int
    hits: int
    misses: int
    false_alarms: int
    leads_h: list[float]
    alarm_share: float
    over_share: float

    @property
    def false_share(self) -> float | None:
        """Of the alarms, those that no flood followed."""
        alarms = self.hits + self.false_alarms
        return self.false_alarms / alarms if alarms else None

    def line(self) -> str:
        lead = f"{statistics.median(self.leads_h):6.2f}" if self.leads_h else "     –"
        least = f"{min(self.leads_h):6.2f}" if self.leads_h else "     –"
        false = "–" if self.false_share is None else f"{self.false_share:.0%}"
        counts = f"{self.floods:6} {self.hits:5} {self.misses:6} {self.false_alarms:5} {false:>7}"
        return f"{self.series:26} {self.alarm:14} {counts} {lead} {least} {self.alarm_share:8.1%} {self.over_share:6.1%}  {self.limits}"


HEAD = (
    f"{'series':26} {'alarm':14} {'floods':>6} {'hits':>5} {'misses':>6} {'false':>5} {'share':>7} {'lead h':>6} {'least':>6} {'in alarm':>8} "
    f"{'over':>6}  limits"
)


def read(path: Path, time: str, value: str, scale: float = 1.0) -> Record:
    """Rows that hold a number; of two for one moment the later stands."""
    found: dict[int, float] = {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            try:
                at = datetime.fromisoformat(row[time])
                found[round((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() * 1000)] = float(row[value]) * scale
            except ValueError:
                continue
    times = np.array(sorted(found), np.int64)
    return Record(times, np.array([found[int(at)] for at in times]))


def floods(record: Record, at_least: float, from_ms: int) -> list[tuple[int, int]]:
    """(beginning, end) of each time the level stood at or above a height, from an instant on."""
    found: list[tuple[int, int]] = []
    for at, value in zip(record.times.tolist(), record.values.tolist(), strict=True):
        if at < from_ms or value < at_least:
            continue
        if found and at - found[-1][1] <= APART_H * HOUR_MS:
            found[-1] = (found[-1][0], at)
        else:
            found.append((at, at))
    return found


def replay(
    gauges: dict[str, tuple[Gauge, Record]], basins: Sequence[Basin], rules: Rules, risk: str, from_ms: int
) -> list[tuple[int, int]]:
    """(UTC ms, level that stands) of one risk after each reading: everything is told in the order in which it was read, as to a watch."""
    assessor, histories = None, {}
    feed = sorted((int(at), name, row) for name, (_, record) in gauges.items() for row, at in enumerate(record.times.tolist()))
    for name, (gauge, _) in gauges.items():
        histories[name] = History(gauge, Series.of(()), sensor_rules())
    assessor = Assessor(basins, histories, rules)
    found: list[tuple[int, int]] = []
    for at, name, row in feed:
        gauge, record = gauges[name]
        value = float(record.values[row])
        reading = Series(record.times[row : row + 1], record.values[row : row + 1], np.zeros(1, np.uint8))
        histories[name].put(gauge._replace(value=value, at_ms=at, heard_ms=at), reading)
        verdict = assessor.judge(at, None if row % 24 == 0 else [name]).get(risk)
        if at >= from_ms:
            found.append((at, level_of(verdict.up) if verdict is not None else 0))
    return found


def score(
    series: str, limits: str, alarm: str, levels: list[tuple[int, int]], least: int, events: list[tuple[int, int]], over_share: float
) -> Row:
    """`least`: the alarm is a level that grave or graver."""
    episodes: list[list[int]] = []
    standing = False
    for at, level in levels:
        now = 0 < level <= least
        if now and not standing:
            episodes.append([at, at])
        elif now:
            episodes[-1][1] = at
        standing = now
    ahead_ms = round(AHEAD_H * HOUR_MS)
    leads, hits, used = [], 0, set()
    for begin, end in events:
        of_event = [at for at, (first, last) in enumerate(episodes) if first <= end and last >= begin - ahead_ms]
        used.update(of_event)
        if of_event:
            hits += 1
            leads.append(min((begin - episodes[of_event[0]][0]) / HOUR_MS, AHEAD_H))
    share = sum(1 for _, level in levels if 0 < level <= least) / max(len(levels), 1)
    return Row(series, limits, alarm, len(events), hits, len(events) - hits, len(episodes) - len(used), leads, share, over_share)


def river_rows(
    series: str, record: Record, interval_s: float, limits: tuple[float, float, float], height: float, from_ms: int, told: str
) -> list[Row]:
    """`limits`: warning, guarantee, historic, in m; `height`: from which it is a flood."""
    rules = hazard_rules()
    warning, guarantee, historic = limits
    gauge = Gauge("level", quantity="level", unit="m", interval_s=interval_s, warning=warning, guarantee=guarantee, historic=historic)
    levels = replay({"level": (gauge, record)}, [], rules, "river_flood:level", from_ms)
    events = floods(record, height, from_ms)
    told = f"{told}: {warning:.2f}/{guarantee:.2f}/{historic:.2f} m, flood from {height:.2f} m"
    seen = record.values[record.times >= from_ms]
    alarms = (("level, yellow", 3, warning), ("level, orange", 2, guarantee))
    return [score(series, told, word, levels, least, events, float(np.mean(seen >= limit))) for word, least, limit in alarms]


def window_mm(record: Record, hours: float) -> np.ndarray:
    """Rain of the window up to each reading."""
    total = np.concatenate([[0.0], np.cumsum(record.values)])
    first = np.searchsorted(record.times, record.times - round(hours * HOUR_MS), side="right")
    found: np.ndarray = total[1:] - total[first]
    return found


def rain_rows(
    series: str,
    rain: dict[str, Record],
    interval_s: float,
    level: Record,
    height: float,
    from_ms: int,
    quantiles: tuple[float, float],
    hours: Sequence[float],
    told: str,
) -> list[Row]:
    """Critical rain of one basin: quantiles of the windows before `from_ms`, of the gauge that had most."""
    critical = []
    for window in hours:
        before = [window_mm(record, window)[record.times < from_ms] for record in rain.values()]
        prepare, move = (max(float(np.quantile(each, share)) for each in before) for share in quantiles)
        critical.append((window, round(prepare, 1), round(move, 1)))
    gauges = {name: (Gauge(name, quantity="rain", unit="mm", interval_s=interval_s), record) for name, record in rain.items()}
    basin = Basin("b", "b", hazards=("flash_flood",), gauges=tuple((name, 1.0) for name in rain), critical=tuple(critical))
    levels = replay(gauges, [basin], hazard_rules(), "flash_flood:b", from_ms)
    events = floods(level, height, from_ms)
    limits = ", ".join(f"{window:g} h {prepare:g}/{move:g}" for window, prepare, move in critical)
    told = f"{told}: {limits} mm, flood from {height:.2f} m"
    alarms = (("rain, prepare", 2, 1), ("rain, move", 1, 2))
    return [score(series, told, word, levels, least, events, over(rain, critical, place, from_ms)) for word, least, place in alarms]


def over(rain: dict[str, Record], critical: Sequence[tuple[float, float, float]], place: int, from_ms: int) -> float:
    """Share of the readings at which any window of the gauge was over its limit (`place` in a row of `critical`); of several gauges the most."""
    shares = []
    for record in rain.values():
        reached = np.logical_or.reduce([window_mm(record, limits[0]) >= limits[place] for limits in critical])
        shares.append(float(np.mean(reached[record.times >= from_ms])))
    return max(shares)


def dead_run(folder: Path) -> list[Row]:
    record = read(folder / "usgs_DeadRun_Instant.csv", "datetimeUTC", "USGS:01589330:00065:00000", FOOT_M)
    limits = tuple(float(np.quantile(record.values, share)) for share in (0.97, 0.99, 0.999))
    told = "quantiles 0.97/0.99/0.999 of the same month"
    return river_rows("Dead Run 2018, 5 min", record, 300.0, limits, 5.0 * FOOT_M, int(record.times[0]), told)  # type: ignore[arg-type]


def narraguagus(folder: Path) -> list[Row]:
    path = folder / "usgs_01037000_hourly_keag_small.csv"
    level, rain = read(path, "datetime", "65565_00065", FOOT_M), read(path, "datetime", "precip")
    from_ms = round(datetime(2015, 5, 1, tzinfo=UTC).timestamp() * 1000)
    past = level.until(from_ms)
    limits = tuple(float(np.quantile(past, share)) for share in (0.95, 0.99, 1.0))
    height = limits[2]
    rows = river_rows("USGS 01037000, hourly", level, 3600.0, limits, height, from_ms, "quantiles 0.95/0.99/1 of the year before")  # type: ignore[arg-type]
    told = "quantiles 0.99/0.999 of the year before"
    return rows + rain_rows("USGS 01037000, hourly", {"rain": rain}, 3600.0, level, height, from_ms, (0.99, 0.999), (6, 24), told)


def calder(folder: Path) -> list[Row]:
    from_ms = round(datetime(2025, 9, 8, tzinfo=UTC).timestamp() * 1000)
    rain = {name: read(folder / f"EA_{name}-rainfall-15min-Qualified.csv", "dateTime", "value") for name in ("Bacup", "Gorple")}
    rows: list[Row] = []
    for place in ("Hebden-Bridge", "Todmorden-Callis-Bridge"):
        level = read(folder / f"EA_{place}-level-15min-Qualified.csv", "dateTime", "value")
        past = level.until(from_ms)
        highest = float(past.max())
        step = max(0.04, highest - float(np.quantile(past, 0.9)))
        limits = (highest + step / 2, highest + step, highest + 2 * step)
        told = "highest of the 3 weeks before, and steps above"
        series = f"Calder, {place.split('-')[0]}, 15 min"
        rows += river_rows(series, level, 900.0, limits, limits[1], from_ms, told)
        told = "quantiles 0.99/1 of the 3 weeks before"
        rows += rain_rows(series, rain, 900.0, level, limits[1], from_ms, (0.99, 1.0), (3, 6, 24), told)
    return rows


SERIES: tuple[Callable[[Path], list[Row]], ...] = (dead_run, narraguagus, calder)


def measure(recordings: Path) -> list[Figure]:
    """Prints the table. A figure a row: floods missed, of which the alarm of the lower level must miss none."""
    folder = recordings / "hydro"
    rows = [row for each in SERIES for row in each(folder)]
    print(HEAD)
    for row in rows:
        print(row.line(), flush=True)
    return [_figure(row) for row in rows]


def _figure(row: Row) -> Figure:
    parts = {"floods": float(row.floods), "hits": float(row.hits), "false_alarms": float(row.false_alarms)}
    parts |= {"alarm_share": row.alarm_share, "over_share": row.over_share}
    if row.leads_h:
        parts |= {"lead_h_median": statistics.median(row.leads_h), "lead_h_least": min(row.leads_h)}
    early = row.alarm in ("level, yellow", "level, orange")
    name = f"backtest: {row.series}, {row.alarm}".replace(" ", "_")
    return Figure(name=name, value=row.misses, unit="missed", goal=Goal.VALUE_AT_MOST, bound=0 if early else row.floods, parts=parts)
