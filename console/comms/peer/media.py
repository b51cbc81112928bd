"""Files of pictures and clips go when what was said of them is erased: by whoever it was ordered, on the machine that has them. Peer's thread."""

from __future__ import annotations

import logging
import sqlite3
from pathlib import Path

from console.models.changes import Changes
from console.models.feeds.keeping import forget_erased

_log = logging.getLogger(__name__)


class Media:
    """`connection`: reads the journal as committed. What was left undone by a crash is done at the start."""

    def __init__(self, connection: sqlite3.Connection, root: Path) -> None:
        self._connection, self._root = connection, root
        self._forget(None)

    def changed(self, changes: Changes) -> None:
        incidents = changes.ids.get("incident", set()) & changes.ids.get("timeline", set())
        if incidents:
            self._forget(incidents)

    def _forget(self, incidents: set[str] | None) -> None:
        try:
            gone = forget_erased(self._connection, self._root, incidents)
        except (OSError, sqlite3.Error) as error:
            _log.warning("files of erased pictures were not deleted: %s", error)
            return
        if gone:
            _log.info("%d files of erased pictures and clips were deleted", gone)
