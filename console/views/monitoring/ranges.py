"""Which values are in view: what the scale of a plot has to hold. No Qt."""

from __future__ import annotations

import numpy as np

from console.views.monitoring.envelope import Floats
from console.views.monitoring.plan import Pane

REACH = 1.5
"""A limit further from what was read than so many times its range would flatten the line: it is named at the edge instead."""


def nearest_before(x: Floats, at_s: float) -> int:
    """The place of the last point at or before `at_s`, -1 without one."""
    return int(np.searchsorted(x, at_s, "right")) - 1


def value_range(pane: Pane, left_s: float, right_s: float) -> tuple[float, float] | None:
    """(lowest, highest) of all lines in view and of the limits in reach of them; None where there is nothing."""
    held: list[float] = []
    for line in pane.lines:
        first, last = np.searchsorted(line.x, (left_s, right_s))
        seen = line.y[max(0, first - 1) : last + 1]  # with one on each side, from and to which the line leads
        if len(seen) and not np.isnan(low := np.fmin.reduce(seen)):
            held += [float(low), float(np.fmax.reduce(seen))]
    limits = [limit.value for limit in pane.limits]
    if not held:
        return (min(limits), max(limits)) if limits else None
    reach = REACH * (max(held) - min(held))
    held += [value for value in limits if min(held) - reach <= value <= max(held) + reach]
    return min(held), max(held)


def rain_range(pane: Pane, left_s: float, right_s: float) -> float:
    """The highest bar in view, 0 without one."""
    highest = 0.0
    for bars in pane.bars:
        seen = bars.y[(bars.x + bars.width_s > left_s) & (bars.x < right_s) & ~np.isnan(bars.y)]
        highest = max(highest, float(seen.max()) if len(seen) else 0.0)
    return highest
