"""A prefecture's basins and gauges in a real peer, then readings that raise alarms, one after another.

`measure` gives of each the milliseconds from a reading's being handed to the peer until its risk stands, durable, in the table that windows read.
"""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path

from console.comms.local.messages import Draft
from console.comms.peer import Peer
from console.models import kinds
from console.models.kinds import CriticalRain, GaugeWeight
from console.models.paths import DataDir
from tests.benchmarks.harness import pace

GAUGES, BASINS, TRIALS = 1200, 326, 40
STEP_MS = 300_000
SEED_READINGS = 36
SETTLE_S, PAUSE_S, LOOK_S, PATIENCE_S = 12.0, 0.3, 0.002, 30.0
BATCH = 200


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


def measure(root: Path) -> list[float]:
    data = DataDir(root)
    node = Peer(data, listen=["tcp://127.0.0.1:0"], name="prefecture", area="6527", local=False)
    node.start()
    try:
        drafts = prefecture()
        for start in range(0, len(drafts), BATCH):
            node.write(drafts[start : start + BATCH])
        pace(SETTLE_S)
        connection = sqlite3.connect(data.journal, isolation_level=None)
        taken = [_trial(node, connection, trial * 7 % BASINS) for trial in range(TRIALS)]
        connection.close()
        return taken
    finally:
        node.stop()


def _trial(node: Peer, connection: sqlite3.Connection, basin: int) -> float:
    """Two neighbours read at once: the one confirms the other."""
    pace(PAUSE_S)
    began = time.perf_counter()
    node.write([draft(f"g{basin * 3 + more}", kinds.SensorReading(value=19.0)) for more in range(2)])
    query = "SELECT 1 FROM risk WHERE id = ? AND level = 1"
    while connection.execute(query, (f"flash_flood:b{basin}",)).fetchone() is None:
        if time.perf_counter() - began > PATIENCE_S:
            raise RuntimeError(f"no alarm for basin {basin} within {PATIENCE_S:g} s")
        pace(LOOK_S)
    return (time.perf_counter() - began) * 1000
