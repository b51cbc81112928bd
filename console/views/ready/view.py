"""Puts the checklist into the window: its action, and what its buttons do there. GUI thread only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl
from PySide6.QtGui import QAction, QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QWidget

from console.comms.local.messages import Link, Me
from console.errors import Fault
from console.models.paths import DataDir
from console.views.context import Context
from console.views.i18n import tr
from console.views.map.loaded import Loaded
from console.views.ready.check import Check, Mend
from console.views.reasons import said
from console.views.window.banner import Banner

if TYPE_CHECKING:
    from console.views.ready.dialog import ReadyDialog
    from console.views.ready.known import MapFile

KEYS = "Ctrl+Shift+R"
FAULT = "ready"


class Ready:
    """Attributes: `action`. The checklist itself is loaded when it is first asked for: a start does not pay for it.

    `do`: what other parts of the window do for LOAD_MAP, LINKS, JOIN and SAVE_POWER.
    """

    def __init__(
        self,
        context: Context,
        data: DataDir,
        loaded: Loaded,
        banner: Banner,
        do: Mapping[Mend, Callable[[], object]],
        parent: QWidget,
    ) -> None:
        self._context, self._data, self._loaded, self._banner, self._do = context, data, loaded, banner, do
        self._parent = parent
        self._dialog: ReadyDialog | None = None
        self._told: tuple[Me | None, list[Link]] = (None, [])
        context.news.links.connect(self._on_links)
        self.action = QAction(tr("Ready to go offline…"), parent)
        self.action.setShortcut(KEYS)
        self.action.triggered.connect(lambda _checked: self.dialog().open())

    def dialog(self) -> ReadyDialog:
        if self._dialog is None:
            from console.views.ready.dialog import ReadyDialog

            self._dialog = ReadyDialog(self._context, self._data, self._maps, self._mends(), self._parent)
            self._dialog.tell(*self._told)
        return self._dialog

    def end(self) -> None:
        if self._dialog is not None:
            self._dialog.end()

    def _on_links(self, me: Me | None, links: list[Link]) -> None:
        """Nothing may be told for long while nothing changes: what was told last is kept for the checklist."""
        self._told = (me, links)
        if self._dialog is not None:
            self._dialog.tell(me, links)

    def _maps(self) -> list[MapFile]:
        from console.views.ready.known import MapFile

        return [MapFile(Path(held["path"]), held.get("datum", "")) for held in self._loaded.save()]

    def _mends(self) -> dict[Mend, Callable[[Check], object]]:
        mends: dict[Mend, Callable[[Check], object]] = {key: self._elsewhere(run) for key, run in self._do.items()}
        mends[Mend.CLOSE_KEYS] = lambda _check: self._close_keys()
        mends[Mend.OPEN_FOLDER] = lambda _check: QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._data.root)))
        mends[Mend.COPY_COMMAND] = lambda check: QGuiApplication.clipboard().setText(check.command)
        return mends

    def _elsewhere(self, run: Callable[[], object]) -> Callable[[Check], None]:
        def go(_check: Check) -> None:
            self._parent.activateWindow()  # the keyboard goes where the way leads
            run()

        return go

    def _close_keys(self) -> None:
        from console.views.ready.known import close_keys

        self._banner.clear_fault(FAULT)
        try:
            close_keys(self._data)
        except Fault as fault:
            self._banner.raise_fault(FAULT, said(str(fault)))
