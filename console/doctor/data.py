"""A peer's data directory: can its journal be opened, are its keys its owner's alone, does its peer run."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import psutil

from console.doctor.finding import Finding, fault, ok, warn
from console.errors import Fault
from console.models.clock import ms_of
from console.models.journal.reading import Reader
from console.models.paths import DataDir


def journal(data: DataDir) -> tuple[Finding, int | None]:
    """What opening the journal shows, and the author time of its newest event (UTC ms), None when there is none."""
    if not data.journal.exists():
        return ok("journal", f"none yet at {data.journal}"), None
    try:
        reader = Reader(data.journal)
    except Fault as found:
        return fault("journal", str(found), "keep the file, and start on another directory with --data until it is mended"), None
    try:
        span = reader.span()
        return ok("journal", f"{reader.position()} events at {data.journal}"), ms_of(span[1]) if span else None
    finally:
        reader.close()


def keys(data: DataDir) -> Finding:
    """Whether the key files can be read by their owner alone (POSIX; Windows keeps them in the account's own folder)."""
    files = [path for path in sorted(data.keys.rglob("*")) if path.is_file()] if data.keys.is_dir() else []
    if not files:
        return ok("keys", f"none yet at {data.keys}")
    if os.name != "posix":
        return ok("keys", f"{len(files)} files at {data.keys}")
    readable = [path for path in (data.keys, *files) if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)]
    if readable:
        names = " ".join(str(path) for path in readable)
        return fault("keys", f"others can read {names}", f"chmod -R go= {data.keys}; if others had access, revoke this peer and enrol anew")
    return ok("keys", f"{len(files)} files, readable by their owner alone")


def peer(data: DataDir) -> Finding:
    """Whether the peer that says it runs on this directory does."""
    pid = _running_pid(data.running)
    if pid is None:
        return ok("peer", "none runs on this directory; the window starts one")
    if psutil.pid_exists(pid):
        return ok("peer", f"runs as process {pid}")
    return warn("peer", f"process {pid} ended without saying so", "nothing to do: the next start takes over")


def _running_pid(path: Path) -> int | None:
    try:
        return int(json.loads(path.read_text(encoding="utf-8"))["pid"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
