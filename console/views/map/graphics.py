"""How the map is painted on this machine: with the GPU, or steadily without one. Decided before there is a QApplication.

Without a GPU, software rendering of the window with Chromium's own GPU path off pans at 60 frames/s for 0.3 cores; leaving
Chromium to find out by itself costs four times that, and some half-way settings give a blank page that claims to be loaded.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from console.views.i18n import mark

FLAGS, SANDBOX, BACKEND = "QTWEBENGINE_CHROMIUM_FLAGS", "QTWEBENGINE_DISABLE_SANDBOX", "QT_QUICK_BACKEND"
CHOICE = "FENGSUI_GRAPHICS"
"""Set to `gpu` or `software` to decide by hand."""


@dataclass(frozen=True)
class Graphics:
    """`path`: gpu or software; `why`: for a person, to be translated; `sandbox`: False only for root."""

    path: str
    why: str
    sandbox: bool


def choose_graphics() -> Graphics:
    """Set the environment that Qt and Chromium read when they start. Call before QApplication; calling it again changes nothing."""
    path, why = _path()
    if path == "software":
        os.environ.setdefault(BACKEND, "software")
        _add_flag("--disable-gpu")
    if _is_root():
        os.environ[SANDBOX] = "1"
    return Graphics(path, why, sandbox=not _is_root())


def _path() -> tuple[str, str]:
    asked = os.environ.get(CHOICE, "")
    if asked in ("gpu", "software"):
        return asked, mark("chosen by FENGSUI_GRAPHICS")
    if os.environ.get(BACKEND) == "software":
        return "software", mark("chosen by QT_QUICK_BACKEND")
    if not sys.platform.startswith("linux"):
        return "gpu", mark("this system draws with the GPU")
    if os.environ.get("QT_QPA_PLATFORM", "") in ("offscreen", "minimal", "vnc"):
        return "software", mark("the window is not on a screen")
    if not any(Path("/dev/dri").glob("renderD*")):
        return "software", mark("no GPU was found in /dev/dri")
    return "gpu", mark("a GPU was found in /dev/dri")


def _add_flag(flag: str) -> None:
    flags = os.environ.get(FLAGS, "").split()
    if flag not in flags:
        os.environ[FLAGS] = " ".join([*flags, flag])


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0
