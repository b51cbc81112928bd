"""How long a start takes: against a bare window with the same page, and with a million events against none."""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

from console.comms.security.keys import open_keys, write_private
from console.models.journal import Journal
from console.models.paths import DataDir
from tests.benchmarks import bench_store
from tests.benchmarks.harness import child
from tests.benchmarks.report import Figure, Goal

START_S = 60.0
ROUNDS = 5
EVENTS = 1_000_000


def empty_data(root: Path) -> DataDir:
    """A peer's directory as it is after its first start: keys, and a journal without events."""
    data = DataDir(root)
    signer = open_keys(data.keys).signer
    journal = Journal.open(data.journal, signer)
    journal.set_identity("bench", "node", "6527")
    journal.close()
    return data


def full_data(root: Path, events: int) -> DataDir:
    """The same with a journal of `events` positions."""
    data = DataDir(root)
    open_keys(data.keys)
    signer = bench_store.build_journal(root, events=events)
    write_private(data.keys / "sign.key", signer.private_key.hex().encode() + b"\n")
    return data


def once(module: str, *words: str) -> float:
    """Seconds from the start of the process until it says that it is usable."""
    spawned = str(time.monotonic())
    with child(f"tests.benchmarks.{module}", *words, spawned) as started:
        usable_s = float(started.answer(START_S)["usable_s"])
        started.process.wait(START_S)
    return usable_s


def measure(rounds: int = ROUNDS, events: int = EVENTS) -> list[Figure]:
    """Medians of alternating rounds; the first round warms the disk's cache and does not count."""
    with tempfile.TemporaryDirectory(prefix="fengsui-bench-") as scratch:
        empty = empty_data(Path(scratch) / "empty")
        full = full_data(Path(scratch) / "full", events)
        taken: dict[str, list[float]] = {"bare": [], "empty": [], "full": []}
        for _ in range(rounds + 1):
            taken["bare"].append(once("bare_window"))
            taken["empty"].append(once("opened", str(empty.root), "start"))
            taken["full"].append(once("opened", str(full.root), "start"))
    bare, without, with_events = (statistics.median(values[1:]) for values in taken.values())
    return [
        Figure(name="start", value=without, unit="s", limit=bare, goal=Goal.RATIO_AT_MOST, bound=2.0),
        Figure(name="start_million", value=with_events, unit="s", limit=without, goal=Goal.EXCESS_AT_MOST, bound=0.5),
    ]
