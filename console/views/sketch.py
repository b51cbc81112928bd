"""What panels have the maps show besides what is in the tables: a way, an area that was asked about, a place gone to. GUI thread only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QObject, Signal

Point = tuple[float, float]
MOST_POINTS = 20_000
"""Of one figure; a longer one is thinned."""


class Figure(NamedTuple):
    """`kind`: route, area or spot. `lines`: of (lon, lat) each: a way, the rings of an area; a spot has one point. `label`: at its end."""

    kind: str
    lines: list[list[Point]]
    label: str = ""


class Sketch(QObject):
    """Attributes: `figures` by the key of who draws; `centre`: lon, lat that the map looked at last, None before it told.

    Signals: `changed()` other figures; `look_requested(lon, lat, zoom)`: the map goes there; zoom 0: near enough to see it.
    """

    changed = Signal()
    look_requested = Signal(float, float, float)
    fit_requested = Signal(float, float, float, float)  # west, south, east, north

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.figures: dict[str, Figure] = {}
        self.centre: Point | None = None

    def show(self, key: str, figure: Figure | None) -> None:
        """None takes it away."""
        thinned = None if figure is None else figure._replace(lines=[_thinned(line) for line in figure.lines])
        if self.figures.get(key) != thinned:
            if thinned is None:
                del self.figures[key]
            else:
                self.figures[key] = thinned
            self.changed.emit()

    def fit(self, points: Sequence[Point]) -> None:
        """The map shows all of them."""
        if points:
            lons, lats = zip(*points, strict=True)
            self.fit_requested.emit(min(lons), min(lats), max(lons), max(lats))


def _thinned(line: list[Point]) -> list[Point]:
    step = -(-len(line) // MOST_POINTS)
    return line if step <= 1 else [*line[:-1:step], line[-1]]
