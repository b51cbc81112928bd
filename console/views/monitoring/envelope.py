"""A broken line as pixels: of each column of pixels the lowest and the highest that the line reaches in it. No Qt.

A pen of one pixel drawn that way is the line itself, not a summary of it: a single reading that stands out is seen at every width, and
where readings are missing nothing is drawn. Fifty lines of 3,600 points cost a third of what a painter needs for them.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Numbers = float | Floats
Pixels = npt.NDArray[np.uint32]
Flags = npt.NDArray[np.bool_]
DASHES: tuple[tuple[int, ...], ...] = ((), (9, 4), (2, 3), (10, 3, 2, 3))
"""Columns drawn and left out in turn, by style: whole, dashed, dotted, dash and dot. Colour is never the only difference of two lines."""


class View(NamedTuple):
    """What a picture shows: times in seconds, from `left_s` to `right_s`, values from `bottom` to `top`."""

    left_s: float
    right_s: float
    bottom: float
    top: float


def broken(times_s: Floats, values: Floats, longest_s: float) -> tuple[Floats, Floats]:
    """The line with a break (a point that is NaN, halfway) wherever two readings are further apart than `longest_s`."""
    wide = np.flatnonzero(np.diff(times_s) > longest_s)
    if not len(wide):
        return times_s, values
    read = np.ones(len(times_s) + len(wide), dtype=bool)
    read[wide + 1 + np.arange(len(wide))] = False
    x, y = np.empty(len(read)), np.full(len(read), np.nan)
    x[read], y[read] = times_s, values
    x[~read] = (times_s[wide] + times_s[wide + 1]) / 2
    return x, y


def alone(values: Floats) -> npt.NDArray[np.bool_]:
    """Readings of a broken line with a break on both sides: no line leads to them, so each is drawn as a dot."""
    gap = np.isnan(np.concatenate(([np.nan], values, [np.nan])))
    return ~gap[1:-1] & gap[:-2] & gap[2:]


def envelope(times_s: Floats, values: Floats, left_s: float, right_s: float, columns: int) -> tuple[Floats, Floats]:
    """(lowest, highest) that a broken line (see `broken`; `times_s` rising) reaches in each of `columns` equal parts of the time from `left_s`
    to `right_s`; NaN where there is no line. Every reading within that time is between the two of its column."""
    low, high = reach([(times_s, values)], edges_of(left_s, right_s, columns), closed=True)
    return low[0], high[0]


def reach(lines: Sequence[tuple[Floats, Floats]], edges: Floats, *, closed: bool = False) -> tuple[Floats, Floats]:
    """As `envelope`, of each of several lines (times, values), in the columns between `edges`: lines x columns. All at once: of narrow
    pictures the calls would cost more than the work. `closed`: a reading at the last edge is in the last column."""
    times, readings, places, at, size = list[Floats](), list[Floats](), [], 0, 0
    for times_s, values in lines:
        first = times_s.searchsorted(edges, "left")
        if closed:
            first[-1] = times_s.searchsorted(edges[-1], "right")
        start, end = max(int(first[0]) - 1, 0), int(first[-1]) + 1
        times.append(times_s[start:end])
        readings.append(values[start:end])
        places.append((first - start + at + 1, at + 1, at + 1 + (size := len(times[-1]))))
        at += size
    x = np.concatenate((_NOTHING, *times, _NOTHING))
    y = np.concatenate((_NOTHING, *readings, _NOTHING))
    after = np.array([first for first, _, _ in places])
    begins, ends = (np.array([place[side] for place in places])[:, None] for side in (1, 2))
    value = _at(x, y, after, edges, begins, ends)
    low, high = np.fmin(value[:, :-1], value[:, 1:]), np.fmax(value[:, :-1], value[:, 1:])
    some = after[:, 1:] > after[:, :-1]
    if some.any():
        bounds = np.stack((after[:, :-1][some], after[:, 1:][some]), axis=1).ravel()
        low[some] = np.fmin(low[some], np.fmin.reduceat(y, bounds)[::2])
        high[some] = np.fmax(high[some], np.fmax.reduceat(y, bounds)[::2])
    return low, high


_NOTHING = np.array([np.nan])


def _at(
    x: Floats, y: Floats, after: npt.NDArray[np.intp], edges: Floats, begins: npt.NDArray[np.intp], ends: npt.NDArray[np.intp]
) -> Floats:
    """The value of each line at each edge, NaN where it has none. `after`: place of the first point at or behind the edge."""
    last = np.minimum(after, ends - 1)
    here = (x[last] == edges) & (after < ends)
    inside = (after > begins) & (after < ends)
    x0, y0 = x[after - 1], y[after - 1]
    with np.errstate(invalid="ignore", divide="ignore"):
        between = y0 + (y[after] - y0) * ((edges - x0) / (x[after] - x0))
    found: Floats = np.where(here, y[last], np.where(inside, between, np.nan))
    return found


def draw(into: Pixels, times_s: Floats, values: Floats, view: View, colour: int, *, dash: Sequence[int] = (), thick: int = 1) -> None:
    """The line in `colour` (premultiplied ARGB) on the picture `into` (rows x columns, C order; top row first), over what is there."""
    height, width = into.shape
    if height < 1 or width < 1 or not view.top > view.bottom:
        return
    low, high = reach([(times_s, values)], edges_of(view.left_s, view.right_s, width), closed=True)
    pens = Pens(np.array([colour], np.uint32), np.array([thick]), None if not dash else np.array([dashed(0, width, tuple(dash))]))
    ink(into, 0, (low, high), (view.bottom, view.top), pens)


class Pens(NamedTuple):
    """Of each of several lines its colour (premultiplied ARGB), how many pixels it is thick, and which columns have ink (None: all)."""

    colours: Pixels
    thick: npt.NDArray[np.intp]
    dashes: Flags | None = None


def ink(into: Pixels, at: int, reached: tuple[Floats, Floats], scale: tuple[Numbers, Numbers], pens: Pens, *, apart: bool = False) -> None:
    """What lines reach (lowest, highest: lines x columns) in the columns of the picture from column `at` on, each over those before it.

    `scale`: (bottom, top), for all or of each line (lines x 1). `apart`: each line has the next of as many equal parts of the picture, from
    the top.
    """
    (low, high), (bottom, top) = reached, scale
    height = into.shape[0] // len(low) if apart else into.shape[0]
    upper, lower = (top - high) * (height / (top - bottom)), (top - low) * (height / (top - bottom))
    seen = (upper < height) & (lower >= 0)  # NaN is neither
    if pens.dashes is not None:
        seen &= pens.dashes
    lines, columns = seen.nonzero()
    if not len(columns):
        return
    down = lines * height if apart else 0
    start = np.maximum(upper[seen], 0.0).astype(np.intp) + down
    end = np.minimum(lower[seen] + (pens.thick[lines] - 1), height - 1.0).astype(np.intp) + down
    _fill(into, columns + at, start, end, pens.colours[lines])


def _fill(into: Pixels, columns: npt.NDArray[np.intp], start: npt.NDArray[np.intp], end: npt.NDArray[np.intp], colours: Pixels) -> None:
    """Every pixel of `columns` from row `start` to row `end`: the steps from each to the next are added up to where they lie."""
    width = into.shape[1]
    lengths = end - start + 1
    ends = lengths.cumsum()
    steps = np.full(int(ends[-1]), width, dtype=np.intp)
    steps[0] = start[0] * width + columns[0]
    steps[ends[:-1]] = (start[1:] - end[:-1]) * width + (columns[1:] - columns[:-1])
    into.reshape(-1)[steps.cumsum()] = colours[0] if len(colours) == 1 or (colours == colours[0]).all() else np.repeat(colours, lengths)


@lru_cache(maxsize=4)
def edges_of(left_s: float, right_s: float, columns: int) -> Floats:
    """The same for every line of a plot."""
    return np.linspace(left_s, right_s, columns + 1)


@lru_cache(maxsize=16)
def dashed(first: int, columns: int, dash: tuple[int, ...]) -> Flags | None:
    """Which of so many columns, counted from column `first` of the pattern, have ink; None: all."""
    if not dash:
        return None
    pattern = np.repeat([at % 2 == 0 for at in range(len(dash))], dash)
    return np.resize(np.roll(pattern, -(first % len(pattern))), columns)
