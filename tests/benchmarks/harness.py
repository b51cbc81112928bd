"""What the measurements share: medians, processes that always end, the CPU and memory of a family of processes."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import psutil

ROOT = Path(__file__).resolve().parents[2]
END_S = 10.0


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` (0 to 1) of `values` do not exceed; nearest rank."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, round(share * len(ordered)) - 1))]


class Child:
    """A Python module run as a process that reports by printing one JSON object a line."""

    def __init__(self, module: str, *arguments: str) -> None:
        self._complaints = tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace")  # noqa: SIM115 - closed by end()
        self.process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            cwd=ROOT,
            env={name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"},  # a person's modules are compiled
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._complaints,
            text=True,
            encoding="utf-8",
        )

    def ask(self) -> None:
        """Send it a line."""
        self.tell("")

    def tell(self, words: str) -> None:
        """Send it a line with something to say."""
        assert self.process.stdin is not None
        self.process.stdin.write(words + "\n")
        self.process.stdin.flush()

    def answer(self, timeout_s: float) -> dict[str, Any]:
        """Its next object. Raises RuntimeError as `line` does."""
        found: dict[str, Any] = json.loads(self.line(timeout_s, "{"))
        return found

    def line(self, timeout_s: float, prefix: str = "") -> str:
        """Its next line that begins so. Raises RuntimeError when it ends, or says nothing of the kind for `timeout_s`."""
        assert self.process.stdout is not None
        watchdog = threading.Timer(timeout_s, self.process.kill)
        watchdog.start()
        try:
            for line in self.process.stdout:
                if line.startswith(prefix):
                    return line
        finally:
            watchdog.cancel()
            watchdog.join()
        self._complaints.seek(0)
        raise RuntimeError(f"{self.process.args!r} ended, or did not answer in {timeout_s:g} s:\n{self._complaints.read()[-4000:]}")

    def end(self) -> None:
        """Close its input, which it takes as the sign to end; kill it when it does not."""
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None:
                with contextlib.suppress(BrokenPipeError):
                    stream.close()
        try:
            self.process.wait(END_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._complaints.close()


@contextlib.contextmanager
def child(module: str, *arguments: str) -> Iterator[Child]:
    started = Child(module, *arguments)
    try:
        yield started
    finally:
        started.end()


def say(**facts: object) -> None:
    """What a `Child` answers with."""
    print(json.dumps(facts), flush=True)


def until_input_closes() -> None:
    """Block a child until its parent wants it to end."""
    sys.stdin.read()


class Use(NamedTuple):
    """CPU seconds used so far and memory held now (proportional share where the system tells it, else resident)."""

    cpu_s: float
    memory_mb: float


def family(roots: Sequence[int]) -> list[psutil.Process]:
    """The processes `roots` and all their descendants."""
    parents = [psutil.Process(pid) for pid in roots]
    return list({process.pid: process for parent in parents for process in (parent, *parent.children(recursive=True))}.values())


def use(processes: Sequence[psutil.Process]) -> Use:
    cpu_s = memory = 0.0
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            times = process.cpu_times()
            cpu_s += times.user + times.system
            full = process.memory_full_info()
            memory += getattr(full, "pss", 0) or full.rss
    return Use(cpu_s, memory / 1e6)


def pace(seconds: float) -> None:
    """Let time pass in a measurement (not in a test: see tests/waiting.py)."""
    threading.Event().wait(seconds)
