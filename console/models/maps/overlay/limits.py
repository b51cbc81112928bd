"""What reading one file may take. Office layers seen (boundaries, risk areas, hazard points of a prefecture) stay far below; a laptop of
8 GiB carries one such reading beside everything else."""

from __future__ import annotations

import signal
import sys
from pathlib import Path
from typing import NamedTuple

from console.errors import Fault

MIB = 1 << 20
MAX_BYTES = 256 * MIB
"""Of a file, of a Shapefile's parts together, and of what an archive opens to."""
MAX_POINTS = 5_000_000
MAX_FEATURES = 200_000
MAX_LAYERS = 32
MAX_MEMBERS = 1000
"""Of an archive."""
MEMORY_BYTES = 2048 * MIB
CPU_S = 60
PATIENCE_S = 120.0
"""Of a disk that does not answer, say."""
MAX_NAME, MAX_FIELDS, MAX_VALUE = 100, 64, 500
"""Characters of a name, fields kept of a thing, characters of a value."""


class Most(NamedTuple):
    """What one reading may take, as the warden tells it the child."""

    memory_bytes: int
    cpu_s: int
    points: int


def most() -> Most:
    return Most(MEMORY_BYTES, CPU_S, MAX_POINTS)


def confine(allowed: Most) -> None:
    """Bind this process to the limits, for good; where the system has no such limits the warden watches alone."""
    if sys.platform == "win32":
        return
    import resource

    for limit, most in (
        (resource.RLIMIT_AS, allowed.memory_bytes),
        (resource.RLIMIT_FSIZE, 4 * MAX_BYTES),
        (resource.RLIMIT_NOFILE, 64),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (most, most))
    resource.setrlimit(resource.RLIMIT_CPU, (allowed.cpu_s, allowed.cpu_s + 1))  # by SIGXCPU: SIGKILL is somebody else's


def check_not_killed(path: Path, code: int) -> None:
    """`code`: of a reader that ended. Raises Fault where it was killed, by a person or a system that ran out of memory."""
    if sys.platform != "win32" and code == -signal.SIGKILL:
        raise Fault(f"{path}: its reader was killed, perhaps because this machine ran out of memory. Close other programs and try again.")
