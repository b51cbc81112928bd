"""The window while units report: how long a position takes from its sending to the screen, and what an idle console costs."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import psutil

from console.comms.local.client import ask, look
from console.comms.local.messages import Stop
from console.comms.security.keys import open_keys
from console.models.paths import DataDir
from tests.benchmarks import fleet
from tests.benchmarks.harness import Child, Use, child, family, pace, percentile, use
from tests.benchmarks.report import Figure, Goal
from tests.e2e.processes import free_port

STAGES = ("unit_to_peer", "peer_to_window", "window_to_page", "page_to_screen")
READY_S = 60.0
SETTLE_S = 10.0
WATCHED_S = 30.0
LATENCY_UNITS, IDLE_UNITS = 100, 500
CPU_BOUND_PERCENT = 35.0
FLAT_RATIO = 1.05
"""Memory in the last third of the time against the first third."""
SAMPLE_S = 5.0


class Node(NamedTuple):
    """`words`: how a load reaches it: fleet file, endpoint, its CURVE key."""

    data: DataDir
    pid: int
    words: tuple[str, str, str]


@contextmanager
def node_running(root: Path, units: int, consoles: int = 0) -> Iterator[Node]:
    """A real node at `root`/node with `units`, and after them `consoles`, enrolled, ended when the block is left."""
    members = fleet.muster(units + consoles)
    data = fleet.node_with(root / "node", members, consoles)
    fleet.save(members, root / "fleet.json")
    endpoint = f"tcp://127.0.0.1:{free_port()}"
    node = Child("console", "node", "--data", str(data.root), "--listen", endpoint)
    try:
        node.line(READY_S)
        yield Node(data, look(data).me.pid, (str(root / "fleet.json"), endpoint, open_keys(data.keys).curve.public.hex()))
        ask(data, lambda number: Stop(id=number))
    finally:
        node.end()


@contextmanager
def window_on(units: int) -> Iterator[tuple[Node, Child]]:
    """A node, `units` that report once a second, and a window that shows them."""
    with (
        tempfile.TemporaryDirectory(prefix="fengsui-bench-") as scratch,
        node_running(Path(scratch), units) as node,
        child("tests.benchmarks.load", *node.words, "pace", "1") as load,
    ):
        load.answer(READY_S)
        with child("tests.benchmarks.opened", str(node.data.root), "watch") as window:
            window.answer(READY_S)
            pace(SETTLE_S)
            yield node, window


def wire_to_pixel(seconds: float = WATCHED_S) -> list[Figure]:
    """p50 and p95 from a unit's send to the paint of its position, with the share of each stage in the mean."""
    with window_on(LATENCY_UNITS) as (_, window):
        window.ask()
        window.answer(READY_S)
        pace(seconds)
        window.ask()
        samples = window.answer(READY_S)["samples"]
    if len(samples) < LATENCY_UNITS * seconds / 2:
        raise RuntimeError(f"{len(samples)} positions were painted in {seconds:g} s, of {LATENCY_UNITS} a second")
    totals = [sum(sample) for sample in samples]
    shares = {stage: sum(sample[n] for sample in samples) / sum(totals) for n, stage in enumerate(STAGES)}
    page = [sample[-1] for sample in samples]
    return [
        Figure(
            name=f"wire_to_pixel_{name}",
            value=percentile(totals, share),
            unit="ms",
            limit=percentile(page, share),
            goal=Goal.VALUE_AT_MOST,
            bound=bound,
            parts=shares | {"positions": len(samples)},
        )
        for name, share, bound in (("p50", 0.5, 60.0), ("p95", 0.95, 120.0))
    ]


def idle(minutes: float) -> list[Figure]:
    """CPU of window, peer and renderer together with IDLE_UNITS live units, and whether their memory stays flat."""
    with window_on(IDLE_UNITS) as (node, window):
        console = family([window.process.pid])
        roles = {"peer": family([node.pid]), "window": console[:1], "renderer": console[1:]}
        begun_s = time.monotonic()
        samples = [_uses(roles)]
        while time.monotonic() - begun_s < minutes * 60:
            pace(SAMPLE_S)
            samples.append(_uses(roles))
        elapsed_s = time.monotonic() - begun_s
    percent = {role: 100 * (samples[-1][role].cpu_s - samples[0][role].cpu_s) / elapsed_s for role in roles}
    third = max(1, len(samples) // 3)
    early, late = _mean_memory_mb(samples[:third]), _mean_memory_mb(samples[-third:])
    grown = {f"{role}_grown_mb": late[role] - early[role] for role in roles}
    run = {"units": float(IDLE_UNITS), "minutes": minutes}
    return [
        Figure(
            name="idle_cpu",
            value=sum(percent.values()),
            unit="%core",
            goal=Goal.VALUE_AT_MOST,
            bound=CPU_BOUND_PERCENT,
            parts=run | percent,
        ),
        Figure(
            name="idle_memory",
            value=sum(late.values()),
            unit="MB",
            limit=sum(early.values()),
            goal=Goal.RATIO_AT_MOST,
            bound=FLAT_RATIO,
            parts=run | grown | _course_mb(samples),
        ),
    ]


def _uses(roles: Mapping[str, Sequence[psutil.Process]]) -> dict[str, Use]:
    return {role: use(processes) for role, processes in roles.items()}


def _mean_memory_mb(samples: Sequence[Mapping[str, Use]]) -> dict[str, float]:
    return {role: sum(sample[role].memory_mb for sample in samples) / len(samples) for role in samples[0]}


def _course_mb(samples: Sequence[Mapping[str, Use]]) -> dict[str, float]:
    """Memory of all together at eight moments, evenly spread: whether it still grows at the end."""
    picked = [samples[round(n * (len(samples) - 1) / 7)] for n in range(8)]
    return {f"mb_{n}": sum(held.memory_mb for held in sample.values()) for n, sample in enumerate(picked)}
