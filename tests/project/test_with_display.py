"""The wrapper around every test run gives a display, ends it, and tells of a process that outlives its command."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tests.waiting import deadline

SCRIPT = Path(__file__).resolve().parents[2] / "packaging" / "with_display.py"
LEAVE_ORPHAN = (
    "import subprocess, sys;"
    "p = subprocess.Popen([sys.executable, '-c', 'import threading; threading.Event().wait()'], start_new_session=True,"
    " stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL);"
    "print(p.pid)"
)

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="virtual displays are X11's")


def wrapped(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, str(SCRIPT), *arguments], capture_output=True, text=True, check=False, timeout=60)


def test_the_command_gets_a_display_that_is_gone_afterwards() -> None:
    done = wrapped(sys.executable, "-c", "import os; print(os.environ['DISPLAY'])")
    assert done.returncode == 0, done.stderr
    number = done.stdout.strip().removeprefix(":")
    assert number.isdigit()
    assert not Path(f"/tmp/.X11-unix/X{number}").exists()


def test_without_a_display_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":0")
    done = wrapped("--no-display", sys.executable, "-c", "import os; print(os.environ.get('DISPLAY'))")
    assert done.stdout.strip() == "None"


def test_the_exit_code_is_the_commands() -> None:
    assert wrapped("--no-display", sys.executable, "-c", "raise SystemExit(7)").returncode == 7


def test_an_orphan_fails_the_run_and_is_ended() -> None:
    done = wrapped("--no-display", sys.executable, "-c", LEAVE_ORPHAN)
    assert done.returncode == 70
    assert "left running" in done.stderr
    deadline(lambda: not psutil.pid_exists(int(done.stdout)), "the orphan is gone")
