"""Which windows are open on a data directory: the last one to close may end the peer they share."""

from __future__ import annotations

import os
from pathlib import Path

import psutil


class WindowsOpen:
    """One file a window, named after its process."""

    def __init__(self, data_dir: Path) -> None:
        self._folder = data_dir / "windows"
        self._mine = self._folder / str(os.getpid())

    def enter(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        self._mine.touch()

    def leave(self) -> bool:
        """True when no other window is left; files of windows that died are cleared away."""
        self._mine.unlink(missing_ok=True)
        others = [path for path in self._folder.glob("*") if path.name.isdigit()]
        for path in others:
            if not psutil.pid_exists(int(path.name)):
                path.unlink(missing_ok=True)
        return not any(path.exists() for path in others)
