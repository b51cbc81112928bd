"""The real console as a child of a measurement: a prefecture's basins and gauges, then readings that raise alarms, one after another.

Says `alarm_ms`: of each reading the milliseconds from its being handed to this machine's peer until its alarm is in the list and painted.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from PySide6.QtCore import QTimer

from console.app import Console
from console.comms.local.messages import Draft
from console.comms.peer import Peer
from console.models import kinds
from console.models.kinds import CriticalRain, GaugeWeight
from console.models.paths import DataDir
from console.views.risks.panel import RisksPanel
from console.views.window.crash import CrashReports
from console.views.window.opening import SETTINGS_FILE, Opening
from console.views.window.peer_process import own_peer
from console.views.window.qt import qt_application
from console.views.window.settings import Settings
from tests.benchmarks.harness import say
from tests.benchmarks.window import SIZE, usable, when

GAUGES, BASINS, TRIALS = 1200, 326, 40
STEP_MS = 300_000
SEED_READINGS = 36
PAUSE_MS = 700
BATCH = 300


def now_ms() -> int:
    return time.time_ns() // 1_000_000


def draft(subject: str, body: kinds.Body) -> Draft:
    return Draft(kind=kinds.kind_of(body), subject=subject, body=kinds.encode_body(body))


def prefecture() -> list[Draft]:
    found = []
    for at in range(GAUGES):
        lon, lat = 80.0 + at % 40 * 0.09, 44.0 + at // 40 * 0.045
        found.append(draft(f"g{at}", kinds.SensorRegistered(name=f"g{at}", quantity="rain", unit="mm", interval_s=300.0, lon=lon, lat=lat)))
    for at in range(BASINS):
        gauges = [GaugeWeight(f"g{at * 3 + more}") for more in range(3)]
        body = kinds.BasinRegistered(name=f"b{at}", hazards=["flash_flood"], gauges=gauges, critical=[CriticalRain(1.0, 10.0, 18.0)])
        found.append(draft(f"b{at}", body))
    end = now_ms()
    times = [end - STEP_MS * step for step in reversed(range(SEED_READINGS))]
    return found + [draft(f"g{at}", kinds.SensorSeries(times_ms=times, values=[0.0] * SEED_READINGS)) for at in range(GAUGES)]


class Trials:
    """One after another; each reading is the second of two neighbours, which confirms the first."""

    def __init__(self, opened: Console, done: Any) -> None:
        panel = opened.window.docks.by_key["risks"].widget()
        assert isinstance(panel, RisksPanel)
        self._opened, self._panel, self._done = opened, panel, done
        self._at = 0
        self._began: dict[str, float] = {}
        self.taken: list[float] = []
        panel._feed.found.connect(lambda _found: self._look())

    def begin(self) -> None:
        base = self._at * 7 % BASINS
        for sensor in (f"g{base * 3}", f"g{base * 3 + 1}"):
            self._began[f"flash_flood:b{base}"] = time.perf_counter()
            self._opened.peer.write([draft(sensor, kinds.SensorReading(value=19.0))])
        self._at += 1

    def _look(self) -> None:
        for risk in [risk for risk in self._began if (row := self._panel.list.table.row(risk)) is not None and row.level == 1]:
            began = self._began.pop(risk)
            self._panel.list.view.viewport().repaint()
            self._panel.attention.repaint()
            self.taken.append((time.perf_counter() - began) * 1000)
            if len(self.taken) >= TRIALS:
                self._done()
            else:
                QTimer.singleShot(PAUSE_MS, self.begin)


def main(root: str) -> None:
    found = Peer(DataDir(Path(root)), name="prefecture", area="6527", local=False)  # its journal is given an identity
    found.start()
    found.stop()
    app = qt_application()
    with tempfile.TemporaryDirectory(prefix="fengsui-bench-") as scratch:
        settings = Settings(Path(scratch) / SETTINGS_FILE)
        settings.stop_with_window = True
        opening = Opening(DataDir(Path(root)))
        opened = Console(app, opening, own_peer(opening), settings, CrashReports(Path(scratch)), renew=lambda: None)
        opened.open(SIZE)
        trials = Trials(opened, app.quit)
        waiting = prefecture()

        def seed() -> None:
            some, waiting[:] = waiting[:BATCH], waiting[BATCH:]
            if some:
                opened.peer.write(some, lambda _ids: seed())
            else:
                opened.window.docks.bring("risks")
                QTimer.singleShot(15_000, trials.begin)

        kept = [when(lambda: usable(opened), seed)]
        try:
            app.exec()
            kept.clear()
            say(alarm_ms=trials.taken)
        finally:
            opened.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
