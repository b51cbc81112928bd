"""Run a command in a virtual X display of its own, end the display, and fail when a process outlives the command.

    with_display.py [--no-display] [--size 1600x1000] COMMAND [ARGUMENT ...]

Exit code: the command's; 70 when it succeeded but left processes running (they are named, then ended).
"""

from __future__ import annotations

import argparse
import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import psutil

LEFT_RUNNING = 70
GRACE_S = 5.0
_PR_SET_CHILD_SUBREAPER = 36


def adopt_orphans() -> None:
    """Make every descendant whose parent dies a child of this process, so that none escapes the count (Linux, prctl(2))."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


@contextmanager
def display(size: str) -> Iterator[str]:
    """An Xvfb that chose its own free number; ended on leaving, whatever happened inside."""
    read_fd, write_fd = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write_fd), "-screen", "0", f"{size}x24", "-nolisten", "tcp", "-noreset"],
        pass_fds=[write_fd],
        stdin=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(write_fd)
    try:
        with os.fdopen(read_fd) as number:
            line = number.readline().strip()
        if not line:
            raise SystemExit("with_display: Xvfb did not start")
        yield f":{line}"
    finally:
        server.terminate()
        server.wait()


def leftovers(spare: set[int]) -> list[psutil.Process]:
    """Descendants still alive after a short grace, those in `spare` apart."""
    remaining = [child for child in psutil.Process().children(recursive=True) if child.pid not in spare]
    _, alive = psutil.wait_procs(remaining, timeout=GRACE_S)
    return [child for child in alive if child.status() != psutil.STATUS_ZOMBIE]


def end(processes: list[psutil.Process]) -> None:
    for process in processes:
        try:
            print(f"with_display: left running: {process.pid} {' '.join(process.cmdline())[:160]}", file=sys.stderr)
            process.kill()
        except psutil.NoSuchProcess:
            continue
    psutil.wait_procs(processes, timeout=GRACE_S)


def run(command: list[str], environment: dict[str, str]) -> int:
    spare = {child.pid for child in psutil.Process().children()}
    with subprocess.Popen(command, env=environment) as child:
        signal.signal(signal.SIGTERM, lambda *_: child.terminate())
        try:
            code = child.wait()
        except KeyboardInterrupt:
            code = child.wait()
    remaining = leftovers(spare)
    end(remaining)
    return LEFT_RUNNING if remaining and code == 0 else code


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--no-display", action="store_true", help="give the command no display at all")
    parser.add_argument("--size", default="1600x1000", metavar="WxH")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    args = parser.parse_args()
    if not args.command:
        parser.error("a command is needed")
    adopt_orphans()
    environment = {name: value for name, value in os.environ.items() if name not in {"DISPLAY", "WAYLAND_DISPLAY"}}
    if args.no_display:
        return run(args.command, environment)
    with display(args.size) as number:
        return run(args.command, environment | {"DISPLAY": number, "QT_QPA_PLATFORM": "xcb"})


if __name__ == "__main__":
    sys.exit(main())
