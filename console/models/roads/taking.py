"""Has a road graph made of a file by a process of its own, which may take only so much. Called on a thread that may wait."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from console.errors import Fault
from console.models.maps.overlay.limits import check_not_killed

FILE_BYTES, MOST_POINTS = 512 << 20, 20_000_000
MEMORY_BYTES = 4096 << 20
CPU_S = 300
PATIENCE_S = 600.0
_LOOK_S = 0.05
_MOST_ANSWER = 65_536
_ROOT = Path(__file__).resolve().parents[3]
_NO_WINDOW = getattr(subprocess, "CREATE_NO_WINDOW", 0)


class Stop(Protocol):
    """`wait(timeout_s)`: whether it is to end, as `threading.Event` says."""

    def wait(self, timeout: float) -> bool: ...


class Stopped(Exception):
    """Nobody wants the roads any more."""


def take_in(
    path: Path,
    to: Path,
    now_ms: int,
    stop: Stop,
    told: Callable[[str, int], None] = lambda _step, _ways: None,
    *,
    example: bool = False,
) -> None:
    """Make the graph file `to` of the roads in `path`, whole or not at all. `told(step, ways)`: reading, joining, writing. Raises Fault,
    naming the file and what to do; Stopped once `stop` is set."""
    try:
        to.parent.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=".roads-", dir=to.parent))
    except OSError as error:
        raise _no_room(path, error) from error
    request = {"path": str(path.absolute()), "to": str(to.absolute()), "folder": str(folder), "now_ms": now_ms, "example": example}
    try:
        last = _run(path, folder, json.dumps(request), stop, told)
    except OSError as error:
        raise _no_room(path, error) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if "fault" in last:
        raise Fault(str(last["fault"]))


def _no_room(path: Path, error: OSError) -> Fault:
    return Fault(f"{path}: could not be taken in ({error.strerror or error}). Check the disk.")


def _run(path: Path, folder: Path, request: str, stop: Stop, told: Callable[[str, int], None]) -> dict[str, Any]:
    (folder / "asked").write_text(request + "\n", encoding="utf-8")
    with (folder / "said").open("xb") as out, (folder / "asked").open("rb") as asked:
        words = [sys.executable, "-m", "console.models.roads.child"]
        child = subprocess.Popen(words, stdin=asked, stdout=out, stderr=subprocess.DEVNULL, cwd=_ROOT, creationflags=_NO_WINDOW)
        try:
            lines = _follow(path, folder / "said", child, stop, told)
        finally:
            child.kill()
            child.wait()
    check_not_killed(path, child.returncode)
    if child.returncode or not lines or not {"done", "fault"} & lines[-1].keys():
        raise Fault(
            f"{path}: reading it took more than {CPU_S} s of computing or {MEMORY_BYTES >> 20} MiB, or broke. Cut out the area that you need."
        )
    return lines[-1]


def _follow(path: Path, said: Path, child: subprocess.Popen[bytes], stop: Stop, told: Callable[[str, int], None]) -> list[dict[str, Any]]:
    """Until it has ended by itself; every line that it said."""
    ends, heard = time.monotonic() + PATIENCE_S, 0
    while True:
        over = child.poll() is not None
        lines = [json.loads(line) for line in said.read_bytes()[:_MOST_ANSWER].split(b"\n")[:-1]]
        for line in lines[heard:]:
            if "step" in line:
                told(str(line["step"]), int(line.get("ways", 0)))
        heard = len(lines)
        if over:
            return lines
        if time.monotonic() > ends:
            raise Fault(f"{path}: reading it takes more than {PATIENCE_S:g} s. Cut out the area that you need.")
        if stop.wait(_LOOK_S):
            raise Stopped
