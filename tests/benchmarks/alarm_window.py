"""The real console as a child of a measurement of alarms: when the window was told of a risk, had read it, had painted it and asked for its tone.

`alarm_window DATA` says `pid` when the window is usable. Of each risk it says, when the strip above everything has been painted with it, the
moments (UTC ns) `told_ns`, `read_ns`, `tone_ns`, `painted_ns`, and `held_ms`: the most that its GUI thread worked at a stretch meanwhile, in its
own CPU time. Then it acknowledges the risk. From the line "flood" on it acknowledges none and tones have their rest; to each later line it says
how many `rows` the list has, how many `tones` were asked for, and `held_ms` since the line before.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import msgspec
from PySide6.QtCore import QEvent, QObject, QTimer

from console.app import Console
from console.models.changes import Changes
from console.models.paths import DataDir
from console.models.rules.sound import sound_rule
from console.views.risks.panel import RisksPanel
from console.views.tables.feed import Found
from console.views.window.crash import CrashReports
from console.views.window.opening import SETTINGS_FILE, Opening
from console.views.window.peer_process import own_peer
from console.views.window.qt import qt_application
from console.views.window.settings import Settings
from tests.benchmarks.harness import say
from tests.benchmarks.monitor_window import Lines
from tests.benchmarks.window import SIZE, usable, when

BEAT_MS = 2


class Watcher(QObject):
    """Follows each risk from the news to the strip's paint. A paint is over when the event loop comes round again."""

    def __init__(self, opened: Console, panel: RisksPanel) -> None:
        super().__init__()
        self._panel = panel
        self._told_ns = 0
        self._moments: dict[str, dict[str, int]] = {}
        self._painted: set[str] = set()
        panel.alarm.bell.rule = msgspec.structs.replace(panel.alarm.bell.rule, rest_s=0.0)  # each tone by itself, however fast they come
        self._sound = panel.alarm._sound
        panel.alarm._sound = self._on_tone  # type: ignore[method-assign]
        opened.news.changed.connect(self._on_news)
        panel._feed.found.disconnect(panel._take)
        panel._feed.found.connect(self._on_read)
        for line in panel.attention.lines:
            line.words.installEventFilter(self)
        self._tone_ns, self._tones, self._flooded = 0, 0, False
        self._last_s = time.thread_time()
        self._held_s = 0.0
        self._timer = QTimer(self, interval=BEAT_MS)
        self._timer.timeout.connect(self._beat)
        self._timer.start()

    def _beat(self) -> None:
        now_s = time.thread_time()
        self._held_s, self._last_s = max(self._held_s, now_s - self._last_s), now_s

    def _on_news(self, changes: Changes) -> None:
        if "risk" in changes.ids:
            self._told_ns = time.time_ns()

    def _on_read(self, found: Found) -> None:
        read_ns = time.time_ns()
        self._panel._take(found)
        for row in self._panel.attention.rows:
            self._moments.setdefault(row.id, {"told_ns": self._told_ns, "read_ns": read_ns, "tone_ns": self._tone_ns})

    def _on_tone(self, level: int) -> None:
        if level:
            self._tone_ns, self._tones = time.time_ns(), self._tones + 1
        self._sound(level)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            for line in self._panel.attention.lines:
                row = line.row
                if line.words is watched and row is not None and row.id not in self._painted and row.id in self._moments:
                    self._painted.add(row.id)
                    QTimer.singleShot(0, self, lambda risk=row.id: self._say(risk))
        return False

    def hear(self, line: str) -> None:
        self._beat()
        if line == "flood":
            self._flooded, self._tones = True, 0
            self._panel.alarm.bell.rule = sound_rule()
        else:
            say(rows=len(self._panel.list.table.rows()), tones=self._tones, held_ms=self._held_s * 1000)
        self._held_s = 0.0

    def _say(self, risk: str) -> None:
        if self._flooded:
            return
        self._beat()
        say(risk=risk, painted_ns=time.time_ns(), held_ms=self._held_s * 1000, **self._moments.pop(risk))
        self._held_s = 0.0
        QTimer.singleShot(0, self, lambda: self._panel.acknowledge(risk))


def main(data: str) -> None:
    app = qt_application()
    with tempfile.TemporaryDirectory(prefix="fengsui-bench-") as scratch:
        opening = Opening(DataDir(Path(data)))
        settings = Settings(Path(scratch) / SETTINGS_FILE)
        settings.stop_with_window = False
        opened = Console(app, opening, own_peer(opening), settings, CrashReports(Path(scratch)), renew=lambda: None)
        opened.open(SIZE)
        kept: list[object] = []
        lines = Lines()
        lines.gone.connect(app.quit)

        def begin() -> None:
            panel = opened.panels.get("risks")
            assert isinstance(panel, RisksPanel)
            watcher = Watcher(opened, panel)
            lines.said.connect(watcher.hear)
            kept.append(watcher)
            say(pid=opened.peer.me.pid if opened.peer.me else 0)

        kept.append(when(lambda: usable(opened), begin))
        try:
            app.exec()
            kept.clear()
        finally:
            opened.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
