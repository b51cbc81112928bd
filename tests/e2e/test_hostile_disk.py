"""A node whose file system is full: nothing is acknowledged, the fault stands for all to see, and it heals when there is room again."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.comms.local.client import look
from console.errors import Fault
from console.models.paths import DataDir
from tests.e2e.processes import Process, fengsui, node
from tests.waiting import deadline

REPORTS = 80


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 3 MB of its own."""
    if sys.platform != "linux" or os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("mounting a small file system needs root on Linux")
    place = tmp_path / "disk"
    place.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(place)], capture_output=True, check=False).returncode:
        pytest.skip("this machine does not let a file system be mounted")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def _faults(data: Path) -> dict[str, str]:
    try:
        return look(DataDir(data)).me.faults
    except Fault:
        return {}


def test_a_full_disk(small_disk: Path, tmp_path: Path) -> None:
    data, filler = small_disk / "node", small_disk / "filler"
    with node(data, "--local"):
        token = fengsui("enrol", "--data", str(data), "--area", "652701").strip()
        words = ("unit", "--data", str(tmp_path / "unit"), "--join", token, "--name", "one", "--report-lines")
        with Process(*words, typed=True) as unit:
            unit.type("before")
            unit.wait_lines(1, "unit.report")
            with filler.open("wb", buffering=0) as file:
                try:
                    while True:
                        file.write(bytes(4096))
                except OSError:
                    pass
            unit.type(*("x" * 4000 for _ in range(REPORTS)))
            deadline(lambda: "disk" in _faults(data), "the fault stands", timeout_s=20)
            acknowledged = {line.split()[2] for line in unit.lines if "unit.report" in line}
            assert len(acknowledged) < REPORTS
            held = [line for line in fengsui("journal", "export", "--data", str(data)).splitlines() if '"unit.report"' in line]
            assert len(held) >= len(acknowledged)
            filler.unlink()
            unit.wait_lines(REPORTS + 1, "unit.report", deadline_s=20)
            deadline(lambda: not _faults(data), "the fault is over", timeout_s=10)
            unit.end_input()
            assert unit.finish() == 0
        fengsui("journal", "verify", "--data", str(data))
