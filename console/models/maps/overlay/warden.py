"""Has one file read by a process of its own, and ends it when it takes too much. Called on a thread that may wait, never the GUI's."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import IO, Any

import psutil

from console.errors import Fault
from console.models.maps.overlay import limits

MAX_ANSWER_BYTES = 65_536
_LOOK_S = 0.05
_NO_WINDOW = getattr(subprocess, "CREATE_NO_WINDOW", 0)
_ROOT = Path(__file__).resolve().parents[4]


class Stopped(Exception):
    """The window is going."""


def take_in(path: Path, to: Path, datum: str = "", stop: threading.Event | None = None) -> None:
    """Read `path` into our own file `to` (its folder must be there), replacing it whole or not at all.

    `datum`: of the coordinates where the operator says it, one of `console.models.maps.datum`. `stop`: ends the reading with Stopped.
    Raises Fault, naming the file and what to do.
    """
    try:
        folder = Path(tempfile.mkdtemp(prefix=".taking-", dir=to.parent))
    except OSError as error:
        raise Fault(f"{path}: could not be taken in ({error.strerror or error}). Check the disk.") from error
    try:
        request = {"path": str(path.absolute()), "to": str(to), "folder": str(folder), "datum": datum}
        answer = _ask(path, json.dumps(request | {"most": limits.most()}), stop or threading.Event())
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if "fault" in answer:
        raise Fault(str(answer["fault"]))


def _ask(path: Path, request: str, stop: threading.Event) -> dict[str, Any]:
    with tempfile.TemporaryFile() as out:
        words = [sys.executable, "-m", "console.models.maps.overlay.child"]
        child = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=out, stderr=subprocess.DEVNULL, cwd=_ROOT, creationflags=_NO_WINDOW)
        try:
            _tell(child.stdin, request)
            why = _watch(child, stop)
        finally:
            child.kill()
            child.wait()
        if why:
            raise Fault(f"{path}: {why}")
        out.seek(0)
        return _answer(path, out.read(MAX_ANSWER_BYTES), child.returncode)


def _tell(pipe: IO[bytes] | None, request: str) -> None:
    try:
        with pipe or tempfile.TemporaryFile() as held:
            held.write(request.encode() + b"\n")
    except BrokenPipeError:
        pass  # it is dead already, and says why by its code


def _watch(child: subprocess.Popen[bytes], stop: threading.Event) -> str:
    """Until it has ended by itself: "", or why it is to be ended."""
    for _ in range(round(limits.PATIENCE_S / _LOOK_S)):
        if stop.is_set():
            raise Stopped
        try:
            child.wait(_LOOK_S)
        except subprocess.TimeoutExpired:
            if sys.platform == "win32" and _memory(child.pid) > limits.MEMORY_BYTES:
                return _too_large()
        else:
            return ""
    return f"reading it takes more than {limits.PATIENCE_S:g} s. Simplify or cut the file."


def _memory(pid: int) -> int:
    try:
        return int(psutil.Process(pid).memory_info().vms)
    except psutil.Error:
        return 0


def _too_large() -> str:
    return f"reading it takes more than {limits.MEMORY_BYTES // limits.MIB} MiB of memory. Simplify or cut the file."


def _answer(path: Path, text: bytes, code: int) -> dict[str, Any]:
    try:
        held = json.loads(text) if text else None
    except ValueError:
        held = None
    if code == 0 and isinstance(held, dict):
        return held
    limits.check_not_killed(path, code)
    if sys.platform != "win32" and code == -signal.SIGXCPU:
        raise Fault(f"{path}: reading it takes more than {limits.CPU_S} s of computing. Simplify or cut the file.")
    if code in (-signal.SIGABRT, -signal.SIGSEGV):  # C++ that gets no memory ends like this
        raise Fault(f"{path}: {_too_large()}")
    raise Fault(f"{path}: its reader broke ({code}). Get the file again, or ask for GeoPackage or GeoJSON.")
