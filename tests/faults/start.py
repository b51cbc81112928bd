"""How long a node with a million events takes to start after each way to end: `python -m tests.faults.start`.

A child process appends telemetry and reports to the journal until it is told to end, is killed, or its power is cut; then a real
`fengsui node` is started on what is left, and its first word is waited for.
"""

from __future__ import annotations

import argparse
import itertools
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

from console.comms.local.client import look
from console.comms.security.keys import open_keys
from console.models import kinds
from console.models.journal import Journal, NewEvent
from console.models.paths import DataDir
from tests.benchmarks.bench_store import Units
from tests.e2e.processes import CHECKOUT, free_port, start_node
from tests.faults.drill import WAYS
from tests.faults.power import NoShim, Power, shim
from tests.waiting import deadline

EVENTS, UNITS, EACH = 1_000_000, 500, 10
LOG_BYTES = 12 << 20
"""It is moved into the file at 16 MB: what is left to do at the next start is most just before."""
WELL, EMPTY = "said goodbye", "(a node without events)"


def build(data_dir: DataDir, events: int) -> None:
    """A node's data directory with so many positions of 500 units."""
    data_dir.root.mkdir(parents=True)
    units = Units(UNITS)
    journal = Journal.open(data_dir.journal, open_keys(data_dir.keys).signer)
    journal.set_identity("node", "node", "65")
    units.enrol(journal)
    for _ in range(events // (UNITS * EACH)):
        journal.append(units.runs(EACH))
    journal.close()


def write_on(data_dir: DataDir) -> None:
    """In the child: new units drive about, and a line is logged now and then, until standard input ends. Says a word when it is under way."""
    units = Units(50)
    journal = Journal.open(data_dir.journal, open_keys(data_dir.keys).signer)
    units.enrol(journal)
    line = NewEvent("", "log.entered", "i", kinds.encode_body(kinds.LogEntered(text="三号沟有泥流")))
    os.set_blocking(0, False)
    for turn in itertools.count():
        journal.append(units.runs(EACH))
        if turn % 10 == 0:
            journal.author([line])
        if turn == 5:
            print("under way", flush=True)
        if turn > 5 and sys.stdin.buffer.read(1) == b"":
            break
    journal.close()


def end(data_dir: DataDir, power: Power, way: str) -> None:
    power.settle()
    command = [sys.executable, "-m", "tests.faults.start", "--write-on", str(data_dir.root)]
    child = subprocess.Popen(command, cwd=CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={**os.environ, **power.environment})
    assert child.stdout is not None
    assert child.stdin is not None
    child.stdout.readline()
    if way == WELL:
        child.stdin.close()
        child.wait(60)
    else:
        log = data_dir.journal.with_name("journal.db-wal")
        deadline(lambda: log.stat().st_size > LOG_BYTES, "the log is long", timeout_s=60)
        child.kill()
        child.wait(60)
        child.stdin.close()
    child.stdout.close()
    if way in WAYS[1:]:
        power.cut(None if way == WAYS[1] else random.Random(1))


def measure(data_dir: DataDir) -> tuple[float, float, int, int]:
    """(seconds to the first word, of which on a processor, position, bytes of the log it began with)."""
    log = data_dir.journal.with_name("journal.db-wal")
    log_bytes = log.stat().st_size if log.exists() else 0
    began_s = time.perf_counter()
    with start_node(data_dir.root, free_port()) as node:
        start_s, spent = time.perf_counter() - began_s, psutil.Process(node.popen.pid).cpu_times()
        position = look(data_dir).me.position
    return start_s, spent.user + spent.system, position, log_bytes


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=EVENTS)
    parser.add_argument("--write-on", type=Path)
    args = parser.parse_args()
    if args.write_on is not None:
        write_on(DataDir(args.write_on))
        return 0
    root = Path(tempfile.mkdtemp(prefix="fengsui-start-"))
    try:
        data_dir = DataDir(root / "node")
        build(data_dir, args.events)
        power = Power(data_dir.journal, root / "shadow", shim(root))
        print(f"{'way to end':<30} {'events':>9} {'log at start':>12} {'start':>7} {'of it CPU':>9}")
        for way in (EMPTY, WELL, *WAYS, EMPTY, *WAYS):
            if way == EMPTY:
                of = DataDir(root / "empty")
            else:
                of = data_dir
                end(data_dir, power, way)
            start_s, cpu_s, position, log_bytes = measure(of)
            print(f"{way:<30} {position:>9} {log_bytes >> 10:>9} KiB {start_s:>6.2f}s {cpu_s:>8.2f}s", flush=True)
    except NoShim as no:
        print(f"skipped: {no}")
        return 1
    finally:
        shutil.rmtree(root)
    return 0


if __name__ == "__main__":
    sys.exit(main())
