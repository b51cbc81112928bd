"""What a window needs: a display, fonts for its languages, a graphics path."""

from __future__ import annotations

import sys

from console.doctor.finding import Finding, fault, ok, warn
from console.doctor.probe import probe
from console.views.window.display import has_display

_SCREENS = """
from PySide6.QtGui import QGuiApplication
app = QGuiApplication([])
sizes = [f"{s.size().width()}x{s.size().height()} at {s.devicePixelRatio():g}" for s in app.screens()]
print(app.platformName() + ": " + ", ".join(sizes))
"""
_FONTS = """
from PySide6.QtGui import QFontDatabase, QGuiApplication
app = QGuiApplication([])
print("\\n".join(QFontDatabase.families(QFontDatabase.WritingSystem.SimplifiedChinese)))
"""
_GRAPHICS = """
from console.views.map.graphics import choose_graphics
chosen = choose_graphics()
print(f"{chosen.path}: {chosen.why}")
"""


def display() -> Finding:
    if not has_display():
        return warn(
            "display", "none (neither DISPLAY nor WAYLAND_DISPLAY is set)", "a node needs none; for a picture without one: fengsui shot"
        )
    done = probe(_SCREENS)
    if done.ok:
        return ok("display", done.says)
    return fault("display", f"no window can open: {done.says}", "check DISPLAY and the right to use it (xauth), then try again")


def fonts() -> Finding:
    """Whether a font with simplified Chinese is there; asked of Qt, off screen where there is no display."""
    done = probe(_FONTS, {"QT_QPA_PLATFORM": "offscreen"} if sys.platform == "linux" else None)
    if not done.ok:
        return fault("fonts", f"could not be listed: {done.says}", "mend what `libraries` names first")
    families = done.says.splitlines()
    if not families:
        return fault("fonts", "no font for Chinese", "install one, on Debian and Ubuntu: apt-get install fonts-noto-cjk")
    return ok("fonts", f"{len(families)} for Chinese, such as {families[0]}")


def graphics() -> Finding:
    """Which graphics path the map takes on this machine, as the map itself chooses it."""
    done = probe(_GRAPHICS)
    if done.ok:
        return ok("graphics", done.says)
    return fault("graphics", f"could not be found out: {done.says}", "mend what `libraries` and `display` name first")
