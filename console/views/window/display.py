"""Whether there is a screen, and a virtual one where there is none."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from console.errors import Fault


def has_display() -> bool:
    """Windows and macOS always have one; elsewhere X11, Wayland or a platform that was asked for by name."""
    if sys.platform in ("win32", "darwin"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


def need_display() -> None:
    """Raises Fault when there is no screen to open a window on."""
    if not has_display():
        raise Fault(
            "no display: neither DISPLAY nor WAYLAND_DISPLAY is set. Start it in a desktop session, "
            "or run `make demo-shot` (`fengsui shot`), which renders the window into a picture without a screen."
        )


@contextmanager
def virtual_display(width: int, height: int) -> Iterator[None]:
    """An Xvfb of our own for the length of the block (X11 systems); elsewhere, and where it is missing, Qt's offscreen platform."""
    program = shutil.which("Xvfb")
    if sys.platform in ("win32", "darwin"):
        yield
        return
    if program is None:
        raise Fault("no virtual display: Xvfb is not installed. Install it (Debian, Ubuntu: apt-get install xvfb) and try again.")
    reading, writing = os.pipe()
    screen = f"{width}x{height}x24"
    arguments = [program, "-displayfd", str(writing), "-screen", "0", screen, "-nolisten", "tcp"]
    with subprocess.Popen(arguments, pass_fds=(writing,), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        os.close(writing)
        with os.fdopen(reading) as answer:
            number = answer.readline().strip()
        if not number:
            raise Fault("the virtual display (Xvfb) did not start: run `Xvfb -displayfd 1` to see why.")
        before = {name: os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")}
        os.environ["DISPLAY"], os.environ["QT_QPA_PLATFORM"] = f":{number}", "xcb"
        os.environ.pop("WAYLAND_DISPLAY", None)
        try:
            yield
        finally:
            for name, value in before.items():
                os.environ.pop(name, None) if value is None else os.environ.update({name: value})
            process.terminate()
