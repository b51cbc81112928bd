"""The machine under the program: its clock, its disk, its loopback network."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import statistics
import subprocess
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import console
from console.doctor.finding import Finding, fault, ok, warn

NODE_PORT = 7650
LITTLE_MB = 2_000
TOO_LITTLE_MB = 200
SLOW_FSYNC_MS = 50.0
_FSYNCS = 9


def clock(now_ms: int, newest_ms: int | None) -> list[Finding]:
    """Whether `now_ms` can be the time: not before this program's files, not before the newest event of the journal."""
    shown = datetime.fromtimestamp(now_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    installed_ms = int(Path(console.__file__).stat().st_mtime * 1000)
    if now_ms < installed_ms:
        return [fault("clock", f"{shown} is before this program was installed", "set the clock; the battery of this machine may be flat")]
    if newest_ms is not None and now_ms < newest_ms - 60_000:
        behind_s = (newest_ms - now_ms) // 1000
        return [fault("clock", f"{shown} is {behind_s} s before the newest event of the journal", "compare with another clock and set it")]
    return [ok("clock", shown), time_service()]


def time_service() -> Finding:
    """Whether the system keeps its clock by a time service, where it can be asked."""
    tool = shutil.which("timedatectl")
    said = ""
    if tool:
        with contextlib.suppress(subprocess.TimeoutExpired):
            asked = [tool, "show", "--property=NTPSynchronized", "--value"]
            said = subprocess.run(asked, capture_output=True, text=True, timeout=5, check=False).stdout.strip()
    if said == "no":
        return warn("time service", "this clock is not kept by one", "fine without a network; compare the clock once a shift")
    return ok("time service", "this clock is kept by one" if said == "yes" else "not known on this system")


def disk(folder: Path) -> list[Finding]:
    """Room and speed of the disk that `folder` is or would be on."""
    place = next(path for path in (folder, *folder.absolute().parents) if path.is_dir())
    free_mb = shutil.disk_usage(place).free // 1_000_000
    says, remedy = f"{free_mb} MB free at {place}", "free some room, or keep the data elsewhere with --data"
    room = fault if free_mb < TOO_LITTLE_MB else warn
    found = [ok("disk", says) if free_mb >= LITTLE_MB else room("disk", says, remedy)]
    try:
        took_ms = fsync_ms(place)
    except OSError as error:
        return [*found, fault("fsync", f"{place} cannot be written: {error.strerror}", "give this account the right to write there")]
    says = f"{took_ms:.1f} ms to make a write durable"
    if took_ms > SLOW_FSYNC_MS:
        return [*found, warn("fsync", says, "a slow disk: reports are acknowledged later; keep the data on an internal disk")]
    return [*found, ok("fsync", says)]


def fsync_ms(folder: Path) -> float:
    """Median time to write and sync 4 KiB in `folder`. Raises OSError when it cannot be written."""
    took = []
    with tempfile.TemporaryFile(dir=folder) as file:
        for _ in range(_FSYNCS):
            begun = time.perf_counter()
            file.write(bytes(4096))
            file.flush()
            os.fsync(file.fileno())
            took.append((time.perf_counter() - begun) * 1000)
    return statistics.median(took)


def ports(port: int = NODE_PORT) -> list[Finding]:
    """Whether loopback carries a connection (window and peer talk over it), and whether a node could listen on `port`."""
    found = [_loopback()]
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            found.append(warn("node port", f"{port} is taken", "fine if a node of yours runs; else give --listen another port"))
        else:
            found.append(ok("node port", f"{port} is free"))
    return found


def _loopback() -> Finding:
    try:
        with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname(), timeout=5):
            return ok("loopback", "carries connections")
    except OSError as error:
        return fault("loopback", f"carries no connection: {error}", "bring the loopback interface up: ip link set lo up")
