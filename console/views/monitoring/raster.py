"""The lines of a plot as pixels that are kept: what has not changed is moved along, and only the columns with news are drawn. No Qt.

Columns are those of the whole of time, each `column_s` long from 1970 on: a line looks the same in one wherever it is in the picture. So
fifty lines that are a second older cost what a second of them costs.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from console.views.monitoring.envelope import Floats, Pens, Pixels, View, dashed, ink, reach

AT_ONCE = 6
"""Lines that are drawn in a step of a millisecond or two."""
MOST_SHARE = 0.25
"""Of the picture: when more of it changed, it is drawn anew."""


class Stroke(NamedTuple):
    """A broken line (see `envelope`) and its pen. `colour`: premultiplied ARGB; `dash` and `thick` in pixels."""

    key: str
    x: Floats
    y: Floats
    colour: int
    dash: tuple[int, ...] = ()
    thick: int = 1

    @property
    def pen(self) -> tuple[str, int, tuple[int, ...], int]:
        return self.key, self.colour, self.dash, self.thick


class Grid(NamedTuple):
    """Which part of time and of values is a picture of so many pixels. `first`: the number of its first column."""

    column_s: float
    first: int
    columns: int
    rows: int
    bottom: float
    top: float

    @classmethod
    def of(cls, view: View, columns: int, rows: int) -> Grid:
        """Within half a pixel of the view."""
        column_s = round((view.right_s - view.left_s) * 1000) / 1000 / columns
        return cls(column_s, round(view.left_s / column_s), columns, rows, view.bottom, view.top)

    @property
    def scale(self) -> tuple[float, int, int, float, float]:
        """All but where it is in time."""
        return self.column_s, self.columns, self.rows, self.bottom, self.top

    @property
    def view(self) -> View:
        return View(self.first * self.column_s, (self.first + self.columns) * self.column_s, self.bottom, self.top)

    def edges(self, start: int, end: int) -> Floats:
        """Of its columns from `start` to `end`, seconds: the same numbers for the same columns, whatever picture they are in."""
        return np.arange(self.first + start, self.first + end + 1, dtype=np.float64) * self.column_s


class Raster:
    """Attributes: `grid` and `pixels` (rows x columns, top row first) of the picture, `strokes` that are in it; None and empty at first."""

    def __init__(self) -> None:
        self.grid: Grid | None = None
        self.pixels: Pixels = np.zeros((0, 0), dtype=np.uint32)
        self.strokes: tuple[Stroke, ...] = ()

    def follow(self, strokes: Sequence[Stroke], grid: Grid) -> bool:
        """Make it the picture of these if little is to be drawn for that. False when it is to be drawn `anew`; it is as it was then."""
        before = self.grid
        if before is None or before.scale != grid.scale or [one.pen for one in self.strokes] != [one.pen for one in strokes]:
            return False
        ranges = _changed(self.strokes, strokes, before, grid)
        if sum(end - start for start, end in ranges) > MOST_SHARE * grid.columns:
            return False
        moved = grid.first - before.first
        if moved > 0:
            self.pixels[:, :-moved] = self.pixels[:, moved:].copy()
        elif moved < 0:
            self.pixels[:, -moved:] = self.pixels[:, :moved].copy()
        self.grid, self.strokes = grid, tuple(strokes)
        for start, end in ranges:
            self.pixels[:, start:end] = 0
            _draw(self.pixels, strokes, grid, start, end)
        return True

    def anew(self, strokes: Sequence[Stroke], grid: Grid) -> Iterator[None]:
        """Draws them all, some in each step; only after the last the picture is theirs."""
        pixels = np.zeros((grid.rows, grid.columns), dtype=np.uint32)
        for at in range(0, len(strokes), AT_ONCE):
            _draw(pixels, strokes[at : at + AT_ONCE], grid, 0, grid.columns)
            yield
        self.grid, self.pixels, self.strokes = grid, pixels, tuple(strokes)


def _draw(pixels: Pixels, strokes: Sequence[Stroke], grid: Grid, start: int, end: int) -> None:
    """In the order given, in these columns."""
    if not strokes or start >= end:
        return
    reached = reach([(stroke.x, stroke.y) for stroke in strokes], grid.edges(start, end))
    dashes = None
    if any(stroke.dash for stroke in strokes):
        whole = np.ones(end - start, dtype=bool)
        made = [dashed((grid.first + start) % (sum(stroke.dash) or 1), end - start, stroke.dash) for stroke in strokes]
        dashes = np.array([whole if one is None else one for one in made])
    colours = np.array([stroke.colour for stroke in strokes], dtype=np.uint32)
    pens = Pens(colours, np.array([stroke.thick for stroke in strokes]), dashes)
    ink(pixels, start, reached, (grid.bottom, grid.top), pens)


def _changed(before: Sequence[Stroke], after: Sequence[Stroke], held: Grid, grid: Grid) -> list[tuple[int, int]]:
    """Columns of `grid` that are not in the picture, or look different: from, to (exclusive); disjoint."""
    moved = grid.first - held.first
    if abs(moved) >= grid.columns:
        return [(0, grid.columns)]
    since_s = min((_differ_from(one, other) for one, other in zip(before, after, strict=True)), default=math.inf)
    first = grid.columns - max(moved, 0)
    if since_s < math.inf:
        first = 0 if since_s == -math.inf else min(first, max(0, math.floor(since_s / grid.column_s) - 1 - grid.first))
    ranges = [(0, min(-moved, first))] if moved < 0 else []
    return [(start, end) for start, end in (*ranges, (first, grid.columns)) if start < end]


def _differ_from(one: Stroke, other: Stroke) -> float:
    """The moment from which two lines are not the same: +inf never, -inf from the beginning on."""
    if one.x is other.x and one.y is other.y:
        return math.inf
    length = min(len(one.x), len(other.x))
    differ = one.x[:length] != other.x[:length]
    differ |= one.y[:length].view(np.int64) != other.y[:length].view(np.int64)  # as bits: a break is the same as a break
    at = int(differ.argmax()) if differ.any() else length
    if at == len(one.x) == len(other.x):
        return math.inf
    return float(one.x[at - 1]) if at else -math.inf
