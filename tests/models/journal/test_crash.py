"""A writer killed with -9 in the middle of anything: what it acknowledged is there, and the journal is whole."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

from console.models.journal.reading import Reader
from console.models.journal.verify import verify
from tests.models.journal.appender import AREA

_ROOT = Path(__file__).resolve().parents[3]


def _run_and_kill(path: Path, lines: int) -> dict[str, int]:
    """The highest seq acknowledged on each lane by a writer that is killed after it said `lines` lines."""
    command = [sys.executable, "-m", "tests.models.journal.appender", str(path)]
    acknowledged: dict[str, int] = {}
    with subprocess.Popen(command, cwd=_ROOT, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        try:
            for _ in range(lines):
                lane, seq = child.stdout.readline().split()
                acknowledged[lane] = int(seq)
        finally:
            child.kill()
        for line in child.stdout:
            if line.endswith("\n"):
                lane, seq = line.split()
                acknowledged[lane] = int(seq)
    return acknowledged


def test_acknowledged_events_outlive_kill_9(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    rng = random.Random(4)
    for _ in range(6):
        acknowledged = _run_and_kill(path, 2 * rng.randrange(1, 40))
        reader = Reader(path)
        try:
            held = {stream.topic: seq for stream, (seq, _) in reader.heads().items()}
            for lane, seq in acknowledged.items():
                assert held[f"{AREA}/{lane}"] >= seq
            assert verify(reader.connection).damage == []
        finally:
            reader.close()
