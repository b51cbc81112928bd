"""Durable ingest of one node over CURVE sockets, against the raw rate of the same bytes into the same schema on the same disk."""

from __future__ import annotations

import statistics
import tempfile
from pathlib import Path

from tests.benchmarks import bench_store
from tests.benchmarks.harness import child
from tests.benchmarks.live import node_running
from tests.benchmarks.report import Figure, Goal

UNITS = 50
FRAMES = 40
EVENTS = 50
ROUNDS = 3
FLOOD_S = 300.0


def node_rate(root: Path) -> float:
    """Events/s from the first frame of UNITS units to the acknowledgement of the last."""
    with node_running(root, UNITS) as node, child("tests.benchmarks.load", *node.words, "flood", str(FRAMES), str(EVENTS)) as load:
        answer = load.answer(FLOOD_S)
    return float(answer["events"]) / float(answer["seconds"])


def measure(rounds: int = ROUNDS) -> list[Figure]:
    """Medians of alternating rounds, each in a fresh directory."""
    ours, raw = [], []
    for _ in range(rounds):
        with tempfile.TemporaryDirectory(prefix="fengsui-bench-") as scratch:
            raw.append(bench_store.raw_rate(Path(scratch), units=UNITS, batches=FRAMES, events_each=EVENTS))
        with tempfile.TemporaryDirectory(prefix="fengsui-bench-") as scratch:
            ours.append(node_rate(Path(scratch)))
    rate, limit = statistics.median(ours), statistics.median(raw)
    parts: dict[str, float] = {"units": UNITS, "events_a_frame": EVENTS}
    return [Figure(name="ingest", value=rate, unit="events/s", limit=limit, goal=Goal.RATIO_AT_LEAST, bound=0.3, parts=parts)]
