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
Pixels = npt.NDArray[np.uint32]
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
    edges = _edges(left_s, right_s, columns)
    if not len(times_s):
        return np.full(columns, np.nan), np.full(columns, np.nan)
    at = np.interp(edges, times_s, values, left=np.nan, right=np.nan)
    low, high = np.fmin(at[:-1], at[1:]), np.fmax(at[:-1], at[1:])
    first = np.searchsorted(times_s, edges, "left")
    first[-1] = np.searchsorted(times_s, edges[-1], "right")
    some = first[1:] > first[:-1]
    starts = first[:-1][some]
    if len(starts):
        held = values[: first[-1]]
        low[some] = np.fmin(low[some], np.fmin.reduceat(held, starts))
        high[some] = np.fmax(high[some], np.fmax.reduceat(held, starts))
    return low, high


def draw(into: Pixels, times_s: Floats, values: Floats, view: View, colour: int, *, dash: Sequence[int] = (), thick: int = 1) -> None:
    """The line in `colour` (premultiplied ARGB) on the picture `into` (rows x columns, C order; top row first), over what is there."""
    height, width = into.shape
    span = view.top - view.bottom
    if height < 1 or width < 1 or not span > 0:
        return
    low, high = envelope(times_s, values, view.left_s, view.right_s, width)
    upper, lower = (view.top - high) * (height / span), (view.top - low) * (height / span)
    seen = (upper < height) & (lower >= 0)  # NaN is neither
    if dash:
        seen &= _dashed(width, tuple(dash))
    columns = seen.nonzero()[0]
    if not len(columns):
        return
    start = np.maximum(upper[columns], 0.0).astype(np.intp)
    end = np.minimum(lower[columns] + (thick - 1), height - 1.0).astype(np.intp)
    _fill(into, columns, start, end, colour)


def _fill(into: Pixels, columns: npt.NDArray[np.intp], start: npt.NDArray[np.intp], end: npt.NDArray[np.intp], colour: int) -> None:
    """Every pixel of `columns` from row `start` to row `end`: the steps from each to the next are added up to where they lie."""
    width = into.shape[1]
    ends = (end - start + 1).cumsum()
    steps = np.full(int(ends[-1]), width, dtype=np.intp)
    steps[0] = start[0] * width + columns[0]
    steps[ends[:-1]] = (start[1:] - end[:-1]) * width + (columns[1:] - columns[:-1])
    into.reshape(-1)[steps.cumsum()] = colour


@lru_cache(maxsize=4)
def _edges(left_s: float, right_s: float, columns: int) -> Floats:
    """The same for every line of a plot."""
    return np.linspace(left_s, right_s, columns + 1)


@lru_cache(maxsize=16)
def _dashed(width: int, dash: tuple[int, ...]) -> npt.NDArray[np.bool_]:
    pattern = np.repeat([at % 2 == 0 for at in range(len(dash))], dash)
    return np.resize(pattern, width)
