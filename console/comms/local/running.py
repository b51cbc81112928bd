"""`running.json`: where the peer of a data directory can be reached, and whether what it says is still true."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec
import psutil

from console.comms.security.keys import write_private
from console.models.form import ready

_CLOCK_SLACK_S = 2.0


class Running(msgspec.Struct, frozen=True):
    """`key`: hex of the local socket's CURVE public key. `born_s`: when the process began, so that a reused pid is not taken for it."""

    pid: int
    port: int
    key: str
    born_s: float


def announce(path: Path, port: int, key: bytes) -> Running:
    """Say that this process is the running peer. Raises OSError."""
    pid = os.getpid()
    running = Running(pid, port, key.hex(), psutil.Process(pid).create_time())
    write_private(path, msgspec.json.encode(running))
    return running


def withdraw(path: Path, announced: Running) -> None:
    """Take back what `announce` said, unless another process has said otherwise since."""
    if _read(path) == announced:
        path.unlink(missing_ok=True)


def running(path: Path) -> Running | None:
    """What the file says when that process lives; None when there is none, or the file is stale or damaged."""
    found = _read(path)
    return found if found is not None and alive(found) else None


def alive(announced: Running) -> bool:
    try:
        process = psutil.Process(announced.pid)
        return abs(process.create_time() - announced.born_s) < _CLOCK_SLACK_S and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def _read(path: Path) -> Running | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=ready(Running))
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return None
