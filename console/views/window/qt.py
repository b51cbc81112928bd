"""The QApplication, with what must be set before it is made."""

from __future__ import annotations

import signal
import sys

from PySide6.QtCore import QTimer
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from console.models.paths import resources_dir
from console.views.map.graphics import choose_graphics
from console.views.map.scheme import register_scheme

SIGNAL_LOOK_MS = 250


def prepare_qt() -> None:
    """What Qt and Chromium read once, before there is an application."""
    choose_graphics()
    register_scheme()


def qt_application() -> QApplication:
    """The one of this process. Ctrl-C quits it cleanly."""
    held = QApplication.instance()
    if isinstance(held, QApplication):
        return held
    prepare_qt()
    app = QApplication(sys.argv[:1])
    app.setApplicationName("fengsui")
    app.setApplicationDisplayName("")
    app.setDesktopFileName("fengsui")
    app.setWindowIcon(QIcon(str(resources_dir() / "icons" / "fengsui.svg")))
    signal.signal(signal.SIGINT, lambda *_: app.quit())
    signal.signal(signal.SIGTERM, lambda *_: app.quit())
    waking = QTimer(app, interval=SIGNAL_LOOK_MS)
    waking.timeout.connect(lambda: None)  # Python looks at signals only between its own instructions
    waking.start()
    return app
