"""Basins and townships from a file, by the panel: read on a thread of its own, written only when all of it is right."""

from __future__ import annotations

import threading
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from console.comms.gateways.basins import read_basins_file
from console.comms.local.messages import Draft
from console.errors import Fault
from console.models.kinds import encode_body, kind_of
from console.views.context import Context
from console.views.i18n import tr
from console.views.reasons import said

AT_ONCE = 50


class Taking(QObject):
    """Signals: `finished(text, well)`."""

    finished = Signal(str, bool)
    _read = Signal(object, str)

    def __init__(self, context: Context, window: QWidget) -> None:
        super().__init__(window)
        self._context, self._window = context, window
        self._thread: threading.Thread | None = None
        self._read.connect(self._write)
        self.finished.connect(self._tell)

    def ask(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self._window, tr("Basins or townships"), "", tr("GeoJSON (*.geojson *.json)"))
        if name:
            self.take(Path(name))

    def take(self, path: Path) -> None:
        """One file at a time."""
        if self._thread is not None and self._thread.is_alive():
            return
        self._thread = threading.Thread(target=self._run, args=(path,), name="basins", daemon=True)
        self._thread.start()

    def _run(self, path: Path) -> None:
        try:
            basins = read_basins_file(path)
        except Fault as fault:
            self._read.emit(None, str(fault))
            return
        self._read.emit([Draft(kind=kind_of(body), body=encode_body(body), subject=basin) for basin, body in basins], path.name)

    def _write(self, drafts: list[Draft] | None, text: str) -> None:
        if self._thread is not None:
            self._thread.join()
        if drafts is None:
            self.finished.emit(said(text), False)
        else:
            self._next(drafts, 0, text)

    def _next(self, drafts: list[Draft], start: int, name: str) -> None:
        if start >= len(drafts):
            self.finished.emit(
                tr("{n} basin or township taken from {file}|{n} basins and townships taken from {file}", n=len(drafts), file=name), True
            )
            return
        some = drafts[start : start + AT_ONCE]
        self._context.writing.write(
            some,
            lambda _ids: self._next(drafts, start + len(some), name),
            lambda reason: self.finished.emit(
                tr("{done} of {n} were written: {why} Take the file again.", done=start, n=len(drafts), why=said(reason)), False
            ),
        )

    def _tell(self, text: str, well: bool) -> None:
        box = QMessageBox(
            QMessageBox.Icon.Information if well else QMessageBox.Icon.Warning, tr("Basins or townships"), text, parent=self._window
        )
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()
