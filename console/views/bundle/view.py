"""The way to the two dialogs, which are made when they are first wanted. GUI thread only."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QPushButton, QWidget

from console.views.context import Context
from console.views.i18n import tr

if TYPE_CHECKING:
    from console.views.bundle.making import MakeDialog
    from console.views.bundle.taking import TakeDialog


class BundleView(QObject):
    """`over`: the panel over which the dialogs stand; `chosen`: origin in hex of the peer that is chosen there, "" when none is."""

    def __init__(self, context: Context, over: QWidget, chosen: Callable[[], str]) -> None:
        super().__init__(over)
        self._context, self._over, self._chosen = context, over, chosen
        self._making: MakeDialog | None = None
        self._taking: TakeDialog | None = None

    def buttons(self) -> list[QPushButton]:
        make, take = QPushButton(tr("Make a bundle...")), QPushButton(tr("Take a bundle..."))
        make.clicked.connect(lambda _checked: self.make())
        take.clicked.connect(lambda _checked: self.take())
        return [make, take]

    def make(self) -> MakeDialog:
        """For the chosen peer, as long as the operator chooses no other."""
        from console.views.bundle.making import MakeDialog

        if self._making is None:
            self._making = MakeDialog(self._context, self._over)
        self._making.open_for(self._chosen())
        return self._making

    def take(self) -> TakeDialog:
        from console.views.bundle.taking import TakeDialog

        if self._taking is None:
            self._taking = TakeDialog(self._context, self._over)
        self._taking.show_beside()
        return self._taking
