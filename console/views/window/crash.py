"""A bug becomes a report on this machine, shown on the next start; the window goes on when it can."""

from __future__ import annotations

import faulthandler
import platform
import sys
import threading
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import TextIO

from console import __version__

MAX_REPORTS = 20
"""Of one run: an error that repeats with every repaint must not fill the disk."""


class CrashReports:
    """Writes `crashes/<time>.txt` under the data directory. `reported(path)` is called after each, from the thread that failed."""

    def __init__(self, data_dir: Path) -> None:
        self._folder = data_dir / "crashes"
        self.reported: Callable[[Path], None] = lambda path: None
        self._written = 0
        self._before = sys.excepthook, threading.excepthook
        self._hard: TextIO | None = None

    def install(self) -> None:
        """Take over the hooks for uncaught errors of all threads, and for crashes below Python."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self._before = sys.excepthook, threading.excepthook
        sys.excepthook = self._on_error
        threading.excepthook = lambda args: self._on_error(args.exc_type, args.exc_value, args.exc_traceback)
        self._hard = (self._folder / "hard.txt").open("a", encoding="utf-8")
        faulthandler.enable(self._hard)

    def uninstall(self) -> None:
        sys.excepthook, threading.excepthook = self._before
        if self._hard is not None:
            faulthandler.disable()
            self._hard.close()
            self._hard = None

    def unseen(self) -> list[Path]:
        """Reports of earlier runs that nobody has looked at, oldest first. A hard crash counts as one."""
        found = sorted(self._folder.glob("*.txt"))
        return [path for path in found if path.stat().st_size]

    def mark_seen(self) -> None:
        """Reports are kept, under another ending."""
        for path in self.unseen():
            if path.name == "hard.txt" and self._hard is not None:
                continue
            path.replace(path.with_suffix(".seen"))

    def _on_error(self, kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
        text = "".join(traceback.format_exception(kind, error, trace))
        print(text, file=sys.stderr, end="")
        if issubclass(kind, KeyboardInterrupt) or self._written >= MAX_REPORTS:
            return
        self._written += 1
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
        path = self._folder / f"{stamp}.txt"
        head = f"Fengsui {__version__}, Python {platform.python_version()}, {platform.platform()}\n\n"
        path.write_text(head + text, encoding="utf-8")
        self.reported(path)
