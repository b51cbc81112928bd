"""The map at scale: `python -m tests.benchmarks.bench_map`. A line for each figure, a table, and a chart of how cost grows.

Everything in one run: the same map with next to nothing on it (the machine's own pace), Leaflet's own markers, folium rendering anew, and
QGIS where a Python has it (QGIS_PYTHON, else `python3`). Each is measured ROUNDS times; medians count.
"""

from __future__ import annotations

import argparse
import json
import os
import shlex
import statistics
import subprocess
import sys
from pathlib import Path

from tests.benchmarks import map_chart
from tests.benchmarks.harness import ROOT, child
from tests.benchmarks.report import Figure, Goal, save

POINTS = 50_000
SCALES = (1000, 10_000, 50_000)
EMPTY = 30
ROUNDS = 3
READY_S = 180.0
CHART = ROOT / "assets" / "map-bench.png"
FPS, FPS_MANY, GAP_MS, PAINTED_MS, HELD_MS, RENDERER_MB = 55.0, 45.0, 25.0, 80.0, 16.0, 500.0
SHOWN = (
    "fps",
    "gap_p95_ms",
    "painted_p50_ms",
    "painted_p95_ms",
    "draw_p50_ms",
    "bare_share",
    "held_cpu_max_ms",
    "renderer_mb",
    "window_core",
    "renderer_core",
)

Row = dict[str, float]


def ours(units: int, points: int, rounds: int) -> Row:
    with child("tests.benchmarks.map_window", str(units), str(points), str(rounds)) as window:
        window.answer(READY_S)
        runs = []
        for _ in range(rounds):
            window.ask()
            runs.append(window.answer(READY_S))
    return {key: statistics.median(run[key] for run in runs) for key in runs[0]}


def plain(what: str, count: int, key: str) -> float:
    """What others do; 0 when it is not done within READY_S."""
    with child("tests.benchmarks.map_plain", what, str(count)) as other:
        try:
            return float(other.answer(READY_S)[key])
        except RuntimeError:
            return 0.0


def qgis(count: int) -> float:
    """What QGIS takes to show new places, in ms; 0 where there is none, or when it is not done within READY_S."""
    command = shlex.split(os.environ.get("QGIS_PYTHON", "python3"))
    script = Path(__file__).with_name("map_qgis.py")
    try:
        ran = subprocess.run([*command, str(script), str(count), str(POINTS)], capture_output=True, text=True, timeout=READY_S, check=True)
        return float(json.loads(ran.stdout)["painted_p50_ms"])
    except (OSError, ValueError, subprocess.SubprocessError):
        return 0.0


def measure(chart: Path, rounds: int) -> list[Figure]:
    empty = ours(EMPTY, 0, rounds)
    rows = {units: ours(units, POINTS, rounds) for units in SCALES}
    markers = {units: plain("markers", units, "fps") for units in SCALES[:2]}
    folium = {units: plain("folium", units, "rendered_ms") for units in SCALES[:2]}
    beside = {units: qgis(units) for units in SCALES}
    print(table(empty, rows, markers, folium, beside), flush=True)
    map_chart.draw(chart, empty, rows, markers)
    return [figure for units in SCALES[1:] for figure in figures(units, rows[units], empty, markers.get(units, 0), folium.get(units, 0))]


def figures(units: int, row: Row, empty: Row, markers_fps: float, folium_ms: float) -> list[Figure]:
    """Of frames their mean time, since less is better: 55 frames a second are 18.2 ms."""
    least_fps = FPS if units <= 10_000 else FPS_MANY
    frame = Figure(
        name=f"map_frame_{units}",
        value=1000 / row["fps"],
        unit="ms",
        limit=1000 / empty["fps"],
        goal=Goal.VALUE_AT_MOST,
        bound=1000 / least_fps,
        parts={"fps": row["fps"], "markers_fps": markers_fps},
    )
    held = _at_most(f"map_gui_held_{units}", row["held_cpu_max_ms"], empty["held_cpu_max_ms"], HELD_MS)
    memory = _at_most(f"map_renderer_{units}", row["renderer_mb"], empty["renderer_mb"], RENDERER_MB, "MiB")
    if units > 10_000:
        return [frame, held, memory]
    gap = _at_most(f"map_gap_p95_{units}", row["gap_p95_ms"], empty["gap_p95_ms"], GAP_MS)
    shown = _at_most(f"map_painted_p95_{units}", row["painted_p95_ms"], empty["painted_p95_ms"], PAINTED_MS, folium_ms=folium_ms)
    return [frame, gap, shown, held, memory]


def _at_most(name: str, value: float, limit: float, bound: float, unit: str = "ms", **parts: float) -> Figure:
    return Figure(name=name, value=value, unit=unit, limit=limit, goal=Goal.VALUE_AT_MOST, bound=bound, parts=parts)


def table(empty: Row, rows: dict[int, Row], markers: dict[int, float], folium: dict[int, float], beside: dict[int, float]) -> str:
    head = ["what", *SHOWN]
    lines = [head, [f"{EMPTY} units alone", *(f"{empty[key]:.1f}" for key in SHOWN)]]
    lines += [[f"{units} units, {POINTS} points", *(f"{row[key]:.1f}" for key in SHOWN)] for units, row in rows.items()]
    widths = [max(len(line[at]) for line in lines) for at in range(len(head))]
    text = ["  ".join(word.rjust(width) for word, width in zip(line, widths, strict=True)) for line in lines]
    for units, fps in markers.items():
        text.append(f"Leaflet markers, {units} units: {fps:.1f} fps; ours {rows[units]['fps'] / fps if fps else 0:.1f} times that")
    for units, spent_ms in folium.items():
        text.append(f"folium rendered anew, {units} units: {spent_ms:.0f} ms to the screen; ours {rows[units]['painted_p50_ms']:.0f} ms")
    text += [
        f"QGIS, {units} units: {spent_ms:.0f} ms from new places to the picture; ours {rows[units]['painted_p50_ms']:.0f} ms"
        for units, spent_ms in beside.items()
        if spent_ms
    ]
    return "\n".join(text)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.bench_map", description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="how often each is measured (default 3)")
    parser.add_argument("--chart", type=Path, default=CHART, help="where the chart goes (default assets/map-bench.png)")
    parser.add_argument("--out", type=Path, default=Path("bench-map.json"), help="where the JSON is kept (default bench-map.json)")
    args = parser.parse_args()
    found = measure(args.chart, args.rounds)
    for figure in found:
        print(figure.line(), flush=True)
    save(found, args.out)
    return 0 if all(figure.passed for figure in found) else 1


if __name__ == "__main__":
    sys.exit(main())
