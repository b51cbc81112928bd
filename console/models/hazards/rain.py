"""Rain over basins: how much of what each gauge reads is believed, how much may have fallen besides, and which grades that reaches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from console.models.hazards.basins import Network
from console.models.hazards.history import History
from console.models.hazards.rules import Rules
from console.models.hazards.spans import HOUR_MS, sums

Floats = NDArray[np.float64]
Rows = NDArray[np.intp]
RE_EVERY_MS = 600_000
"""Antecedent rain leaves the last day out, and changes with the days."""


class Field:
    """All rain gauges of a network at one instant; rows as `network.gauges`, columns as `hours`, and two more: effective antecedent rain, and
    that with the last 24 h. In mm.

    `mm`: known to have fallen; `share`: of the time that is known; `doubt`: why a gauge does not count, "" when it does;
    `credited`: what is believed of it, seeing its neighbours; `most`: what may have fallen."""

    def __init__(self, network: Network, histories: dict[str, History], rules: Rules) -> None:
        self.network, self._histories, self._rules = network, histories, rules
        hours = {limit.hours for limit in rules.rain.limits} | set(rules.geological.durations_h) | {1.0, 24.0}
        hours |= {float(each[0]) for basin in network.basins for each in basin.critical}
        self.hours = np.array(sorted(hours))
        self.column = {hour: at for at, hour in enumerate(self.hours.tolist())}
        self.re, self.wet = len(self.hours), len(self.hours) + 1
        shape = (len(network.gauges), len(self.hours) + 2)
        self.mm, self.share = np.zeros(shape), np.zeros(shape)
        self.credited, self.most = np.zeros(shape), np.zeros(shape)
        self.doubt = ["no_data"] * len(network.gauges)
        self.usable = np.zeros(len(network.gauges), bool)
        self.distrusted = np.zeros(len(network.gauges), bool)  # it reports, and nothing of that is believed now
        self.alone = np.zeros(shape, bool)
        self.at_ms = np.zeros(len(network.gauges), np.int64)
        self._re_ms = -(1 << 60)
        self._spans_h = np.append(self.hours, [24.0, 24.0])

    def refresh(self, now_ms: int, rows: Rows | None = None) -> Rows:
        """Look again at all gauges, or at some; the rows of all whose credit may have changed."""
        wanted = np.arange(len(self.network.gauges)) if rows is None else rows
        self._sum(now_ms, wanted)
        if rows is not None:
            neighbours = self.network.neighbours
            wanted = np.flatnonzero(np.isin(np.arange(len(neighbours)), wanted) | np.isin(neighbours, wanted).any(axis=1))
        self._believe(wanted)
        return wanted

    def _sum(self, now_ms: int, rows: Rows) -> None:
        held = [(row, self._histories.get(self.network.gauges[row].id)) for row in rows.tolist()]
        known = [(row, history, history.spans) for row, history in held if history is not None and history.spans is not None]
        for row, history in held:
            self.doubt[row] = "no_data" if history is None else history.doubt(now_ms)
            self.usable[row] = not self.doubt[row]
            self.distrusted[row] = self.doubt[row] not in ("", "silent", "no_data")
            self.at_ms[row] = 0 if history is None else history.newest_ms
        if not known:
            return
        at = np.array([row for row, _, _ in known], np.intp)
        spans = [each for _, _, each in known]
        now = np.array([float(now_ms + history.ahead_ms) for _, history, _ in known])
        count = len(self.hours)
        self.mm[at, :count], self.share[at, :count] = sums(spans, now, self.hours * HOUR_MS)
        if len(rows) == len(self.network.gauges) and now_ms - self._re_ms >= RE_EVERY_MS:
            days = self._rules.geological.days
            fell, _ = sums(spans, now, np.arange(1, days + 2, dtype=np.float64) * 24.0 * HOUR_MS)
            decay = self._rules.geological.decay ** np.arange(1, days + 1)
            self.mm[at, self.re] = np.diff(fell, axis=1) @ decay
            self._re_ms = now_ms
        self.mm[at, self.wet] = self.mm[at, self.re] + self.mm[at, self.column[24.0]]
        self.share[at, self.re] = self.share[at, self.wet] = self.share[at, self.column[24.0]]

    def _believe(self, rows: Rows) -> None:
        rule = self._rules.rain.believe
        neighbours = self.network.neighbours[rows]
        counts = (neighbours >= 0) & self.usable[neighbours]
        heard = counts[:, :, None] & (self.share[neighbours] >= rule.heard_least)
        best = np.where(heard, self.mm[neighbours], 0.0).max(axis=1, initial=0.0)
        asked = heard.any(axis=1)
        mm, usable = self.mm[rows], self.usable[rows][:, None]
        credited = np.where(asked, np.minimum(mm, best / rule.share), mm)
        self.credited[rows] = np.where(usable, credited, 0.0)
        self.alone[rows] = usable & asked & (mm > credited)
        missing = np.where(self.distrusted[rows][:, None], 1.0, 1.0 - self.share[rows])
        # of what is not heard: as much as it would have been credited with at most
        self.most[rows] = mm + missing * np.maximum(self._spans_h * rule.fill_mm_h, best / rule.share)


class Over(NamedTuple):
    """A field over basins, rows as asked for. `credited`, `raw` (also of gauges that stand alone), `most`: the highest of the basin's gauges, in mm;
    `top`: row of the gauge that gave `credited`; `share`: of the gauges' weight that was heard, by window; `usable`: any gauge counts."""

    credited: Floats
    raw: Floats
    most: Floats
    top: Rows
    share: Floats
    usable: NDArray[np.bool_]
    at_ms: NDArray[np.int64]


def over_basins(field: Field) -> Over:
    """All basins of the network; those without a gauge have 0 of everything."""
    network = field.network
    pairs, count, width = network.pairs, len(network.basins), field.mm.shape[1]
    credited, raw, most = np.zeros((count, width)), np.zeros((count, width)), np.zeros((count, width))
    top, share = np.full((count, width), -1, np.intp), np.zeros((count, width))
    usable, at_ms = np.zeros(count, bool), np.zeros(count, np.int64)
    if len(pairs.basins):
        at, gauge = pairs.basins, pairs.gauge
        of_pair = field.credited[gauge]
        credited[at] = np.maximum.reduceat(of_pair, pairs.starts)
        raw[at] = np.maximum.reduceat(np.where(field.usable[gauge][:, None], field.mm[gauge], 0.0), pairs.starts)
        most[at] = np.maximum.reduceat(field.most[gauge], pairs.starts)
        usable[at] = np.logical_or.reduceat(field.usable[gauge], pairs.starts)
        at_ms[at] = np.maximum.reduceat(np.where(field.usable[gauge], field.at_ms[gauge], 0), pairs.starts)
        weight = np.where(field.usable[gauge], pairs.weight, 0.0)[:, None] * field.share[gauge]
        total = np.maximum(np.add.reduceat(pairs.weight, pairs.starts), 1e-9)
        share[at] = np.add.reduceat(weight, pairs.starts) / total[:, None]
        is_top = of_pair == credited[pairs.of_basin]
        found = np.where(is_top, gauge[:, None], -1)
        top[at] = np.maximum.reduceat(found, pairs.starts)
    return Over(credited, raw, most, top, np.minimum(share, 1.0), usable, at_ms)


def graded(values: Floats, limits: Sequence[tuple[int, int, float | Floats]]) -> NDArray[np.intp]:
    """The highest grade reached by each row. `limits`: (grade, column, mm), mm one for all or one a row."""
    found = np.zeros(len(values), np.intp)
    for grade, column, mm in limits:
        np.maximum(found, np.where(values[:, column] >= mm, grade, 0), out=found)
    return found
