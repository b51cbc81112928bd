"""Try something of Qt in a process of its own: a library that aborts must not take the doctor with it."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import NamedTuple

PROBE_S = 60.0


class Probe(NamedTuple):
    """`says`: what the code printed, or the last line of its complaint."""

    ok: bool
    says: str


def probe(code: str, environment: dict[str, str] | None = None, timeout_s: float = PROBE_S) -> Probe:
    """Run Python `code` with `environment` added to this process's."""
    try:
        done = subprocess.run(
            [sys.executable, "-c", code],
            env=os.environ | (environment or {}),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            timeout=timeout_s,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Probe(False, f"no answer within {timeout_s:g} s")
    if done.returncode == 0:
        return Probe(True, done.stdout.strip())
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    return Probe(False, lines[-1].strip() if lines else f"ended with code {done.returncode}")
