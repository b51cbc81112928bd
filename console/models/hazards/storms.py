"""Rainstorm, flash flood and what slides, basin by basin, from the rain over them. Routing and arming are in `chain`."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from console.models.hazards.basins import Basin
from console.models.hazards.grade import grade_of
from console.models.hazards.rain import Field, Over, graded
from console.models.hazards.rules import Rules
from console.models.hazards.verdict import Verdict
from console.models.kinds import Because

Floats = NDArray[np.float64]
Grades = NDArray[np.intp]
LEAD_MOST_S = 6 * 3600.0
MOST_WHY = 4


class Limit(NamedTuple):
    """`mm`: one for all basins, or one each (inf: none); `rule`, `hours`, `source`: what is told of it."""

    grade: int
    column: int
    mm: float | Floats
    rule: str
    hours: float
    source: str

    def of(self, row: int) -> float:
        return float(self.mm[row]) if isinstance(self.mm, np.ndarray) else float(self.mm)


class Graded(NamedTuple):
    """By basin. `heard`: share of the gauges' weight in the window that decides; `lead_s`: nan where it is not known."""

    up: Grades
    hold: Grades
    possible: Grades
    heard: Floats
    lead_s: Floats


class Storms:
    """What the rain of a field means, by the rules; made anew when basins, gauges or rules change."""

    def __init__(self, field: Field, rules: Rules) -> None:
        self._field, self._rules = field, rules
        basins = field.network.basins
        column = field.column
        self.rain = [
            Limit(grade_of(each.level), column[each.hours], each.mm, f"rain.{rules.rain.set}", each.hours, each.source)
            for each in rules.rain.limits
        ]
        self.flash = list(_critical_limits(basins, column, rules))
        self.slide = list(_slide_limits(field, rules))
        self._can = {
            hazard: np.array([basin.can(hazard) for basin in basins], bool)
            for hazard in ("rainstorm", "flash_flood", "landslide", "debris_flow")
        }

    def judge(self, over: Over, wanted: Mapping[str, Iterable[int]]) -> dict[str, Verdict]:
        """Verdicts by id: of what reaches anything, and of the rows of basins that are `wanted` besides, by hazard."""
        found: dict[str, Verdict] = {}
        rain, geological, chain = self._rules.rain, self._rules.geological, self._rules.chain
        wet = over.credited[:, self._field.re] >= geological.wet_re_mm
        factor = np.where(wet, geological.wet_factor, 1.0)
        slides = [limit if limit.rule == "geological.antecedent" else limit._replace(mm=limit.mm * factor) for limit in self.slide]
        for hazard, limits, share in (
            ("rainstorm", self.rain, rain.down_share),
            ("flash_flood", self.flash, chain.down_share),
            ("landslide", slides, geological.down_share),
            ("debris_flow", slides, geological.down_share),
        ):
            grades = self._graded(over, limits, share, self._can[hazard])
            rows = set(np.flatnonzero((grades.up > 0) | (grades.hold > 0)).tolist())
            for row in sorted(rows.union(row for row in wanted.get(hazard, ()) if self._can[hazard][row])):
                verdict = self._verdict(hazard, row, over, limits, grades)
                found[verdict.id] = verdict
        return found

    def _graded(self, over: Over, limits: Sequence[Limit], share: float, can: NDArray[np.bool_]) -> Graded:
        alone = grade_of(self._rules.rain.believe.alone_level)
        full = [(limit.grade, limit.column, limit.mm) for limit in limits]
        low = [(grade, column, mm * share) for grade, column, mm in full]
        up = np.maximum(graded(over.credited, full), np.minimum(graded(over.raw, full), alone))
        hold = np.maximum(graded(over.credited, low), np.minimum(graded(over.raw, low), alone))
        possible = np.maximum(up, graded(over.most, full))
        up, hold, possible = np.where(can, up, 0), np.where(can, np.maximum(up, hold), 0), np.where(can, possible, 0)
        ratios = np.stack([over.credited[:, limit.column] / limit.mm for limit in limits]) if limits else np.zeros((1, len(up)))
        columns = np.array([limit.column for limit in limits] or [0], np.intp)
        deciding = columns[ratios.argmax(axis=0)]
        heard = over.share[np.arange(len(up)), deciding]
        return Graded(up, hold, possible, heard, self._leads(over, limits, up))

    def _leads(self, over: Over, limits: Sequence[Limit], up: Grades) -> Floats:
        """At the last hour's intensity: how long until the gravest limit is reached, s; 0 where it is, nan where not within hours."""
        gravest = max((limit.grade for limit in limits), default=0)
        rate = over.credited[:, self._field.column[1.0]]
        found = np.full(len(up), np.inf)
        with np.errstate(divide="ignore", invalid="ignore"):
            for limit in limits:
                if limit.grade == gravest and limit.hours >= 1:
                    left = (limit.mm - over.credited[:, limit.column]) / rate * 3600
                    found = np.fmin(found, np.where((rate > 0) & (left >= 0), left, np.inf))
        found = np.where((up > 0) & (found <= LEAD_MOST_S), found, np.nan)
        return np.where((up == gravest) & (up > 0), 0.0, found)

    def _verdict(self, hazard: str, row: int, over: Over, limits: Sequence[Limit], grades: Graded) -> Verdict:
        up, share, lead_s = int(grades.up[row]), float(grades.heard[row]), float(grades.lead_s[row])
        return Verdict(
            hazard,
            self._field.network.basins[row].id,
            up=up,
            hold=int(grades.hold[row]),
            possible=int(grades.possible[row]),
            lead_s=None if math.isnan(lead_s) else lead_s,
            at_ms=int(over.at_ms[row]),
            share=share,
            known=bool(over.usable[row]) and share >= self._rules.rain.believe.heard_least,
            because=partial(self._why, row, over, limits, up),
            doubted=partial(self.unsure, row, hazard, limits),
        )

    def _why(self, row: int, over: Over, limits: Sequence[Limit], up: int) -> Iterable[Because]:
        """The limits that made the grade, the most exceeded first; where none is reached, the nearest."""
        reached = []
        for limit in limits:
            mm = limit.of(row)
            if not np.isfinite(mm):
                continue
            value = max(float(over.credited[row, limit.column]), float(over.raw[row, limit.column]) if limit.grade <= up else 0.0)
            reached.append((value / mm, value, mm, limit))
        reached.sort(key=lambda each: -each[0])
        met = [each for each in reached if each[0] >= 1 and each[3].grade == up] or reached[:1]
        for _, value, mm, limit in met[:MOST_WHY]:
            yield Because(
                limit.rule, self._source_of(row, over, limit.column, value), value, mm, limit.hours, int(over.at_ms[row]), limit.source
            )

    def _source_of(self, row: int, over: Over, column: int, value: float) -> str:
        """The gauge that gave a value; the basin, where none did."""
        field, pairs = self._field, self._field.network.pairs
        top = int(over.top[row, column])
        if top >= 0 and field.credited[top, column] < value:
            own = pairs.gauge[pairs.of_basin == row]
            own = own[field.usable[own]]
            top = int(own[np.argmax(field.mm[own, column])]) if len(own) else -1
        return field.network.gauges[top].id if top >= 0 else field.network.basins[row].id

    def unsure(self, row: int, hazard: str, limits: Sequence[Limit]) -> Iterable[str]:
        """What is missing or doubtful, in codes."""
        field, network = self._field, self._field.network
        basin, pairs = network.basins[row], network.pairs
        for sensor in network.missing_gauges(basin):
            yield f"gauge_missing:{sensor}"
        own = pairs.gauge[pairs.of_basin == row].tolist()
        if not own:
            yield "no_gauge"
        columns = [limit.column for limit in limits]
        for gauge in own:
            name = network.gauges[gauge].id
            if field.doubt[gauge]:
                yield f"gauge_{field.doubt[gauge]}:{name}"
            elif field.alone[gauge, columns].any():
                yield f"gauge_alone:{name}"
            elif field.share[gauge, columns].min(initial=1.0) < 1 - 1e-6:
                yield f"gauge_gap:{name}"
        if hazard == "flash_flood" and not basin.critical:
            yield "no_critical"


def _critical_limits(basins: Sequence[Basin], column: dict[float, int], rules: Rules) -> Iterable[Limit]:
    for hours in sorted({each[0] for basin in basins for each in basin.critical}):
        for limit in rules.chain.flash_flood:
            place = 2 if limit.column == "move" else 1
            mm = np.full(len(basins), np.inf)
            for row, basin in enumerate(basins):
                given = [each[place] for each in basin.critical if each[0] == hours and each[place] > 0]
                if given:
                    mm[row] = min(given) * limit.share
            yield Limit(grade_of(limit.level), column[hours], mm, f"critical.{limit.column}", hours, limit.source)


def _slide_limits(field: Field, rules: Rules) -> Iterable[Limit]:
    rule = rules.geological
    for hours in rule.durations_h:
        of_curve = [(curve, curve.a * hours**-curve.b * hours) for curve in rule.curve]
        for curve, mm in of_curve:
            yield Limit(grade_of(curve.level), field.column[hours], mm, f"geological.{curve.key}", hours, curve.source)
        both = max(mm for _, mm in of_curve)
        for beyond in rule.beyond:
            yield Limit(grade_of(beyond.level), field.column[hours], both * beyond.times, "geological.both", hours, beyond.source)
    for each in rule.antecedent:
        yield Limit(grade_of(each.level), field.wet, each.mm, "geological.antecedent", 24.0 * rule.days, each.source)
