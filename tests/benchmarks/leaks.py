"""What is left after a hundred openings of a feed by each transport, and a hundred starts of each gateway and of a filling of tiles, with the
server killed, stalled, spoiled and started again between. A table is printed.

Counts are held against those after the first fifth; memory by the slope of a straight line through what follows it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from tests.benchmarks.harness import child
from tests.benchmarks.report import Figure, Goal
from tests.comms.gateways.live.brokers import MOSQUITTO
from tests.comms.rounds import ROUNDS
from tests.views.video.cameras import KINDS
from tests.views.video.cycles import slope
from tests.views.video.servers import without_ffmpeg, without_rtsp

TIMES = 100
MOST_KB = 50.0
"""Of memory a time: beyond, a day of patrol with an opening each second would take gigabytes."""
PATIENCE_S = 900.0
COUNTS = ("threads", "descriptors", "sockets", "children", "objects")


class Subject(NamedTuple):
    name: str
    module: str
    kind: str
    missing: str


def subjects() -> Iterator[Subject]:
    for kind in KINDS:
        yield Subject(
            f"video {kind}", "tests.benchmarks.leaks_window", kind, without_ffmpeg() or (without_rtsp() if kind == "rtsp" else "")
        )
    for kind in ROUNDS:
        yield Subject(
            f"gateway {kind}", "tests.benchmarks.leaks_rounds", kind, "no mosquitto" if kind == "mqtt" and MOSQUITTO is None else ""
        )


def measure() -> list[Figure]:
    print(f"{'':16} {'times':>5} " + " ".join(f"{name:>16}" for name in COUNTS) + f" {'MB':>14} {'kB a time':>10}", flush=True)
    figures = []
    for subject in subjects():
        if subject.missing:
            print(f"{subject.name:16} not measured: {subject.missing}", flush=True)
            continue
        with (
            tempfile.TemporaryDirectory(prefix="fengsui-bench-") as scratch,
            child(subject.module, subject.kind, scratch, str(TIMES)) as work,
        ):
            samples = [dict(sample) for sample in work.answer(PATIENCE_S)["samples"]]
        figures.append(_judged(subject.name, samples[len(samples) // 5 - 1 :]))
    return figures


def _judged(name: str, samples: Sequence[dict[str, float]]) -> Figure:
    """`samples`: of what was held after so many `times`."""
    warm, last = samples[0], samples[-1]
    kb = slope([(round(sample["times"]), sample["rss_mb"] * 1000) for sample in samples])
    counts = " ".join(f"{f'{warm[name]:.0f} > {last[name]:.0f}' if name in warm else '-':>16}" for name in COUNTS)
    memory = f"{warm['rss_mb']:.0f} > {last['rss_mb']:.0f}"
    print(f"{name:16} {last['times']:5.0f} {counts} {memory:>14} {kb:10.1f}", flush=True)
    more = sum(max(0.0, last[each] - warm[each]) for each in COUNTS if each in warm)
    parts = {f"{each}-{when}": held[each] for when, held in (("warm", warm), ("last", last)) for each in held if each != "times"}
    return Figure(
        name=f"leaks-{name.replace(' ', '-')}",
        value=kb,
        unit="kB",
        goal=Goal.VALUE_AT_MOST,
        bound=MOST_KB,
        parts=parts | {"more": more},
        shown=more == 0,
    )
