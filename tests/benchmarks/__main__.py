"""`python -m tests.benchmarks`: every figure as a line, and all of them as JSON. Exit code 1 when one misses its goal."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from tests.benchmarks import (
    backtest,
    cables,
    catchup,
    crowd,
    feeds,
    hazards,
    ingest,
    leaks,
    live,
    monitor,
    onwire,
    sensors,
    start,
    storm,
    video,
)
from tests.benchmarks.report import Figure, as_json, save

CONSOLE = ("ingest", "start", "wire", "idle")
LEAKS = ("leaks",)
MONITOR = ("curves", "windows", "rules", "backtest", "readings", "feeds", "video")
SYNC = ("catchup", "bytes", "reconnect", "storm", "narrow", "crowd")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument(
        "--minutes", type=float, default=10.0, help="how long the idle console, or the crowd of units, is watched (default 10)"
    )
    parser.add_argument("--only", choices=(*CONSOLE, *SYNC, *MONITOR, *LEAKS), action="append", help="measure these alone")
    parser.add_argument("--sync", action="store_true", help="measure what has to do with syncing, not the console")
    parser.add_argument("--monitor", action="store_true", help="measure gauges, their charts and what is made of them, not the console")
    parser.add_argument("--json", action="store_true", help="print JSON instead of lines")
    parser.add_argument("--out", type=Path, default=Path("bench.json"), help="where the JSON is kept (default bench.json)")
    parser.add_argument("recordings", type=Path, nargs="?", default=Path("recordings"), help="backtest: the folder of recorded data")
    args = parser.parse_args()
    asked = args.only or (SYNC if args.sync else MONITOR if args.monitor else CONSOLE)
    measurements: dict[str, Callable[[], list[Figure]]] = {
        "ingest": ingest.measure,
        "start": start.measure,
        "wire": live.wire_to_pixel,
        "idle": lambda: live.idle(args.minutes),
        "catchup": catchup.measure,
        "bytes": onwire.measure,
        "reconnect": cables.reconnect,
        "storm": storm.measure,
        "narrow": cables.narrow,
        "crowd": lambda: crowd.measure(args.minutes),
        "feeds": feeds.measure,
        "video": video.measure,
        "leaks": leaks.measure,
        "curves": monitor.curves,
        "windows": monitor.windows,
        "rules": hazards.measure,
        "backtest": lambda: backtest.measure(args.recordings),
        "readings": sensors.measure,
    }
    figures: list[Figure] = []
    for name, measure in measurements.items():
        if name not in asked:
            continue
        found = measure()
        figures += found
        if not args.json:
            for figure in found:
                print(figure.line(), flush=True)
    save(figures, args.out)
    if args.json:
        print(as_json(figures))
    return 0 if all(figure.passed for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
