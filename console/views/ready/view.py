"""Puts the checklist into the window: its action, and what its buttons do there. GUI thread only."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QAction, QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QWidget

from console.errors import Fault
from console.models.paths import DataDir
from console.views.context import Context
from console.views.i18n import tr
from console.views.map.loaded import Loaded
from console.views.ready.check import Check, Mend
from console.views.ready.dialog import ReadyDialog
from console.views.ready.known import MapFile, close_keys
from console.views.reasons import said
from console.views.window.banner import Banner

KEYS = "Ctrl+Shift+R"
FAULT = "ready"


def make_ready(
    context: Context,
    data: DataDir,
    loaded: Loaded,
    banner: Banner,
    do: dict[Mend, Callable[[], object]],
    parent: QWidget,
) -> tuple[ReadyDialog, QAction]:
    """`do`: what other parts of the window do for LOAD_MAP, LINKS, JOIN and SAVE_POWER."""

    def shut(_check: Check) -> None:
        banner.clear_fault(FAULT)
        try:
            close_keys(data)
        except Fault as fault:
            banner.raise_fault(FAULT, said(str(fault)))

    def elsewhere(run: Callable[[], object]) -> Callable[[Check], None]:
        def go(_check: Check) -> None:
            parent.activateWindow()  # the keyboard goes where the way leads
            run()

        return go

    mends: dict[Mend, Callable[[Check], object]] = {key: elsewhere(run) for key, run in do.items()}
    mends[Mend.CLOSE_KEYS] = shut
    mends[Mend.OPEN_FOLDER] = lambda _check: QDesktopServices.openUrl(QUrl.fromLocalFile(str(data.root)))
    mends[Mend.COPY_COMMAND] = lambda check: QGuiApplication.clipboard().setText(check.command)
    dialog = ReadyDialog(context, data, lambda: _files(loaded), mends, parent)
    action = QAction(tr("Ready to go offline…"), parent)
    action.setShortcut(KEYS)
    action.triggered.connect(lambda _checked: dialog.open())
    return dialog, action


def _files(loaded: Loaded) -> list[MapFile]:
    return [MapFile(Path(held["path"]), held.get("datum", "")) for held in loaded.save()]
