"""The charts of the monitoring panel: fifty live curves beside bare pyqtgraph, and any day out of a month of five hundred gauges."""

from __future__ import annotations

import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from console.models.clock import wall_ms
from tests.benchmarks.harness import child, pace, percentile
from tests.benchmarks.monitor_scene import DAY_MS, Readings, fill, gauge_ids
from tests.benchmarks.report import Figure, Goal

CURVES, POINTS = 50, 3600
WATCHED_S, WARM_S, ANSWER_S = 20.0, 2.0, 120.0
GAUGES, READINGS, EVERY_MS = 500, 8640, 300_000
HELD_MS = 16.0


def curves() -> list[Figure]:
    """Shares of one core of the whole window (drawing, reading, list), in percent; `held_ms`: how long its GUI thread was held at most."""
    return [figure for hertz, most in ((1, 10.0), (10, 40.0)) for figure in _curves(hertz, most)]


def _curves(hertz: int, most: float) -> list[Figure]:
    every_ms = 1000 // hertz
    with tempfile.TemporaryDirectory(prefix="fengsui-bench-") as scratch:
        path = Path(scratch) / "journal.db"
        fill(path, CURVES, POINTS, every_ms, wall_ms())
        readings = Readings(path, gauge_ids(CURVES))
        bare = _watched(("bare", str(CURVES), str(POINTS)), hertz, lambda: None)
        ours = _watched(("panel", str(path), str(CURVES), str(every_ms)), hertz, readings.add)
        readings.close()
    parts = {
        "held_ms": ours["held_ms"],
        "held_p95_ms": ours["held_p95_ms"],
        "bare_held_ms": bare["held_ms"],
        "bare_held_p95_ms": bare["held_p95_ms"],
    }
    name = f"curves_{CURVES}x{POINTS}_{hertz}hz"
    share = Figure(
        name=name, value=100 * ours["share"], unit="%", limit=100 * bare["share"], goal=Goal.VALUE_AT_MOST, bound=most, parts=parts
    )
    held = Figure(
        name=f"{name}_held", value=ours["held_p95_ms"], unit="ms", limit=bare["held_p95_ms"], goal=Goal.VALUE_AT_MOST, bound=HELD_MS
    )
    return [share, held]


def _watched(words: tuple[str, ...], hertz: int, add: Callable[[], None]) -> dict[str, float]:
    """What a child says of `WATCHED_S` in which it was told of news so often."""
    with child("tests.benchmarks.monitor_window", *words) as window:
        window.answer(ANSWER_S)

        def tell(word: str) -> None:
            assert window.process.stdin is not None
            window.process.stdin.write(word + "\n")
            window.process.stdin.flush()

        def renew() -> None:
            add()
            tell("news")

        _beat(hertz, WARM_S, renew)
        tell("start")
        _beat(hertz, WATCHED_S, renew)
        tell("beat")
        _beat(hertz, WATCHED_S / 2, renew)
        tell("tell")
        return {name: float(value) for name, value in window.answer(ANSWER_S).items()}


def _beat(hertz: int, seconds: float, do: Callable[[], object]) -> None:
    start = time.monotonic()
    for count in range(round(seconds * hertz)):
        pace(max(0.0, start + count / hertz - time.monotonic()))
        do()


def windows() -> list[Figure]:
    """Any day of thirty: from the wish to the pixels, the query included; beside the same rows read by plain sqlite3.
    `cpu_ms`: what each took of the processor, all threads, whatever else ran on the machine."""
    with tempfile.TemporaryDirectory(prefix="fengsui-bench-") as scratch:
        path, end_ms = Path(scratch) / "journal.db", wall_ms()
        fill(path, GAUGES, READINGS, EVERY_MS, end_ms)
        with child("tests.benchmarks.monitor_window", "windows", str(path), str(GAUGES), str(end_ms)) as window:
            found = window.answer(ANSWER_S)
        plain = {count: _plain_ms(path, count, end_ms) for count in (6, 50, 100)}
        rows = float(GAUGES * READINGS)
    seen = -found["small_ms"].pop()
    names = (("day_of_6", "few_ms", 6), ("day_of_50", "many_ms", 50), ("day_of_100_small", "small_ms", 100))
    taken = {name: (found[key], count, cpu_ms) for (name, key, count), cpu_ms in zip(names, found["cpu_ms"], strict=True)}
    return [
        Figure(
            name=name,
            value=percentile(values, 0.95),
            unit="ms",
            limit=plain[count],
            goal=Goal.VALUE_AT_MOST,
            bound=100.0,
            parts={
                "median_ms": statistics.median(values),
                "cpu_ms": cpu_ms,
                "rows": rows,
                "seen": seen if "small" in name else float(count),
            },
        )
        for name, (values, count, cpu_ms) in taken.items()
    ]


def _plain_ms(path: Path, count: int, end_ms: int) -> float:
    taken = []
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        for day in range(10):
            start_ms = end_ms - (day + 2) * DAY_MS
            began = time.perf_counter()
            for sensor in gauge_ids(count):
                query = 'SELECT at_ms, "value" FROM reading WHERE sensor = ? AND at_ms BETWEEN ? AND ? ORDER BY at_ms'
                connection.execute(query, (sensor, start_ms, start_ms + DAY_MS)).fetchall()
            taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken)
