"""The axes of a plot: local time below, values at the side."""

from __future__ import annotations

import pyqtgraph as pg

from console.views.monitoring.limits import figure
from console.views.monitoring.ticks import step_s, tick_text, ticks


class TimeAxis(pg.AxisItem):  # type: ignore[misc]
    """Seconds UTC as local time (see `ticks`)."""

    def __init__(self) -> None:
        super().__init__("bottom")
        self.setStyle(tickLength=-4, maxTickLevel=0, tickTextOffset=3)
        self.enableAutoSIPrefix(False)

    def tickValues(self, minVal: float, maxVal: float, size: float) -> list[tuple[float, list[float]]]:  # noqa: N803 - pyqtgraph's names
        step = step_s(maxVal - minVal, size)
        return [(step, ticks(minVal, maxVal, step))]

    def tickStrings(self, values: list[float], _scale: float, spacing: float) -> list[str]:
        return [tick_text(value, round(spacing)) for value in values]


class ValueAxis(pg.AxisItem):  # type: ignore[misc]
    """Values as they are read, without prefixes of orders of magnitude."""

    def __init__(self, side: str) -> None:
        super().__init__(side)
        self.setStyle(tickLength=-4, maxTextLevel=0, maxTickLevel=0, autoExpandTextSpace=False)
        self.enableAutoSIPrefix(False)

    def tickStrings(self, values: list[float], _scale: float, spacing: float) -> list[str]:
        return [figure(0.0 if abs(value) < spacing / 1e6 else value) for value in values]
