"""Versions of what the program stands on, and the system libraries that Qt WebEngine loads on Linux."""

from __future__ import annotations

import ctypes
import platform
import sqlite3
import sys
from importlib import metadata

from console import __version__
from console.doctor.finding import Finding, fault, ok, warn
from console.doctor.probe import probe

PINNED_PYSIDE = "6.11.3"
"""pyproject.toml says why."""

LIBRARIES = {
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libfontconfig.so.1": "libfontconfig1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libnss3.so": "libnss3",
    "libnspr4.so": "libnspr4",
    "libasound.so.2": "libasound2",
    "libXcomposite.so.1": "libxcomposite1",
    "libXdamage.so.1": "libxdamage1",
    "libXrandr.so.2": "libxrandr2",
    "libXtst.so.6": "libxtst6",
    "libxkbfile.so.1": "libxkbfile1",
    "libxcb-dri3.so.0": "libxcb-dri3-0",
    "libgbm.so.1": "libgbm1",
    "libpulse.so.0": "libpulse0",
    "libdrm.so.2": "libdrm2",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
}
"""What the wheels load but do not carry -> the Debian package that has it (packaging/apt-packages.txt)."""


def loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def system_libraries(wanted: dict[str, str] = LIBRARIES) -> Finding:
    """Whether each of `wanted` (library -> package) can be loaded. Only Linux leaves them to the system."""
    if sys.platform != "linux":
        return ok("libraries", "carried by the wheels on this system")
    missing = {library: package for library, package in wanted.items() if not loads(library)}
    if missing:
        return fault("libraries", f"missing: {', '.join(missing)}", f"apt-get install {' '.join(missing.values())}")
    return ok("libraries", f"all {len(wanted)} that Qt WebEngine needs are there")


def web_engine() -> Finding:
    """Whether Qt WebEngine can be loaded, tried in a process of its own."""
    done = probe("import PySide6.QtWebEngineWidgets")
    if done.ok:
        return ok("webengine", "Qt WebEngine loads")
    return fault("webengine", f"Qt WebEngine does not load: {done.says}", "install the library named, or run `make setup` again")


def versions() -> list[Finding]:
    where = f"{platform.system()} {platform.release()} {platform.machine()}"
    return [ok("version", f"fengsui {__version__}, Python {platform.python_version()}, {where}"), _qt(), _sqlite(), _zeromq()]


def _qt() -> Finding:
    try:
        found = metadata.version("PySide6")
    except metadata.PackageNotFoundError:
        return fault("qt", "PySide6 is not installed", f"pip install PySide6=={PINNED_PYSIDE}")
    if found != PINNED_PYSIDE:
        return warn("qt", f"PySide6 {found}, but {PINNED_PYSIDE} is what was tested", f"pip install PySide6=={PINNED_PYSIDE}")
    return ok("qt", f"PySide6 {found}")


def _sqlite() -> Finding:
    try:
        with sqlite3.connect(":memory:") as connection:
            connection.execute("CREATE VIRTUAL TABLE words USING fts5(text)")
        connection.close()
    except sqlite3.OperationalError as error:
        return fault("sqlite", f"SQLite {sqlite3.sqlite_version}: {error}", "use a Python whose SQLite has FTS5")
    return ok("sqlite", f"SQLite {sqlite3.sqlite_version} with full-text search")


def _zeromq() -> Finding:
    import zmq

    if not zmq.has("curve"):
        return fault("zeromq", f"ZeroMQ {zmq.zmq_version()} cannot encrypt (no CURVE)", "install the pyzmq wheel from requirements.lock")
    return ok("zeromq", f"ZeroMQ {zmq.zmq_version()} with CURVE")
