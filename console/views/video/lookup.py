"""Looks up what opening a feed needs and may take long: its secrets in the keyring, the last picture on disk. Each on a thread of its own."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from console.comms.feeds.keys import FeedKeys
from console.errors import Fault
from console.models.feeds.address import Secrets
from console.models.feeds.keeping import read_last
from console.models.feeds.rules import KeepRule


class Looked(NamedTuple):
    """`fault`: why the secrets could not be read, "" when they could."""

    feed: str
    secrets: Secrets
    fault: str
    image: QImage | None
    taken_ms: int


class Lookup(QObject):
    """Signals: `found(Looked)` on the GUI thread."""

    found = Signal(object)

    def __init__(self, root: Path, rule: KeepRule, keys: FeedKeys | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._root, self._rule, self._keys = root, rule, keys

    def look(self, feed: str) -> None:
        threading.Thread(target=self._work, args=(feed,), daemon=True, name="feed lookup").start()

    def _work(self, feed: str) -> None:
        secrets, fault = Secrets(), ""
        try:
            keys = self._keys or FeedKeys(self._root)
            secrets = keys.get(feed) if keys.place else secrets
        except Fault as told:
            fault = str(told)
        last = read_last(self._root, feed, self._rule)
        image = QImage.fromData(last.jpeg) if last is not None else QImage()
        looked = Looked(feed, secrets, fault, None if image.isNull() else image, last.taken_ms if last else 0)
        try:
            self.found.emit(looked)
        except RuntimeError:
            return  # the panel is gone
