"""The monitoring panel alone in a window, or bare pyqtgraph, as a child of a measurement.

`panel JOURNAL EVERY_MS`: charts every gauge of the journal, is told of new readings by each line it is sent.
`bare CURVES POINTS`: as many curves in one plot, each given its points anew by each line it is sent.
Both say, when a line is "tell", the `share` of a core that the process used since the line "start", without the heart; and with a heart that
beats since the line "beat" `held_ms`: the most that the GUI thread worked between two beats, in its own CPU time, so that what else runs on
the machine does not count.
`windows JOURNAL`: shows random days; says how long each took from the wish to the pixels.
"""

from __future__ import annotations

import random
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
from PySide6.QtCore import QEventLoop, QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QWidget

from console.models.changes import Changes
from console.views.context import Context, News, Selection
from console.views.monitoring.panel import ALL, MonitoringPanel
from console.views.monitoring.scope import Scope, Span
from console.views.time.mode import TimeMode
from console.views.window.qt import qt_application
from console.views.window.reader import BackgroundReading, journal_reading
from tests.benchmarks.harness import percentile, say
from tests.benchmarks.monitor_scene import DAY_MS, gauge_ids

SIZE = (1200, 700)
BEAT_MS = 2
LEAST_S = 0.003
"""Work shorter than this between two beats is none that draws."""
TRIALS = 30
SETTLE_S = 20.0


class Lines(QObject):
    """Signals: `said(line)` for each line the parent sends, `gone()` when it closes this child's input."""

    said = Signal(str)
    gone = Signal()

    def __init__(self) -> None:
        super().__init__()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        for line in sys.stdin:
            self.said.emit(line.strip())
        self.gone.emit()


class Heart(QObject):
    """What the process used, and how long its GUI thread was held."""

    def __init__(self) -> None:
        super().__init__()
        self._last = 0.0
        self._gaps: list[float] = []
        self._timer = QTimer(self, interval=BEAT_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._cpu_s = 0.0
        self._since = self._share = 0.0

    def hear(self, line: str) -> bool:
        """Whether the line was for it."""
        if line == "start":
            self._cpu_s, self._since = _cpu_s(), time.perf_counter()
        elif line == "beat":
            self._share = (_cpu_s() - self._cpu_s) / (time.perf_counter() - self._since)
            self._last = time.thread_time()
            self._timer.start()
        elif line == "tell":
            gaps = sorted(self._gaps)
            say(
                share=self._share,
                held_ms=gaps[-1] * 1000,
                held_p95_ms=percentile([gap for gap in gaps if gap > LEAST_S] or [0.0], 0.95) * 1000,
            )
        return line in ("start", "beat", "tell")

    def _beat(self) -> None:
        now = time.thread_time()
        self._gaps.append(now - self._last)
        self._last = now


class NoWriting:
    def write(self, *_: Any) -> None: ...
    def purge(self, *_: Any) -> None: ...


def _cpu_s() -> float:
    times = psutil.Process().cpu_times()
    return float(times.user + times.system)


def until(app: QApplication, fact: Callable[[], bool], what: str) -> None:
    """Lets the window live until then. It sleeps between events, as it does in use: a thread that spins would starve the one that reads."""
    if fact():
        return
    end = time.monotonic() + SETTLE_S
    waking = QTimer()
    waking.start(1)
    while not fact():
        app.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        if time.monotonic() > end:
            raise RuntimeError(f"{what} did not come about in {SETTLE_S:g} s")


def fail(reason: str) -> None:
    """Nothing is measured of a window that could not read."""
    say(failed=reason)
    QApplication.exit(1)


def open_panel(app: QApplication, journal: Path) -> tuple[MonitoringPanel, News, BackgroundReading]:
    news, reading = News(), journal_reading(journal)
    reading.release()
    reading.failed.connect(fail)
    panel = MonitoringPanel(Context(reading, NoWriting(), TimeMode(), Selection(), news, lambda: "bench"))
    panel.resize(*SIZE)
    panel.splitter.setSizes([0, SIZE[0]])
    panel.show()
    until(app, lambda: panel.charting.chart is not None and bool(panel.charting.chart.plots), "a chart")
    return panel, news, reading


def run_panel(app: QApplication, journal: str, gauges: str, every_ms: str) -> None:
    panel, news, reading = open_panel(app, Path(journal))
    sensors = gauge_ids(int(gauges))
    panel.charting.move(Scope().ranged(3600 * int(every_ms)))
    panel.charting.choose(sensors)
    until(app, lambda: panel.charting.drawn is not None and len(panel.charting.drawn.panes[0].lines) == len(sensors), "all curves")
    second = QTimer(panel, interval=1000)
    second.timeout.connect(news.second)
    second.start()
    listen(app, lambda: news.changed.emit(Changes(ids={"sensor": set(sensors)})))
    panel.close()
    reading.close()


def run_bare(app: QApplication, curves: str, points: str) -> None:
    """As the manual of pyqtgraph advises for speed: fixed ranges, thin pens, no check for NaN."""
    import numpy as np
    import pyqtgraph as pg

    count, length = int(curves), int(points)
    widget = pg.PlotWidget()
    widget.resize(*SIZE)
    widget.setXRange(0, length, padding=0)
    widget.setYRange(0, 2.2, padding=0)
    x = np.arange(length, dtype=float)
    held = [1.0 + 0.5 * np.sin(x / 50 + at / 7) + (np.abs(x * 7919 + at) % 97) / 9700 for at in range(count)]
    items = [widget.plot(x, y, pen=pg.mkPen(pg.intColor(at, count), width=1), skipFiniteCheck=True) for at, y in enumerate(held)]
    widget.show()

    def renew() -> None:
        for at, item in enumerate(items):
            held[at] = np.roll(held[at], -1)
            item.setData(x, held[at], skipFiniteCheck=True)

    listen(app, renew)
    widget.close()


def listen(app: QApplication, renew: Callable[[], None]) -> None:
    heart, lines = Heart(), Lines()
    lines.said.connect(lambda line: None if heart.hear(line) else renew())
    lines.gone.connect(app.quit)
    say(ready=True)
    app.exec()


def run_windows(app: QApplication, journal: str, gauges: str, end_ms: str) -> None:
    """Any day of the last thirty: six gauges, fifty in one plot, and a hundred small ones."""
    panel, _, reading = open_panel(app, Path(journal))
    chance, sensors = random.Random(7), gauge_ids(int(gauges))
    days = [int(end_ms) - DAY_MS - round(chance.random() * 28 * DAY_MS) for _ in range(TRIALS)]
    began = _cpu_s()
    few = [timed(app, panel, chance.sample(sensors, 6), day) for day in days]
    few_cpu_s = _cpu_s() - began
    many = [timed(app, panel, chance.sample(sensors, 50), day) for day in days]
    many_cpu_s = _cpu_s() - began - few_cpu_s
    small_ms = small(app, panel, days)
    small_cpu_s = _cpu_s() - began - few_cpu_s - many_cpu_s
    cpu_ms = [1000 * spent / TRIALS for spent in (few_cpu_s, many_cpu_s, small_cpu_s)]
    say(few_ms=few, many_ms=many, small_ms=small_ms, cpu_ms=cpu_ms)
    panel.close()
    reading.close()


def timed(app: QApplication, panel: MonitoringPanel, sensors: list[str], start_ms: int) -> float:
    """Milliseconds from the wish to the pixels."""
    charting = panel.charting
    began = time.perf_counter()
    charting.scope = Scope.between(Span(start_ms, start_ms + DAY_MS))
    charting.choose(sensors)
    until(app, lambda: drawn_is(panel, sensors, start_ms), "that day")
    chart = charting.chart
    assert chart is not None
    app.processEvents()  # it is painted, as far as one turn goes
    until(app, lambda: chart.turns.idle, "its lines")
    app.processEvents()
    return (time.perf_counter() - began) * 1000


def drawn_is(panel: MonitoringPanel, sensors: list[str], start_ms: int) -> bool:
    drawn = panel.charting.drawn
    return drawn is not None and drawn.ask.sensors == tuple(sensors) and drawn.ask.span.start_ms == start_ms


def small(app: QApplication, panel: MonitoringPanel, days: list[int]) -> list[float]:
    """A hundred in view at once; the window is made large enough for that."""
    panel.tabs.setCurrentIndex(ALL)
    panel.resize(1900, 1000)
    until(app, lambda: panel.overview.plots is not None, "plots")
    plots = panel.overview.plots
    assert plots is not None
    QWidget.setFixedSize(plots, 1900, 950)
    app.processEvents()
    taken = []
    for day in days:
        began = time.perf_counter()
        panel.overview.show_span(Span(day, day + DAY_MS))
        until(app, lambda day=day: plots._span.start_ms == day and plots.turns.idle, "that day")  # type: ignore[misc]
        app.processEvents()
        taken.append((time.perf_counter() - began) * 1000)
    return [*taken, float(-len(plots.in_view()))]


def main(what: str, *words: str) -> None:
    app = qt_application()
    if what == "panel":
        run_panel(app, *words)
    elif what == "bare":
        run_bare(app, *words)
    else:
        run_windows(app, *words)


if __name__ == "__main__":
    main(*sys.argv[1:])
