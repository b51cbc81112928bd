"""The video panel on a registry, as a child of a measurement: opened and searched; says its times in seconds and ends, and its peer with it."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QTabWidget, QWidget

from console.comms.local.client import ask
from console.comms.local.messages import Stop
from console.models.paths import DataDir
from console.views.context import Context, News, Selection
from console.views.time.mode import TimeMode
from console.views.video.panel import VideoPanel
from console.views.window.qt import qt_application
from console.views.window.reader import journal_reading
from tests.benchmarks.harness import say

WORDS = (
    "水",
    "j",
    "1",
    "jkd",
    "xiang7cun",
    "监控点01",
    "村399",
    "65272207",
    "单位12",
    "g30",
    "精河县/乡7",
    "b77",
    "监控点49999",
    "乡3 g1",
    "nothing",
)
WAIT_MS = 60_000


class Nobody:
    """Nothing is written here."""

    def write(self, *_: object) -> None: ...

    def purge(self, *_: object) -> None: ...


def until(panel: VideoPanel, begin: Callable[[], object]) -> float:
    """Seconds from `begin` until the list has its answer and is drawn."""
    loop = QEventLoop()
    panel.shelf.listed.connect(loop.quit)
    QTimer.singleShot(WAIT_MS, loop.quit)
    began_s = time.perf_counter()
    begin()
    loop.exec()
    panel.list.view.viewport().repaint()
    took_s = time.perf_counter() - began_s
    panel.shelf.listed.disconnect(loop.quit)
    return took_s


def main(root: str) -> None:
    app = qt_application()
    data = DataDir(Path(root))
    reading, time_mode = journal_reading(data.journal), TimeMode()
    reading.release()
    context = Context(reading, Nobody(), time_mode, Selection(), News(), lambda: "bench")
    panel = VideoPanel(context)
    read_s = until(panel, lambda: None)
    tabs = QTabWidget()
    tabs.addTab(QWidget(), "other")
    tabs.addTab(panel, "video")
    tabs.resize(1200, 800)
    tabs.show()
    QTest.qWaitForWindowExposed(tabs)
    began_s = time.perf_counter()
    tabs.setCurrentIndex(1)
    app.processEvents()
    panel.list.view.viewport().repaint()
    open_s = time.perf_counter() - began_s
    texts = ["\n".join(entry.texts).casefold() for entry in panel.shelf.book.entries.values()]
    began_s = time.perf_counter()
    until(panel, lambda: panel.list.filter.setText("z"))
    ready_s = time.perf_counter() - began_s
    search, scan, gui_s = list[float](), list[float](), 0.0
    for word in WORDS:
        for at in range(1, len(word) + 1):
            search.append(until(panel, lambda typed=word[:at]: panel.list.filter.setText(typed)))  # type: ignore[misc]
            began_s = time.perf_counter()
            parts = word[:at].casefold().split()
            sum(all(part in text for part in parts) for text in texts)
            scan.append(time.perf_counter() - began_s)
            began_s = time.perf_counter()
            table = panel.list.table
            table.take(panel.shelf.book.entries, [row.id for row in table.rows()], len(panel.shelf.book.entries))  # type: ignore[attr-defined]
            gui_s = max(gui_s, time.perf_counter() - began_s)
    say(read_s=read_s, ready_s=ready_s, open_s=open_s, search_s=search, scan_s=scan, gui_s=gui_s)
    panel.end()
    tabs.close()
    reading.close()
    ask(data, lambda number: Stop(id=number))


if __name__ == "__main__":
    main(*sys.argv[1:])
