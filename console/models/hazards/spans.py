"""The rain of one gauge as spans of even rain, so that the rain of any window is a look-up, however long it has been dry.

The sums are those of `console.models.sensors.rain_sums`; a dry time of many readings is one span.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from console.models.sensors import SensorRules, Series
from console.models.sensors.sums import spans

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]
HOUR_MS = 3_600_000


class Spans:
    """Times in UTC ms by the clock of who wrote them. `interval_ms`: how often it should report; `longest_ms`: for how long its next reading may
    speak. `known_ms`, `mm`: up to the end of each."""

    def __init__(self, interval_ms: float, rules: SensorRules) -> None:
        self._interval_ms, self._rules = interval_ms, rules
        self.longest_ms = interval_ms * rules.rain.most_intervals
        self.ends = array("d")
        self.mm, self.known_ms = array("d", [0.0]), array("d", [0.0])
        self._last = Series.of(())

    def put(self, readings: Series) -> None:
        """Readings that are all later than those put before."""
        if not len(readings):
            return
        whole = Series(*(np.concatenate(pair) for pair in zip(_columns(self._last), _columns(readings), strict=True)))
        begins, ends, amounts = spans(whole, self._interval_ms, self._rules)
        new = ends > (self._last.times_ms[-1] if len(self._last) else -np.inf)
        self._last = Series(readings.times_ms[-1:], readings.values[-1:], readings.quality[-1:])
        begins, ends, amounts = begins[new], ends[new], amounts[new]
        if not len(ends):
            return
        joined = np.zeros(len(ends), bool)
        joined[1:] = (amounts[1:] == 0) & (amounts[:-1] == 0) & (begins[1:] == ends[:-1])
        firsts = np.flatnonzero(~joined)
        lasts = np.append(firsts[1:] - 1, len(ends) - 1)
        for first, last in zip(firsts.tolist(), lasts.tolist(), strict=True):
            self._add(float(begins[first]), float(ends[last]), float(amounts[first]))

    def _add(self, begin: float, end: float, amount: float) -> None:
        dry = self.ends and self.mm[-1] == self.mm[-2] and self.ends[-1] == begin
        if amount == 0 and dry:
            self.ends[-1] = end
            self.known_ms[-1] += end - begin
            return
        self.ends.append(end)
        self.mm.append(self.mm[-1] + amount)
        self.known_ms.append(self.known_ms[-1] + end - begin)

    def trim(self, before_ms: float) -> None:
        """Forget the spans that ended before."""
        first = bisect_right(self.ends, before_ms)
        for held in (self.ends, self.mm, self.known_ms):
            del held[:first]


def _columns(held: Series) -> tuple[NDArray[np.generic], ...]:
    return held.times_ms, held.values, held.quality


def sums(held_spans: Sequence[Spans], now_ms: Floats, windows_ms: Floats) -> tuple[Floats, Floats]:
    """Of each gauge (rows) and each window of so many ms up to its `now_ms` (columns): the mm that are known to have fallen, and the share of
    its time that is known. What was read after `now_ms` is not looked at."""
    skipped = [bisect_right(each.ends, start) for each, start in zip(held_spans, (now_ms - windows_ms.max()).tolist(), strict=True)]
    counts = np.array([len(each.ends) for each in held_spans], np.intp) - np.array(skipped, np.intp)
    stops = np.cumsum(counts)
    begin = stops - counts
    held = _Flat(held_spans, skipped)
    at = np.concatenate([now_ms[:, None] - windows_ms, now_ms[:, None]], axis=1)
    found = _bisect_right(held.ends, at, begin[:, None], stops[:, None])
    first, last = found[:, :-1], found[:, -1:]
    rows = np.arange(len(held_spans), dtype=np.intp)[:, None]  # `mm` and `known` have one more for each gauge
    mm, known = held.mm[last + rows] - held.mm[first + rows], held.known[last + rows] - held.known[first + rows]
    longest_ms = np.array([each.longest_ms for each in held_spans])[:, None]
    newest_ms = np.where(last > begin[:, None], held.ends[last - 1], -np.inf)
    now = now_ms[:, None]
    # a dry span that was known to go on past `now`: up to now it counts
    after, lasts, rate = held.span(last, rows)
    running = (last < stops[:, None]) & (after < now) & (rate == 0)
    known = known + np.where(running, now - after, 0.0)
    newest_ms = np.where(running, now, newest_ms)
    # of the span that reaches over the window's beginning, only its part
    begins, lasts, rate = held.span(first, rows)
    before = np.where((first < last) | (running & (first == last)), np.clip(at[:, :-1] - begins, 0.0, lasts), 0.0)
    mm, known = mm - before * rate, known - before
    # for a while after its newest reading a gauge's next one may still speak: as much of that while as lies within the window
    pending = np.minimum(now, newest_ms + longest_ms) - np.maximum(newest_ms, now - windows_ms)
    known = known + np.where(newest_ms > -np.inf, np.maximum(pending, 0.0), 0.0)
    return np.maximum(mm, 0.0), np.clip(known / windows_ms, 0.0, 1.0)


class _Flat:
    """The spans of all gauges in a row, the first few of each skipped; one more at the end, so that an index past the last is none to fear."""

    def __init__(self, spans: Sequence[Spans], skipped: Sequence[int]) -> None:
        def flat(name: str, end: float) -> Floats:
            held = [memoryview(getattr(each, name))[first:] for each, first in zip(spans, skipped, strict=True)]
            return np.frombuffer(b"".join((*held, array("d", [end]))))

        self.ends, self.mm, self.known = flat("ends", np.inf), flat("mm", 0.0), flat("known_ms", 0.0)

    def span(self, at: Indices, rows: Indices) -> tuple[Floats, Floats, Floats]:
        """(beginning, how long, mm per ms) of spans; nothing that holds where there is none."""
        lasts = self.known[at + rows + 1] - self.known[at + rows]
        rate = (self.mm[at + rows + 1] - self.mm[at + rows]) / np.maximum(lasts, 1.0)
        return self.ends[at] - lasts, lasts, rate


def _bisect_right(rising: Floats, values: Floats, begin: Indices, stop: Indices) -> Indices:
    """For each value the first place between `begin` and `stop` whose entry is greater."""
    low, high = np.broadcast_to(begin, values.shape).copy(), np.broadcast_to(stop, values.shape).copy()
    for _ in range(int((stop - begin).max(initial=0)).bit_length()):
        middle = (low + high) >> 1
        right = (rising[middle] <= values) & (low < high)
        low, high = np.where(right, middle + 1, low), np.where(right, high, middle)
    return low
