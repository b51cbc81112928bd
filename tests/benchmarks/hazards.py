"""Thresholds at the size of a prefecture: one full evaluation, one reading, and how long it takes from a reading to its alarm."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import numpy as np

from console.models.hazards.assessor import Assessor
from console.models.hazards.basins import Basin
from console.models.hazards.history import History
from console.models.hazards.rules import hazard_rules
from console.models.sensors import Gauge, Series, sensor_rules
from tests.benchmarks import alarms
from tests.benchmarks.harness import percentile
from tests.benchmarks.report import Figure, Goal

GAUGES, BASINS = 1200, 326
STEP_MS = 300_000
NOW_MS = 1_790_000_000_000
DAYS = 16
ROUNDS = 20


def region(stormy: float, seed: int = 5) -> tuple[list[Basin], dict[str, History]]:
    """A prefecture with a storm of two days over a share of it, one gauge in ten silent, basins in chains of five, 30 townships."""
    chance = np.random.default_rng(seed)
    lon, lat = chance.uniform(79.9, 83.9, GAUGES), chance.uniform(44.0, 45.4, GAUGES)
    steps = DAYS * 288
    histories = {}
    for at in range(GAUGES):
        end_ms = NOW_MS - (3 * 3_600_000 if at % 10 == 0 else 0)
        times = end_ms - STEP_MS * np.arange(steps, dtype=np.int64)[::-1]
        storm = at < stormy * GAUGES
        wet = ((np.arange(steps) > steps - 2 * 288) & storm) | (chance.random(steps) < 0.02)
        values = np.where(wet, np.round(chance.gamma(0.5, 0.4, steps), 2), 0.0)
        row = Gauge(
            f"g{at}", f"g{at}", "rain", "mm", interval_s=300.0, value=float(values[-1]), at_ms=end_ms, heard_ms=end_ms,
            lon=float(lon[at]), lat=float(lat[at]),
        )  # fmt: skip
        histories[row.id] = History(row, Series(times, values, np.zeros(steps, np.uint8)), sensor_rules())
    return [_basin(at, lon, lat) for at in range(BASINS)] + [_township(at) for at in range(30)], histories


def _basin(at: int, lon: np.ndarray, lat: np.ndarray) -> Basin:
    own = [(at * 3 + more) % GAUGES for more in range(4)]
    x, y = float(lon[own[0]]), float(lat[own[0]])
    ring = ((x - 0.03, y - 0.03), (x + 0.03, y - 0.03), (x + 0.03, y + 0.03), (x - 0.03, y + 0.03))
    down = f"b{at + 1}" if at % 5 != 4 and at + 1 < BASINS else ""
    critical = ((1.0, 18.0 + at % 7, 30.0 + at % 9), (3.0, 30.0, 48.0), (6.0, 42.0, 66.0), (24.0, 70.0, 110.0))
    hazards = ("rainstorm", "flash_flood", "debris_flow", "landslide")
    gauges = tuple((f"g{gauge}", 1.0) for gauge in own)
    return Basin(f"b{at}", f"b{at}", downstream=down, travel_s=1800.0, hazards=hazards, outer=(ring,), gauges=gauges, critical=critical)


def _township(at: int) -> Basin:
    x, y = 79.9 + at % 10 * 0.4, 44.0 + at // 10 * 0.46
    return Basin(f"t{at}", f"t{at}", "township", outer=(((x, y), (x + 0.4, y), (x + 0.4, y + 0.46), (x, y + 0.46)),))


def evaluation() -> list[Figure]:
    return timed("rules", 0.25) + timed("rules_everything_in_alarm", 1.0, bound=500)


def timed(name: str, stormy: float, bound: float = 50) -> list[Figure]:
    basins, histories = region(stormy)
    assessor = Assessor(basins, histories, hazard_rules())
    assessor.judge(NOW_MS)
    full, cpu, one = [], [], []
    for step in range(1, ROUNDS + 1):
        began, spent = time.perf_counter(), time.thread_time()
        found = assessor.judge(NOW_MS + step * 60_000)
        cpu.append((time.thread_time() - spent) * 1000)
        full.append((time.perf_counter() - began) * 1000)
    for step in range(ROUNDS):
        sensor = f"g{step * 7 + 1}"
        gauge, now_ms = histories[sensor].gauge, NOW_MS + ROUNDS * 60_000 + step * 100
        reading = Series(np.array([now_ms], np.int64), np.array([5.0]), np.zeros(1, np.uint8))
        began = time.perf_counter()
        histories[sensor].put(gauge._replace(value=5.0, at_ms=now_ms, heard_ms=now_ms), reading)
        assessor.judge(now_ms, [sensor])
        one.append((time.perf_counter() - began) * 1000)
    parts = {"gauges": float(GAUGES), "basins": float(BASINS), "risks": float(sum(1 for each in found.values() if each.up))}
    return [
        Figure(name=f"{name}_full_p50", value=percentile(full, 0.5), unit="ms", goal=Goal.VALUE_AT_MOST, bound=bound, parts=parts),
        Figure(name=f"{name}_full_least", value=min(full), unit="ms", goal=Goal.VALUE_AT_MOST, bound=bound),
        Figure(name=f"{name}_full_cpu_p50", value=percentile(cpu, 0.5), unit="ms", goal=Goal.VALUE_AT_MOST, bound=bound),
        Figure(name=f"{name}_reading_p50", value=percentile(one, 0.5), unit="ms", goal=Goal.VALUE_AT_MOST, bound=bound),
    ]


def alarm() -> list[Figure]:
    """From a reading handed to a peer until its alarm stands in the table that windows read; the window's own part is measured with the others."""
    with tempfile.TemporaryDirectory(prefix="fengsui-bench-") as scratch:
        taken = alarms.measure(Path(scratch) / "node")
    return [
        Figure(name=f"reading_to_alarm_{name}", value=percentile(taken, share), unit="ms", goal=Goal.VALUE_AT_MOST, bound=300)
        for name, share in (("p50", 0.5), ("p95", 0.95))
    ]


STAGES = ("node", "judged", "told", "read", "painted")


def screen() -> list[Figure]:
    """From a reading in the field, over CURVE, until the strip of the real window is painted with its risk; `tone`: until its sound is asked for.
    Of each stage the median share in ms; `held_ms`: CPU time of the GUI thread at a stretch, at most."""
    with tempfile.TemporaryDirectory(prefix="fengsui-bench-") as scratch:
        seen, flood = alarms.on_screen(Path(scratch))
    gaps = [[one[at] - (one[at - 1] if at else 0.0) for at in range(len(STAGES))] for one in seen]
    parts = {f"{stage}_ms": percentile([gap[at] for gap in gaps], 0.5) for at, stage in enumerate(STAGES)}
    parts |= {"alarms": float(len(seen)), "tone_p95_ms": percentile([one.tone for one in seen], 0.95)}
    painted = [one.painted for one in seen]
    held = percentile([one.held for one in seen], 0.95)
    return [
        *(
            Figure(
                name=f"reading_to_screen_{name}",
                value=percentile(painted, share),
                unit="ms",
                goal=Goal.VALUE_AT_MOST,
                bound=300,
                parts=parts,
            )
            for name, share in (("p50", 0.5), ("p95", 0.95))
        ),
        Figure(
            name="reading_to_screen_held_p95",
            value=held,
            unit="ms",
            goal=Goal.VALUE_AT_MOST,
            bound=16.0,
            parts={"most_ms": max(one.held for one in seen)},
        ),
        Figure(
            name=f"flood_of_{alarms.FLOOD}_risks_held",
            value=flood.held_ms,
            unit="ms",
            goal=Goal.VALUE_AT_MOST,
            bound=16.0,
            parts={"seconds": flood.seconds, "tones": float(flood.tones)},
        ),
    ]


def measure() -> list[Figure]:
    return evaluation() + alarm() + screen()
