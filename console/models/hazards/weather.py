"""Gales, and the weather that lets forests burn: of stations, which are instruments that stand together."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from console.models.hazards.grade import grade_of
from console.models.hazards.history import DAY_MS, History
from console.models.hazards.rules import FireRule, GaleRule
from console.models.hazards.spans import sums
from console.models.hazards.verdict import Verdict
from console.models.kinds import Because
from console.models.sensors import Gauge

KMH = 3.6
KM_DEG = 111.2
KINDS = ("wind", "gust", "temperature", "humidity", "rain")
MOST_COMPARED = 50
"""Stations that lack an instrument in one square: no network stands closer, and a registry gone wrong must not take the night."""


class Station(NamedTuple):
    """Instruments by quantity, the first of each; `place`: the basin that they all name, else the sensor that names the station."""

    place: str
    of: dict[str, History]


def stations(histories: Mapping[str, History], near_km: float) -> list[Station]:
    """Wind, gust, temperature, humidity and rain instruments, put together where they stand within `near_km` of each other."""
    held = sorted((each for each in histories.values() if each.gauge.quantity in KINDS), key=lambda each: each.gauge.id)
    heads = [each for each in held if each.gauge.quantity != "rain"]
    found: list[Station] = []
    lacking: dict[tuple[Square, str], dict[int, History]] = {}
    stands: list[list[Square]] = []
    for history in [*heads, *(each for each in held if each.gauge.quantity == "rain")]:
        gauge = history.gauge
        near = [at for square in _around(gauge, near_km) for at in _first(lacking.get((square, gauge.quantity)), history, near_km)]
        if near:
            at = min(near)
            found[at].of[gauge.quantity] = history
            for square in stands[at]:
                del lacking[square, gauge.quantity][at]
        elif gauge.quantity != "rain":
            stands.append(list(_own(gauge, near_km)))
            for square in stands[-1]:
                for quantity in KINDS:
                    if quantity != gauge.quantity:
                        lacking.setdefault((square, quantity), {})[len(found)] = history
            found.append(Station(gauge.id, {gauge.quantity: history}))
    return found


Square = tuple[int, int] | str
"""About as wide as stations stand together, so that each is compared with its neighbours alone; or the name of a place."""


def _own(gauge: Gauge, near_km: float) -> Iterable[Square]:
    if gauge.place:
        yield gauge.place
    if gauge.lon is not None and gauge.lat is not None:
        row = math.floor(gauge.lat * KM_DEG / near_km)
        yield row, math.floor(gauge.lon / _width_deg(row, near_km))


def _around(gauge: Gauge, near_km: float) -> Iterable[Square]:
    """The squares in which what stands together with it has its own."""
    if gauge.place:
        yield gauge.place
    if gauge.lon is None or gauge.lat is None:
        return
    middle = math.floor(gauge.lat * KM_DEG / near_km)
    for row in (middle - 1, middle, middle + 1):
        column = math.floor(gauge.lon / _width_deg(row, near_km))
        yield from ((row, each) for each in (column - 1, column, column + 1))


def _width_deg(row: int, near_km: float) -> float:
    """Of a square in that row: at least `near_km` where the row is furthest from the equator."""
    furthest_deg = max(abs(row), abs(row + 1)) * near_km / KM_DEG
    return min(near_km / (KM_DEG * max(math.cos(math.radians(min(furthest_deg, 90.0))), 1e-6)), 360.0)


def _first(lacking: dict[int, History] | None, history: History, near_km: float) -> Iterable[int]:
    """Places of stations, by the instrument that names each."""
    return (at for at, head in itertools.islice((lacking or {}).items(), MOST_COMPARED) if together(head, history, near_km))


def together(head: History, history: History, near_km: float) -> bool:
    """Whether an instrument belongs to the station that `head` names."""
    one, other = head.gauge, history.gauge
    if one.lon is None or one.lat is None or other.lon is None or other.lat is None:
        return bool(one.place) and one.place == other.place
    north_km = (other.lat - one.lat) * KM_DEG
    east_km = (other.lon - one.lon) * KM_DEG * math.cos(math.radians(one.lat))
    return math.hypot(north_km, east_km) <= near_km


def judge_gale(station: Station, now_ms: int, rule: GaleRule) -> Verdict | None:
    """None: there is no wind instrument that read anything."""
    mean, gust = station.of.get("wind"), station.of.get("gust")
    if mean is None and gust is None:
        return None
    found = Verdict("gale", station.place, share=0.0, known=False)
    steady = _believed(found, mean, now_ms, rule.readings, rule.within_s)
    peak = _believed(found, gust, now_ms, 1, rule.within_s)
    sure = peak is not None and steady is not None and peak <= rule.gust_over_mean * max(steady, 1.0)
    if peak is not None and not sure and gust is not None:
        again = gust.last(now_ms, rule.readings, rule.within_s)
        peak_sure = min(again) if len(again) >= rule.readings else None
        found.more = (*found.more, f"gauge_alone:{gust.gauge.id}")
    else:
        peak_sure = peak
    up, hold, possible = 0, 0, 0
    for limit in rule.limit:
        grade = grade_of(limit.level)
        for value, bound, history, key in ((steady, limit.mean, mean, "gale.mean"), (peak_sure, limit.gust, gust, "gale.gust")):
            if value is None or history is None:
                continue
            if value >= bound and grade > up:
                up = grade
                found.ahead = (Because(key, history.gauge.id, value, bound, 0.0, history.newest_ms, limit.source),)
            hold = max(hold, grade if value >= bound * rule.down_share else 0)
        possible = max(possible, grade if peak is not None and peak >= limit.gust else 0)
    found.up, found.hold, found.possible = up, max(up, hold), max(up, possible)
    if not found.ahead and mean is not None and steady is not None:
        lowest = min(rule.limit, key=lambda each: each.mean)
        found.ahead = (Because("gale.mean", mean.gauge.id, steady, lowest.mean, 0.0, mean.newest_ms, lowest.source),)
    found.lead_s = 0.0 if up else None
    return found


def _believed(found: Verdict, history: History | None, now_ms: int, readings: int, within_s: float) -> float | None:
    """The least of the last few readings of an instrument that counts, and the verdict's note of it."""
    if history is None:
        return None
    doubt = history.doubt(now_ms)
    if doubt:
        found.more = (*found.more, f"gauge_{doubt}:{history.gauge.id}")
        return None
    last = history.last(now_ms, readings, within_s)
    if not last:
        return None
    found.known, found.share = True, 1.0
    found.at_ms = max(found.at_ms, history.newest_ms)
    return min(last)


def drought_factor(deficit_mm: float, dry_days: float, rain_mm: float) -> float:
    """Noble, Bary and Gill (1980): 0 to 10."""
    spell: float = (dry_days + 1.0) ** 1.5
    return min(10.0, max(0.0, 0.191 * (deficit_mm + 104.0) * spell / max(3.52 * spell + rain_mm - 1.0, 1e-6)))


def fire_index(drought: float, humidity: float, temperature_c: float, wind_kmh: float) -> float:
    """McArthur forest fire danger index, mark 5, as an equation by Noble, Bary and Gill (1980)."""
    if drought <= 0:
        return 0.0
    return 2.0 * math.exp(-0.450 + 0.987 * math.log(drought) - 0.0345 * humidity + 0.0338 * temperature_c + 0.0234 * wind_kmh)


def dry_spell(rain: History | None, now_ms: int, rule: FireRule) -> tuple[float, float]:
    """(whole days since a day of rain that counts, that day's rain in mm); without a gauge the driest."""
    days = rule.look_back_days
    if rain is None or rain.spans is None:
        return float(days), 0.0
    ends_ms = now_ms + rain.ahead_ms
    fell, _ = sums([rain.spans], np.array([float(ends_ms)]), np.arange(1, days + 1, dtype=np.float64) * DAY_MS)
    by_day = np.diff(fell[0], prepend=0.0)
    wet = np.flatnonzero(by_day >= rule.rain_counts_mm)
    return (float(wet[0]), float(by_day[wet[0]])) if len(wet) else (float(days), 0.0)


def judge_fire(station: Station, now_ms: int, rule: FireRule) -> Verdict | None:
    """None: no temperature, humidity and wind stand together here."""
    parts: Sequence[History | None] = [station.of.get(name) for name in ("temperature", "humidity", "wind")]
    if any(part is None for part in parts):
        return None
    found = Verdict("forest_fire", station.place)
    values = [_believed(found, part, now_ms, 1, rule.fresh_s) for part in parts]
    fresh = [part is not None and now_ms - part.newest_ms <= rule.fresh_s * 1000 for part in parts]
    if any(value is None for value in values) or not all(fresh):
        found.known, found.share = False, sum(value is not None for value in values) / 3
        return found
    temperature, humidity, wind = (float(value or 0.0) for value in values)
    rain = station.of.get("rain")
    if rain is None or rain.doubt(now_ms):
        found.more = (*found.more, "no_rain_gauge")
    spell = dry_spell(rain, now_ms, rule)
    index = fire_index(drought_factor(rule.soil_deficit_mm, *spell), humidity, temperature, wind * KMH)
    found.up = max((grade_of(each.level) for each in rule.limit if index >= each.index), default=0)
    found.hold = max(found.up, max((grade_of(each.level) for each in rule.limit if index >= each.index * rule.down_share), default=0))
    found.possible = found.up
    found.lead_s = 0.0 if found.up else None
    told = next((each for each in rule.limit if grade_of(each.level) == found.up), rule.limit[0])
    found.ahead = tuple(_fire_why(parts, values, index, told.index, told.source, found.at_ms))
    return found


def _fire_why(
    parts: Sequence[History | None], values: Sequence[float | None], index: float, limit: float, source: str, at_ms: int
) -> Iterable[Because]:
    first = parts[0]
    yield Because("forest_fire.index", first.gauge.id if first is not None else "", round(index, 2), limit, 0.0, at_ms, source)
    for part, value in zip(parts, values, strict=True):
        if part is not None and value is not None:
            yield Because(f"forest_fire.{part.gauge.quantity}", part.gauge.id, value, 0.0, 0.0, part.newest_ms, "noble1980")
